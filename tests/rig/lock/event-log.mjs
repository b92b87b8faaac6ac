// Every event that the lock recorded, with its number, time and payload: the ground truth of tests.
import { ClusterModel, Matter } from "@matter/main/model";

export class EventLog {
  #entries = [];

  /** Adds one occurrence of matter.js; times are milliseconds since 1970. */
  record({ number, endpointId, clusterId, eventId, epochTimestamp, priority, payload }) {
    const cluster = Matter.get(ClusterModel, clusterId);
    this.#entries.push({
      seq: this.#entries.length + 1,
      number: Number(number),
      time: Number(epochTimestamp),
      endpoint: Number(endpointId),
      cluster: Number(clusterId),
      cluster_name: cluster?.name ?? null,
      event: Number(eventId),
      name: cluster?.events.find(({ id }) => id === eventId)?.name ?? null,
      priority,
      payload: payload === undefined ? null : structuredClone(payload),
    });
  }

  /** The entries after the given sequence number of this log. */
  since(seq) {
    return this.#entries.filter(entry => entry.seq > seq);
  }
}

// Every event that the lock recorded, with its number, time and payload: the ground truth of tests.
import { ClusterModel, Matter } from "@matter/main/model";
import { OccurrenceManager } from "@matter/main/protocol";

export class EventLog {
  #entries = [];
  #source;

  /** Records what the node emits; one that lost its last fabric begins anew, with another source of events. */
  follow(node) {
    this.#listen(node);
    node.lifecycle.online.on(() => this.#listen(node));
  }

  #listen(node) {
    const source = node.env.get(OccurrenceManager);
    if (source === this.#source) return;
    this.#source = source;
    source.added.on(occurrence => this.record(occurrence));
  }

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

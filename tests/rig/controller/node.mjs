// One commissioned node as the clients see it: its description, its availability, and what it tells.
import { ClusterBehavior } from "@matter/main";
import { NodeStates } from "@project-chip/matter.js/device";
import { Availability } from "./availability.mjs";
import { attributeModel, clusterModel, eventModel } from "./model.mjs";
import { formatPath } from "./paths.mjs";
import { BY_NAME, BY_NUMBER, toWire } from "./values.mjs";

const INTERVIEW_VERSION = 6;
const AGGREGATOR = 14;
const BASIC_INFORMATION = [0x28, 0x39];
const NODE_LABEL = 5;
/** Milliseconds after which a change of the basic information is told as a whole, as on the public server. */
const DESCRIPTION_DELAY = 6000;
const EPOCH = 1;
const SYSTEM = 0;
const CLOCK_OF_SERVER = 2;

/** A node; `tell` takes an event of the API and its data, `grace` are seconds. */
export class Node {
  constructor(paired, grace, tell) {
    this.paired = paired;
    this.id = paired.nodeId;
    this.interviewed = new Date();
    this._tell = tell;
    this._endpointsToTell = [];
    this._availability = new Availability(paired.isConnected, grace * 1000, () => this.tellWhole());
    this._describes = false;
    this._watch();
  }

  /** The client of matter.js for this node. */
  get client() {
    return this.paired.node;
  }

  /** The description of the node, as clients get it. */
  describe() {
    const attributes = this._attributes();
    return {
      node_id: this.id,
      date_commissioned: date(this.client.state.commissioning.commissionedAt ?? this.interviewed),
      last_interview: date(this.interviewed),
      interview_version: INTERVIEW_VERSION,
      available: this._availability.available,
      is_bridge: (attributes["1/29/0"] ?? []).some(kind => kind["0"] === AGGREGATOR),
      attributes,
      attribute_subscriptions: [],
      matter_version: matterVersion(attributes),
    };
  }

  /** Tell the whole description. */
  tellWhole() {
    this._tell("node_updated", () => this.describe());
    for (const endpoint of this._endpointsToTell.splice(0))
      this._tell("endpoint_added", () => ({ node_id: this.id, endpoint_id: endpoint }));
  }

  /** Forget the node: it tells nothing any more. */
  close() {
    this._availability.stop();
    clearTimeout(this._description);
    for (const [observable, observer] of this._observers) observable.off(observer);
  }

  _watch() {
    const { events } = this.paired;
    this._observers = [
      [events.stateChanged, state => this._stateChanged(state)],
      [events.attributeChanged, change => this._attributeChanged(change)],
      [events.eventTriggered, found => this._eventTriggered(found)],
      [events.connectionAlive, () => this._reportEnded()],
      [events.structureChanged, () => this.tellWhole()],
      [events.nodeEndpointAdded, endpoint => this._endpointsToTell.push(endpoint)],
      [events.nodeEndpointRemoved, endpoint => this._endpointRemoved(endpoint)],
    ];
    for (const [observable, observer] of this._observers) observable.on(observer);
  }

  _stateChanged(state) {
    if (state === NodeStates.Connected) {
      this.interviewed = new Date();
      this._availability.connected();
    } else {
      this._availability.lost();
    }
  }

  _attributeChanged({ path: { endpointId, clusterId, attributeId }, value }) {
    const cluster = clusterModel(clusterId);
    const wire = toWire(value, attributeModel(cluster, attributeId), cluster?.scope, BY_NUMBER);
    this._tell("attribute_updated", () => [this.id, formatPath(endpointId, clusterId, attributeId), wire ?? null]);
    if (BASIC_INFORMATION.includes(clusterId) && attributeId !== NODE_LABEL) this._describes = true;
  }

  /** Tell the basic information once, a while after the report that changed it. */
  _reportEnded() {
    if (!this._describes || this._description) return;
    this._describes = false;
    this._description = setTimeout(() => {
      this._description = undefined;
      this.tellWhole();
    }, DESCRIPTION_DELAY);
  }

  _eventTriggered({ path, events }) {
    for (const event of events) this._tell("node_event", () => describeEvent(this.id, path, event));
  }

  _endpointRemoved(endpoint) {
    this._tell("endpoint_removed", () => ({ node_id: this.id, endpoint_id: endpoint }));
  }

  _attributes() {
    const attributes = {};
    for (const endpoint of this.client.endpoints)
      for (const behavior of endpoint.behaviors.active)
        if (ClusterBehavior.is(behavior)) collect(attributes, endpoint, behavior);
    return attributes;
  }
}

function collect(attributes, endpoint, behavior) {
  const { id, schema } = behavior.cluster;
  const state = endpoint.stateOf(behavior);
  const cluster = clusterModel(id);
  for (const attribute of schema.attributes) {
    const wire = toWire(state[attribute.propertyName], attributeModel(cluster, attribute.id), cluster?.scope, BY_NUMBER);
    if (wire !== undefined) attributes[formatPath(endpoint.number, id, attribute.id)] = wire;
  }
}

/** An event as clients get it; times are milliseconds. */
export function describeEvent(node, { endpointId, clusterId, eventId }, event) {
  const cluster = clusterModel(clusterId);
  const [timestamp, type] = timeOf(event);
  return {
    node_id: node,
    endpoint_id: endpointId,
    cluster_id: clusterId,
    event_id: eventId,
    event_number: event.eventNumber,
    priority: event.priority,
    timestamp,
    timestamp_type: type,
    data: toWire(event.data, eventModel(cluster, eventId), cluster?.scope, BY_NAME) ?? null,
  };
}

function timeOf({ epochTimestamp, systemTimestamp }) {
  if (epochTimestamp !== undefined) return [epochTimestamp, EPOCH];
  if (systemTimestamp !== undefined) return [systemTimestamp, SYSTEM];
  return [Date.now(), CLOCK_OF_SERVER];
}

/** The version of Matter: told by the device from 1.3 on, before that by its data model's revision. */
function matterVersion(attributes) {
  const told = attributes["0/40/21"];
  if (told > 0) return [told >>> 24, (told >>> 16) & 0xff, (told >>> 8) & 0xff].join(".");
  return attributes["0/40/0"] === 17 ? "1.2.0" : undefined;
}

/** A time as python-matter-server wrote it: without a zone. */
function date(time) {
  return new Date(time).toISOString().replace("Z", "000");
}

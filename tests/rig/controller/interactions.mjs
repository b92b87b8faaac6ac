// What is asked of a device: reads, writes and commands, one Matter interaction each.
import { Millis } from "@matter/main";
import { ClientInteraction, Invoke, PeerSet, Read } from "@matter/main/protocol";
import { ClusterType, Status, StatusResponseError } from "@matter/main/types";
import { ApiError, Code } from "./errors.mjs";
import { attributeModel, clusterModel, commandModel } from "./model.mjs";
import { describeEvent } from "./node.mjs";
import { formatPath, parsePath } from "./paths.mjs";
import { BY_NAME, BY_NUMBER, fromWire, toWire } from "./values.mjs";

/** Paths that a device has to take in one request (Matter 1.6 §8.4.3.2: MaxPathsPerRead is at least nine). */
const PATHS_PER_READ = 9;

/** Read attributes, over the air whatever is known; the values by path. */
export async function readAttributes(node, paths, fabricFiltered = false) {
  const values = {};
  for (let at = 0; at < paths.length; at += PATHS_PER_READ) {
    const attributes = paths.slice(at, at + PATHS_PER_READ).map(attributePath);
    const request = { ...Read({ fabricFilter: fabricFiltered, attributes }), includeKnownVersions: true };
    for await (const entry of entriesOf(node.client.interaction.read(request)))
      if (entry.kind === "attr-value") values[pathOf(entry)] = attributeValue(entry);
  }
  return values;
}

/** Read the whole node anew. */
export async function readAll(node) {
  const request = { ...Read({ fabricFilter: true, attributes: [{}] }), includeKnownVersions: true };
  const entries = entriesOf(node.client.interaction.read(request));
  while (!(await entries.next()).done);
}

/** One Matter read of attributes and events from an event number on; nothing of it is told to clients as news. */
export async function readReport(node, { attributes, events, least, fabricFiltered }) {
  const request = Read({
    fabricFilter: fabricFiltered,
    ...(attributes && { attributes: attributes.map(attributePath) }),
    ...(events && { events: events.map(eventPath) }),
    ...(least !== undefined && { eventFilters: [{ eventMin: BigInt(least) }] }),
  });
  const report = { attributes: {}, events: [], attribute_status: null, event_status: null, data_versions: null };
  for await (const entry of entriesOf(rawInteraction(node).read(request))) take(report, entry, node.id);
  return report;
}

/** Write one attribute; the device's status. */
export async function writeAttribute(node, path, value) {
  const [endpoint, clusterId, attributeId] = parsePath(path);
  const cluster = clusterModel(clusterId);
  const attribute = cluster && attributeId !== undefined && attributeModel(cluster, attributeId);
  if (!attribute || endpoint === undefined) throw new ApiError(Code.INVALID_ARGUMENTS, `${path} cannot be written`);
  const property = cluster.propertyName;
  const values = { [attribute.propertyName]: fromWire(value, attribute, cluster.scope) };
  try {
    await node.client.endpoints.for(endpoint).setStateOf(property, values);
    return Status.Success;
  } catch (error) {
    const refused = [error, ...(error?.errors ?? [])].find(one => one instanceof StatusResponseError);
    if (!refused) throw error;
    return refused.code;
  }
}

/** Send commands, coalescing one with an equal one that is under way. */
export class Commands {
  constructor() {
    this._underWay = new Map();
  }

  /** Send a command; its response as clients get it, null where there is none. */
  async send(node, { endpoint, cluster: clusterId, name, payload, timed }) {
    const cluster = clusterModel(clusterId);
    const command = commandModel(cluster, name);
    if (!command) throw new ApiError(Code.INVALID_ARGUMENTS, `Cluster ${clusterId} has no command ${name}`);
    const key = JSON.stringify([String(node.id), endpoint, clusterId, command.id, payload ?? {}]);
    if (!this._underWay.has(key)) {
      const sent = invoke(node, endpoint, cluster, command, payload, timed);
      this._underWay.set(key, sent.finally(() => this._underWay.delete(key)));
    }
    const response = await this._underWay.get(key);
    return toWire(response, command.responseModel, cluster.scope, BY_NAME) ?? null;
  }
}

async function invoke(node, endpoint, cluster, command, payload, timed) {
  const given = payload && Object.keys(payload).length > 0;
  const fields = given ? fromWire(payload, command, cluster.scope) : undefined;
  const request = { endpoint, cluster: ClusterType(cluster), command: command.propertyName, fields };
  const options = timed === undefined || timed === null ? {} : { timeout: Millis(timed) };
  for await (const entry of entriesOf(node.client.interaction.invoke(Invoke({ commands: [request], ...options })))) {
    if (entry.kind === "cmd-response") return entry.data;
    if (entry.status === Status.Success) return undefined;
    throw StatusResponseError.create(entry.status, undefined, entry.clusterStatus);
  }
  return undefined;
}

/** An interaction beside the node's own one, which would tell the events that it reads as news. */
function rawInteraction(node) {
  const { env } = node.client;
  const peer = env.get(PeerSet).for(node.client.state.commissioning.peerAddress);
  return new ClientInteraction({ environment: env, exchangeProvider: peer.exchangeProvider });
}

function take(report, entry, node) {
  const { path } = entry;
  switch (entry.kind) {
    case "attr-value":
      report.attributes[pathOf(entry)] = attributeValue(entry);
      report.data_versions = { ...report.data_versions, [`${path.endpointId}/${path.clusterId}`]: entry.version };
      break;
    case "event-value":
      report.events.push(describeEvent(node, path, { ...entry, eventNumber: entry.number, data: entry.value }));
      break;
    case "attr-status":
      report.attribute_status = { ...report.attribute_status, [pathOf(entry)]: statusOf(entry) };
      break;
    default: {
      const text = formatPath(path.endpointId, path.clusterId, path.eventId);
      report.event_status = { ...report.event_status, [text]: statusOf(entry) };
    }
  }
}

async function* entriesOf(chunks) {
  for await (const chunk of chunks) for await (const entry of chunk) yield entry;
}

function attributeValue({ path: { clusterId, attributeId }, value }) {
  const cluster = clusterModel(clusterId);
  return toWire(value, attributeModel(cluster, attributeId), cluster?.scope, BY_NUMBER) ?? null;
}

function attributePath(text) {
  const [endpointId, clusterId, attributeId] = parsePath(text);
  return { endpointId, clusterId, attributeId };
}

function eventPath({ path }) {
  const [endpointId, clusterId, eventId] = parsePath(path);
  return { endpointId, clusterId, eventId };
}

function pathOf({ path }) {
  return formatPath(path.endpointId, path.clusterId, path.attributeId);
}

function statusOf({ status, clusterStatus }) {
  return { status, cluster_status: clusterStatus ?? null };
}

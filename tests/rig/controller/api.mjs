// The commands of the websocket API, each with what it answers.
import { QrPairingCodeCodec } from "@matter/main/types";
import { ApiError, Code } from "./errors.mjs";
import { Commands, readAll, readAttributes, readReport, writeAttribute } from "./interactions.mjs";
import { parsePath } from "./paths.mjs";
import { addressesOf, ping, withoutScope } from "./search.mjs";
import { vendorNames } from "./vendors.mjs";

/** First schema that has `read`. */
const READ_SCHEMA = 14;
const OLDEST_CLIENT = 11;
const SOFTWARE = "aqara-lock-rig (matter.js/0.17.9)";
const ACCESS_CONTROL_LIST = "0/31/0";
const OPERATIONAL_CREDENTIALS = 62;

/** The commands by name; `hub` is where connections and the history of events are. */
export function commandsOf(fabric, hub, schema) {
  const commands = new Commands();

  const serverInfo = () => ({
    ...fabric.identity,
    schema_version: schema,
    min_supported_schema_version: OLDEST_CLIENT,
    sdk_version: SOFTWARE,
    wifi_credentials_set: false,
    thread_credentials_set: false,
    bluetooth_enabled: false,
    ble_proxy_enabled: false,
  });

  const nodes = ({ only_available: onlyAvailable = false } = {}) =>
    fabric.nodes.map(node => node.describe()).filter(node => node.available || !onlyAvailable);

  const interview = async ({ node_id: id }) => {
    const node = fabric.node(id);
    await readAll(node);
    node.interviewed = new Date();
    node.tellWhole();
    return null;
  };

  const send = (args, more = {}) =>
    commands.send(fabric.node(args.node_id), {
      endpoint: args.endpoint_id,
      cluster: args.cluster_id,
      name: args.command_name,
      payload: args.payload,
      // Like the public server it has no use for interaction_timeout_ms.
      timed: args.timed_request_timeout_ms,
      ...more,
    });

  const report = ({ node_id: id, attribute_paths: attributes, event_paths: events, event_min: least, fabric_filtered: fabricFiltered = true }) => {
    if (!attributes?.length && !events?.length) throw new ApiError(Code.INVALID_ARGUMENTS, "Nothing to read");
    return readReport(fabric.node(id), { attributes, events, least, fabricFiltered });
  };

  const table = {
    server_info: serverInfo,
    diagnostics: () => ({ info: serverInfo(), nodes: nodes(), events: hub.recentEvents }),
    start_listening: () => nodes(),
    get_nodes: nodes,
    get_node: ({ node_id: id }) => fabric.node(id).describe(),
    get_node_ip_addresses: async ({ node_id: id, prefer_cache: preferCache = true, scoped = false }) => {
      const addresses = await addressesOf(fabric.node(id), preferCache);
      return scoped ? addresses : addresses.map(withoutScope);
    },
    ping_node: ({ node_id: id, attempts = 1 }) => ping(fabric.node(id), attempts),
    interview_node: interview,
    remove_node: async ({ node_id: id }) => {
      await fabric.remove(id);
      return null;
    },
    commission_with_code: async ({ code }) => (await fabric.commissionByCode(code)).describe(),
    commission_on_network: async ({ setup_pin_code: passcode, ip_addr: address }) =>
      (await fabric.commissionByPasscode(passcode, address)).describe(),
    open_commissioning_window: ({ node_id: id, timeout }) => openWindow(fabric.node(id), timeout),
    discover_commissionable_nodes: async () => (await fabric.discover()).map(describeDevice),
    device_command: send,
    remove_matter_fabric: async ({ node_id: id, fabric_index: fabricIndex }) => {
      const request = { node_id: id, endpoint_id: 0, cluster_id: OPERATIONAL_CREDENTIALS, command_name: "RemoveFabric" };
      await send(request, { payload: { fabricIndex } });
      return {};
    },
    read_attribute: async ({ node_id: id, attribute_path: path, fabric_filtered: fabricFiltered = false }) => {
      const values = await readAttributes(fabric.node(id), [path].flat(), fabricFiltered);
      if (Object.keys(values).length === 0) throw new ApiError(Code.SDK_STACK, "The device gave no value");
      return values;
    },
    write_attribute: async ({ node_id: id, attribute_path: path, value }) => {
      const status = await writeAttribute(fabric.node(id), path, value);
      const [EndpointId, ClusterId, AttributeId] = parsePath(path);
      return [{ Path: { EndpointId, ClusterId, AttributeId }, Status: status }];
    },
    set_acl_entry: async ({ node_id: id, entry }) => {
      const status = await writeAttribute(fabric.node(id), ACCESS_CONTROL_LIST, entry);
      return [{ path: { endpoint_id: 0, cluster_id: 31, attribute_id: 0 }, status }];
    },
    get_vendor_names: ({ filter_vendors: wanted }) => vendorNames(wanted),
    get_fabric_label: () => ({ fabric_label: fabric.label ?? null }),
    set_default_fabric_label: async ({ label }) => {
      await fabric.setLabel(label);
      return null;
    },
    get_thread_border_routers: () => [],
  };
  return schema < READ_SCHEMA ? table : { ...table, read: report };
}

async function openWindow(node, seconds) {
  const { manualPairingCode, qrPairingCode } = await node.paired.openEnhancedCommissioningWindow(seconds);
  const [{ passcode }] = QrPairingCodeCodec.decode(qrPairingCode);
  return { setup_pin_code: passcode, setup_manual_code: manualPairingCode, setup_qr_code: qrPairingCode };
}

function describeDevice({ deviceIdentifier, D, CM, DT, DN, VP, PH, PI, RI, SII, SAI, addresses }) {
  const [vendor, product] = (VP ?? "").split("+");
  return {
    instance_name: deviceIdentifier,
    host_name: "000000000000",
    port: addresses[0]?.port ?? 0,
    long_discriminator: D,
    vendor_id: vendor ? Number(vendor) : -1,
    product_id: product ? Number(product) : -1,
    commissioning_mode: CM,
    device_type: DT ?? 0,
    device_name: DN ?? "",
    pairing_instruction: PI ?? "",
    pairing_hint: PH ?? -1,
    mrp_retry_interval_idle: SII,
    mrp_retry_interval_active: SAI,
    supports_tcp: false,
    addresses: addresses.map(({ ip }) => ip).filter(Boolean),
    rotating_id: RI ?? "",
  };
}

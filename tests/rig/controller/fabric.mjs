// The controller's own fabric and the nodes on it: commissioning, connections, removal.
import fs from "node:fs";
import path from "node:path";
import { Environment, FabricId, NodeId, Seconds, VendorId } from "@matter/main";
import { GeneralCommissioning } from "@matter/main/clusters";
import { ManualPairingCodeCodec, QrPairingCodeCodec } from "@matter/main/types";
import { CommissioningController } from "@project-chip/matter.js";
import { ApiError, Code } from "./errors.mjs";
import { Node } from "./node.mjs";
import { trustRoots } from "./roots.mjs";

/** Node id and fabric id that the public server takes for itself. */
const OWN_NODE = NodeId(112233);
const OWN_FABRIC = FabricId(1);
const LABEL = "HomeAssistant";
const LONGEST_LABEL = 32;
/** How long a search for devices in pairing mode takes. */
const DISCOVERY = Seconds(3);

/** The fabric; `tell` takes an event of the API and a function that makes its data. */
export class Fabric {
  constructor(options, tell) {
    this._tell = tell;
    this._nodes = new Map();
    this._options = options;
  }

  /** Start, and connect to every node that is known. */
  async start() {
    const environment = Environment.default;
    environment.vars.set("storage.path", this._options.store);
    environment.vars.set("storage.blobDriver", "dir");
    if (this._options.iface) environment.vars.set("mdns.networkInterface", this._options.iface);
    trustRoots(environment, this._options.roots);
    this._controller = new CommissioningController({
      environment: { environment, id: "controller" },
      autoConnect: false,
      adminFabricLabel: LABEL,
      adminVendorId: VendorId(this._options.vendor),
      adminFabricId: OWN_FABRIC,
      rootNodeId: OWN_NODE,
      tcp: true,
      transportPreference: "tcp",
    });
    await this._controller.start();
    for (const id of this._controller.getCommissionedNodes()) (await this._take(id)).paired.connect();
  }

  /** Close every connection; the store stays. */
  async stop() {
    for (const node of this._nodes.values()) node.close();
    await this._controller.close();
  }

  /** What tells this fabric from others. */
  get identity() {
    const { fabricId, globalId, fabricIndex } = this._controller.fabric;
    return { fabric_id: fabricId, compressed_fabric_id: globalId, fabric_index: fabricIndex, controller_node_id: OWN_NODE };
  }

  /** The nodes. */
  get nodes() {
    return [...this._nodes.values()];
  }

  /** A node by its id. */
  node(id) {
    const found = this._nodes.get(String(id));
    if (!found) throw new ApiError(Code.NODE_NOT_EXISTS, `Node ${id} does not exist`);
    return found;
  }

  /** The label that devices show of this fabric. */
  get label() {
    return this._controller.fabric.label;
  }

  async setLabel(label) {
    await this._controller.updateFabricLabel((label?.trim() || LABEL).substring(0, LONGEST_LABEL));
  }

  /** Commission the device that a code belongs to. */
  async commissionByCode(code) {
    const decoded = decode(code);
    const { longDiscriminator, shortDiscriminator } = decoded;
    const identifier = longDiscriminator === undefined ? { shortDiscriminator } : { longDiscriminator };
    return this._commission(decoded.passcode, { identifierData: identifier });
  }

  /** Commission any device with a passcode, or the one at an address. */
  async commissionByPasscode(passcode, address) {
    const knownAddress = address && !address.startsWith("fe80") ? { type: "udp", ip: address, port: 5540 } : undefined;
    return this._commission(passcode, { identifierData: {}, knownAddress });
  }

  /** Take a node off the fabric; it is told when it can be reached. */
  async remove(id) {
    const node = this.node(id);
    await this._controller.removeNode(node.id, node.paired.isConnected);
    this._forget(node);
  }

  /** Devices in pairing mode. */
  async discover() {
    return this._controller.discoverCommissionableDevices({}, { onIpNetwork: true }, undefined, DISCOVERY);
  }

  async _commission(passcode, discovery) {
    const options = {
      passcode,
      discovery: {
        ...discovery,
        discoveryCapabilities: { ble: false, onIpNetwork: true },
        timeout: Seconds(this._options.search),
      },
      commissioning: {
        nodeId: this._freeId(),
        regulatoryLocation: GeneralCommissioning.RegulatoryLocationType.IndoorOutdoor,
        regulatoryCountryCode: "XX",
        onAttestationFailure: findings => !findings.some(({ level }) => level === "error"),
      },
    };
    try {
      const id = await this._controller.commissionNode(options, { connectNodeAfterCommissioning: true });
      const node = await this._take(id);
      this._tell("node_added", () => node.describe());
      return node;
    } catch (error) {
      throw new ApiError(Code.COMMISSIONING_FAILED, `Commission failed: ${error.message}`, { cause: error });
    }
  }

  /** A node id that was never used before: clients take a node that comes back under its old id for the old one. */
  _freeId() {
    const file = path.join(this._options.store, "last-node-id");
    const last = fs.existsSync(file) ? BigInt(fs.readFileSync(file, "utf8")) : 0n;
    fs.writeFileSync(file, String(last + 1n));
    return NodeId(last + 1n);
  }

  async _take(id) {
    const node = new Node(await this._controller.getNode(id), this._options.grace, this._tell);
    this._nodes.set(String(id), node);
    node.paired.events.decommissioned.on(() => this._forget(node));
    return node;
  }

  _forget(node) {
    if (!this._nodes.delete(String(node.id))) return;
    node.close();
    this._tell("node_removed", () => node.id);
  }
}

/** Passcode and discriminator of a pairing code, in digits or as a QR code has it. */
function decode(code) {
  try {
    if (code.startsWith("MT:")) {
      const [{ passcode, discriminator }] = QrPairingCodeCodec.decode(code);
      return { passcode, longDiscriminator: discriminator };
    }
    const { passcode, shortDiscriminator } = ManualPairingCodeCodec.decode(code);
    return { passcode, shortDiscriminator };
  } catch (error) {
    // The code itself is a secret.
    throw new ApiError(Code.INVALID_ARGUMENTS, `This is no pairing code: ${error.constructor.name}`);
  }
}

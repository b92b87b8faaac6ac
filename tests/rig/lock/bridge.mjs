// An Aqara hub as a Matter bridge with two Zigbee locks behind it. Prints one line "READY {…}" when it can be commissioned.
// usage: bridge.mjs --control FOLDER --store FOLDER --iface NAME [--port N] [--no-mdns] [--listen ADDRESS]
// Each lock has a control channel of its own: FOLDER/bridge-front.sock and FOLDER/bridge-back.sock.
import "./environment.mjs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Endpoint, Environment, Logger, Network, ServerNode, VendorId } from "@matter/main";
import { AggregatorEndpoint } from "@matter/main/endpoints/aggregator";
import { BridgedLock } from "./bridged-lock.mjs";
import { serveControl, toJson } from "./control.mjs";
import { EventLog } from "./event-log.mjs";
import { Radio, RadioNetwork } from "./network.mjs";
import { AQARA, HUB } from "./profiles.mjs";

/** Another code than the virtual lock's, so that both can wait for a controller at once. */
const PAIRING = { passcode: 20202031, discriminator: 1234 };
const AGGREGATOR = 14;
const LOCKS = [
  ["front", "Front door", "54EF441000D90100"],
  ["back", "Back door", "54EF441000D90101"],
];

const { values: options } = parseArgs({
  options: {
    control: { type: "string" },
    store: { type: "string" },
    iface: { type: "string" },
    listen: { type: "string" },
    port: { type: "string", default: "5540" },
    "no-mdns": { type: "boolean", default: false },
  },
});
Logger.level = "warn";
Logger.format = "plain";
Environment.default.vars.set("storage.path", options.store);
if (options.iface) Environment.default.vars.set("mdns.networkInterface", options.iface);
Environment.default.set(Network, new RadioNetwork(new Radio(), { mdns: !options["no-mdns"] }));

const node = await ServerNode.create({
  id: "bridge",
  network: { port: Number(options.port), listeningAddressIpv6: options.listen },
  commissioning: PAIRING,
  productDescription: { name: HUB.productName, deviceType: AGGREGATOR, vendorId: VendorId(AQARA), productId: HUB.productId },
  basicInformation: {
    vendorName: "Aqara", vendorId: VendorId(AQARA), productName: HUB.productName, productId: HUB.productId,
    productLabel: HUB.productName.replace("Aqara ", ""), serialNumber: HUB.serial, uniqueId: `${HUB.serial}-virtual`,
    hardwareVersion: HUB.hardwareVersion, hardwareVersionString: HUB.hardwareVersionString,
    softwareVersion: HUB.softwareVersion, softwareVersionString: HUB.softwareVersionString,
  },
});
const aggregator = new Endpoint(AggregatorEndpoint, { id: "aggregator" });
await node.add(aggregator);
const events = new EventLog();
for (const [id, name, serial] of LOCKS) {
  const lock = new BridgedLock(id, name, serial);
  await lock.join(node, aggregator, events);
  await serveControl(path.join(options.control, `bridge-${id}.sock`), lock.actions);
}
events.follow(node);
await node.start();
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, quit);
process.stdout.write(`READY ${toJson(node.state.commissioning.pairingCodes)}\n`);

async function quit() {
  await node.close();
  process.exit(0);
}

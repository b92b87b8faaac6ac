// Where a node is: its addresses, searched by mDNS, and whether they answer a ping.
import { spawn } from "node:child_process";
import { Abort, CommissioningClient, DnsRecordType, Seconds } from "@matter/main";
import { PeerSet } from "@matter/main/protocol";

/** How long the public server searches. */
const SEARCH = Seconds(3);
/** Seconds that an address has to answer a ping, and that the program gets beyond that. */
const PATIENCE = 10;
const GRACE = 2;
/** Milliseconds between two attempts. */
const PAUSE = 10_000;

/** The addresses of a node: those that are known, else those that a search finds. */
export async function addressesOf(node, preferCache) {
  const peer = peerOf(node);
  const found = new Set(known(peer));
  if (!preferCache || found.size === 0) {
    await search(peer);
    for (const address of known(peer)) found.add(address);
  }
  const inUse = peer.newestSession()?.channel.networkAddress?.ip;
  if (inUse) found.add(inUse);
  for (const { ip } of node.client.maybeStateOf(CommissioningClient)?.addresses ?? []) if (ip) found.add(ip);
  return [...found];
}

/** Ping every address of a node, after a search; whether it answered by address. */
export async function ping(node, attempts) {
  const addresses = await addressesOf(node, false);
  const answers = await Promise.all(addresses.map(address => answersPing(address, attempts)));
  return Object.fromEntries(addresses.map((address, at) => [address, answers[at]]));
}

/** An address without the interface that it belongs to. */
export function withoutScope(address) {
  return address.split("%")[0];
}

function peerOf({ client }) {
  return client.env.get(PeerSet).for(client.state.commissioning.peerAddress);
}

function known(peer) {
  return [...peer.service.addresses].map(address => address.ip);
}

async function search(peer) {
  const { name, names } = peer.service;
  await names.solicitor.discover({ abort: new Abort({ timeout: SEARCH }), name, recordTypes: [DnsRecordType.SRV] });
}

async function answersPing(address, attempts) {
  for (let left = attempts; left > 0; left -= 1) {
    if (await answersOnce(address)) return true;
    if (left > 1) await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
  return false;
}

function answersOnce(address) {
  const family = address.includes(":") ? ["-6"] : [];
  const program = spawn("ping", [...family, "-c", "1", "-W", String(PATIENCE), address], { stdio: "ignore" });
  const timer = setTimeout(() => program.kill(), (PATIENCE + GRACE) * 1000);
  return new Promise(resolve => {
    program.once("error", () => resolve(false));
    program.once("close", code => resolve(code === 0));
  }).finally(() => clearTimeout(timer));
}

// The command line of the virtual lock, parsed once. Throws UsageError with a plain sentence.
import path from "node:path";
import { parseArgs } from "node:util";
import { HOME_ZONE, isZone } from "./access/clock.mjs";
import { BY_THE_BOOK, changed } from "./access/personality.mjs";
import { PROFILES } from "./profiles.mjs";
import { OPEN_STATES } from "./vocabulary.mjs";

/** The longest path that Linux accepts for a unix socket, in bytes. */
const LONGEST_SOCKET_PATH = 107;

export class UsageError extends Error {}

const DEFINITIONS = {
  profile: { type: "string", default: "u400" },
  control: { type: "string" },
  store: { type: "string" },
  iface: { type: "string" },
  listen: { type: "string" },
  port: { type: "string", default: "5540" },
  passcode: { type: "string", default: "20202021" },
  discriminator: { type: "string", default: "3840" },
  serial: { type: "string" },
  name: { type: "string", default: "" },
  xpan: { type: "string", default: "a1b2c3d4e5f60718" },
  "network-name": { type: "string", default: "AqaraHome-1718" },
  parent: { type: "string", default: "aabbccddeeff0011" },
  "ext-address": { type: "string", default: "1122334455667788" },
  "max-interval": { type: "string" },
  relock: { type: "string", default: "0" },
  users: { type: "string" },
  log: { type: "string", default: "warn" },
  "no-ipv4": { type: "boolean", default: false },
  "no-mdns": { type: "boolean", default: false },
  "no-thread-diagnostics": { type: "boolean", default: false },
  "door-sensor": { type: "boolean", default: false },
  unbolt: { type: "boolean", default: false },
  "open-as": { type: "string", default: "unlocked" },
  latch: { type: "string", default: "0" },
  "require-pin": { type: "boolean", default: false },
  "time-zone": { type: "string", default: HOME_ZONE },
  personality: { type: "string", default: "{}" },
};

/** The options of one lock; radio addresses are 16 hex digits, times are seconds, that of the latch milliseconds. */
export function parseOptions(argv) {
  const raw = parseRaw(argv);
  const profile = PROFILES[raw.profile];
  if (!profile) throw new UsageError(`--profile must be one of ${Object.keys(PROFILES).join(", ")}`);
  return Object.freeze({
    profile,
    control: socketPath(raw.control),
    store: required("store", raw.store),
    iface: raw.iface,
    listen: raw.listen,
    port: integer("port", raw.port, 0, 65535),
    passcode: integer("passcode", raw.passcode, 1, 99999998),
    discriminator: integer("discriminator", raw.discriminator, 0, 4095),
    serial: raw.serial ?? profile.serial,
    name: raw.name,
    xpan: eui64("xpan", raw.xpan),
    networkName: raw["network-name"],
    parent: eui64("parent", raw.parent),
    extAddress: eui64("ext-address", raw["ext-address"]),
    maxInterval: raw["max-interval"] === undefined ? undefined : integer("max-interval", raw["max-interval"], 1, 65535),
    relock: integer("relock", raw.relock, 0, 86400),
    users: raw.users,
    log: raw.log,
    ipv4: !raw["no-ipv4"],
    mdns: !raw["no-mdns"],
    threadDiagnostics: profile.threadDiagnostics && !raw["no-thread-diagnostics"],
    doorSensor: raw["door-sensor"],
    unbolt: raw.unbolt || profile.unbolt === true,
    openAs: openAs(raw["open-as"]),
    latchMs: integer("latch", raw.latch, 0, 60000),
    requirePin: raw["require-pin"],
    access: {
      personality: { ...profile.personality, ...personality(raw.personality) },
      timeZone: timeZone(raw["time-zone"]),
      file: path.join(required("store", raw.store), "access.json"),
    },
  });
}

function parseRaw(argv) {
  try {
    return parseArgs({ args: argv, options: DEFINITIONS }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function required(name, value) {
  if (!value) throw new UsageError(`--${name} is missing`);
  return value;
}

function socketPath(value) {
  const full = path.resolve(required("control", value));
  if (Buffer.byteLength(full) > LONGEST_SOCKET_PATH)
    throw new UsageError(`--control: a unix socket path may have ${LONGEST_SOCKET_PATH} bytes, this one is longer`);
  return full;
}

function integer(name, value, least, most) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}`);
  return number;
}

function openAs(value) {
  if (!Object.hasOwn(OPEN_STATES, value))
    throw new UsageError(`--open-as must be one of ${Object.keys(OPEN_STATES).join(", ")}`);
  return OPEN_STATES[value];
}

function personality(text) {
  try {
    const given = JSON.parse(text);
    changed(BY_THE_BOOK, given);
    return given;
  } catch (error) {
    throw new UsageError(`--personality: ${error.message}`);
  }
}

function timeZone(name) {
  if (!isZone(name))
    throw new UsageError(`--time-zone must be one such as ${HOME_ZONE}`);
  return name;
}

function eui64(name, value) {
  if (!/^[0-9a-f]{16}$/i.test(value)) throw new UsageError(`--${name} must have 16 hex digits`);
  return value.toLowerCase();
}

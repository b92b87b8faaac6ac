// The command line of the controller, parsed once. Throws UsageError with a plain sentence.
import { parseArgs } from "node:util";

/** Schemas of the websocket API that can be offered; `read` exists from 14 on. */
const SCHEMAS = [13, 14];

export class UsageError extends Error {}

const DEFINITIONS = {
  store: { type: "string" },
  roots: { type: "string" },
  iface: { type: "string" },
  listen: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "5580" },
  vendor: { type: "string", default: String(0xfff1) },
  schema: { type: "string", default: "14" },
  search: { type: "string", default: "180" },
  grace: { type: "string", default: "180" },
  log: { type: "string", default: "info" },
};

/** The options of one controller. Seconds: `search` for a device in pairing mode, `grace` for a node without a connection. */
export function parseOptions(argv) {
  const raw = parseRaw(argv);
  const schema = integer("schema", raw.schema, ...SCHEMAS);
  return Object.freeze({
    store: required("store", raw.store),
    roots: required("roots", raw.roots),
    iface: raw.iface,
    listen: raw.listen,
    port: integer("port", raw.port, 0, 65535),
    vendor: integer("vendor", raw.vendor, 1, 0xffff),
    schema,
    search: integer("search", raw.search, 1, 900),
    grace: integer("grace", raw.grace, 0, 900),
    log: raw.log,
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

function integer(name, value, least, most) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}`);
  return number;
}

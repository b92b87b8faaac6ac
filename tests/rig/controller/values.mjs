// Turns values of matter.js into values of the websocket API and back, by the model of what they are.
import { flagName, wireName } from "./model.mjs";

/** Seconds between the Unix epoch, which matter.js has, and Matter's own, which the API has. */
const EPOCH_OFFSET = 946_684_800;
const MICROSECONDS = 1_000_000n;

/** Fields by their number in the specification, as attributes carry them. */
export const BY_NUMBER = field => String(field.id);
/** Fields by their name, as events and command responses carry them. */
export const BY_NAME = wireName;

/** A value for a client; undefined where there is none. */
export function toWire(value, model, scope, key) {
  if (value === undefined || value === null) return value;
  switch (kindOf(model)) {
    case "bytes":
      return Buffer.from(value).toString("base64");
    case "bitmap":
      return flagsToNumber(value, model, scope);
    case "object":
      return structToWire(value, model, scope, key);
    case "array":
      return value.map(item => toWire(item, model.members.at(0), scope, key));
    case "epoch-s":
      return value - EPOCH_OFFSET;
    case "epoch-us":
      return BigInt(value) - BigInt(EPOCH_OFFSET) * MICROSECONDS;
    default:
      return plain(value);
  }
}

/** A value of a client for matter.js; fields may come by number or by name. */
export function fromWire(value, model, scope) {
  if (value === undefined || value === null) return value;
  switch (kindOf(model)) {
    case "bytes":
      return typeof value === "string" ? new Uint8Array(Buffer.from(value, "base64")) : value;
    case "bitmap":
      return numberToFlags(value, model, scope);
    case "object":
      return structFromWire(value, model, scope);
    case "array":
      return value.map(item => fromWire(item, model.members.at(0), scope));
    case "epoch-s":
      return value + EPOCH_OFFSET;
    case "epoch-us":
      return BigInt(value) + BigInt(EPOCH_OFFSET) * MICROSECONDS;
    default:
      return value;
  }
}

function kindOf(model) {
  const metatype = model?.effectiveMetatype;
  if (metatype !== "integer") return metatype;
  return model.type === "epoch-s" || model.type === "epoch-us" ? model.type : metatype;
}

/** What can be told of a value that the specification does not know: no structs, because their fields have no numbers. */
function plain(value) {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" ? null : value;
}

function structToWire(value, model, scope, key) {
  const fields = {};
  for (const field of scope.membersOf(model)) {
    const member = value[field.propertyName];
    if (member === undefined || field.id === undefined) continue;
    const converted = toWire(member, field, scope, key);
    fields[key(field)] = converted;
    // The public server gives a name that it spells differently in both ways.
    if (key === BY_NAME) fields[field.propertyName] = converted;
  }
  return fields;
}

function structFromWire(value, model, scope) {
  const fields = {};
  for (const field of scope.membersOf(model)) {
    const names = [String(field.id), wireName(field), field.propertyName];
    const given = names.find(name => Object.hasOwn(value, name));
    if (given === undefined) continue;
    // Clients write null for an optional field that they leave out.
    if (value[given] === null && !field.nullable) continue;
    fields[field.propertyName] = fromWire(value[given], field, scope);
  }
  return fields;
}

function flagsToNumber(value, model, scope) {
  if (typeof value !== "object") return value;
  let number = 0;
  for (const member of scope.membersOf(model)) {
    const [shift] = bitsOf(member);
    const flag = value[flagName(model, member)];
    if (flag) number += Number(flag) * 2 ** shift;
  }
  return number;
}

function numberToFlags(value, model, scope) {
  if (typeof value !== "number") return value;
  const flags = {};
  for (const member of scope.membersOf(model)) {
    const [shift, width] = bitsOf(member);
    const part = Math.floor(value / 2 ** shift) % 2 ** width;
    flags[flagName(model, member)] = width === 1 ? part === 1 : part;
  }
  return flags;
}

/** First bit and number of bits of a flag. */
function bitsOf(member) {
  const { value, min, max } = member.constraint;
  if (value !== undefined) return [Number(value), 1];
  return [Number(min ?? 0), max === undefined ? 1 : Number(max) - Number(min ?? 0) + 1];
}

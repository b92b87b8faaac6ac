// Reading the arguments of a control request. Every complaint is a plain sentence.

/** A request that the caller must correct; its message goes back with status 400. */
export class BadRequest extends Error {}

/** Refuses arguments that the action does not know: a typing error must not pass as a default. */
export function onlyKnown(request, known) {
  const unknown = Object.keys(request).filter(key => !known.includes(key));
  if (unknown.length === 0) return;
  const takes = known.length ? `it takes ${known.join(", ")}` : "it takes none";
  throw new BadRequest(`This action does not know "${unknown.join('", "')}"; ${takes}.`);
}

/** A whole number in the given range, or the fallback when absent. */
export function whole(request, key, { least = 0, most = Number.MAX_SAFE_INTEGER, fallback } = {}) {
  const value = request[key];
  if (value === undefined && fallback !== undefined) return fallback;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new BadRequest(`"${key}" must be a whole number from ${least} to ${most}.`);
}

/** A whole number or null; null when absent. */
export function wholeOrNull(request, key, range) {
  return request[key] === undefined || request[key] === null ? null : whole(request, key, range);
}

export function boolean(request, key, fallback) {
  const value = request[key] ?? fallback;
  if (typeof value === "boolean") return value;
  throw new BadRequest(`"${key}" must be true or false.`);
}

/** A 64 bit number given as number or as text in decimal or 0x notation. */
export function unsigned64(request, key, fallback) {
  try {
    const value = BigInt(request[key] ?? fallback);
    if (value >= 0n && value < 1n << 64n) return value;
  } catch {
    throw new BadRequest(`"${key}" must be a number, decimal or with 0x.`);
  }
  throw new BadRequest(`"${key}" must fit in 64 bits.`);
}

// JSON with whole numbers of 64 bits, which JavaScript's own JSON cannot write.

/** Marks a number that is written without its quotes; a NUL cannot begin any text of a device. */
const MARK = "\u0000int:";
const MARKED = /"\\u0000int:(-?\d+)"/g;

/** Write a value; a bigint becomes a plain number however large it is. */
export function encode(value) {
  const text = JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? MARK + item : item));
  return text.replace(MARKED, "$1");
}

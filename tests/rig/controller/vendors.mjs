// Names of the vendors that occur in the rig; the public server has the CSA's whole list.

const NAMES = {
  0x110a: "SmartThings",
  0x115f: "Aqara",
  0x1217: "Amazon",
  0x1349: "Apple Home",
  0x6006: "Google LLC",
  0xfff1: "Test vendor 1",
};

/** Names by vendor id in digits; of all known vendors where none are asked for. */
export function vendorNames(wanted) {
  const ids = wanted?.length ? wanted.map(Number).filter(id => id in NAMES) : Object.keys(NAMES);
  return Object.fromEntries(ids.map(id => [String(id), NAMES[id]]));
}

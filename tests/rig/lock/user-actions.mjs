// The table of users as another ecosystem, the Aqara app or the keypad changes it.
import { COMMANDS } from "./access/commands.mjs";
import { writeUser } from "./access/outside.mjs";
import { ALL } from "./access/table.mjs";
import { BadRequest, onlyKnown, unsigned64, whole, wholeOrNull } from "./requests.mjs";
import { parseUser } from "./users.mjs";
import { DATA_OPERATIONS, DATA_TYPES, SOURCES, meaning } from "./vocabulary.mjs";

export function userActions(lock) {
  return {
    user_change: request => userChange(lock, request),
    set_user: request => setUser(lock, request),
    clear_user: request => clearUser(lock, request),
  };
}

/** The bare event; the table stays as it is. */
async function userChange(lock, request) {
  onlyKnown(request, ["data_type", "operation", "source", "user", "fabric", "node", "index"]);
  await lock.emit("lockUserChange", {
    lockDataType: meaning(DATA_TYPES, "data_type", request.data_type ?? "user"),
    dataOperationType: meaning(DATA_OPERATIONS, "operation", request.operation ?? "modify"),
    operationSource: meaning(SOURCES, "source", request.source ?? "unspecified"),
    userIndex: wholeOrNull(request, "user", { least: 1, most: 0xfffe }),
    fabricIndex: wholeOrNull(request, "fabric", { least: 1, most: 254 }),
    sourceNode: request.node === undefined ? null : unsigned64(request, "node"),
    dataIndex: wholeOrNull(request, "index", { most: 0xfffe }),
  });
}

/** Adds or changes a user outside Matter, with one event for the user and one per new or lost credential. */
async function setUser(lock, request) {
  const user = parseUser(request);
  const { changes } = await lock.editTable(table => writeUser(table, user));
  await lock.announce(changes);
}

/** One user, or 65534 (0xFFFE) for all. */
async function clearUser(lock, request) {
  onlyKnown(request, ["index"]);
  const userIndex = whole(request, "index", { least: 1, most: ALL });
  const { changes } = await lock.editTable(table => {
    if (userIndex !== ALL && !table.user(userIndex)) throw new BadRequest(`There is no user ${userIndex} in the lock.`);
    COMMANDS.clearUser(table, { userIndex });
  });
  await lock.announce(changes);
}

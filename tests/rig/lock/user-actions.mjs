// The table of users as another ecosystem, the Aqara app or the keypad changes it.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { BadRequest, onlyKnown, unsigned64, whole, wholeOrNull } from "./requests.mjs";
import { NOT_BY_MATTER, parseUser, storedCredential, storedUser } from "./users.mjs";
import { DATA_OPERATIONS, DATA_TYPES, DATA_TYPE_OF, SOURCES, meaning } from "./vocabulary.mjs";

const { DataOperationType, LockDataType, OperationSource } = DoorLock;

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
  requireRoom(lock, user);
  const before = find(lock, user.index);
  const old = before?.credentials ?? [];
  const wanted = user.credentials ?? old.map(named);
  const added = wanted.filter(each => !old.some(other => same(named(other), each)));
  const lost = old.map(named).filter(each => !wanted.some(other => same(other, each)));
  await lock.editUsers(auth => write(lock, auth, user, { wanted, added, lost, isNew: !before }));
  await announce(lock, LockDataType.UserIndex, before ? "Modify" : "Add", user.index, user.index);
  for (const each of lost) await announce(lock, DATA_TYPE_OF[each.type], "Clear", user.index, each.index);
  for (const each of added) await announce(lock, DATA_TYPE_OF[each.type], "Add", user.index, each.index);
}

function requireRoom(lock, { index, credentials = [] }) {
  const most = lock.door.numberOfTotalUsersSupported;
  if (index > most) throw new BadRequest(`"index" may be ${most} at most on this lock.`);
  const room = lock.door.numberOfCredentialsSupportedPerUser;
  if (credentials.length > room) throw new BadRequest(`A user of this lock may have ${room} credentials.`);
  for (const wanted of credentials) {
    const owner = lock.door.users.find(user => user.credentials.some(each => same(named(each), wanted)));
    if (owner && owner.userIndex !== index)
      throw new BadRequest(`Credential ${wanted.index} of that type belongs to user ${owner.userIndex}.`);
  }
}

function write(lock, auth, user, { wanted, added, lost, isNew }) {
  for (const { type, index } of lost) auth.removeCredential(type, index);
  for (const each of added) {
    const { credentialData } = storedCredential(each, lock.options.profile.doorLock);
    auth.addCredential(each.type, each.index, credentialData, NOT_BY_MATTER);
  }
  const stored = storedUser(user, wanted);
  if (isNew) auth.addUser(stored);
  else auth.replaceUser(user.index, stored);
}

/** One user, or 65534 (0xFFFE) for all. */
async function clearUser(lock, request) {
  onlyKnown(request, ["index"]);
  const index = whole(request, "index", { least: 1, most: 0xfffe });
  const everybody = index === 0xfffe;
  if (!everybody && !find(lock, index)) throw new BadRequest(`There is no user ${index} in the lock.`);
  const users = lock.door.users.filter(user => everybody || user.userIndex === index);
  const gone = users.map(({ userIndex, credentials }) => ({ userIndex, credentials: credentials.map(named) }));
  await lock.editUsers(auth => {
    for (const { userIndex, credentials } of gone) {
      for (const each of credentials) auth.removeCredential(each.type, each.index);
      auth.removeUser(userIndex);
    }
  });
  await announce(lock, LockDataType.UserIndex, "Clear", index, index);
}

function find(lock, index) {
  return lock.door.users.find(user => user.userIndex === index);
}

function named({ credentialType, credentialIndex }) {
  return { type: credentialType, index: credentialIndex };
}

function same(one, other) {
  return one.type === other.type && one.index === other.index;
}

function announce(lock, lockDataType, operation, userIndex, dataIndex) {
  return lock.emit("lockUserChange", {
    lockDataType, dataOperationType: DataOperationType[operation], operationSource: OperationSource.Unspecified,
    userIndex, fabricIndex: null, sourceNode: null, dataIndex,
  });
}

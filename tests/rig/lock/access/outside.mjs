// Changes of the table that do not come over Matter: the vendor's app and the keypad.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { BadRequest } from "../requests.mjs";
import { DATA_TYPE_OF, NOT_BY_MATTER, isOne } from "./table.mjs";
import { dataOf, storedUser } from "../users.mjs";

const { CredentialType, DataOperationType } = DoorLock;

/** Adds or changes a user, with one change for the user and one per lost or new credential. Raises BadRequest. */
export function writeUser(table, user) {
  requireRoom(table, user);
  const before = table.user(user.index);
  const old = (before?.credentials ?? []).map(named);
  const wanted = user.credentials ?? old;
  const lost = old.filter(each => !wanted.some(other => same(other, each)));
  const added = wanted.filter(each => !old.some(other => same(other, each)));
  for (const { type, index } of lost) table.dropCredential(type, index);
  for (const each of added) table.putCredential(each.type, each.index, dataOf(each, table.limits), NOT_BY_MATTER);
  table.putUser(storedUser(user, wanted));
  delete table.firstUses[user.index];
  table.userChanged(before ? DataOperationType.Modify : DataOperationType.Add, user.index);
  for (const { type, index } of lost) table.changed(DATA_TYPE_OF[type], DataOperationType.Clear, user.index, index);
  for (const { type, index } of added) table.changed(DATA_TYPE_OF[type], DataOperationType.Add, user.index, index);
}

function requireRoom(table, { index, credentials = [] }) {
  if (index > table.limits.users) throw new BadRequest(`"index" may be ${table.limits.users} at most on this lock.`);
  if (credentials.length > table.limits.perUser)
    throw new BadRequest(`A user of this lock may have ${table.limits.perUser} credentials.`);
  for (const wanted of credentials) {
    const owner = table.owner(wanted.type, wanted.index);
    if (owner && owner.userIndex !== index)
      throw new BadRequest(`Credential ${wanted.index} of that type belongs to user ${owner.userIndex}.`);
  }
}

/** Takes every free place but the last ones, each with a code of its own as far as there are places for codes. */
export function fillTable(table, left) {
  for (let index = 1; index <= table.limits.users - left; index += 1) {
    if (table.user(index)) continue;
    const place = table.freeCredentialIndex(CredentialType.Pin, 0);
    const credentials = place === null ? [] : [{ type: CredentialType.Pin, index: place }];
    writeUser(table, { index, name: `App${index}`, uniqueId: null, status: 1, type: 0, credentials });
  }
}

function named({ credentialType, credentialIndex }) {
  return { type: credentialType, index: credentialIndex };
}

function same(one, other) {
  return isOne({ credentialType: one.type, credentialIndex: one.index }, other.type, other.index);
}

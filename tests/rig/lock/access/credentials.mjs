// SetCredential, GetCredentialStatus and ClearCredential (Matter application clusters §5.2.10.20 to §5.2.10.24).
import { DoorLock } from "@matter/main/clusters/door-lock";
import { ALL, DATA_TYPE_OF, NO_UNIQUE_ID, Refused, Status, isOne } from "./table.mjs";
import { isGiven } from "./users.mjs";

const { CredentialRule, CredentialType, DataOperationType, UserStatus, UserType } = DoorLock;

/** The types that a user made by SetCredential can have: not those of schedules. */
const TYPES = [
  UserType.UnrestrictedUser, UserType.ProgrammingUser, UserType.NonAccessUser, UserType.ForcedUser,
  UserType.DisposableUser, UserType.ExpiringUser, UserType.RemoteOnlyUser,
];

/** SetCredential answers its refusals in its response, not as status of the interaction. */
export function setCredential(table, request, fabric) {
  const { credentialType, credentialIndex } = request.credential;
  const nextCredentialIndex = table.freeCredentialIndex(credentialType, credentialIndex);
  try {
    const userIndex = set(table, request, fabric) ?? null;
    return { status: Status.SUCCESS, userIndex, nextCredentialIndex };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { status: error.status, userIndex: null, nextCredentialIndex };
  }
}

/** The checks come in the order in which the Matter SDK makes them; returns the index of a user that was made. */
function set(table, request, fabric) {
  requireData(table, request);
  requireUserFields(table, request);
  switch (request.operationType) {
    case DataOperationType.Add:
      return addCredential(table, request, fabric);
    case DataOperationType.Modify:
      return modifyCredential(table, request, fabric);
    default:
      throw new Refused(Status.INVALID_COMMAND, "a credential is added or modified");
  }
}

function requireData(table, { credential: { credentialType, credentialIndex }, credentialData, operationType }) {
  const { limits, personality } = table;
  if (!limits.takes(credentialType)) throw new Refused(Status.INVALID_COMMAND, "the lock has no such credentials");
  if (!(credentialIndex >= 1 && credentialIndex <= limits.credentials(credentialType)))
    throw new Refused(Status.INVALID_COMMAND, "no such place for a credential");
  const [shortest, longest] = limits.length(credentialType);
  if (credentialData.length < shortest || credentialData.length > longest)
    throw new Refused(Status.INVALID_COMMAND, "the code is too short or too long");
  // The SDK finds a code that is set again where it already is; the specification means another credential.
  const isItself = operationType === DataOperationType.Modify && !personality.as_sdk;
  if (table.credentialWith(credentialType, credentialData, isItself ? credentialIndex : undefined))
    throw new Refused(Status.DUPLICATE, "the code is taken");
}

function requireUserFields(table, { userIndex, userStatus, userType }) {
  const isWrongStatus = ![UserStatus.OccupiedEnabled, UserStatus.OccupiedDisabled].includes(userStatus);
  if (isGiven(userStatus) && isWrongStatus) throw new Refused(Status.INVALID_COMMAND, "a user is enabled or disabled");
  if (isGiven(userType) && !TYPES.includes(userType))
    throw new Refused(Status.INVALID_COMMAND, "a user cannot be of this type");
  if (isGiven(userIndex) && !(userIndex >= 1 && userIndex <= table.limits.users))
    throw new Refused(Status.INVALID_COMMAND, "no such place for a user");
}

function addCredential(table, { credential, credentialData, userIndex, userStatus, userType }, fabric) {
  const { credentialType, credentialIndex } = credential;
  if (table.credential(credentialType, credentialIndex))
    throw new Refused(Status.OCCUPIED, "the place of this credential is taken");
  if (table.personality.exhausted) throw new Refused(Status.RESOURCE_EXHAUSTED, "no room for a credential");
  const held = { credentialType, credentialIndex };
  const made = isGiven(userIndex)
    ? addToUser(table, userIndex, held, { userStatus, userType }, fabric)
    : addWithUser(table, held, { userStatus, userType }, fabric);
  table.putCredential(credentialType, credentialIndex, credentialData, fabric);
  table.changed(DATA_TYPE_OF[credentialType], DataOperationType.Add, made ?? userIndex, credentialIndex);
  return made;
}

function addToUser(table, index, held, { userStatus, userType }, fabric) {
  const user = table.user(index);
  if (!user) throw new Refused(Status.INVALID_COMMAND, "there is no such user");
  if (isGiven(userStatus) || isGiven(userType))
    throw new Refused(Status.INVALID_COMMAND, "status and type are those of a new user");
  if (user.creatorFabricIndex !== fabric) throw new Refused(Status.INVALID_COMMAND, "another fabric made this user");
  if (user.credentials.length >= table.limits.perUser)
    throw new Refused(Status.RESOURCE_EXHAUSTED, "this user has as many credentials as the lock allows");
  table.putUser({ ...user, credentials: [...user.credentials, held], lastModifiedFabricIndex: fabric });
}

/** A credential without a user brings a nameless one. */
function addWithUser(table, held, { userStatus, userType }, fabric) {
  const index = table.freeUserIndex();
  if (index === null) {
    const status = table.personality.as_sdk ? Status.OCCUPIED : Status.RESOURCE_EXHAUSTED;
    throw new Refused(status, "no room for a user");
  }
  table.putUser({
    userIndex: index, userName: "", userUniqueId: NO_UNIQUE_ID,
    userStatus: userStatus ?? UserStatus.OccupiedEnabled, userType: userType ?? UserType.UnrestrictedUser,
    credentialRule: CredentialRule.Single, credentials: [held], creatorFabricIndex: fabric, lastModifiedFabricIndex: fabric,
  });
  table.userChanged(DataOperationType.Add, index);
  return index;
}

/** A changed code: same place, same user, another code. */
function modifyCredential(table, { credential, credentialData, userIndex, userStatus, userType }, fabric) {
  const { credentialType, credentialIndex } = credential;
  const before = table.credential(credentialType, credentialIndex);
  if (isGiven(userStatus) || isGiven(userType))
    throw new Refused(Status.INVALID_COMMAND, "status and type are those of a new user");
  const user = isGiven(userIndex) ? table.user(userIndex) : undefined;
  if (!user || !before) throw new Refused(Status.INVALID_COMMAND, "there is no such user or credential");
  if (!user.credentials.some(each => isOne(each, credentialType, credentialIndex)))
    throw new Refused(Status.OCCUPIED, "the credential belongs to another user");
  if (user.creatorFabricIndex !== fabric || before.creatorFabricIndex !== fabric)
    throw new Refused(Status.INVALID_COMMAND, "another fabric made this credential");
  table.putCredential(credentialType, credentialIndex, credentialData, fabric);
  table.putUser({ ...user, lastModifiedFabricIndex: fabric });
  table.changed(DATA_TYPE_OF[credentialType], DataOperationType.Modify, userIndex, credentialIndex);
}

export function getCredentialStatus(table, { credential: { credentialType, credentialIndex } }) {
  const found = table.credential(credentialType, credentialIndex);
  return {
    credentialExists: found !== undefined,
    userIndex: (found && table.owner(credentialType, credentialIndex)?.userIndex) ?? null,
    creatorFabricIndex: found ? table.fabric(found.creatorFabricIndex) : null,
    lastModifiedFabricIndex: found ? table.fabric(found.lastModifiedFabricIndex) : null,
    nextCredentialIndex: table.nextCredentialIndex(credentialType, credentialIndex),
  };
}

/** One credential, all of a type, or all; whoever keeps none is cleared with its schedules (§5.2.10.24). */
export function clearCredential(table, { credential }) {
  if (credential === null) {
    const types = new Set(table.credentials.map(({ credentialType }) => credentialType));
    types.delete(CredentialType.ProgrammingPin);
    for (const type of types) clearType(table, type);
    return;
  }
  const { credentialType, credentialIndex } = credential;
  if (credentialType === CredentialType.ProgrammingPin || !table.limits.takes(credentialType))
    throw new Refused(Status.INVALID_COMMAND, "this credential cannot be cleared");
  if (credentialIndex === ALL) return clearType(table, credentialType);
  if (!(credentialIndex >= 1 && credentialIndex <= table.limits.credentials(credentialType)))
    throw new Refused(Status.INVALID_COMMAND, "no such place for a credential");
  clearOne(table, credentialType, credentialIndex);
}

function clearType(table, type) {
  const indices = table.credentials.filter(each => each.credentialType === type).map(each => each.credentialIndex);
  const left = indices.map(index => take(table, type, index));
  table.changed(DATA_TYPE_OF[type], DataOperationType.Clear, ALL, ALL);
  for (const user of left) clearBare(table, user);
}

/** Clearing an empty place is a success, as the Matter SDK has it. */
function clearOne(table, type, index) {
  if (!table.credential(type, index)) return;
  const user = take(table, type, index);
  table.changed(DATA_TYPE_OF[type], DataOperationType.Clear, user ?? null, index);
  clearBare(table, user);
}

/** Takes a credential from its user, and tells whose it was. */
function take(table, type, index) {
  const user = table.owner(type, index);
  table.dropCredential(type, index);
  if (user) table.putUser({ ...user, credentials: user.credentials.filter(each => !isOne(each, type, index)) });
  return user?.userIndex;
}

function clearBare(table, index) {
  const user = table.user(index);
  if (!user || user.credentials.length > 0) return;
  table.dropUser(index);
  table.userChanged(DataOperationType.Clear, index);
}

// SetUser, GetUser and ClearUser (Matter application clusters §5.2.10.16 to §5.2.10.19).
import { DoorLock } from "@matter/main/clusters/door-lock";
import { ALL, NO_UNIQUE_ID, Refused, Status } from "./table.mjs";

const { CredentialRule, DataOperationType, UserStatus, UserType } = DoorLock;

/** Longest user name in bytes of UTF-8. */
export const LONGEST_NAME = 10;

const STATUSES = [UserStatus.OccupiedEnabled, UserStatus.OccupiedDisabled];

/** The types that SetUser takes: neither those of one kind of schedule nor programming. */
const TYPES = [
  UserType.UnrestrictedUser, UserType.NonAccessUser, UserType.ForcedUser, UserType.DisposableUser,
  UserType.ExpiringUser, UserType.ScheduleRestrictedUser, UserType.RemoteOnlyUser,
];

export function setUser(table, request, fabric) {
  requireIndex(table, request.userIndex);
  requireFields(table, request);
  const before = table.user(request.userIndex);
  if (request.operationType === DataOperationType.Add) return addUser(table, request, fabric, before);
  if (request.operationType === DataOperationType.Modify) return modifyUser(table, request, fabric, before);
  throw new Refused(Status.INVALID_COMMAND, "a user is added or modified");
}

function addUser(table, request, fabric, before) {
  if (before) throw new Refused(Status.OCCUPIED, "the place of this user is taken");
  if (table.personality.exhausted) throw new Refused(Status.RESOURCE_EXHAUSTED, "no room for a user");
  table.putUser({
    userIndex: request.userIndex,
    userName: request.userName ?? "",
    userUniqueId: request.userUniqueId ?? NO_UNIQUE_ID,
    userStatus: request.userStatus ?? UserStatus.OccupiedEnabled,
    userType: request.userType ?? UserType.UnrestrictedUser,
    credentialRule: request.credentialRule ?? CredentialRule.Single,
    credentials: [],
    creatorFabricIndex: fabric,
    lastModifiedFabricIndex: fabric,
  });
  table.userChanged(DataOperationType.Add, request.userIndex);
}

/** Null leaves a field as it is; name and unique id belong to the fabric that made the user. */
function modifyUser(table, request, fabric, before) {
  if (!before) throw new Refused(Status.INVALID_COMMAND, "there is no such user");
  const named = isGiven(request.userName) || isGiven(request.userUniqueId);
  if (named && before.creatorFabricIndex !== fabric)
    throw new Refused(Status.INVALID_COMMAND, "another fabric named this user");
  const after = {
    ...before,
    userName: request.userName ?? before.userName,
    userUniqueId: request.userUniqueId ?? before.userUniqueId,
    userStatus: request.userStatus ?? before.userStatus,
    userType: request.userType ?? before.userType,
    credentialRule: request.credentialRule ?? before.credentialRule,
    lastModifiedFabricIndex: fabric,
  };
  // An expiring user who is made or enabled anew has its first use before it.
  if (isGiven(request.userStatus) || isGiven(request.userType)) delete table.firstUses[before.userIndex];
  table.putUser(after);
  table.userChanged(DataOperationType.Modify, before.userIndex);
}

export function getUser(table, { userIndex }) {
  requireIndex(table, userIndex);
  const user = table.user(userIndex);
  const nobody = {
    userName: null, userUniqueId: null, userStatus: null, userType: null, credentialRule: null, credentials: null,
    creatorFabricIndex: null, lastModifiedFabricIndex: null,
  };
  const makers = user && {
    creatorFabricIndex: table.fabric(user.creatorFabricIndex),
    lastModifiedFabricIndex: table.fabric(user.lastModifiedFabricIndex),
  };
  return { ...nobody, ...user, ...makers, userIndex, nextUserIndex: table.nextUserIndex(userIndex) };
}

/** One user or all; clearing nobody is a success, as the Matter SDK has it. */
export function clearUser(table, { userIndex }) {
  if (userIndex === ALL) {
    for (const user of [...table.users]) table.dropUser(user.userIndex);
    return table.userChanged(DataOperationType.Clear, ALL);
  }
  requireIndex(table, userIndex);
  if (!table.user(userIndex)) return;
  table.dropUser(userIndex);
  table.userChanged(DataOperationType.Clear, userIndex);
}

export function requireIndex(table, index) {
  if (!(index >= 1 && index <= table.limits.users)) throw new Refused(Status.INVALID_COMMAND, "no such place for a user");
}

function requireFields(table, { userName, userStatus, userType, credentialRule }) {
  if (isGiven(userName)) requireName(table, userName);
  if (isGiven(userStatus) && !STATUSES.includes(userStatus))
    throw new Refused(Status.INVALID_COMMAND, "a user is enabled or disabled");
  if (isGiven(userType)) requireType(table, userType);
  if (isGiven(credentialRule) && !table.limits.hasRule(credentialRule))
    throw new Refused(Status.INVALID_COMMAND, "the lock does not have this rule");
}

function requireName(table, name) {
  if (Buffer.byteLength(name) > LONGEST_NAME) throw new Refused(Status.INVALID_COMMAND, "the name is too long");
  if (table.personality.names === "alphanumeric" && !/^[0-9A-Za-z]*$/.test(name))
    throw new Refused(Status.INVALID_COMMAND, "the lock takes letters and digits only");
}

function requireType(table, type) {
  const isScheduled = type === UserType.ScheduleRestrictedUser;
  if (!TYPES.includes(type) || (isScheduled && !table.limits.hasSchedules))
    throw new Refused(Status.INVALID_COMMAND, "a user cannot be of this type");
}

export function isGiven(value) {
  return value !== null && value !== undefined;
}

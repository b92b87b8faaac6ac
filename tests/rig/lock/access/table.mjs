// What a lock keeps of people: users, credentials and schedules. A command works on a copy, which is stored as a whole or not at all.
import { DoorLock } from "@matter/main/clusters/door-lock";

const { CredentialType, DataOperationType, LockDataType, UserStatus } = DoorLock;

/** The statuses that the commands of the door lock cluster answer with. */
export const Status = Object.freeze({
  SUCCESS: 0, FAILURE: 1, DUPLICATE: 2, OCCUPIED: 3, INVALID_COMMAND: 0x85, RESOURCE_EXHAUSTED: 0x89, NOT_FOUND: 0x8b,
});

/** "All users" and "all credentials of a type" in requests and events. */
export const ALL = 0xfffe;

/** "All schedules of the user" in requests. */
export const ALL_SCHEDULES = 0xfe;

/** Creator of what was made outside Matter. GetUser answers null for it. */
export const NOT_BY_MATTER = 0;

/** Creator of what a fabric made that is gone. */
const GONE = 0;

/** UserUniqueID of a user who was given none. */
export const NO_UNIQUE_ID = 0xffffffff;

/** A command that the lock refuses. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The kind of data that a credential of a type is, in LockUserChange. */
export const DATA_TYPE_OF = Object.freeze({
  [CredentialType.ProgrammingPin]: LockDataType.ProgrammingCode,
  [CredentialType.Pin]: LockDataType.Pin,
  [CredentialType.Rfid]: LockDataType.Rfid,
  [CredentialType.Fingerprint]: LockDataType.Fingerprint,
  [CredentialType.FingerVein]: LockDataType.FingerVein,
  [CredentialType.Face]: LockDataType.Face,
  [CredentialType.AliroCredentialIssuerKey]: LockDataType.AliroCredentialIssuerKey,
  [CredentialType.AliroEvictableEndpointKey]: LockDataType.AliroEvictableEndpointKey,
  [CredentialType.AliroNonEvictableEndpointKey]: LockDataType.AliroNonEvictableEndpointKey,
});

/** How codes are kept where nobody looks: as they are. A lock seals them. */
const OPEN_VAULT = { seal: data => data, open: data => data };

export class Table {
  /** What has changed, as the fields of LockUserChange that say what: `dataType`, `operation`, `userIndex`, `dataIndex`. */
  changes = [];

  /**
   * `stored` is what `contents` once gave, `limits` what `limitsOf` gives. `personality` says where the lock departs
   * from the specification. `firstUses` of `stored` are milliseconds since 1970 by user index. `fabrics` are the
   * indices of fabrics that are there; without them all are.
   */
  constructor(stored, limits, personality, { vault = OPEN_VAULT, fabrics } = {}) {
    this.limits = limits;
    this.personality = personality;
    this.vault = vault;
    this.fabrics = fabrics;
    this.users = [...(stored.users ?? [])].map(user => ({ ...user, credentials: [...user.credentials] }));
    this.credentials = [...(stored.credentials ?? [])];
    this.weekDaySchedules = [...(stored.weekDaySchedules ?? [])];
    this.yearDaySchedules = [...(stored.yearDaySchedules ?? [])];
    this.holidaySchedules = [...(stored.holidaySchedules ?? [])];
    this.firstUses = { ...stored.firstUses };
  }

  /** Everything that has to be stored. */
  contents() {
    const { users, credentials, weekDaySchedules, yearDaySchedules, holidaySchedules, firstUses } = this;
    return { users, credentials, weekDaySchedules, yearDaySchedules, holidaySchedules, firstUses };
  }

  /** A fabric as the lock tells it: null for what was made outside Matter, 0 where the fabric is gone. */
  fabric(index) {
    if (index === NOT_BY_MATTER) return null;
    return this.fabrics === undefined || this.fabrics.has(index) ? index : GONE;
  }

  changed(dataType, operation, userIndex, dataIndex) {
    this.changes.push({ dataType, operation, userIndex, dataIndex });
  }

  userChanged(operation, index) {
    this.changed(LockDataType.UserIndex, operation, index, index);
  }

  user(index) {
    return this.users.find(user => user.userIndex === index);
  }

  putUser(user) {
    const at = this.users.findIndex(({ userIndex }) => userIndex === user.userIndex);
    if (at < 0) this.users.push(user);
    else this.users[at] = user;
  }

  /** Takes a user away, with credentials and schedules (§5.2.10.19). */
  dropUser(index) {
    const user = this.user(index);
    for (const { credentialType, credentialIndex } of user?.credentials ?? [])
      this.credentials = this.credentials.filter(each => !isOne(each, credentialType, credentialIndex));
    this.users = this.users.filter(each => each !== user);
    this.weekDaySchedules = this.weekDaySchedules.filter(({ userIndex }) => userIndex !== index);
    this.yearDaySchedules = this.yearDaySchedules.filter(({ userIndex }) => userIndex !== index);
    delete this.firstUses[index];
  }

  /** Switches a user off, as the lock does by itself. */
  disable(user) {
    this.putUser({ ...user, userStatus: UserStatus.OccupiedDisabled });
    this.userChanged(DataOperationType.Modify, user.userIndex);
  }

  freeUserIndex() {
    return firstFree(1, this.limits.users, index => this.user(index) !== undefined);
  }

  nextUserIndex(after) {
    return least(this.users.map(({ userIndex }) => userIndex).filter(index => index > after));
  }

  credential(type, index) {
    return this.credentials.find(each => isOne(each, type, index));
  }

  /** The user who has a credential. */
  owner(type, index) {
    return this.users.find(user => user.credentials.some(each => isOne(each, type, index)));
  }

  /** The credential with this data; `except` is an index that does not count. */
  credentialWith(type, data, except) {
    return this.credentials.find(
      each => each.credentialType === type && each.credentialIndex !== except && this.opens(each, data),
    );
  }

  /** Whether a credential has this data. */
  opens({ credentialData }, data) {
    return Buffer.from(this.vault.open(credentialData)).equals(Buffer.from(data));
  }

  putCredential(type, index, data, creator, modifier = creator) {
    this.dropCredential(type, index);
    this.credentials.push({
      credentialType: type, credentialIndex: index, credentialData: this.vault.seal(data),
      creatorFabricIndex: creator, lastModifiedFabricIndex: modifier,
    });
  }

  /** Takes a credential out of the store; whose it was is the caller's to change. */
  dropCredential(type, index) {
    this.credentials = this.credentials.filter(each => !isOne(each, type, index));
  }

  freeCredentialIndex(type, after) {
    return firstFree(after + 1, this.limits.credentials(type), index => this.credential(type, index) !== undefined);
  }

  nextCredentialIndex(type, after) {
    const indices = this.credentials.filter(each => each.credentialType === type).map(each => each.credentialIndex);
    return least(indices.filter(index => index > after));
  }

  weekDays(user) {
    return this.weekDaySchedules.filter(({ userIndex }) => userIndex === user);
  }

  yearDays(user) {
    return this.yearDaySchedules.filter(({ userIndex }) => userIndex === user);
  }
}

export function isOne({ credentialType, credentialIndex }, type, index) {
  return credentialType === type && credentialIndex === index;
}

function firstFree(from, to, isTaken) {
  for (let index = from; index <= to; index += 1) if (!isTaken(index)) return index;
  return null;
}

function least(numbers) {
  return numbers.length ? Math.min(...numbers) : null;
}

// The keypad: a code is typed, and the lock opens or does not, and says so.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { Outcome, admit, expire, use } from "./admission.mjs";
import { NOT_BY_MATTER } from "./table.mjs";

const { AlarmCode, LockOperationType, OperationError, OperationSource } = DoorLock;

export const ERRORS = Object.freeze({
  [Outcome.INVALID_CREDENTIAL]: OperationError.InvalidCredential,
  [Outcome.DISABLED_USER]: OperationError.DisabledUserDenied,
  [Outcome.RESTRICTED]: OperationError.Restricted,
});

export const OPERATIONS = Object.freeze({
  [Outcome.OPENS]: LockOperationType.Unlock,
  [Outcome.DURESS]: LockOperationType.ForcedUserEvent,
  [Outcome.REPORTS]: LockOperationType.NonAccessUserEvent,
});

export class Keypad {
  /** Wrong codes in a row. */
  wrongCodes = 0;
  #lockedUntil = 0;

  /**
   * Types a code and changes the table as a use does. Gives the `outcome`, whether the bolt `opens`, and `events`, each
   * as name and payload.
   */
  enter(table, code, moment) {
    expire(table, moment);
    // A keypad that is locked out says nothing at all.
    if (moment.ms < this.#lockedUntil) return { outcome: Outcome.LOCKED_OUT, opens: false, events: [] };
    const { outcome, user, credential } = admit(table, code, moment);
    if (outcome === Outcome.INVALID_CREDENTIAL) return this.#wrong(table, moment);
    const actor = actorOf(table, user, credential);
    if (outcome in ERRORS) return { outcome, opens: false, events: [error(table, outcome, actor)] };
    this.wrongCodes = 0;
    use(table, user, moment);
    const events = [["lockOperation", { lockOperationType: OPERATIONS[outcome], ...actor }]];
    if (outcome === Outcome.DURESS) events.push(["doorLockAlarm", { alarmCode: AlarmCode.ForcedUser }]);
    return { outcome, opens: outcome !== Outcome.REPORTS, events };
  }

  #wrong(table, moment) {
    const outcome = Outcome.INVALID_CREDENTIAL;
    const events = [error(table, outcome, actorOf(table))];
    this.wrongCodes += 1;
    if (this.wrongCodes >= table.limits.wrongCodes) {
      this.wrongCodes = 0;
      this.#lockedUntil = moment.ms + 1000 * table.limits.lockoutSeconds;
      events.push(["doorLockAlarm", { alarmCode: AlarmCode.WrongCodeEntryLimit }]);
    }
    return { outcome, opens: false, events };
  }
}

/** Source, user and credential of an operation at the keypad, as far as this lock tells. */
function actorOf(table, user, credential) {
  const nobody = { userIndex: null, fabricIndex: null, sourceNode: null, credentials: null };
  if (!tells(table, user)) return { operationSource: OperationSource.Unspecified, ...nobody };
  const known = user && {
    userIndex: user.userIndex,
    credentials: [{ credentialType: credential.credentialType, credentialIndex: credential.credentialIndex }],
  };
  return { operationSource: OperationSource.Keypad, ...nobody, ...known };
}

function tells({ personality }, user) {
  if (personality.tells !== "made_over_matter") return personality.tells === "everybody";
  return user !== undefined && user.creatorFabricIndex !== NOT_BY_MATTER;
}

/** The error for an outcome; "restricted" is known to locks with schedules only (§5.2.6.8). */
export function errorOf(table, outcome) {
  const isUnknown = outcome === Outcome.RESTRICTED && !table.limits.hasSchedules;
  return isUnknown ? OperationError.InvalidCredential : ERRORS[outcome];
}

function error(table, outcome, actor) {
  return ["lockOperationError", { lockOperationType: LockOperationType.Unlock, operationError: errorOf(table, outcome), ...actor }];
}

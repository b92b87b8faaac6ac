// A code that comes over the air with a command: the same rules as at the keypad.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { Outcome, admit, expire, isShut, modeAt, use } from "./admission.mjs";
import { ERRORS, OPERATIONS, errorOf } from "./keypad.mjs";

const { AlarmCode, LockOperationType, OperationSource } = DoorLock;

/** What a command with this code does, and what it makes of the table; without a code only the mode matters. */
export function enterRemotely(table, code, moment, { fabricIndex, sourceNode, operationType = LockOperationType.Unlock }) {
  expire(table, moment);
  const nobody = { userIndex: null, credentials: null };
  const origin = { operationSource: OperationSource.Remote, fabricIndex, sourceNode };
  const refused = (outcome, actor) => ({
    outcome, opens: false,
    events: [["lockOperationError", { lockOperationType: operationType, operationError: errorOf(table, outcome), ...origin, ...actor }]],
  });
  if (isShut(modeAt(table, moment.local), true)) return refused(Outcome.RESTRICTED, nobody);
  if (code === undefined) return { outcome: Outcome.OPENS, opens: true, events: [] };
  const { outcome, user, credential } = admit(table, code, moment, { isRemote: true });
  if (!user) return refused(outcome, nobody);
  const { credentialType, credentialIndex } = credential;
  const actor = { userIndex: user.userIndex, credentials: [{ credentialType, credentialIndex }] };
  if (outcome in ERRORS) return refused(outcome, actor);
  use(table, user, moment);
  const isPlain = outcome === Outcome.OPENS;
  const lockOperationType = isPlain ? operationType : OPERATIONS[outcome];
  const events = [["lockOperation", { lockOperationType, ...origin, ...actor }]];
  if (outcome === Outcome.DURESS) events.push(["doorLockAlarm", { alarmCode: AlarmCode.ForcedUser }]);
  return { outcome, opens: outcome !== Outcome.REPORTS, events };
}

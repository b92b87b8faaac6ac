// What people and the bolt do at the door.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { BadRequest, boolean, onlyKnown, unsigned64, whole, wholeOrNull } from "./requests.mjs";
import { ALARMS, DOOR_STATES, ERRORS, LOCK_STATES, METHODS, OPEN_STATES, meaning } from "./vocabulary.mjs";

const { AlarmCode, LockOperationType, LockState, OperationError, OperationSource } = DoorLock;

/** Node id that Home Assistant's controller has on its own fabric. */
const HOME_ASSISTANT_NODE = 112233;

const OPERATION_ARGUMENTS = ["method", "user", "credential_index", "fabric", "node"];

/** Longest pause between the report of a state and its explanation, in milliseconds. */
const LONGEST_EVENT_DELAY = 60000;

/** Longest time that a latch is held back, in milliseconds. */
const LONGEST_LATCH = 60000;

const NOBODY = Object.freeze({ userIndex: null, fabricIndex: null, sourceNode: null, credentials: null });

/** The actions that need nothing but the door. */
export function doorActions(lock) {
  const operate = (lockState, type) => ({ event_delay_ms = 0, ...request }) => {
    const delayMs = whole({ event_delay_ms }, "event_delay_ms", { most: LONGEST_EVENT_DELAY });
    return lock.operate(lockState, operation(lock, type, request), delayMs);
  };
  return {
    lock: operate(LockState.Locked, LockOperationType.Lock),
    unlock: async request => {
      await operate(LockState.Unlocked, LockOperationType.Unlock)(request);
      lock.access.keypad.wrongCodes = 0;
    },
    unlatch: operate(LockState.Unlatched, LockOperationType.Unlatch),
    denied: request => denied(lock, request),
    wrong_code: request => wrongCode(lock, request),
    alarm: request => alarm(lock, request),
    duress: request => duress(lock, request),
    jam: request => jam(lock, request),
    manners: request => manners(lock, request),
    door: request => door(lock, request),
  };
}

/** The LockOperation payload of an operation; what a lock cannot tell is null. Raises BadRequest. */
function operation(lock, lockOperationType, request) {
  onlyKnown(request, OPERATION_ARGUMENTS);
  const method = methodOf(request);
  const actor = actorOf(lock, method, request);
  if (request.method !== "remote" && !lock.tells(actor.userIndex))
    return { lockOperationType, operationSource: OperationSource.Unspecified, ...NOBODY };
  return { lockOperationType, operationSource: method.source, ...actor };
}

function methodOf({ method }) {
  if (Object.hasOwn(METHODS, method ?? "")) return METHODS[method];
  throw new BadRequest(`"method" must be one of ${Object.keys(METHODS).join(", ")}.`);
}

/** Who acted: user and credential of local operations, fabric and node of remote ones. */
function actorOf(lock, method, request) {
  const isRemote = request.method === "remote";
  const userIndex = wholeOrNull(request, "user", { least: 1, most: 0xfffd });
  if (userIndex !== null && !method.user) throw new BadRequest(`"${request.method}" never names a user.`);
  if (!isRemote && (request.fabric !== undefined || request.node !== undefined))
    throw new BadRequest('"fabric" and "node" belong to method remote only.');
  return {
    userIndex,
    fabricIndex: isRemote ? whole(request, "fabric", { least: 1, most: 254, fallback: firstFabric(lock) }) : null,
    sourceNode: isRemote ? unsigned64(request, "node", HOME_ASSISTANT_NODE) : null,
    credentials: credentialsOf(lock, method, userIndex, request),
  };
}

function firstFabric(lock) {
  return lock.fabrics[0]?.fabricIndex ?? 1;
}

/** The credential used: the one named, else the user's first of that kind; null when null was asked for. */
function credentialsOf(lock, method, userIndex, request) {
  const credentialIndex = wholeOrNull(request, "credential_index", { least: 1, most: 0xfffd });
  if (credentialIndex !== null && method.credentials.length === 0)
    throw new BadRequest(`"${request.method}" uses no credential.`);
  if (request.credential_index === null || (userIndex === null && credentialIndex === null)) return null;
  const owned = ownedCredential(lock, method, userIndex, credentialIndex);
  if (owned) return [owned];
  if (credentialIndex !== null) return [{ credentialType: method.credentials[0], credentialIndex }];
  if (request.method === "remote" || method.credentials.length === 0) return null;
  throw new BadRequest(
    `User ${userIndex} has no credential for "${request.method}" in the lock; give "credential_index" (null for none).`,
  );
}

function ownedCredential(lock, method, userIndex, credentialIndex) {
  const user = lock.door.users.find(each => each.userIndex === userIndex);
  const found = user?.credentials.find(
    each => method.credentials.includes(each.credentialType) &&
      (credentialIndex === null || each.credentialIndex === credentialIndex),
  );
  return found && { credentialType: found.credentialType, credentialIndex: found.credentialIndex };
}

async function denied(lock, request) {
  const { error, ...rest } = request;
  const operationError = meaning(ERRORS, "error", error ?? "invalid_credential");
  await lock.emit("lockOperationError", { ...operation(lock, LockOperationType.Unlock, rest), operationError });
}

/** Wrong tries; at the lock's limit comes the alarm and the count begins anew. */
async function wrongCode(lock, request) {
  onlyKnown(request, ["times", "method"]);
  const times = whole(request, "times", { least: 1, most: 100, fallback: 1 });
  const payload = operation(lock, LockOperationType.Unlock, { method: request.method ?? "pin" });
  for (let attempt = 0; attempt < times; attempt += 1) {
    await lock.emit("lockOperationError", { ...payload, operationError: OperationError.InvalidCredential });
    lock.access.keypad.wrongCodes += 1;
    if (lock.access.keypad.wrongCodes < lock.door.wrongCodeEntryLimit) continue;
    lock.access.keypad.wrongCodes = 0;
    await lock.emit("doorLockAlarm", { alarmCode: AlarmCode.WrongCodeEntryLimit });
  }
}

async function alarm(lock, request) {
  onlyKnown(request, ["code", "name"]);
  const asked = request.name ?? request.code;
  const alarmCode = meaning(ALARMS, request.name === undefined ? "code" : "name", asked);
  await lock.emit("doorLockAlarm", { alarmCode });
}

/** Somebody opens under threat: an operation of a forced user, the alarm for it, or both. */
async function duress(lock, request) {
  onlyKnown(request, ["user", "method", "report"]);
  const reports = ["both", "operation", "alarm"];
  const report = request.report ?? "both";
  if (!reports.includes(report)) throw new BadRequest(`"report" must be one of ${reports.join(", ")}.`);
  const type = report === "alarm" ? LockOperationType.Unlock : LockOperationType.ForcedUserEvent;
  const payload = operation(lock, type, { method: request.method ?? "pin", user: request.user });
  await lock.operate(LockState.Unlocked, payload);
  if (report !== "operation") await lock.emit("doorLockAlarm", { alarmCode: AlarmCode.ForcedUser });
}

/** While jammed every remote command jams again; freeing the bolt says nothing but the state. */
async function jam(lock, request) {
  onlyKnown(request, ["on", "state"]);
  lock.faults.jammed = boolean(request, "on", true);
  lock.stopTimers();
  if (!lock.faults.jammed) return lock.setDoor({ lockState: meaning(LOCK_STATES, "state", request.state ?? "locked") });
  await lock.setDoor({ lockState: LockState.NotFullyLocked });
  await lock.emit("doorLockAlarm", { alarmCode: AlarmCode.LockJammed });
}

/** How the lock reports its positions from now on. */
async function manners(lock, request) {
  onlyKnown(request, ["open_as", "latch_ms"]);
  const { openAs, latchMs } = lock.manners;
  lock.manners.openAs = meaning(OPEN_STATES, "open_as", request.open_as ?? openAs);
  lock.manners.latchMs = whole(request, "latch_ms", { most: LONGEST_LATCH, fallback: latchMs });
}

/** matter.js sends DoorStateChange by itself. */
async function door(lock, request) {
  onlyKnown(request, ["state"]);
  if (!lock.options.doorSensor) throw new BadRequest("This lock has no door sensor; start it with --door-sensor.");
  await lock.setDoor({ doorState: meaning(DOOR_STATES, "state", request.state) });
}

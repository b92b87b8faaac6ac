// What people do at the keypad, and how the lock deals with them: its personality and its clock.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { admitted } from "./access/admission.mjs";
import { fillTable } from "./access/outside.mjs";
import { BadRequest, onlyKnown, whole } from "./requests.mjs";
import { shownUser } from "./users.mjs";

const { AlarmCode, LockState } = DoorLock;

export function peopleActions(lock) {
  return {
    code: request => code(lock, request),
    touch_keypad: request => touchKeypad(lock, request),
    admits: request => admits(lock, request),
    personality: request => lock.access.change(request),
    clock: request => clock(lock, request),
    fill: request => fill(lock, request),
    reset_people: request => resetPeople(lock, request),
    people: request => people(lock, request),
  };
}

/** Somebody types a code; `at` is the true wall clock, now when absent. The answer does not repeat the code. */
async function code(lock, request) {
  onlyKnown(request, ["code", "at"]);
  if (typeof request.code !== "string" || !/^\d{1,32}$/.test(request.code)) throw new BadRequest('"code" must be digits.');
  const moment = lock.access.clock.moment(request.at);
  lock.access.wake();
  const { answer, changes } = await lock.editTable(table => lock.access.keypad.enter(table, Buffer.from(request.code), moment));
  const { outcome, opens, events } = answer;
  if (opens && lock.faults.jammed) await lock.emit("doorLockAlarm", { alarmCode: AlarmCode.LockJammed });
  else await say(lock, opens, events);
  await lock.announce(changes);
  await lock.watchExpiry();
  return { result: opens && lock.faults.jammed ? "jammed" : outcome, user: events[0]?.[1].userIndex ?? null };
}

/** The bolt moves before the lock says why. */
async function say(lock, opens, events) {
  const [first, ...rest] = events;
  if (opens) await lock.operate(LockState.Unlocked, first[1]);
  else if (first) await lock.emit(...first);
  for (const event of rest) await lock.emit(...event);
}

async function touchKeypad(lock, request) {
  onlyKnown(request, []);
  lock.access.wake();
}

/** Who could open at the keypad by a code, at a wall clock or now. */
async function admits(lock, request) {
  onlyKnown(request, ["at"]);
  const moment = lock.access.clock.moment(request.at);
  return { users: await lock.readTable(table => admitted(table, moment)) };
}

/** A lock that tells its time says when it has lost it. */
async function clock(lock, request) {
  lock.access.clock.set(request);
  lock.access.save();
  if (lock.options.profile.tellsTime && lock.access.clock.isUnset) await lock.tellTimeFailure();
}

/** The vendor's app takes every place but the last ones. */
async function fill(lock, request) {
  onlyKnown(request, ["left"]);
  const left = whole(request, "left", { fallback: 0 });
  const { changes } = await lock.editTable(table => fillTable(table, left));
  await lock.announce(changes);
}

/** Nobody is in the lock, its clock is right, and it is by the book except for the personality that is given. */
async function resetPeople(lock, request) {
  lock.access.reset(request);
  await lock.setDoor({ users: [], credentials: [], weekDaySchedules: [], yearDaySchedules: [], holidaySchedules: [] });
}

/** The whole table without codes. Days are a number, times seconds since 1970 of the wall clock. */
async function people(lock, request) {
  onlyKnown(request, []);
  const { personality, clock: { setting } } = lock.access;
  const table = await lock.readTable(({ users, weekDaySchedules, yearDaySchedules, holidaySchedules, firstUses }) => ({
    users: users.map(shownUser), week_days: weekDaySchedules, year_days: yearDaySchedules, holidays: holidaySchedules,
    first_uses: firstUses,
  }));
  return { ...table, personality, clock: setting };
}

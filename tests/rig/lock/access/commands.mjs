// Every command that reads or changes the table, by matter.js' names.
import { clearCredential, getCredentialStatus, setCredential } from "./credentials.mjs";
import {
  clearHolidaySchedule, clearWeekDaySchedule, clearYearDaySchedule, getHolidaySchedule, getWeekDaySchedule,
  getYearDaySchedule, setHolidaySchedule, setWeekDaySchedule, setYearDaySchedule,
} from "./schedules.mjs";
import { clearUser, getUser, setUser } from "./users.mjs";

/** Each takes table, request and the index of the fabric that asks, gives the response and raises Refused. */
export const COMMANDS = Object.freeze({
  setUser, getUser, clearUser, setCredential, getCredentialStatus, clearCredential,
  setWeekDaySchedule, getWeekDaySchedule, clearWeekDaySchedule, setYearDaySchedule, getYearDaySchedule,
  clearYearDaySchedule, setHolidaySchedule, getHolidaySchedule, clearHolidaySchedule,
});

/** Tells whether a command changes the table. */
export function isWrite(command) {
  return !command.startsWith("get");
}

/** Tells whether a command writes what a keypad keeps: the codes. */
export function isCredentialWrite(command) {
  return ["setCredential", "clearCredential", "clearUser"].includes(command);
}

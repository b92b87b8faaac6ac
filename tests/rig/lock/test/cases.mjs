// The table of cases below tests/rig/cases, as the lock's own modules take it.
import fs from "node:fs";

const FOLDER = new URL("../../cases/", import.meta.url);

export const FILES = ["users", "credentials", "schedules", "keypad", "real_locks"];
export const DEFAULT_LOCKS = ["u400"];

const WORDS = read("words");

/** matter.js' names of fields where they differ from those on the wire. */
const NAMES = { userUniqueID: "userUniqueId" };
const SCHEDULES = { SetWeekDaySchedule: timesOfDay, SetYearDaySchedule: times, SetHolidaySchedule: times };

function read(name) {
  return JSON.parse(fs.readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

/** The cases of a file; every one with its locks. */
export function casesOf(file) {
  return read(file).cases.map(each => ({ locks: DEFAULT_LOCKS, ...each }));
}

/** A command's name and request as matter.js has them. */
export function requestOf({ command, fields }) {
  const given = { ...WORDS.defaults[command], ...fields };
  const request = {};
  for (const [key, value] of Object.entries(given)) Object.assign(request, field(command, key, value));
  return [command[0].toLowerCase() + command.slice(1), request];
}

function field(command, key, value) {
  switch (key) {
    case "code":
      return { credentialData: Buffer.from(value) };
    case "credential":
      return { credential: value && { credentialType: WORDS.credentialType[value[0]], credentialIndex: value[1] } };
    case "daysMask":
      return { daysMask: value.reduce((mask, day) => mask | WORDS.day[day], 0) };
    case "from":
    case "to":
      return SCHEDULES[command](key, value);
    default:
      return { [NAMES[key] ?? key]: WORDS[key]?.[value] ?? value };
  }
}

function timesOfDay(key, value) {
  const [hour, minute] = value.split(":").map(Number);
  return key === "from" ? { startHour: hour, startMinute: minute } : { endHour: hour, endMinute: minute };
}

function times(key, value) {
  return { [key === "from" ? "localStartTime" : "localEndTime"]: Date.parse(`${value}Z`) / 1000 };
}

/** The fields of a response that a case names, as it names them. */
export function expectedResponse(command, response) {
  const expected = {};
  for (const [key, value] of Object.entries(response))
    Object.assign(expected, ["from", "to"].includes(key) ? times(key, value) : { [NAMES[key] ?? key]: value });
  return expected;
}

export function statusNumber(word = "SUCCESS") {
  return WORDS.status[word];
}

/** What changed, as a case says it. */
export function wordsOfChange({ dataType, operation, userIndex, dataIndex }) {
  return [wordOf(WORDS.dataType, dataType), wordOf(WORDS.operationType, operation), userIndex, dataIndex];
}

function wordOf(words, value) {
  return Object.keys(words).find(word => words[word] === value) ?? value;
}

// Week-day, year-day and holiday schedules (Matter application clusters §5.2.10.4 to §5.2.10.15).
// Days are a number as on the wire: bit 0 is Sunday. Local times are seconds since 1970 of the wall clock.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { ALL, ALL_SCHEDULES, Refused, Status } from "./table.mjs";
import { requireIndex } from "./users.mjs";

const { DataOperationType, LockDataType, UserType } = DoorLock;

const ALL_DAYS = 0x7f;

export function setWeekDaySchedule(table, request, fabric) {
  const { weekDayIndex, userIndex, daysMask, startHour, startMinute, endHour, endMinute } = request;
  const user = requireUser(table, userIndex, weekDayIndex, table.limits.weekDays);
  requireMaker(user, fabric);
  requireDays(table, daysMask);
  if (startHour > 23 || startMinute > 59 || endHour > 23 || endMinute > 59)
    throw new Refused(Status.INVALID_COMMAND, "there is no such time of day");
  if (60 * endHour + endMinute <= 60 * startHour + startMinute)
    throw new Refused(Status.INVALID_COMMAND, "the schedule ends before it begins");
  table.weekDaySchedules = without(table.weekDaySchedules, "weekDayIndex", weekDayIndex, userIndex);
  table.weekDaySchedules.push({ weekDayIndex, userIndex, daysMask, startHour, startMinute, endHour, endMinute });
  afterSet(table, user, LockDataType.WeekDaySchedule, weekDayIndex, fabric);
}

export function setYearDaySchedule(table, request, fabric) {
  const { yearDayIndex, userIndex, localStartTime, localEndTime } = request;
  const user = requireUser(table, userIndex, yearDayIndex, table.limits.yearDays);
  requireMaker(user, fabric);
  requireOrder(localStartTime, localEndTime);
  table.yearDaySchedules = without(table.yearDaySchedules, "yearDayIndex", yearDayIndex, userIndex);
  table.yearDaySchedules.push({ yearDayIndex, userIndex, localStartTime, localEndTime });
  afterSet(table, user, LockDataType.YearDaySchedule, yearDayIndex, fabric);
}

export function getWeekDaySchedule(table, { weekDayIndex, userIndex }) {
  const found = table.weekDays(userIndex).find(each => each.weekDayIndex === weekDayIndex);
  const status = lookUp(table, userIndex, weekDayIndex, table.limits.weekDays, found);
  return status === Status.SUCCESS ? { ...found, status } : { weekDayIndex, userIndex, status };
}

export function getYearDaySchedule(table, { yearDayIndex, userIndex }) {
  const found = table.yearDays(userIndex).find(each => each.yearDayIndex === yearDayIndex);
  const status = lookUp(table, userIndex, yearDayIndex, table.limits.yearDays, found);
  return status === Status.SUCCESS ? { ...found, status } : { yearDayIndex, userIndex, status };
}

export function clearWeekDaySchedule(table, { weekDayIndex, userIndex }, fabric) {
  const user = requireUser(table, userIndex, weekDayIndex, table.limits.weekDays, ALL_SCHEDULES);
  requireMaker(user, fabric);
  table.weekDaySchedules = without(table.weekDaySchedules, "weekDayIndex", weekDayIndex, userIndex);
  afterClear(table, user, LockDataType.WeekDaySchedule, weekDayIndex, fabric);
}

export function clearYearDaySchedule(table, { yearDayIndex, userIndex }, fabric) {
  const user = requireUser(table, userIndex, yearDayIndex, table.limits.yearDays, ALL_SCHEDULES);
  requireMaker(user, fabric);
  table.yearDaySchedules = without(table.yearDaySchedules, "yearDayIndex", yearDayIndex, userIndex);
  afterClear(table, user, LockDataType.YearDaySchedule, yearDayIndex, fabric);
}

/** A holiday is no schedule of a user: the whole lock is in another operating mode. */
export function setHolidaySchedule(table, { holidayIndex, localStartTime, localEndTime, operatingMode }) {
  requireSchedule(holidayIndex, table.limits.holidays);
  requireOrder(localStartTime, localEndTime);
  if (!table.limits.hasMode(operatingMode)) throw new Refused(Status.INVALID_COMMAND, "the lock does not have this mode");
  table.holidaySchedules = table.holidaySchedules.filter(each => each.holidayIndex !== holidayIndex);
  table.holidaySchedules.push({ holidayIndex, localStartTime, localEndTime, operatingMode });
  table.changed(LockDataType.HolidaySchedule, DataOperationType.Add, null, holidayIndex);
}

export function getHolidaySchedule(table, { holidayIndex }) {
  if (!(holidayIndex >= 1 && holidayIndex <= table.limits.holidays))
    return { holidayIndex, status: Status.INVALID_COMMAND };
  const found = table.holidaySchedules.find(each => each.holidayIndex === holidayIndex);
  return found ? { ...found, status: Status.SUCCESS } : { holidayIndex, status: Status.NOT_FOUND };
}

export function clearHolidaySchedule(table, { holidayIndex }) {
  requireSchedule(holidayIndex, table.limits.holidays, ALL_SCHEDULES);
  const isAll = holidayIndex === ALL_SCHEDULES;
  table.holidaySchedules = table.holidaySchedules.filter(each => !isAll && each.holidayIndex !== holidayIndex);
  table.changed(LockDataType.HolidaySchedule, DataOperationType.Clear, null, indexOfAll(table, holidayIndex));
}

function requireUser(table, userIndex, index, most, all) {
  requireSchedule(index, most, all);
  requireIndex(table, userIndex);
  const user = table.user(userIndex);
  if (!user) throw new Refused(Status.FAILURE, "there is no such user");
  return user;
}

function requireSchedule(index, most, all) {
  if (!(index >= 1 && index <= most) && index !== all)
    throw new Refused(Status.INVALID_COMMAND, "no such place for a schedule");
}

function requireMaker(user, fabric) {
  if (user.creatorFabricIndex !== fabric) throw new Refused(Status.INVALID_COMMAND, "another fabric made this user");
}

function requireDays(table, daysMask) {
  if (daysMask === 0 || (daysMask & ~ALL_DAYS) !== 0) throw new Refused(Status.INVALID_COMMAND, "there is no such day");
  const isOneDay = (daysMask & (daysMask - 1)) === 0;
  if (table.personality.days === "one" && !isOneDay)
    throw new Refused(Status.INVALID_COMMAND, "the lock takes one day in a schedule");
}

function requireOrder(localStartTime, localEndTime) {
  if (localEndTime <= localStartTime) throw new Refused(Status.INVALID_COMMAND, "the schedule ends before it begins");
}

function lookUp(table, userIndex, index, most, found) {
  const isPlace = index >= 1 && index <= most && userIndex >= 1 && userIndex <= table.limits.users;
  if (!isPlace) return Status.INVALID_COMMAND;
  return found ? Status.SUCCESS : Status.NOT_FOUND;
}

function without(schedules, key, index, user) {
  return schedules.filter(each => each.userIndex !== user || (index !== ALL_SCHEDULES && each[key] !== index));
}

/** The lock may restrict a user to schedules by itself (§5.2.10.4, §5.2.10.8). */
function afterSet(table, user, dataType, index, fabric) {
  table.changed(dataType, DataOperationType.Add, user.userIndex, index);
  const isFree = user.userType === UserType.UnrestrictedUser;
  if (table.personality.type_flips !== "never" && isFree) flip(table, user, UserType.ScheduleRestrictedUser, fabric);
}

/** … and free it again with the last schedule. */
function afterClear(table, user, dataType, index, fabric) {
  table.changed(dataType, DataOperationType.Clear, user.userIndex, indexOfAll(table, index));
  const isBare = table.weekDays(user.userIndex).length + table.yearDays(user.userIndex).length === 0;
  const isRestricted = user.userType === UserType.ScheduleRestrictedUser;
  if (table.personality.type_flips === "both" && isBare && isRestricted) flip(table, user, UserType.UnrestrictedUser, fabric);
}

function flip(table, user, userType, fabric) {
  table.putUser({ ...user, userType, lastModifiedFabricIndex: fabric });
  table.userChanged(DataOperationType.Modify, user.userIndex);
}

/** How the event says "all schedules": the SDK repeats the request's number. */
function indexOfAll(table, index) {
  return index === ALL_SCHEDULES && !table.personality.as_sdk ? ALL : index;
}

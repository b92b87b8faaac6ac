// Who may in, and when: what the types of users mean at the keypad and over the air (§5.2.6.18).
import { DoorLock } from "@matter/main/clusters/door-lock";

const { CredentialType, OperatingMode, UserStatus, UserType } = DoorLock;

const DAY = 86400;

/** What comes of a code. */
export const Outcome = Object.freeze({
  OPENS: "opens",
  /** It opens, and calls for help in silence. */
  DURESS: "duress",
  /** The lock reports the user, and stays shut. */
  REPORTS: "reports",
  INVALID_CREDENTIAL: "invalid_credential",
  DISABLED_USER: "disabled_user",
  RESTRICTED: "restricted",
  LOCKED_OUT: "locked_out",
});

/** What a code does at a moment: `outcome`, and user and credential where it is somebody's. */
export function admit(table, code, { local }, { isRemote = false } = {}) {
  const credential = table.credentialWith(CredentialType.Pin, code);
  const user = credential && table.owner(CredentialType.Pin, credential.credentialIndex);
  if (!user) return { outcome: Outcome.INVALID_CREDENTIAL };
  return { outcome: outcomeOf(table, user, local, isRemote), user, credential };
}

/** Who is admitted at a moment by a code at the keypad, by index. */
export function admitted(table, { local }) {
  const opening = [Outcome.OPENS, Outcome.DURESS];
  const haveCode = table.users.filter(user => user.credentials.some(({ credentialType }) => credentialType === CredentialType.Pin));
  return haveCode.filter(user => opening.includes(outcomeOf(table, user, local, false))).map(user => user.userIndex);
}

function outcomeOf(table, user, local, isRemote) {
  if (user.userStatus !== UserStatus.OccupiedEnabled) return Outcome.DISABLED_USER;
  if (isShut(modeAt(table, local), isRemote)) return Outcome.RESTRICTED;
  switch (user.userType) {
    case UserType.YearDayScheduleUser:
      return fits(inYearDays(table, user, local));
    case UserType.WeekDayScheduleUser:
      return fits(inWeekDays(table, user, local));
    case UserType.ScheduleRestrictedUser:
      return fits(inSchedules(table, user, local));
    case UserType.NonAccessUser:
      return Outcome.REPORTS;
    case UserType.ForcedUser:
      return Outcome.DURESS;
    case UserType.RemoteOnlyUser:
      return fits(isRemote);
    default:
      return Outcome.OPENS;
  }
}

function fits(isTime) {
  return isTime ? Outcome.OPENS : Outcome.RESTRICTED;
}

/** With both kinds of schedules both have to fit, with none no time does (§5.2.6.18.9). */
function inSchedules(table, user, local) {
  const kinds = [
    [table.weekDays(user.userIndex), inWeekDays],
    [table.yearDays(user.userIndex), inYearDays],
  ].filter(([schedules]) => schedules.length > 0);
  return kinds.length > 0 && kinds.every(([, fitsOne]) => fitsOne(table, user, local));
}

/** A lock that does not know the time lets nobody in by a schedule. */
function inWeekDays(table, user, local) {
  if (local === null) return false;
  const day = new Date(local * 1000).getUTCDay();
  const second = local % DAY;
  return table.weekDays(user.userIndex).some(each => {
    const isDay = (each.daysMask & (1 << day)) !== 0;
    const start = 3600 * each.startHour + 60 * each.startMinute;
    return isDay && second >= start && second < endOf(each);
  });
}

/** 23:59 means up to 23:59:59 (§5.2.10.4.7). */
function endOf({ endHour, endMinute }) {
  return endHour === 23 && endMinute === 59 ? DAY : 3600 * endHour + 60 * endMinute;
}

function inYearDays(table, user, local) {
  if (local === null) return false;
  return table.yearDays(user.userIndex).some(each => local >= each.localStartTime && local < each.localEndTime);
}

/** The operating mode: that of a holiday, else the lock's own. */
export function modeAt(table, local) {
  const holiday = table.holidaySchedules.find(
    each => local !== null && local >= each.localStartTime && local < each.localEndTime,
  );
  return holiday?.operatingMode ?? table.limits.operatingMode;
}

/** The keypad is off in vacation and privacy, commands are in privacy and where the mode says so (§5.2.6.14). */
export function isShut(mode, isRemote) {
  const shut = isRemote
    ? [OperatingMode.Privacy, OperatingMode.NoRemoteLockUnlock]
    : [OperatingMode.Vacation, OperatingMode.Privacy];
  return shut.includes(mode);
}

/** What a use changes: a disposable user is spent, an expiring one begins to run. */
export function use(table, user, { ms }) {
  if (user.userType === UserType.DisposableUser) table.disable(user);
  if (user.userType === UserType.ExpiringUser) table.firstUses[user.userIndex] ??= ms;
}

/** When an expiring user ends, in milliseconds since 1970; undefined before its first use. */
export function endOfUse(table, user) {
  const first = table.firstUses[user.userIndex];
  if (first === undefined || user.userType !== UserType.ExpiringUser) return undefined;
  return user.userStatus === UserStatus.OccupiedEnabled ? first + 60_000 * table.limits.expiringMinutes : undefined;
}

/** Switches off whoever has expired by now. */
export function expire(table, { ms }) {
  for (const user of [...table.users]) if (endOfUse(table, user) <= ms) table.disable(user);
}

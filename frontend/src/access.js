// What people may open, in words: pure functions from what the access feed sends.

/** @import { AccessChange, AccessGrant, AccessPlan, AccessWindow } from "./types" */

/**
 * A text: its key among the messages of the integration, and its values.
 * @typedef {[string, Record<string, unknown>?]} Text
 */

/**
 * Return how an access stands, as the dialogs of the integration say it.
 * @param {AccessGrant} grant
 * @returns {Text}
 */
export function statusText(grant) {
  if (!grant.status) return ["access_door_gone"];
  const isInPlace = grant.status === "in_place";
  if (grant.failed && !isInPlace) return [`not_done_${grant.failed}`];
  if (grant.used) return ["access_used"];
  if (grant.status === "cannot") return ["grant_cannot", { reason: grant.reason ?? "other_ecosystem" }];
  if (grant.status === "pending" && grant.waits_for) return [`waits_for_${grant.waits_for}`];
  if (!isInPlace) return [`grant_${grant.status}`];
  return [grant.wish === "on" ? "grant_in_place" : "switched_off"];
}

/**
 * Return whether a status is one to look at.
 * @param {AccessGrant} grant
 */
export function statusLevel(grant) {
  if (grant.failed || grant.status === "still_opens") return "error";
  return grant.status === "in_place" && !grant.used ? "ok" : "warning";
}

/**
 * Return why a change is not made, or undefined where it can be.
 * @param {AccessPlan[]} plans
 * @returns {Text | undefined}
 */
export function obstacle(plans) {
  for (const plan of plans) {
    if (plan.unread) return ["plan_unread"];
    if (plan.cannot.length) return ["plan_cannot", { reason: plan.cannot[0].reason }];
    if (plan.waits.length) return ["plan_waits"];
    if (plan.needs_code.length) return ["plan_needs_code"];
  }
  return undefined;
}

/**
 * Return how many messages a change sends over the radio.
 * @param {AccessPlan[]} plans
 */
export function messagesOf(plans) {
  return plans.reduce((sum, plan) => sum + plan.messages.writes + plan.messages.reads, 0);
}

/**
 * Return when a window is open, by key and values; `days` and `at` make words of numbers and moments.
 * @param {AccessWindow} window
 * @param {(days: number[]) => string} days
 * @param {(at: string) => string} at
 * @returns {Text}
 */
export function windowText(window, days, at) {
  switch (window.kind) {
    case "from_to":
      return ["window_from_to", { start: at(window.start ?? ""), end: at(window.end ?? "") }];
    case "weekly": {
      const parts = (window.hours ?? []).map(
        (item) => `${days(item.days)} ${item.start.slice(0, 5)}–${item.end.slice(0, 5)}`,
      );
      return ["window_weekly", { hours: parts.join("; ") }];
    }
    case "after_first_use":
      return ["window_after_first_use", { time: `${window.minutes} min` }];
    default:
      return [`window_${window.kind}`];
  }
}

/**
 * Return days of the week as a week that begins on Monday has them.
 * @param {number[]} days 0 is Sunday
 */
export function weekOrder(days) {
  return [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
}

/** What a lock or Home Assistant can keep, as the dialogs list it. */
export const KINDS = ["always", "from_to", "weekly", "once", "after_first_use"];
/** Days of the week from Monday on; 0 is Sunday. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0];
const STAY_DAYS = 2;

/**
 * What stands in the fields of the form of an access.
 * @typedef {object} Fields
 * @property {string[]} doors
 * @property {string} window its kind, or `as_it_is`
 * @property {boolean} differs whether the times are others at one door than at another, or can be said in no form
 * @property {string} from wall time of the home
 * @property {string} until
 * @property {number[]} days
 * @property {string} start_time
 * @property {string} end_time
 * @property {string} minutes
 */

/**
 * Return what stands in the form before anybody fills it in.
 * @param {string} window
 * @param {Date} now
 * @param {string | undefined} zone time zone of the home
 * @returns {Fields}
 */
export function proposed(window, now, zone) {
  const wall = (/** @type {number} */ hours) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" })
      .format(new Date(now.getTime() + hours * 3_600_000))
      .replace(" ", "T");
  return {
    doors: [],
    window,
    differs: false,
    from: wall(1).slice(0, 14) + "00",
    until: wall(STAY_DAYS * 24).slice(0, 11) + "11:00",
    days: [1, 2, 3, 4, 5],
    start_time: "08:00",
    end_time: "18:00",
    minutes: "60",
  };
}

/**
 * Return what the form shows of accesses that are there.
 * @param {AccessGrant[]} grants
 * @returns {Partial<Fields>}
 */
export function filledIn(grants) {
  if (!grants.length) return {};
  const { window } = grants[0];
  const isOther = grants.some((one) => JSON.stringify(one.window) !== JSON.stringify(window));
  const isPlain = KINDS.includes(window.kind) && (window.kind !== "weekly" || window.hours?.length === 1);
  if (isOther || !isPlain) return { window: "as_it_is", differs: true };
  const [hours] = window.hours ?? [];
  return {
    window: window.kind,
    ...(window.start && window.end && { from: window.start.slice(0, 16), until: window.end.slice(0, 16) }),
    ...(window.minutes && { minutes: `${window.minutes}` }),
    ...(hours && { days: hours.days, start_time: hours.start.slice(0, 5), end_time: hours.end.slice(0, 5) }),
  };
}

/**
 * Return the window that was filled in; undefined leaves it as it is, a text is the key of what is wrong.
 * @param {Fields} fields
 * @returns {AccessWindow | string | undefined}
 */
export function windowOf(fields) {
  switch (fields.window) {
    case "as_it_is":
      return undefined;
    case "from_to":
      if (!fields.from || !fields.until) return "window_incomplete";
      if (fields.from >= fields.until) return "window_impossible";
      return { kind: "from_to", start: fields.from, end: fields.until };
    case "weekly": {
      const { days, start_time: start, end_time: end } = fields;
      if (!start || !end) return "window_incomplete";
      if (!days.length || start === end) return "window_impossible";
      return { kind: "weekly", hours: [{ days: [...days].sort(), start, end }] };
    }
    case "after_first_use":
      return Number(fields.minutes) >= 1
        ? { kind: "after_first_use", minutes: Math.floor(Number(fields.minutes)) }
        : "window_incomplete";
    default:
      return { kind: fields.window };
  }
}

/**
 * Return the changes that bring about what a form wants: doors that are not chosen any more are left.
 * @param {object} wanted
 * @param {string} wanted.personId
 * @param {string} wanted.effect
 * @param {string[]} wanted.doors
 * @param {AccessGrant[]} wanted.known
 * @param {AccessWindow | undefined} wanted.window
 * @param {string} wanted.keeper
 * @returns {AccessChange[]}
 */
export function changesOf({ personId, effect, doors, known, window, keeper }) {
  const at = (/** @type {string} */ lock_id) => ({ person_id: personId, lock_id, effect });
  const chosen = doors.map((door) => {
    const isOff = known.find((one) => one.lock_id === door)?.wish === "off";
    return { ...at(door), wish: isOff ? "off" : "on", keeper, ...(window && { window }) };
  });
  const left = known.filter((one) => !doors.includes(one.lock_id));
  return [...chosen, ...left.map((one) => ({ ...at(one.lock_id), wish: "removed", keeper: one.keeper }))];
}

/**
 * Return what happens at a door, as the dialogs of the integration say it.
 * @param {AccessPlan} plan
 * @param {boolean} hasCode
 * @returns {Text}
 */
export function planText(plan, hasCode) {
  if (!plan.reachable) return ["plan_away"];
  const against = obstacle([plan]);
  if (against) return against;
  const count = messagesOf([plan]);
  return count ? [hasCode ? "plan_gives" : "plan_changes", { count }] : ["plan_nothing"];
}

/**
 * Return whether nothing of a change can be done, at any door.
 * @param {AccessPlan[]} plans
 */
export function isBlocked(plans) {
  return plans.every((plan) => plan.reachable && obstacle([plan]));
}

/**
 * Return whether Home Assistant can end what a lock cannot.
 * @param {AccessPlan[]} plans
 * @param {string} kind
 */
export function byHome(plans, kind) {
  const isFit = ["from_to", "once", "after_first_use"].includes(kind);
  return isFit && plans.some((plan) => plan.cannot.some((one) => one.by_home));
}

/** Keys of texts, below the integration, by the code of an answer. @type {Record<string, string>} */
const ERRORS = {
  invalid_code: "config_subentries.guest.error.code_",
  invalid_name: "config_subentries.guest.error.",
  invalid_window: "config_subentries.guest.error.window_impossible",
  not_kept: "exceptions.access_not_written.message",
  not_readable: "exceptions.access_not_readable.message",
};

/**
 * Return what an answer says that refuses something.
 * @param {{ code?: unknown, message?: string }} error
 * @returns {Text}
 */
export function errorText(error) {
  const key = ERRORS[`${error.code}`];
  if (!key) return ["common.change_failed"];
  return [/[._]$/.test(key) ? key + error.message : key];
}

// What people may open, in words: pure functions from what the access feed sends.

/** @import { AccessGrant, AccessPlan, AccessWindow } from "./types" */

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

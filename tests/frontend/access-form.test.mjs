// What a form of an access says: its fields, the window and the changes that come of it, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byHome,
  changesOf,
  errorText,
  filledIn,
  isBlocked,
  planText,
  proposed,
  windowOf,
} from "../../frontend/src/access.js";

const NOW = new Date("2026-12-24T13:20:00Z");
const fields = (more) => ({ ...proposed("always", NOW, "Europe/Berlin"), ...more });
const grant = (more) => ({ lock_id: "front", wish: "on", keeper: "lock", window: { kind: "always" }, ...more });
const plan = (more) => ({
  lock_id: "front",
  reachable: true,
  unread: false,
  cannot: [],
  waits: [],
  needs_code: [],
  messages: { writes: 2, reads: 1 },
  ...more,
});

test("a stay is proposed in the wall time of the home", () => {
  const { from, until } = fields();
  assert.deepEqual([from, until], ["2026-12-24T15:00", "2026-12-26T11:00"]);
});

test("every kind of window comes out as the command wants it", () => {
  assert.deepEqual(windowOf(fields()), { kind: "always" });
  assert.deepEqual(windowOf(fields({ window: "once" })), { kind: "once" });
  assert.deepEqual(windowOf(fields({ window: "from_to" })), {
    kind: "from_to",
    start: "2026-12-24T15:00",
    end: "2026-12-26T11:00",
  });
  assert.deepEqual(windowOf(fields({ window: "weekly", days: [4, 1] })), {
    kind: "weekly",
    hours: [{ days: [1, 4], start: "08:00", end: "18:00" }],
  });
  assert.deepEqual(windowOf(fields({ window: "after_first_use", minutes: "90" })), {
    kind: "after_first_use",
    minutes: 90,
  });
  assert.equal(windowOf(fields({ window: "as_it_is" })), undefined);
});

test("times that are missing or cannot be are said", () => {
  assert.equal(windowOf(fields({ window: "from_to", until: "" })), "window_incomplete");
  assert.equal(windowOf(fields({ window: "from_to", until: "2026-12-24T15:00" })), "window_impossible");
  assert.equal(windowOf(fields({ window: "weekly", start_time: "" })), "window_incomplete");
  assert.equal(windowOf(fields({ window: "weekly", days: [] })), "window_impossible");
  assert.equal(windowOf(fields({ window: "weekly", end_time: "08:00" })), "window_impossible");
  assert.equal(windowOf(fields({ window: "after_first_use", minutes: "0" })), "window_incomplete");
});

test("what is known stands in the fields, and comes out as it was", () => {
  for (const window of [
    { kind: "from_to", start: "2026-12-24T15:00:00", end: "2026-12-27T11:00:00" },
    { kind: "weekly", hours: [{ days: [1, 4], start: "08:00:00", end: "12:00:00" }] },
    { kind: "after_first_use", minutes: 45 },
    { kind: "once" },
  ]) {
    const shown = windowOf(fields(filledIn([grant({ window })])));
    const text = JSON.stringify(window).replaceAll(":00:00", ":00");
    assert.deepEqual(JSON.parse(text), shown);
  }
  assert.deepEqual(filledIn([]), {});
});

test("times that differ between doors, or that no form can say, stay as they are", () => {
  const asItIs = { window: "as_it_is", differs: true };
  assert.deepEqual(filledIn([grant(), grant({ window: { kind: "once" } })]), asItIs);
  assert.deepEqual(filledIn([grant({ window: { kind: "as_found" } })]), asItIs);
  const hours = [{ days: [1], start: "08:00", end: "09:00" }, { days: [2], start: "10:00", end: "11:00" }];
  assert.deepEqual(filledIn([grant({ window: { kind: "weekly", hours } })]), asItIs);
});

test("a door that is not chosen any more is left, and who is off stays off", () => {
  const changes = changesOf({
    personId: "ann",
    effect: "opens",
    doors: ["front", "side"],
    known: [grant({ wish: "off" }), grant({ lock_id: "garage", keeper: "home_assistant" })],
    window: { kind: "once" },
    keeper: "lock",
  });
  assert.deepEqual(
    changes.map((one) => [one.lock_id, one.wish, one.keeper, one.window?.kind]),
    [
      ["front", "off", "lock", "once"],
      ["side", "on", "lock", "once"],
      ["garage", "removed", "home_assistant", undefined],
    ],
  );
});

test("a window that stays is in no change", () => {
  const [change] = changesOf({
    personId: "ann", effect: "opens", doors: ["front"], known: [], window: undefined, keeper: "lock",
  });
  assert.equal("window" in change, false);
});

test("a plan says what happens at a door", () => {
  assert.deepEqual(planText(plan(), true), ["plan_gives", { count: 3 }]);
  assert.deepEqual(planText(plan(), false), ["plan_changes", { count: 3 }]);
  assert.deepEqual(planText(plan({ messages: { writes: 0, reads: 0 } }), false), ["plan_nothing"]);
  assert.deepEqual(planText(plan({ reachable: false, unread: true }), true), ["plan_away"]);
  assert.deepEqual(planText(plan({ unread: true }), true), ["plan_unread"]);
});

test("a change goes on where one door of several can", () => {
  const cannot = plan({ cannot: [{ reason: "no_dates", by_home: true }] });
  assert.equal(isBlocked([cannot]), true);
  assert.equal(isBlocked([cannot, plan()]), false);
  assert.equal(isBlocked([plan({ reachable: false, needs_code: [{}] })]), false);
});

test("Home Assistant ends what the lock cannot, and no hours of the week", () => {
  const cannot = [plan({ cannot: [{ reason: "no_dates", by_home: true }] })];
  assert.equal(byHome(cannot, "from_to"), true);
  assert.equal(byHome(cannot, "weekly"), false);
  assert.equal(byHome([plan({ cannot: [{ reason: "table_full", by_home: false }] })], "once"), false);
});

test("what is refused has a text, and an unknown answer has one, too", () => {
  const of = "config_subentries.guest.error.";
  assert.deepEqual(errorText({ code: "invalid_code", message: "sequence" }), [`${of}code_sequence`]);
  assert.deepEqual(errorText({ code: "invalid_name", message: "name_taken" }), [`${of}name_taken`]);
  assert.deepEqual(errorText({ code: "invalid_window", message: "x" }), [`${of}window_impossible`]);
  assert.deepEqual(errorText({ code: "not_kept" }), ["exceptions.access_not_written.message"]);
  assert.deepEqual(errorText({ code: "unknown_error" }), ["common.change_failed"]);
});

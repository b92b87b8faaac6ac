// The history of doors: what is kept, folded, sorted into days and shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  actorsOf,
  applied,
  byDay,
  complete,
  folded,
  isOpenQuestion,
  newestFirst,
  trimmed,
} from "../../frontend/src/timeline.js";

const at = (minutes) => new Date(Date.UTC(2026, 10, 30, 23, 0) + minutes * 60_000).toISOString();
const line = (number, minutes, more = {}) => ({
  lock_id: "front",
  key: `e0.1.${number}`,
  kind: "event",
  type: "unlocked",
  occurred_at: at(minutes),
  sentence: "",
  ...more,
});
const event = (lines, removed = [], initial = false) => ({ lines, removed, initial });
const keys = (lines) => [...lines].map((one) => one.key);

test("the feed begins, adds, amends and takes back", () => {
  let lines = applied(new Map(), event([line(1, 0), line(2, 1)], [], true));
  lines = applied(lines, event([line(3, 2), line(2, 1, { person: "Anna" })]));
  assert.deepEqual(keys(newestFirst(lines.values())), ["e0.1.3", "e0.1.2", "e0.1.1"]);
  assert.equal(lines.get("front e0.1.2").person, "Anna");
  lines = applied(lines, event([], [{ lock_id: "front", key: "e0.1.3" }]));
  assert.deepEqual(keys(newestFirst(lines.values())), ["e0.1.2", "e0.1.1"]);
});

test("a feed that begins anew forgets all others", () => {
  const before = applied(new Map(), event([line(1, 0)], [], true));
  assert.deepEqual(keys(applied(before, event([line(9, 9)], [], true)).values()), ["e0.1.9"]);
});

test("the same key at two locks is two entries", () => {
  const lines = applied(new Map(), event([line(1, 0), line(1, 0, { lock_id: "back" })]));
  assert.equal(lines.size, 2);
});

test("entries of one moment stand by their numbers", () => {
  assert.deepEqual(keys(newestFirst([line(9, 0), line(10, 0)])), ["e0.1.10", "e0.1.9"]);
});

test("the newest entries of each lock are kept, and nothing is made anew in vain", () => {
  const many = [line(1, 0), line(2, 1), line(3, 2), line(1, 0, { lock_id: "back" })];
  const lines = applied(new Map(), event(many));
  assert.equal(trimmed(lines, () => 3), lines);
  const kept = trimmed(lines, () => 2);
  assert.deepEqual([...kept.keys()].sort(), ["back e0.1.1", "front e0.1.2", "front e0.1.3"]);
});

test("refusals in a row are one entry, others and later ones are not", () => {
  const denied = { type: "denied" };
  const lines = newestFirst([
    line(1, 0, denied),
    line(2, 20, denied),
    line(3, 21, denied),
    line(4, 22, denied),
    line(5, 23),
    line(6, 24, denied),
  ]);
  assert.deepEqual(
    folded(lines).map((group) => group.lines.length),
    [1, 1, 3, 1],
  );
});

test("refusals of two doors, and of two users, are told apart", () => {
  const lines = newestFirst([
    line(1, 0, { type: "denied" }),
    line(2, 1, { type: "denied", lock_id: "back" }),
    line(3, 2, { type: "denied", lock_id: "back", person: "Anna" }),
  ]);
  assert.equal(folded(lines).length, 3);
});

test("changes of users in a row are one entry for each door and each app", () => {
  const changed = { type: "user_changed", ecosystem: "Home Assistant" };
  const lines = newestFirst([
    line(1, 0, changed),
    line(2, 1, { ...changed, lock_id: "back" }),
    line(3, 1, changed),
    line(4, 2, { ...changed, lock_id: "back" }),
    line(5, 3, { ...changed, ecosystem: "Apple Home" }),
    line(6, 4),
    line(7, 5, changed),
  ]);
  assert.deepEqual(
    folded(lines).map((group) => group.lines.length),
    [1, 1, 1, 2, 2],
  );
});

test("a day ends at midnight of the time zone", () => {
  const groups = folded([line(2, 90), line(1, 30)]);
  assert.deepEqual(
    byDay(groups, "UTC").map((day) => day.date),
    ["2026-12-01", "2026-11-30"],
  );
  assert.deepEqual(
    byDay(groups, "Europe/Berlin").map((day) => [day.date, day.groups.length]),
    [["2026-12-01", 2]],
  );
});

test("names are those of the entries, once and in order", () => {
  const lines = [
    line(1, 0, { person: "Ben" }),
    line(2, 1, { user_name: "Änne" }),
    line(3, 2, { person: "Ben" }),
    line(4, 3),
  ];
  assert.deepEqual(actorsOf(lines, "de"), ["Änne", "Ben"]);
});

test("who it was is asked where a door was opened by nobody known", () => {
  assert.equal(isOpenQuestion(line(1, 0)), true);
  assert.equal(isOpenQuestion(line(1, 0, { person: "Anna" })), false);
  assert.equal(isOpenQuestion(line(1, 0, { type: "locked" })), false);
  assert.equal(isOpenQuestion(line(1, 0, { method: "schedule" })), false);
  assert.equal(isOpenQuestion(line(1, 0, { kind: "attempt" })), false);
});

test("of several locks only what is known of all is shown", () => {
  const lines = newestFirst([line(1, 0), line(2, 10), line(1, 5, { lock_id: "back" })]);
  assert.deepEqual(keys(complete(lines, [at(5), undefined])), ["e0.1.2", "e0.1.1"]);
  assert.equal(complete(lines, [undefined, undefined]), lines);
});

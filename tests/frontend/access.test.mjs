// What people may open, in words: how it stands, what keeps a change from being made, and when.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  messagesOf,
  obstacle,
  statusLevel,
  statusText,
  weekOrder,
  windowText,
} from "../../frontend/src/access.js";

const grant = (more) => ({ wish: "on", status: "in_place", ...more });
const plan = (more) => ({
  unread: false,
  cannot: [],
  waits: [],
  needs_code: [],
  messages: { writes: 1, reads: 1 },
  ...more,
});

test("an access is in place or switched off", () => {
  assert.deepEqual(statusText(grant()), ["grant_in_place"]);
  assert.deepEqual(statusText(grant({ wish: "off" })), ["switched_off"]);
  assert.equal(statusLevel(grant()), "ok");
});

test("what is not proved removed still opens, and is red", () => {
  const one = grant({ wish: "removed", status: "still_opens" });
  assert.deepEqual(statusText(one), ["grant_still_opens"]);
  assert.equal(statusLevel(one), "error");
});

test("a failure is said until it is in place", () => {
  assert.deepEqual(statusText(grant({ status: "pending", failed: "refused" })), ["not_done_refused"]);
  assert.deepEqual(statusText(grant({ failed: "refused" })), ["grant_in_place"]);
});

test("waiting, used up, impossible, and a door that is gone", () => {
  assert.deepEqual(statusText(grant({ status: "pending", waits_for: "table" })), ["waits_for_table"]);
  assert.deepEqual(statusText(grant({ used: true })), ["access_used"]);
  assert.deepEqual(statusText(grant({ status: "cannot", reason: "codes_full" })), [
    "grant_cannot",
    { reason: "codes_full" },
  ]);
  assert.deepEqual(statusText(grant({ status: undefined })), ["access_door_gone"]);
});

test("a change is not made where a code is missing or the lock was not read", () => {
  assert.equal(obstacle([plan()]), undefined);
  assert.deepEqual(obstacle([plan({ needs_code: [{}] })]), ["plan_needs_code"]);
  assert.deepEqual(obstacle([plan({ unread: true, needs_code: [{}] })]), ["plan_unread"]);
  assert.deepEqual(obstacle([plan(), plan({ cannot: [{ reason: "type_refused" }] })]), [
    "plan_cannot",
    { reason: "type_refused" },
  ]);
});

test("messages of all doors count", () => {
  assert.equal(messagesOf([plan(), plan()]), 4);
});

test("times are said with days from Monday on", () => {
  assert.deepEqual(weekOrder([0, 6, 1]), [1, 6, 0]);
  const hours = [{ days: [1, 2], start: "08:00:00", end: "12:30:00" }];
  assert.deepEqual(windowText({ kind: "weekly", hours }, (days) => days.join("+"), String), [
    "window_weekly",
    { hours: "1+2 08:00–12:30" },
  ]);
  assert.deepEqual(windowText({ kind: "always" }, String, String), ["window_always"]);
});

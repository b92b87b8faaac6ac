// All doors in one line: the worst is said first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryLevel, summaryText, summed } from "../../frontend/src/summary.js";

const LOCKS = ["a", "b"].map((id) => ({
  lock_id: id,
  name: `Door ${id}`,
  entity_ids: { lock: `lock.${id}` },
}));
const sum = (states, silent = []) =>
  summed(
    LOCKS,
    Object.fromEntries(Object.entries(states).map(([id, state]) => [`lock.${id}`, { state }])),
    { locks: LOCKS.map((lock) => ({ ...lock, responsive: !silent.includes(lock.lock_id) })) },
  );

test("all locked and answering", () => {
  const all = sum({ a: "locked", b: "locked" });
  assert.deepEqual(summaryText(all), ["sum_all", { count: 2 }]);
  assert.equal(summaryLevel(all), "ok");
});

test("one that is open is named", () => {
  const all = sum({ a: "locked", b: "unlocked" });
  assert.deepEqual(summaryText(all), ["sum_open", { doors: "Door b" }]);
  assert.equal(summaryLevel(all), "warning");
});

test("one that does not answer is not called locked, whatever its state says", () => {
  const all = sum({ a: "locked", b: "unlocked" }, ["a"]);
  assert.equal(all.locked, 0);
  assert.deepEqual(summaryText(all), ["sum_silent", { doors: "Door a" }]);
  assert.equal(summaryLevel(all), "error");
});

test("a jam comes before silence", () => {
  assert.deepEqual(summaryText(sum({ a: "locked", b: "jammed" }, ["a"])), [
    "sum_jammed",
    { doors: "Door b" },
  ]);
});

test("a state that is missing is not locked", () => {
  assert.deepEqual(summaryText(sum({ a: "locked" })), ["sum_open", { doors: "Door b" }]);
});

test("one lock, and none", () => {
  const [one] = LOCKS;
  const states = { "lock.a": { state: "locked" } };
  assert.equal(summaryText(summed([one], states, undefined))[0], "sum_one");
  assert.equal(summaryText(summed([], {}, undefined))[0], "sum_none");
});

// All doors in one line: how many are locked, and whether all answer.

/** @import { Health, LockInfo, State } from "./types" */

/**
 * @typedef {object} Summary
 * @property {number} total
 * @property {number} locked
 * @property {string[]} open names of doors that are not locked
 * @property {string[]} silent names of locks that do not answer
 * @property {string[]} jammed
 */

/**
 * Sum up the doors of a home.
 * @param {LockInfo[]} locks
 * @param {Record<string, State | undefined>} states
 * @param {Health | undefined} health
 * @returns {Summary}
 */
export function summed(locks, states, health) {
  const silent = new Set(
    health?.locks.filter((lock) => !lock.responsive).map((lock) => lock.lock_id),
  );
  /** @type {Summary} */
  const sum = { total: locks.length, locked: 0, open: [], silent: [], jammed: [] };
  for (const lock of locks) {
    const state = states[lock.entity_ids.lock]?.state;
    if (silent.has(lock.lock_id)) sum.silent.push(lock.name);
    else if (state === "locked") sum.locked += 1;
    else if (state === "jammed") sum.jammed.push(lock.name);
    else sum.open.push(lock.name);
  }
  return sum;
}

/**
 * Return the text that says it, by its key and its values: the worst first.
 * @param {Summary} sum
 * @returns {[string, Record<string, unknown>]}
 */
export function summaryText(sum) {
  const { total, locked, open, silent, jammed } = sum;
  if (!total) return ["sum_none", {}];
  if (jammed.length) return ["sum_jammed", { doors: jammed.join(", ") }];
  if (silent.length) return ["sum_silent", { doors: silent.join(", ") }];
  if (open.length) return ["sum_open", { doors: open.join(", ") }];
  return [total === 1 ? "sum_one" : "sum_all", { count: locked }];
}

/**
 * Return how good it is: `error`, `warning` or `ok`.
 * @param {Summary} sum
 */
export function summaryLevel(sum) {
  if (sum.jammed.length || sum.silent.length) return "error";
  return sum.open.length ? "warning" : "ok";
}

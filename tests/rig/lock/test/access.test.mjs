// The table of cases, in memory: what the lock decides, without Matter around it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Access } from "../access/access.mjs";
import { COMMANDS } from "../access/commands.mjs";
import { enterRemotely } from "../access/entry.mjs";
import { limitsOf } from "../access/limits.mjs";
import { Refused, Status, Table } from "../access/table.mjs";
import { fillTable, writeUser } from "../access/outside.mjs";
import { PROFILES } from "../profiles.mjs";
import { parseUser } from "../users.mjs";
import { FILES, casesOf, expectedResponse, requestOf, statusNumber, wordsOfChange } from "./cases.mjs";

/** A lock in memory that takes the steps of a case. */
class Bench {
  constructor(lock, personality) {
    const { doorLock, features } = PROFILES[lock];
    this.limits = limitsOf(doorLock, features);
    this.access = new Access({ personality });
    this.stored = {};
  }

  take(step) {
    if (step.command) return this.command(step);
    if ("code" in step) return this.entered(step, table => this.access.keypad.enter(table, Buffer.from(step.code), this.access.clock.moment(step.at)), true);
    if ("unlock" in step) return this.entered(step, table => this.remote(table, step));
    if (step.app) return this.write(table => writeUser(table, parseUser(step.app)));
    if ("fill" in step) return this.write(table => fillTable(table, step.fill));
    if (step.personality) return this.access.change(step.personality);
    if (step.clock) return this.access.clock.set(step.clock);
    if (step.touch) return this.access.wake();
    if (step.restart) return (this.stored = structuredClone(this.stored));
    throw new Error(`a step that nobody knows: ${JSON.stringify(step)}`);
  }

  table() {
    return new Table(this.stored, this.limits, this.access.personality);
  }

  write(change) {
    const table = this.table();
    const answer = change(table);
    this.stored = table.contents();
    return [table, answer];
  }

  command(step) {
    const [name, request] = requestOf(step);
    const table = this.table();
    let status = Status.SUCCESS;
    let response;
    try {
      response = COMMANDS[name](table, request, step.by);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status = error.status;
    }
    const isLost = this.access.loses(name);
    if (status === Status.SUCCESS && !isLost) this.stored = table.contents();
    if (name === "setCredential") status = response.status;
    assert.equal(status, statusNumber(step.status), JSON.stringify(step));
    for (const [key, value] of Object.entries(expectedResponse(step.command, step.response ?? {})))
      assert.deepEqual(response[key], value, `${key} of ${JSON.stringify(step)}`);
    if (step.changes) assert.deepEqual(isLost ? [] : table.changes.map(wordsOfChange), step.changes);
  }

  remote(table, { unlock, by }) {
    return enterRemotely(table, Buffer.from(unlock), this.access.clock.moment(), { fabricIndex: by, sourceNode: 1 });
  }

  entered(step, enter, wakes = false) {
    if (wakes) this.access.wake();
    const [table, { outcome, events }] = this.write(enter);
    assert.equal(outcome, step.result, JSON.stringify(step));
    if ("user" in step) assert.equal(events[0][1].userIndex, step.user, JSON.stringify(step));
    if (step.changes) assert.deepEqual(table.changes.map(wordsOfChange), step.changes);
  }
}

for (const file of FILES)
  describe(`the cases of ${file}`, () => {
    for (const { section, name, locks, personality, steps } of casesOf(file))
      for (const lock of locks)
        it(`§${section} ${name} (${lock})`, () => {
          const bench = new Bench(lock, personality);
          for (const step of steps) bench.take(step);
        });
  });

// The table of users: presets, changes from outside Matter, and that codes stay inside.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { LockProcess } from "./harness.mjs";

/** A LockUserChange payload made outside Matter. */
function change(lockDataType, dataOperationType, userIndex, dataIndex) {
  return ["LockUserChange", {
    lockDataType, dataOperationType, operationSource: 0, userIndex, fabricIndex: null, sourceNode: null, dataIndex,
  }];
}

describe("the table of users", () => {
  const lock = LockProcess.prepare();
  before(() => lock.begin());
  after(() => lock.remove());
  const users = async () => (await lock.do("state")).users;

  it("holds a household whose members have keys of every kind", async () => {
    const all = await users();
    assert.deepEqual(all.map(({ name }) => name), ["Anna", "Ben", "Clara", "Dana", "Guest"]);
    for (const { credentials, creator_fabric } of all.slice(0, 4)) {
      assert.deepEqual([...new Set(credentials.map(({ type }) => type))], ["pin", "fingerprint", "rfid", "aliro_key"]);
      assert.equal(creator_fabric, null);
    }
  });

  it("adds, changes and clears a user with the events of each", async () => {
    const pin = { type: "pin", index: 20 }, finger = { type: "fingerprint", index: 21 };
    const gina = { index: 7, name: "Gina", unique_id: 77 };
    assert.deepEqual(await lock.caused("set_user", { ...gina, credentials: [pin] }), [
      change(2, 0, 7, 7), change(6, 0, 7, 20),
    ]);
    assert.deepEqual(await lock.caused("set_user", { ...gina, credentials: [finger] }), [
      change(2, 2, 7, 7), change(6, 1, 7, 20), change(8, 0, 7, 21),
    ]);
    const stored = (await users()).find(({ index }) => index === 7);
    assert.deepEqual(stored, { ...gina, status: 1, type: 0, creator_fabric: null, credentials: [finger] });
    assert.deepEqual(await lock.caused("clear_user", { index: 7 }), [change(2, 1, 7, 7)]);
    assert.ok(!(await users()).some(({ index }) => index === 7));
  });

  it("refuses a name of more than ten bytes and a key that somebody else has", async () => {
    const long = await lock.request("set_user", { index: 8, name: "Zoë Müller" });
    assert.deepEqual([long.status, long.answer.error], [400, '"name" may have 10 bytes, this one has 12.']);
    const taken = await lock.request("set_user", { index: 8, name: "Eve", credentials: [{ type: "pin", index: 1 }] });
    assert.deepEqual([taken.status, taken.answer.error], [400, "Credential 1 of that type belongs to user 1."]);
  });

  it("changes one after the other what is asked for at once", async () => {
    const indices = [11, 12, 13, 14, 15, 16];
    await Promise.all(indices.map(index => lock.do("set_user", { index, name: `U${index}` })));
    const there = new Set((await users()).map(({ index }) => index));
    assert.ok(indices.every(index => there.has(index)), [...there].join());
  });

  it("can send the bare event of another ecosystem", async () => {
    const before = await users();
    const request = { data_type: "pin", operation: "add", source: "remote", user: 5, fabric: 2, node: 66, index: 9 };
    assert.deepEqual(await lock.caused("user_change", request), [["LockUserChange", {
      lockDataType: 6, dataOperationType: 0, operationSource: 7, userIndex: 5, fabricIndex: 2, sourceNode: 66, dataIndex: 9,
    }]]);
    assert.deepEqual(await users(), before);
  });
});

describe("a code", () => {
  it("is never in an answer, in the output or in the open in the store", async t => {
    const lock = await LockProcess.start(t);
    const code = "8402617395";
    await lock.do("set_user", { index: 9, name: "Karl", credentials: [{ type: "pin", index: 30, code }] });
    const answers = JSON.stringify([await lock.do("state"), await lock.do("events"), await lock.do("counts")]);
    await lock.end("SIGTERM");
    assert.ok(!answers.includes(code));
    assert.ok(!lock.output.includes(code));
    const files = fs.readdirSync(lock.directory, { recursive: true, withFileTypes: true }).filter(file => file.isFile());
    assert.ok(files.length > 0);
    for (const { parentPath, path: directory, name } of files)
      assert.ok(!fs.readFileSync(path.join(parentPath ?? directory, name)).includes(code), name);
  });
});

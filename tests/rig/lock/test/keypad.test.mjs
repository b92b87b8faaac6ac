// The keypad of a running lock: what a code does to bolt, log and table, and what survives a restart.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { LockProcess, operation } from "./harness.mjs";

const ANNA = "2468101", BEN = "1357911";
const UNLOCK = 1;

/** A user of the vendor's app with a code of a known number. */
function withCode(index, code, more = {}) {
  return { index, name: `User${index}`, credentials: [{ type: "pin", index, code }], ...more };
}

describe("the keypad", () => {
  const lock = LockProcess.prepare("--users", "none");
  before(() => lock.begin());
  after(() => lock.remove());

  it("opens by a code and names user and credential", async () => {
    await lock.do("set_user", withCode(3, ANNA));
    const known = { userIndex: 3, credentials: [{ credentialType: 1, credentialIndex: 3 }] };
    assert.deepEqual(await lock.caused("code", { code: ANNA }), [["LockOperation", operation(UNLOCK, 3, known)]]);
    assert.equal((await lock.do("state")).lock_state, "unlocked");
    await lock.do("lock", { method: "hand" });
  });

  it("stays shut for a wrong code, and answers without the code", async () => {
    const answer = await lock.do("code", { code: BEN });
    assert.deepEqual(answer, { result: "invalid_credential", user: null });
    assert.equal((await lock.do("state")).lock_state, "locked");
  });

  it("jams as the bolt does", async () => {
    await lock.do("jam", { on: true });
    assert.equal((await lock.do("code", { code: ANNA })).result, "jammed");
    await lock.do("jam", { on: false });
  });

  it("spends a disposable user after the operation", async () => {
    await lock.do("set_user", withCode(4, BEN, { type: 6 }));
    const names = (await lock.caused("code", { code: BEN })).map(([name]) => name);
    assert.deepEqual(names, ["LockOperation", "LockUserChange"]);
    assert.equal((await lock.do("code", { code: BEN })).result, "disabled_user");
  });

  it("calls for help by the code of a forced user", async () => {
    await lock.do("set_user", withCode(4, BEN, { type: 5 }));
    const events = await lock.caused("code", { code: BEN });
    assert.deepEqual(events.map(([name]) => name), ["LockOperation", "DoorLockAlarm"]);
    assert.deepEqual(events[1][1], { alarmCode: 8 });
  });

  it("takes digits and a time of the wall clock only", async () => {
    for (const request of [{ code: "12a4" }, { code: "" }, {}, { code: ANNA, at: "tomorrow" }, { code: ANNA, at: "2026-02-30" }])
      assert.equal((await lock.request("code", request)).status, 400, JSON.stringify(request));
  });

  it("can be asked who is admitted, and changes nothing by that", async () => {
    await lock.do("set_user", withCode(4, BEN, { type: 4 }));
    assert.deepEqual(await lock.do("admits", {}), { users: [3] });
  });

  it("refuses a personality and a clock that it does not know", async () => {
    for (const [action, request] of [
      ["personality", { names: "long" }], ["personality", { name: "any" }], ["clock", { zone: "Europe/Nowhere" }], ["clock", { ahead: "1h" }],
    ])
      assert.equal((await lock.request(action, request)).status, 400, JSON.stringify(request));
  });
});

describe("a restart", () => {
  it("keeps personality, clock and the first use of an expiring user", async t => {
    const lock = await LockProcess.start(t, "--users", "none", "--personality", '{"days":"one"}');
    await lock.do("set_user", withCode(1, ANNA, { type: 7 }));
    await lock.do("code", { code: ANNA, at: "2027-01-04T18:00" });
    await lock.do("clock", { ahead: -60 });
    await lock.do("personality", { names: "alphanumeric" });
    const before = await lock.do("people");
    await lock.end("SIGKILL");
    await lock.begin();
    assert.deepEqual(await lock.do("people"), before);
    assert.equal(before.personality.days, "one");
    assert.equal((await lock.do("code", { code: ANNA, at: "2027-01-04T18:06" })).result, "disabled_user");
  });

  it("ends what expired while the lock was off", async t => {
    const lock = await LockProcess.start(t, "--users", "none");
    await lock.do("set_user", withCode(1, ANNA, { type: 7 }));
    await lock.do("code", { code: ANNA, at: "2026-01-04T18:00" });
    const { payload } = await lock.event(({ name, payload }) => name === "LockUserChange" && payload.dataOperationType === 2);
    assert.deepEqual([payload.userIndex, payload.operationSource, payload.fabricIndex], [1, 0, null]);
    assert.equal((await lock.do("people")).users[0].status, 3);
  });
});

describe("a U200 with firmware 085", () => {
  const lock = LockProcess.prepare("--profile", "u200-085");
  before(() => lock.begin());
  after(() => lock.remove());

  it("tells its time, and when it has lost it", async () => {
    assert.ok((await lock.do("state")).clusters[0].includes(0x38));
    assert.deepEqual(await lock.caused("clock", { unset: true }), [["TimeFailure", null]]);
    assert.deepEqual(await lock.caused("clock", { ahead: 60 }), []);
  });
});

describe("a full table", () => {
  it("has room for the last ones only", async t => {
    const lock = await LockProcess.start(t, "--profile", "u200-085");
    await lock.do("fill", { left: 2 });
    const { users } = await lock.do("people");
    assert.deepEqual(users.map(({ index }) => index), [1, 2, 3, 4, 5, 6, 7, 8]);
    await lock.do("reset_people");
    assert.deepEqual((await lock.do("people")).users, []);
  });
});

describe("every profile", () => {
  for (const [profile, features] of [["u200", 0x183], ["u200-085", 0x1d93], ["u300", 0x593], ["u400", 0x2597]])
    it(`of a ${profile} starts with its features`, async t => {
      const lock = await LockProcess.start(t, "--profile", profile);
      assert.equal((await lock.do("state")).feature_map, features);
    });
});

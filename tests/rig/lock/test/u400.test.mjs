// What happens at the door of a U400, as its own log tells it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { LockProcess, operation } from "./harness.mjs";

const LOCK = 0, UNLOCK = 1, FORCED = 3, UNLATCH = 4;

describe("a U400", () => {
  const lock = LockProcess.prepare();
  before(() => lock.begin());
  after(() => lock.remove());

  it("has Thread network diagnostics, the lock on endpoint 1 and the battery apart on endpoint 2", async () => {
    const { clusters, feature_map } = await lock.do("state");
    assert.ok(clusters[0].includes(0x35));
    assert.ok(!clusters[0].includes(0x46));
    assert.ok(clusters[1].includes(0x101) && !clusters[1].includes(0x2f));
    assert.ok(clusters[2].includes(0x2f));
    assert.equal(feature_map & 0x20, 0, "a U400 has no door sensor");
    assert.equal(feature_map, 0x2597);
  });

  const CREDENTIAL = { finger: [9, 3, 3], pin: [3, 1, 2], tag: [8, 2, 3], aliro: [10, 8, 6] };
  for (const [method, [source, credentialType, credentialIndex]] of Object.entries(CREDENTIAL))
    it(`names user and credential when unlocked by ${method}`, async () => {
      assert.deepEqual(await lock.caused("unlock", { method, user: 2 }), [
        ["LockOperation", operation(UNLOCK, source, { userIndex: 2, credentials: [{ credentialType, credentialIndex }] })],
      ]);
      assert.equal((await lock.do("state")).lock_state, "unlocked");
    });

  const NAMELESS = { hand: 1, app: 2, auto: 4, button: 5, schedule: 6, unspecified: 0 };
  for (const [method, source] of Object.entries(NAMELESS))
    it(`names nobody when locked by ${method}`, async () => {
      assert.deepEqual(await lock.caused("lock", { method }), [["LockOperation", operation(LOCK, source)]]);
      assert.equal((await lock.do("state")).lock_state, "locked");
    });

  it("gives fabric and node of a remote operation and no user", async () => {
    assert.deepEqual(await lock.caused("unlock", { method: "remote", fabric: 3, node: 4660 }), [
      ["LockOperation", operation(UNLOCK, 7, { fabricIndex: 3, sourceNode: 4660 })],
    ]);
  });

  it("reports an unlatched bolt", async () => {
    const [[, payload]] = await lock.caused("unlatch", { method: "hand" });
    assert.equal(payload.lockOperationType, UNLATCH);
    assert.equal((await lock.do("state")).lock_state, "unlatched");
  });

  it("can leave out user or credential", async () => {
    const [[, nobody]] = await lock.caused("unlock", { method: "finger", credential_index: 7 });
    assert.deepEqual(nobody, operation(UNLOCK, 9, { credentials: [{ credentialType: 3, credentialIndex: 7 }] }));
    const [[, bare]] = await lock.caused("unlock", { method: "finger", user: 2, credential_index: null });
    assert.deepEqual(bare, operation(UNLOCK, 9, { userIndex: 2 }));
  });

  it("reports a denied user", async () => {
    assert.deepEqual(await lock.caused("denied", { method: "pin", error: "disabled_user", user: 5 }), [
      ["LockOperationError", {
        ...operation(UNLOCK, 3, { userIndex: 5, credentials: [{ credentialType: 1, credentialIndex: 5 }] }),
        operationError: 2,
      }],
    ]);
  });

  it("raises the alarm at the fifth wrong code and begins to count anew", async () => {
    const wrong = ["LockOperationError", { ...operation(UNLOCK, 3), operationError: 1 }];
    assert.deepEqual(await lock.caused("wrong_code", { times: 4 }), [wrong, wrong, wrong, wrong]);
    assert.deepEqual(await lock.caused("wrong_code"), [wrong, ["DoorLockAlarm", { alarmCode: 4 }]]);
    assert.deepEqual(await lock.caused("wrong_code"), [wrong]);
  });

  it("tells duress by operation and alarm", async () => {
    const events = await lock.caused("duress", { user: 3 });
    assert.deepEqual(events.map(([name]) => name), ["LockOperation", "DoorLockAlarm"]);
    assert.equal(events[0][1].lockOperationType, FORCED);
    assert.equal(events[0][1].userIndex, 3);
    assert.deepEqual(events[1][1], { alarmCode: 8 });
  });

  it("jams and comes free", async () => {
    assert.deepEqual(await lock.caused("jam", { on: true }), [["DoorLockAlarm", { alarmCode: 0 }]]);
    assert.equal((await lock.do("state")).lock_state, "not_fully_locked");
    assert.deepEqual(await lock.caused("jam", { on: false, state: "unlocked" }), []);
    assert.equal((await lock.do("state")).lock_state, "unlocked");
  });

  it("moves without a word while events are paused", async () => {
    await lock.do("lock", { method: "hand" });
    await lock.do("pause_events", { on: true });
    assert.deepEqual(await lock.caused("unlock", { method: "tag", user: 1 }), []);
    assert.equal((await lock.do("state")).lock_state, "unlocked");
    await lock.do("pause_events", { on: false });
    assert.equal((await lock.caused("lock", { method: "tag", user: 1 })).length, 1);
  });

  it("reports alarms by name and code", async () => {
    assert.deepEqual(await lock.caused("alarm", { name: "tampered" }), [["DoorLockAlarm", { alarmCode: 5 }]]);
    assert.deepEqual(await lock.caused("alarm", { code: 7 }), [["DoorLockAlarm", { alarmCode: 7 }]]);
  });

  it("shows a new battery level", async () => {
    await lock.do("battery", { percent: 9 });
    assert.equal((await lock.do("state")).battery, 9);
  });
});

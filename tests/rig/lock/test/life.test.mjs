// Other profiles, restarts, and the manners of the control channel.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { LockProcess, operation } from "./harness.mjs";

/** The commands that can be made to fail. */
const COMMANDS = [
  "LockDoor", "UnlockDoor", "UnlockWithTimeout", "UnboltDoor", "SetUser", "GetUser", "ClearUser", "SetCredential",
  "GetCredentialStatus", "ClearCredential", "SetWeekDaySchedule", "GetWeekDaySchedule", "ClearWeekDaySchedule",
  "SetYearDaySchedule", "GetYearDaySchedule", "ClearYearDaySchedule", "SetHolidaySchedule", "GetHolidaySchedule",
  "ClearHolidaySchedule",
];

describe("a U200", () => {
  const lock = LockProcess.prepare("--profile", "u200");
  before(() => lock.begin());
  after(() => lock.remove());

  it("has the features of the real one, no Thread network diagnostics and no users", async () => {
    const { clusters, feature_map, users, battery } = await lock.do("state");
    assert.equal(feature_map, 387);
    assert.ok(!clusters[0].includes(0x35) && !clusters[0].includes(0x46));
    assert.ok(clusters[2].includes(0x2f));
    assert.deepEqual(users, []);
    assert.equal(battery, 40);
  });

  it("says nothing about local operations and all about remote ones", async () => {
    for (const method of ["finger", "pin", "hand", "app", "auto"])
      assert.deepEqual(await lock.caused("unlock", { method }), [["LockOperation", operation(1, 0)]]);
    const [[, remote]] = await lock.caused("lock", { method: "remote", fabric: 2, node: 112233 });
    assert.deepEqual(remote, operation(0, 7, { fabricIndex: 2, sourceNode: 112233 }));
  });
});

describe("options", () => {
  it("take away the diagnostics, add a door sensor and the latch, and bring other users", async t => {
    const lock = await LockProcess.start(
      t, "--no-thread-diagnostics", "--door-sensor", "--unbolt", "--users", "none",
    );
    const { clusters, feature_map, users } = await lock.do("state");
    assert.ok(!clusters[0].includes(0x35));
    assert.equal(feature_map & 0x1020, 0x1020);
    assert.deepEqual(users, []);
    assert.deepEqual(await lock.caused("door", { state: "open" }), [["DoorStateChange", { doorState: 0 }]]);
    assert.equal((await lock.do("state")).door_state, "open");
  });

  it("report an open door as not fully locked, and let the latch fall back", { timeout: 60_000 }, async t => {
    const lock = await LockProcess.start(t, "--open-as", "not_fully_locked", "--latch", "50", "--unbolt");
    await lock.do("unlock", { method: "hand" });
    assert.equal((await lock.do("state")).lock_state, "not_fully_locked");
    await lock.do("manners", { open_as: "unlocked" });
    await lock.do("unlatch", { method: "hand" });
    await lock.reaches("unlocked");
    await lock.do("manners", { latch_ms: 0 });
    await lock.do("unlatch", { method: "hand" });
    const { lock_state, open_as, latch_ms } = await lock.do("state");
    assert.deepEqual([lock_state, open_as, latch_ms], ["unlatched", "unlocked", 0]);
  });

  it("relock after a local unlock", { timeout: 60_000 }, async t => {
    const lock = await LockProcess.start(t, "--relock", "1");
    await lock.do("unlock", { method: "hand" });
    const { payload } = await lock.event(({ name, payload }) => name === "LockOperation" && payload.lockOperationType === 0);
    assert.deepEqual(payload, operation(0, 4));
    assert.equal((await lock.do("state")).lock_state, "locked");
  });
});

describe("the radio", () => {
  it("of a U200 says nothing of itself", async t => {
    const lock = await LockProcess.start(t, "--profile", "u200");
    for (const action of ["link", "counted"]) {
      const { status, answer } = await lock.request(action, {});
      assert.deepEqual([status, answer.error], [400, "This lock has no Thread network diagnostics."]);
    }
  });

  it("takes no value that it cannot have", async t => {
    const lock = await LockProcess.start(t);
    for (const [action, wrong] of [["link", { frame_error_rate: 101 }], ["counted", { detached: 65536 }]])
      assert.equal((await lock.request(action, wrong)).status, 400);
    await lock.do("link", { rssi: -92, lqi: 1, frame_error_rate: 30 });
    await lock.do("counted", { requested: 2000, acknowledged: 1000, detached: 9, aged: 86400 });
  });
});

describe("a restart", () => {
  for (const signal of ["SIGTERM", "SIGKILL"])
    it(`after ${signal} keeps the users and skips to the next block of event numbers`, async t => {
      const lock = await LockProcess.start(t);
      await lock.do("set_user", { index: 7, name: "Gina" });
      const last = (await lock.do("events")).events.at(-1).number;
      const [code] = await lock.end(signal);
      assert.equal(code, signal === "SIGTERM" ? 0 : null);
      await lock.begin();
      assert.ok((await lock.do("state")).users.some(({ name }) => name === "Gina"));
      const [startUp] = (await lock.do("events")).events;
      assert.equal(startUp.name, "StartUp");
      assert.ok(startUp.number > last + 900);
    });

  it("in place says goodbye or not, and keeps bolt and battery", async t => {
    const lock = await LockProcess.start(t);
    await lock.do("unlock", { method: "hand" });
    await lock.do("battery", { percent: 33 });
    const { port } = await lock.do("state");
    const graceful = await lock.caused("reboot");
    assert.deepEqual(graceful.map(([name]) => name), ["ShutDown", "StartUp", "BootReason"]);
    await lock.do("reboot", { goodbye: false });
    const state = await lock.do("state");
    assert.deepEqual([state.lock_state, state.battery, state.port], ["unlocked", 33, port]);
    assert.equal(state.silent, false);
  });

  it("as a factory reset forgets the users for good", async t => {
    const lock = await LockProcess.start(t);
    await lock.do("factory_reset");
    assert.deepEqual((await lock.do("state")).users, []);
    await lock.end("SIGTERM");
    await lock.begin();
    assert.deepEqual((await lock.do("state")).users, []);
  });
});

describe("the fabric table", () => {
  it("takes ecosystems by their vendor until it is full, and keeps them", async t => {
    const lock = await LockProcess.start(t);
    const vendors = [0x1349, 0x1384, 0x6006, 0x1217, 0x110a];
    for (const vendor of vendors) await lock.do("join_ecosystem", { vendor });
    const full = await lock.request("join_ecosystem", { vendor: 0x117c });
    assert.deepEqual(full, { status: 400, answer: { error: "The lock has room for 5 fabrics." } });
    await lock.end("SIGTERM");
    await lock.begin();
    assert.equal(lock.ready.commissioned, true);
    assert.deepEqual((await lock.do("state")).fabrics.map(({ vendor }) => vendor), vendors);
  });
});

describe("the control channel", () => {
  const lock = LockProcess.prepare("--passcode", "20202022", "--discriminator", "1234");
  before(() => lock.begin());
  after(() => lock.remove());

  it("belongs to a lock that waits for commissioning and has heard nothing", async () => {
    assert.equal(lock.ready.commissioned, false);
    assert.equal(lock.ready.manualPairingCode, "10055012331");
    assert.match(lock.ready.qrPairingCode, /^MT:/);
    const counts = await lock.do("counts");
    assert.deepEqual([counts.exchanges, counts.datagrams_received, counts.invoke], [0, 0, {}]);
  });

  it("refuses in plain sentences", async () => {
    const cases = [
      ["nothing", {}, 404, 'There is no action "nothing".'],
      ["toString", {}, 404, 'There is no action "toString".'],
      ["unlock", "{", 400, "The body is not JSON."],
      ["unlock", "[]", 400, "The body must be a JSON object."],
      ["unlock", { methd: "pin" }, 400,
        'This action does not know "methd"; it takes method, user, credential_index, fabric, node.'],
      ["unlock", { method: "hand", user: 1 }, 400, '"hand" never names a user.'],
      ["unlock", { method: "pin", user: 1, fabric: 2 }, 400, '"fabric" and "node" belong to method remote only.'],
      ["door", { state: "open" }, 400, "This lock has no door sensor; start it with --door-sensor."],
      ["battery", { percent: 101 }, 400, '"percent" must be a number from 0 to 100.'],
      ["fail_next", { status: "0x7e", command: "GetUsers" }, 400,
        `"command" must be one of ${COMMANDS.join(", ")}.`],
    ];
    for (const [action, body, status, error] of cases)
      assert.deepEqual(await lock.request(action, body), { status, answer: { error } });
    const get = await lock.request("state", "", "GET");
    assert.equal(get.status, 405);
  });

  it("ends the process on quit", async () => {
    await lock.do("quit");
    assert.deepEqual(await lock.exited, [0, null]);
  });
});

// The store: one subscription for all, over reloads of the integration and losses of the connection.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { storeOf } from "../../frontend/src/store.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

class FakeHome {
  constructor() {
    this.subscribed = [];
    this.ended = [];
    this.asked = [];
    this.isThere = true;
    this.pages = [];
    const connection = {
      subscribeMessage: async (callback, message) => {
        if (!this.isThere) throw { code: "unknown_command" };
        this.subscribed.push({ callback, ...message });
        return async () => this.ended.push(message.type);
      },
      addEventListener: () => {},
      removeEventListener: () => {},
    };
    this.hass = {
      connection,
      loadBackendTranslation: async () => (key) => key,
      callWS: async (message) => {
        this.asked.push(message);
        if (message.type === "aqara_lock/locks") {
          return { locks: [{ lock_id: "front", name: "Front", entity_ids: { lock: "lock.front" } }] };
        }
        return this.pages.shift();
      },
    };
  }

  tell(type, event) {
    for (const one of this.subscribed.filter((x) => x.type === type)) one.callback(event);
  }

  health(loaded = true) {
    const lock = { lock_id: "front", name: "Front", entity_id: "lock.front", responsive: true };
    this.tell("aqara_lock/health/subscribe", { loaded, locks: loaded ? [lock] : [], hubs: [], home: [] });
  }

  count(type) {
    return this.subscribed.filter((one) => one.type === type).length;
  }
}

const line = (number) => ({
  lock_id: "front",
  key: `e0.1.${number}`,
  kind: "event",
  type: "unlocked",
  occurred_at: new Date(number * 60_000).toISOString(),
});
const lines = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => line(to - n));

async function started() {
  const home = new FakeHome();
  const store = storeOf(home.hass);
  const leave = store.listen(home.hass, () => (store.told = (store.told ?? 0) + 1));
  await turn();
  home.health();
  await turn();
  return { home, store, leave };
}

test("many cards share one subscription, and the last one ends it", async () => {
  const { home, store, leave } = await started();
  const other = storeOf(home.hass).listen(home.hass, () => {});
  await turn();
  assert.equal(home.count("aqara_lock/health/subscribe"), 1);
  assert.equal(home.count("aqara_lock/activity/subscribe"), 1);
  assert.equal(store.lockOf("lock.front").lock_id, "front");
  leave();
  assert.deepEqual(home.ended, []);
  other();
  await turn();
  assert.deepEqual(home.ended.sort(), ["aqara_lock/activity/subscribe", "aqara_lock/health/subscribe"]);
});

test("a home that is unloaded takes its history along, and gives it back", async () => {
  const { home, store, leave } = await started();
  home.tell("aqara_lock/activity/subscribe", { lines: lines(1, 3), removed: [], initial: true });
  assert.equal(store.linesOf(() => true).length, 3);
  home.health(false);
  assert.equal(store.phase, "missing");
  assert.equal(store.linesOf(() => true).length, 0);
  home.health(true);
  await turn();
  assert.equal(store.phase, "ready");
  assert.equal(home.count("aqara_lock/activity/subscribe"), 2);
  leave();
});

test("an integration that is not there is tried again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const home = new FakeHome();
  home.isThere = false;
  const store = storeOf(home.hass);
  const leave = store.listen(home.hass, () => {});
  await turn();
  assert.equal(store.phase, "missing");
  home.isThere = true;
  mock.timers.tick(5000);
  await turn();
  assert.equal(home.count("aqara_lock/health/subscribe"), 1);
  leave();
  mock.timers.reset();
});

test("changes of one turn are told once", async () => {
  const { home, store, leave } = await started();
  await turn();
  const before = store.told;
  home.tell("aqara_lock/activity/subscribe", { lines: [line(1)], removed: [], initial: false });
  home.tell("aqara_lock/activity/subscribe", { lines: [line(2)], removed: [], initial: false });
  await turn();
  assert.equal(store.told, before + 1);
  leave();
});

test("older entries are loaded page by page until there are none", async () => {
  const { home, store, leave } = await started();
  home.tell("aqara_lock/activity/subscribe", { lines: lines(61, 110), removed: [], initial: true });
  assert.equal(store.knownFrom("front"), line(61).occurred_at);
  home.pages = [
    { lines: lines(11, 60), has_more: true },
    { lines: lines(1, 10), has_more: false },
  ];
  await store.loadMore("front");
  assert.equal(home.asked.at(-1).before, "e0.1.61");
  assert.equal(store.linesOf(() => true).length, 100);
  await store.loadMore("front");
  assert.equal(store.knownFrom("front"), undefined);
  assert.equal(store.linesOf(() => true).length, 110);
  leave();
});

test("what nobody asked for does not grow without end", async () => {
  const { home, store, leave } = await started();
  home.tell("aqara_lock/activity/subscribe", { lines: lines(1, 50), removed: [], initial: true });
  for (let number = 51; number <= 2050; number++) {
    home.tell("aqara_lock/activity/subscribe", { lines: [line(number)], removed: [], initial: false });
  }
  assert.equal(store.linesOf(() => true).length, 100);
  assert.equal(store.linesOf(() => true)[0].key, "e0.1.2050");
  leave();
});

// One subscription for all cards of a page: the paths, the history and the locks of a home.

/** @import { Connection, FeedEvent, Hass, Health, Line, LockInfo } from "./types" */
import { applied, idOf, KEPT, newestFirst, trimmed } from "./timeline.js";
import { loadWords } from "./words.js";

const FIRST = 50;
const PAGE = 50;
/** Milliseconds until something that failed is tried again. */
const RETRY = 5000;

/** @type {WeakMap<Connection, Store>} */
const stores = new WeakMap();

/**
 * Return the store of a connection.
 * @param {Hass} hass
 */
export function storeOf(hass) {
  let store = stores.get(hass.connection);
  if (!store) stores.set(hass.connection, (store = new Store(hass)));
  return store;
}

/**
 * How it is with the data: `waiting` before anything came, `missing` where the integration is
 * not there or not loaded, `ready` else.
 * @typedef {"waiting" | "missing" | "ready"} Phase
 */

export class Store {
  /** @param {Hass} hass */
  constructor(hass) {
    this._hass = hass;
    /** @type {Set<() => void>} */
    this._listeners = new Set();
    /** @type {(() => void)[]} */
    this._ends = [];
    /** @type {(() => void) | undefined} */
    this._endHistory = undefined;
    this._generation = 0;
    this._history = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._retry = undefined;
    this._isPlanned = false;
    /** @type {Phase} */
    this.phase = "waiting";
    this.hasWords = false;
    /** @type {Health | undefined} */
    this.health = undefined;
    /** @type {LockInfo[]} */
    this.locks = [];
    /** @type {ReadonlyMap<string, Line>} */
    this.lines = new Map();
    this.hasHistory = false;
    /** Locks of which there is nothing older. @type {Set<string>} */
    this.exhausted = new Set();
    /** @type {Map<string, number>} */
    this._wanted = new Map();
  }

  /**
   * Listen; the first who does starts the subscriptions, the last who leaves ends them.
   * @param {Hass} hass
   * @param {() => void} listener
   * @returns {() => void}
   */
  listen(hass, listener) {
    this._hass = hass;
    this._listeners.add(listener);
    if (this._listeners.size === 1) this._start();
    return () => {
      this._listeners.delete(listener);
      if (!this._listeners.size) this._stop();
    };
  }

  /** @param {string | undefined} entityId */
  lockOf(entityId) {
    return this.locks.find((lock) => lock.entity_ids.lock === entityId);
  }

  /** @param {string} lockId */
  healthOf(lockId) {
    return this.health?.locks.find((lock) => lock.lock_id === lockId);
  }

  /**
   * Return the entries of some locks, newest first.
   * @param {(lockId: string) => boolean} wanted
   */
  linesOf(wanted) {
    return newestFirst([...this.lines.values()].filter((line) => wanted(line.lock_id)));
  }

  /**
   * Return the oldest known moment of a lock's history; undefined where all is known.
   * @param {string} lockId
   */
  knownFrom(lockId) {
    if (this.exhausted.has(lockId)) return undefined;
    const lines = this.linesOf((id) => id === lockId);
    return lines.length < FIRST ? undefined : lines.at(-1)?.occurred_at;
  }

  /**
   * Load older entries of a lock.
   * @param {string} lockId
   */
  async loadMore(lockId) {
    const known = this.linesOf((id) => id === lockId);
    const oldest = known.at(-1);
    if (!oldest || this.exhausted.has(lockId)) return;
    const generation = this._history;
    /** @type {{ lines: Line[], has_more: boolean }} */
    const page = await this._hass.callWS({
      type: "aqara_lock/activity/list",
      lock_id: lockId,
      before: oldest.key,
      limit: PAGE,
    });
    if (generation !== this._history) return;
    this._wanted.set(lockId, known.length + page.lines.length + KEPT);
    if (!page.has_more) this.exhausted.add(lockId);
    const lines = new Map(this.lines);
    for (const line of page.lines) lines.set(idOf(line), line);
    this.lines = lines;
    this._changed();
  }

  _start() {
    const generation = ++this._generation;
    const connection = this._hass.connection;
    const ready = () => this._loadLocks();
    connection.addEventListener("ready", ready);
    this._ends.push(() => connection.removeEventListener("ready", ready));
    loadWords(this._hass).then(
      () => {
        this.hasWords = true;
        this._changed();
      },
      (error) => console.warn("Aqara Lock: texts could not be loaded", error),
    );
    this._followHealth(generation);
  }

  _stop() {
    this._generation++;
    clearTimeout(this._retry);
    for (const end of this._ends) end();
    this._ends = [];
    this._stopHistory();
    this.phase = "waiting";
    this.health = undefined;
  }

  /** @param {number} generation */
  async _followHealth(generation) {
    try {
      const end = await this._hass.connection.subscribeMessage(
        (/** @type {Health} */ health) => {
          if (generation === this._generation) this._healthChanged(health);
        },
        { type: "aqara_lock/health/subscribe" },
      );
      if (generation !== this._generation) return void end();
      this._ends.push(() => void end());
    } catch {
      // The integration is not there (yet): it may be set up while the page is open.
      if (generation !== this._generation) return;
      this.phase = "missing";
      this._changed();
      this._retry = setTimeout(() => this._followHealth(generation), RETRY);
    }
  }

  /** @param {Health} health */
  _healthChanged(health) {
    const ids = (/** @type {Health | undefined} */ of) =>
      of?.locks.map((lock) => lock.lock_id + (lock.entity_id ?? "") + lock.name).join();
    const isOther = ids(health) !== ids(this.health);
    const wasLoaded = this.health?.loaded;
    this.health = health;
    this.phase = health.loaded ? "ready" : "missing";
    if (!health.loaded) this._stopHistory();
    else if (!wasLoaded) this._followHistory();
    if (health.loaded && (isOther || !wasLoaded)) this._loadLocks();
    this._changed();
  }

  async _loadLocks() {
    const generation = this._generation;
    try {
      /** @type {{ locks: LockInfo[] }} */
      const found = await this._hass.callWS({ type: "aqara_lock/locks" });
      if (generation !== this._generation) return;
      this.locks = found.locks;
      this._changed();
    } catch {
      // Not loaded any more: the paths say so.
    }
  }

  async _followHistory() {
    const history = ++this._history;
    try {
      const end = await this._hass.connection.subscribeMessage(
        (/** @type {FeedEvent} */ event) => {
          if (history === this._history) this._historyChanged(event);
        },
        { type: "aqara_lock/activity/subscribe", limit: FIRST },
      );
      if (history !== this._history) return void end();
      this._endHistory = () => void end();
    } catch {
      if (history === this._history && this.health?.loaded) {
        this._retry = setTimeout(() => this._followHistory(), RETRY);
      }
    }
  }

  _stopHistory() {
    this._history++;
    this._endHistory?.();
    this._endHistory = undefined;
    this.lines = new Map();
    this.hasHistory = false;
    this.exhausted.clear();
    this._wanted.clear();
  }

  /** @param {FeedEvent} event */
  _historyChanged(event) {
    if (event.initial) {
      this.exhausted.clear();
      this._wanted.clear();
    }
    this.hasHistory = true;
    const lines = applied(this.lines, event);
    this.lines = trimmed(lines, (lockId) => this._wanted.get(lockId) ?? KEPT);
    if (this.lines !== lines) this.exhausted.clear();
    this._changed();
  }

  /** Tell everybody once of what changes in one turn. */
  _changed() {
    if (this._isPlanned) return;
    this._isPlanned = true;
    queueMicrotask(() => {
      this._isPlanned = false;
      for (const listener of [...this._listeners]) listener();
    });
  }
}

// The lock's own clock: the wall clock of its time zone, which can be wrong or not known.
import { BadRequest, boolean, onlyKnown } from "../requests.mjs";

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

/** Where the home of the rig is. */
export const HOME_ZONE = "Europe/Berlin";

export class Clock {
  /** Seconds that it is ahead of the true time. */
  errorSeconds = 0;
  /** It does not know the time. */
  isUnset = false;
  #format;

  constructor({ timeZone = HOME_ZONE, now = Date.now } = {}) {
    this.now = now;
    this.timeZone = timeZone;
  }

  get timeZone() {
    return this.#format.resolvedOptions().timeZone;
  }

  set timeZone(timeZone) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    });
  }

  /**
   * A moment: `ms` since 1970 as they truly are, and `local`, the seconds since 1970 that the lock's wall clock shows,
   * null where it is not set. `at` is the true wall clock as text, now when absent. Raises BadRequest.
   */
  moment(at) {
    const ms = at === undefined ? this.now() : this.#instant(wallSeconds(at));
    return { ms, local: this.isUnset ? null : this.#wall(ms + 1000 * this.errorSeconds) };
  }

  /** Changes it: `ahead` seconds (of any sign), what it `shows` now, `unset`, or its `zone`. Raises BadRequest. */
  set(request) {
    onlyKnown(request, ["ahead", "shows", "unset", "zone"]);
    if (request.zone !== undefined) this.timeZone = zone(request.zone);
    if (request.ahead !== undefined) this.errorSeconds = seconds(request.ahead);
    if (request.shows !== undefined) this.errorSeconds = (this.#instant(wallSeconds(request.shows)) - this.now()) / 1000;
    this.isUnset = boolean(request, "unset", false);
  }

  /** What it takes for the time, in milliseconds since 1970; null where it is not set. */
  get utcMs() {
    return this.isUnset ? null : this.now() + 1000 * this.errorSeconds;
  }

  /** What is needed to set another clock alike. */
  get setting() {
    return { ahead: this.errorSeconds, unset: this.isUnset, zone: this.timeZone };
  }

  #wall(ms) {
    const parts = Object.fromEntries(this.#format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) / 1000;
  }

  /** The instant at which the wall clock shows this; of two the earlier, of none the one after the gap. */
  #instant(wall) {
    const offsets = [-86400, 86400].map(shift => this.#wall((wall + shift) * 1000) - (wall + shift));
    const instants = offsets.map(offset => (wall - offset) * 1000);
    return instants.sort((a, b) => a - b).find(ms => this.#wall(ms) === wall) ?? Math.max(...instants);
  }
}

/** Seconds since 1970 of a wall clock given as text. Raises BadRequest. */
export function wallSeconds(text) {
  const ms = LOCAL.test(text) ? Date.parse(`${text}Z`) : NaN;
  if (Number.isNaN(ms)) throw new BadRequest('A time is written as "2026-12-24T18:00".');
  return ms / 1000;
}

function seconds(value) {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new BadRequest('"ahead" must be a number of seconds.');
}

function zone(name) {
  if (isZone(name)) return name;
  throw new BadRequest('"zone" must be a time zone such as "Europe/Berlin".');
}

export function isZone(name) {
  return name === "UTC" || Intl.supportedValuesOf("timeZone").includes(name);
}

// Who: the history of one door or of all, by day, with filter, folded refusals and gaps.

/** @import { Day, Group, Hass, Line } from "./types" */
import { css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { define, StoreElement } from "./element.js";
import { common } from "./style.js";
import {
  actorOf,
  actorsOf,
  byDay,
  complete,
  folded,
  idOf,
  isOpenQuestion,
} from "./timeline.js";
import { clock, dayTitle, moment, word, zoneOf } from "./words.js";

/** @type {Record<string, string>} */
const METHODS = {
  pin: "mdi:dialpad",
  fingerprint: "mdi:fingerprint",
  finger_vein: "mdi:hand-back-right",
  face: "mdi:face-recognition",
  tag: "mdi:nfc-variant",
  digital_key: "mdi:cellphone-nfc",
  manual: "mdi:key-variant",
  button: "mdi:gesture-tap-button",
  auto: "mdi:lock-clock",
  schedule: "mdi:calendar-clock",
  remote: "mdi:cellphone",
  app: "mdi:cellphone",
};
/** @type {Record<string, string>} */
const TYPES = {
  denied: "mdi:account-cancel",
  jammed: "mdi:lock-alert",
  forced_open: "mdi:alert-octagon",
  tampered: "mdi:alert-octagon",
  wrong_code_limit: "mdi:alert-octagon",
  door_ajar: "mdi:door-open",
  door_opened: "mdi:door-open",
  door_closed: "mdi:door-closed",
  factory_reset: "mdi:restore-alert",
  user_changed: "mdi:account-edit",
};
const ALARMS = ["jammed", "forced_open", "tampered", "wrong_code_limit", "factory_reset"];
/** Certainties that need no word: it is plain who it was. */
const PLAIN = ["reported", "matched"];

export class History extends StoreElement {
  static properties = {
    hass: { attribute: false },
    locks: { attribute: false },
    rows: { attribute: false },
    _person: { state: true },
    _open: { state: true },
    _asked: { state: true },
    _pages: { state: true },
    _isLoading: { state: true },
  };

  constructor() {
    super();
    /** Ids of the locks; all where it is undefined. @type {string[] | undefined} */
    this.locks = undefined;
    this.rows = 10;
    this._person = "";
    /** @type {string | undefined} */
    this._open = undefined;
    /** @type {string | undefined} */
    this._asked = undefined;
    this._pages = 0;
    this._isLoading = false;
  }

  /** @param {Hass} hass */
  _states(hass) {
    const people = new Set(this._store?.linesOf(() => true).map((line) => line.person_entity));
    return [...people].map((id) => id && hass.states[id]);
  }

  get _ids() {
    return this.locks ?? this._store?.locks.map((lock) => lock.lock_id) ?? [];
  }

  get _known() {
    const store = this._store;
    if (!store) return [];
    const ids = new Set(this._ids);
    const lines = store.linesOf((id) => ids.has(id));
    return complete(
      lines,
      [...ids].map((id) => store.knownFrom(id)),
    );
  }

  render() {
    const store = this._store;
    if (!store?.hasHistory) return html`<p class="quiet">${this._say("loading")}</p>`;
    const hass = /** @type {Hass} */ (this.hass);
    const known = this._known;
    const names = actorsOf(known, hass.language);
    const person = names.includes(this._person) ? this._person : "";
    const groups = folded(person ? known.filter((line) => actorOf(line) === person) : known);
    const shown = groups.slice(0, this.rows + this._pages * 50);
    const hasMore = shown.length < groups.length || this._ids.some((id) => store.knownFrom(id));
    return html`
      <div class="row bar">
        <h3 class="grow">${this._say("who_title")}</h3>
        ${names.length > 1 ? this._filter(names, person) : nothing}
      </div>
      ${shown.length ? nothing : html`<p class="quiet">${this._say("nothing_yet")}</p>`}
      ${repeat(
        byDay(shown, zoneOf(hass)),
        (day) => day.date,
        (day) => this._day(day),
      )}
      ${
        hasMore
          ? html`<button class="more" ?disabled=${this._isLoading} @click=${this._more}>
              ${this._say("load_more")}
            </button>`
          : nothing
      }
    `;
  }

  /**
   * @param {string[]} names
   * @param {string} person
   */
  _filter(names, person) {
    return html`<select
      aria-label=${this._say("filter")}
      @change=${(/** @type {any} */ event) => (this._person = event.target.value)}
    >
      <option value="" ?selected=${!person}>${this._say("everybody")}</option>
      ${names.map((name) => html`<option value=${name} ?selected=${name === person}>${name}</option>`)}
    </select>`;
  }

  /** @param {Day} day */
  _day(day) {
    const hass = /** @type {Hass} */ (this.hass);
    return html`<section>
      <h4>${dayTitle(hass, day.date, new Date())}</h4>
      <ol>
        ${repeat(
          day.groups,
          (group) => group.key,
          (group) => this._group(group),
        )}
      </ol>
    </section>`;
  }

  /** @param {Group} group */
  _group(group) {
    const [line] = group.lines;
    if (line.kind === "gap") return this._gap(line);
    if (group.lines.length === 1) return this._line(line);
    const isOpen = this._open === group.key;
    const said = line.type === "denied" ? "refused_times" : "changed_times";
    return html`<li class=${line.type}>
      ${this._entry(
        line,
        this._say(said, { count: group.lines.length }),
        html`<button
          class="plain"
          aria-expanded=${isOpen}
          @click=${() => (this._open = isOpen ? undefined : group.key)}
        >
          ${this._say(isOpen ? "fold" : "unfold")}
        </button>`,
      )}
      ${isOpen ? html`<ol class="inner">${group.lines.map((one) => this._line(one))}</ol>` : nothing}
    </li>`;
  }

  /** @param {Line} line */
  _gap(line) {
    const hass = /** @type {Hass} */ (this.hass);
    const now = new Date();
    const until = line.until ? moment(hass, line.until, now) : this._say("now");
    return html`<li class="gap" data-key=${line.key}>
      <span class="times">${moment(hass, line.occurred_at, now)} – ${until}</span>
      <span>${this._door(line)}${line.sentence}</span>
    </li>`;
  }

  /** @param {Line} line */
  _line(line) {
    const id = idOf(line);
    const mayAsk = isOpenQuestion(line) && this._lock(line)?.may_assign;
    const ask = mayAsk
      ? html`<button class="plain ask" aria-expanded=${this._asked === id} @click=${() => (this._asked = this._asked === id ? undefined : id)}>
          ${this._say("who_was_this")}
        </button>`
      : nothing;
    const isAlarm = ALARMS.includes(line.type ?? "");
    return html`<li class=${isAlarm ? "alarm" : (line.type ?? "")} data-key=${line.key}>
      ${this._entry(line, undefined, ask)} ${this._asked === id ? this._people(line) : nothing}
    </li>`;
  }

  /**
   * @param {Line} line
   * @param {string | undefined} sentence in place of the entry's own
   * @param {unknown} action
   */
  _entry(line, sentence, action) {
    const hass = /** @type {Hass} */ (this.hass);
    const who = actorOf(line);
    const facts = [
      this._door(line),
      line.method && line.method !== "unknown" ? word(hass, "method", line.method) : "",
      line.ecosystem ?? "",
      line.confidence && !PLAIN.includes(line.confidence) && line.confidence !== "unknown"
        ? word(hass, "confidence", line.confidence)
        : "",
    ].filter(Boolean);
    return html`<div class="entry">
      ${this._picture(line)}
      <div class="texts">
        <span class="what">${who ? html`<strong>${who}</strong> · ` : nothing}${sentence ?? this._what(line)}</span>
        <span class="facts">${facts.join(" · ")}</span>
      </div>
      <time dir="auto" datetime=${line.occurred_at}>${clock(hass, line.occurred_at)}</time>
      ${action}
    </div>`;
  }

  /**
   * Say what happened: in short where the rest of the entry says who and how.
   * @param {Line} line
   */
  _what(line) {
    const hass = /** @type {Hass} */ (this.hass);
    if (line.kind === "attempt") return line.sentence;
    const key = `component.aqara_lock.entity.event.activity.state_attributes.event_type.state.${line.type}`;
    const said = line.type ? hass.localize(key) : "";
    const reason = line.reason && line.reason !== "unknown" ? word(hass, "reason", line.reason) : "";
    if (!said) return line.sentence;
    if (reason) return `${said} (${reason})`;
    return line.confidence === "unknown" && isOpenQuestion(line)
      ? `${said} · ${this._say("not_told")}`
      : said;
  }

  /** @param {Line} line */
  _picture(line) {
    const hass = /** @type {Hass} */ (this.hass);
    const picture =
      line.person_entity && hass.states[line.person_entity]?.attributes.entity_picture;
    const icon = TYPES[line.type ?? ""] ?? METHODS[line.method ?? ""] ?? "mdi:help-circle-outline";
    const name = actorOf(line);
    return html`<span class="picture" aria-hidden="true">
      ${
        picture
          ? html`<img src=${hass.hassUrl(picture)} alt="" loading="lazy" />`
          : name
            ? html`<span class="initial">${[...name][0]}</span>`
            : html`<ha-icon .icon=${icon}></ha-icon>`
      }
      ${name ? html`<ha-icon class="method" .icon=${icon}></ha-icon>` : nothing}
    </span>`;
  }

  /** @param {Line} line */
  _lock(line) {
    return this._store?.locks.find((lock) => lock.lock_id === line.lock_id);
  }

  /** @param {Line} line */
  _door(line) {
    const name = this._ids.length > 1 ? this._lock(line)?.name : undefined;
    return name ? (line.kind === "gap" ? `${name}: ` : name) : "";
  }

  /** @param {Line} line */
  _people(line) {
    const hass = /** @type {Hass} */ (this.hass);
    const persons = Object.values(hass.states)
      .filter((state) => state.entity_id.startsWith("person."))
      .map((state) => /** @type {string} */ (state.attributes.friendly_name ?? state.entity_id));
    const names = new Set([...persons, ...actorsOf(this._known, hass.language)]);
    return html`<div class="row people" role="group" aria-label=${this._say("who_was_this")}>
      ${[...names].map(
        (name) => html`<button @click=${() => this._assign(line, name)}>${name}</button>`,
      )}
      ${names.size ? nothing : html`<span class="quiet">${this._say("nobody_known")}</span>`}
    </div>`;
  }

  /**
   * @param {Line} line
   * @param {string} name
   */
  async _assign(line, name) {
    this._asked = undefined;
    const activity = this._lock(line)?.entity_ids.activity;
    try {
      await this.hass?.callService(
        "aqara_lock",
        "assign_operation",
        { line: line.key, person: name },
        { entity_id: activity },
      );
    } catch {
      // Home Assistant's frontend shows what failed.
    }
  }

  async _more() {
    const store = this._store;
    if (!store) return;
    this._pages += 1;
    const wanted = this.rows + this._pages * 50;
    this._isLoading = true;
    try {
      while (folded(this._known).length < wanted) {
        const next = this._ids
          .map((id) => ({ id, from: store.knownFrom(id) }))
          .filter((item) => item.from !== undefined)
          .sort((a, b) => Date.parse(b.from ?? "") - Date.parse(a.from ?? ""))[0];
        if (!next) break;
        await store.loadMore(next.id);
      }
    } catch (error) {
      console.warn("Aqara Lock: older entries could not be loaded", error);
    } finally {
      this._isLoading = false;
    }
  }

  static styles = [
    common,
    css`
      :host {
        display: block;
        font-size: 14px;
        line-height: 20px;
      }
      h3 {
        font-size: 16px;
        font-weight: 500;
      }
      h4 {
        margin: 12px 0 4px;
        color: var(--secondary-text-color);
        font-size: 14px;
        font-weight: 500;
      }
      .grow {
        flex: 1;
      }
      .entry {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding-block: 6px;
      }
      .picture {
        position: relative;
        display: grid;
        flex: none;
        place-items: center;
        width: 36px;
        height: 36px;
        border-radius: 50%;
        background: var(--secondary-background-color);
        color: var(--secondary-text-color);
      }
      .picture img {
        width: 100%;
        height: 100%;
        border-radius: 50%;
        object-fit: cover;
      }
      .initial {
        font-size: 16px;
        font-weight: 500;
      }
      .picture .method {
        position: absolute;
        inset-block-end: -4px;
        inset-inline-end: -6px;
        padding: 1px;
        border-radius: 50%;
        background: var(--ha-card-background, var(--card-background-color));
        color: var(--primary-text-color);
        --mdc-icon-size: 16px;
      }
      .texts {
        display: flex;
        flex: 1 1 0;
        flex-direction: column;
        min-width: 120px;
      }
      .what {
        overflow-wrap: anywhere;
      }
      .facts {
        color: var(--secondary-text-color);
        font-size: 12px;
        line-height: 16px;
      }
      time {
        color: var(--secondary-text-color);
        font-variant-numeric: tabular-nums;
      }
      .alarm .picture,
      .alarm .what {
        color: var(--error-color);
      }
      .denied .picture {
        color: var(--warning-color);
      }
      .gap {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        margin-block: 4px;
        padding: 6px 12px;
        border-inline-start: 3px dashed var(--divider-color);
        color: var(--secondary-text-color);
      }
      .inner {
        padding-inline-start: 24px;
      }
      .people {
        padding-block-end: 8px;
      }
      button.ask {
        text-decoration: underline;
      }
      .more {
        width: 100%;
        margin-block-start: 8px;
      }
    `,
  ];
}

define("aqara-lock-history", History);

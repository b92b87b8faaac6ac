// A feature for the tile card: who unlocked last.

/** @import { Hass, Line } from "./types" */
import { css, html, nothing } from "lit";
import { define, StoreElement } from "./element.js";
import { common } from "./style.js";
import { actorOf } from "./timeline.js";
import { moment, word } from "./words.js";

const OPENED = ["unlocked", "unlatched"];

export class WhoFeature extends StoreElement {
  static properties = {
    hass: { attribute: false },
    context: { attribute: false },
    stateObj: { attribute: false },
    _config: { state: true },
  };

  constructor() {
    super();
    /** @type {{ entity_id?: string } | undefined} */
    this.context = undefined;
    /** @type {{ entity_id: string } | undefined} */
    this.stateObj = undefined;
    /** @type {object | undefined} */
    this._config = undefined;
  }

  /** @param {object} config */
  setConfig(config) {
    this._config = config;
  }

  static getStubConfig() {
    return { type: "custom:aqara-lock-who" };
  }

  get _entity() {
    return this.context?.entity_id ?? this.stateObj?.entity_id;
  }

  render() {
    const lock = this._store?.lockOf(this._entity);
    if (!lock || !this._store?.hasHistory) return nothing;
    const line = this._store
      .linesOf((id) => id === lock.lock_id)
      .find((one) => OPENED.includes(one.type ?? "") && one.kind !== "attempt");
    return html`<div class="who"><span class="said">${line ? this._said(line) : this._say("nothing_yet")}</span></div>`;
  }

  /** @param {Line} line */
  _said(line) {
    const hass = /** @type {Hass} */ (this.hass);
    const parts = [
      actorOf(line) ?? line.ecosystem ?? this._say("not_told"),
      line.method === "unknown" ? "" : word(hass, "method", line.method),
      moment(hass, line.occurred_at, new Date()),
    ];
    return html`<span class="hidden">${this._say("last_unlocked_by")}</span>${parts.filter(Boolean).join(" · ")}`;
  }

  static styles = [
    common,
    css`
      .who {
        display: flex;
        align-items: center;
        justify-content: center;
        box-sizing: border-box;
        min-height: var(--feature-height, 42px);
        padding-inline: 12px;
        border-radius: var(--feature-border-radius, 12px);
        background: color-mix(in srgb, var(--tile-color, var(--primary-color)) 16%, transparent);
        font-size: 14px;
        font-weight: 500;
        text-align: center;
      }
      .said {
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
    `,
  ];
}

define("aqara-lock-who", WhoFeature);

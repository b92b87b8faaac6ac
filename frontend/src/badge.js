// A badge for the household: all doors in one line.

/** @import { Hass } from "./types" */
import { css, html, nothing } from "lit";
import { define, navigate, StoreElement } from "./element.js";
import { common } from "./style.js";
import { summaryLevel, summaryText, summed } from "./summary.js";

/** @type {Record<string, string>} */
const ICONS = { ok: "mdi:shield-lock", warning: "mdi:lock-open-variant", error: "mdi:lock-alert" };

export class Badge extends StoreElement {
  static properties = { hass: { attribute: false }, _config: { state: true } };

  constructor() {
    super();
    /** @type {{ navigation_path?: string } | undefined} */
    this._config = undefined;
  }

  /** @param {{ navigation_path?: string }} config */
  setConfig(config) {
    this._config = config;
  }

  static getStubConfig() {
    return {};
  }

  static getConfigForm() {
    return {
      schema: [{ name: "navigation_path", selector: { navigation: {} } }],
      computeLabel: (
        /** @type {{ name: string }} */ schema,
        /** @type {Hass["localize"]} */ localize,
      ) => localize(`component.aqara_lock.common.option_${schema.name}`) || schema.name,
    };
  }

  /** @param {Hass} hass */
  _states(hass) {
    return this._store?.locks.map((lock) => hass.states[lock.entity_ids.lock]) ?? [];
  }

  render() {
    const store = this._store;
    const hass = this.hass;
    if (!store?.hasWords || !hass || store.phase === "waiting") return nothing;
    const sum = summed(store.locks, hass.states, store.health);
    const level = store.phase === "missing" ? "error" : summaryLevel(sum);
    const text = store.phase === "missing" ? this._say("not_running") : this._say(...summaryText(sum));
    return html`<button class=${level} @click=${this._go}>
      <ha-icon .icon=${ICONS[level]}></ha-icon><span role="status">${text}</span>
    </button>`;
  }

  _go() {
    const path = this._config?.navigation_path ?? (this.hass?.user?.is_admin ? "/aqara-lock" : "");
    if (path) navigate(path);
  }

  static styles = [
    common,
    css`
      button {
        display: flex;
        gap: 8px;
        align-items: center;
        min-height: var(--ha-badge-size, 36px);
        padding: 4px 16px 4px 12px;
        padding-inline: 12px 16px;
        background: var(--ha-card-background, var(--card-background-color));
        border-color: var(--ha-card-border-color, var(--divider-color));
        --mdc-icon-size: 20px;
      }
      .ok ha-icon {
        color: var(--success-color);
      }
      .warning ha-icon {
        color: var(--warning-color);
      }
      .error ha-icon {
        color: var(--error-color);
      }
    `,
  ];
}

define("aqara-lock-badge", Badge);

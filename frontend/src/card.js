// The card: one door, or the household where no door is chosen.

/** @import { CardConfig, Finding, Hass } from "./types" */
import { css, html, nothing } from "lit";
import "./door.js";
import "./history.js";
import "./notices.js";
import "./path.js";
import { define, StoreElement } from "./element.js";
import { common } from "./style.js";
import { summaryLevel, summaryText, summed } from "./summary.js";
import { say } from "./words.js";

const TYPE = "custom:aqara-lock-card";
const ROWS = 6;
const SWITCHES = ["path", "activity", "notices", "confirm"];

/**
 * Return the lock entities that are ours.
 * @param {Hass} hass
 */
export function ownLocks(hass) {
  return Object.keys(hass.entities ?? {}).filter(
    (id) => id.startsWith("lock.") && hass.entities[id].platform === "aqara_lock",
  );
}

export class Card extends StoreElement {
  static properties = { hass: { attribute: false }, _config: { state: true } };

  constructor() {
    super();
    /** @type {CardConfig | undefined} */
    this._config = undefined;
  }

  /** @param {CardConfig} config */
  setConfig(config) {
    if (config.entity !== undefined && !String(config.entity).startsWith("lock.")) {
      throw new Error("entity: a lock is needed, or leave it out for all doors");
    }
    this._config = config;
  }

  static getConfigForm() {
    return {
      schema: [
        { name: "entity", selector: { entity: { filter: { domain: "lock" } } } },
        { name: "name", selector: { text: {} } },
        {
          type: "grid",
          name: "",
          schema: SWITCHES.map((name) => ({ name, default: true, selector: { boolean: {} } })),
        },
        { name: "rows", default: ROWS, selector: { number: { min: 1, max: 50, mode: "box" } } },
      ],
      computeLabel: (
        /** @type {{ name: string }} */ schema,
        /** @type {Hass["localize"]} */ localize,
      ) => localize(`component.aqara_lock.common.option_${schema.name}`) || schema.name,
      computeHelper: (
        /** @type {{ name: string }} */ schema,
        /** @type {Hass["localize"]} */ localize,
      ) => localize(`component.aqara_lock.common.helper_${schema.name}`) || undefined,
    };
  }

  /** @param {Hass} hass */
  static getStubConfig(hass) {
    const [entity] = ownLocks(hass);
    return entity ? { entity } : {};
  }

  getCardSize() {
    return this._config?.activity === false ? 3 : 8;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  /** @param {Hass} hass */
  _states(hass) {
    const one = this._config?.entity;
    const ids = one ? [one] : (this._store?.locks.map((lock) => lock.entity_ids.lock) ?? []);
    return ids.map((id) => hass.states[id]);
  }

  render() {
    const store = this._store;
    const config = this._config;
    if (!store || !config || !this.hass) return nothing;
    return html`<ha-card>
      <div class="content">
        ${this.hass.connected ? nothing : html`<p class="lost" role="status">${this._say("connection_lost")}</p>`}
        ${config.entity ? this._one(config, config.entity) : this._all(config)}
      </div>
    </ha-card>`;
  }

  /**
   * @param {CardConfig} config
   * @param {string} entity
   */
  _one(config, entity) {
    const store = /** @type {import("./store.js").Store} */ (this._store);
    const lock = store.lockOf(entity);
    const health = lock && store.healthOf(lock.lock_id);
    return html`
      <aqara-lock-door
        .hass=${this.hass}
        .entity=${entity}
        .name=${config.name}
        .confirm=${config.confirm !== false}
      ></aqara-lock-door>
      ${this._phase(lock !== undefined)}
      ${
        health && config.path !== false
          ? html`<aqara-lock-path .hass=${this.hass} .health=${health}></aqara-lock-path>`
          : nothing
      }
      ${lock && config.activity !== false ? this._history([lock.lock_id]) : nothing}
      ${health ? this._notices([...health.findings, ...(store.health?.home ?? [])]) : nothing}
    `;
  }

  /** @param {CardConfig} config */
  _all(config) {
    const hass = /** @type {Hass} */ (this.hass);
    const store = /** @type {import("./store.js").Store} */ (this._store);
    const sum = summed(store.locks, hass.states, store.health);
    return html`
      ${
        store.locks.length
          ? html`<h2 class="sum ${summaryLevel(sum)}" role="status">
              ${config.name ? html`${config.name}: ` : nothing}${this._say(...summaryText(sum))}
            </h2>`
          : nothing
      }
      ${this._phase(store.locks.length > 0)}
      ${store.locks.map((lock) => {
        const health = store.healthOf(lock.lock_id);
        const isIll = health?.path.some((item) => item.state !== "ok");
        return html`
          <aqara-lock-door
            .hass=${hass}
            .entity=${lock.entity_ids.lock}
            .name=${lock.name}
            .confirm=${config.confirm !== false}
          ></aqara-lock-door>
          ${
            isIll && config.path !== false
              ? html`<aqara-lock-path .hass=${hass} .health=${health}></aqara-lock-path>`
              : nothing
          }
        `;
      })}
      ${store.locks.length && config.activity !== false ? this._history(undefined) : nothing}
      ${this._notices([
        ...(store.health?.locks.flatMap((lock) => lock.findings) ?? []),
        ...(store.health?.home ?? []),
      ])}
    `;
  }

  /**
   * Say why there is nothing to show, where there is nothing.
   * @param {boolean} isThere
   */
  _phase(isThere) {
    const phase = this._store?.phase;
    const key =
      phase === "missing"
        ? "not_running"
        : phase === "waiting"
          ? "loading"
          : isThere
            ? undefined
            : this._config?.entity
              ? "not_ours"
              : "no_locks";
    return key ? html`<p class="quiet" role="status" data-phase=${key}>${this._say(key)}</p>` : nothing;
  }

  /** @param {string[] | undefined} locks */
  _history(locks) {
    return html`<aqara-lock-history
      .hass=${this.hass}
      .locks=${locks}
      .rows=${this._config?.rows ?? ROWS}
    ></aqara-lock-history>`;
  }

  /** @param {Finding[]} findings */
  _notices(findings) {
    if (this._config?.notices === false) return nothing;
    return html`<aqara-lock-notices .hass=${this.hass} .findings=${findings}></aqara-lock-notices>`;
  }

  static styles = [
    common,
    css`
      ha-card {
        height: 100%;
        overflow: hidden;
      }
      .content {
        display: flex;
        flex-direction: column;
        gap: 16px;
        padding: 16px;
      }
      .sum {
        font-size: 18px;
        font-weight: 500;
        line-height: 24px;
      }
      .sum.error {
        color: var(--error-color);
      }
      .lost {
        padding: 8px 12px;
        border-radius: 12px;
        background: var(--secondary-background-color);
      }
      @media (max-width: 400px) {
        .content {
          padding: 12px;
        }
      }
    `,
  ];
}

/**
 * Offer the card where a lock of ours is picked.
 * @param {Hass} hass
 * @param {string} entityId
 */
export function suggestion(hass, entityId) {
  if (!ownLocks(hass).includes(entityId)) return null;
  return { config: { type: TYPE, entity: entityId }, label: say(hass, "card_name") || undefined };
}

define("aqara-lock-card", Card);

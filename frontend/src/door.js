// One door: its state, who it was, its buttons, and why it does not answer.

/** @import { Finding, Hass, LockHealth, State } from "./types" */
import { css, html, nothing } from "lit";
import { define, fire, followLink, rich, StoreElement } from "./element.js";
import { common } from "./style.js";
import { firstStep, moment, stateWord } from "./words.js";

const OPEN = 1;
const MOVING = ["locking", "unlocking", "opening"];
/** @type {Record<string, string>} */
const ICONS = {
  locked: "mdi:lock",
  unlocked: "mdi:lock-open-variant",
  open: "mdi:door-open",
  jammed: "mdi:lock-alert",
  locking: "mdi:lock-clock",
  unlocking: "mdi:lock-clock",
  opening: "mdi:lock-clock",
};

/**
 * Return whether core asks for a code before it acts: then its own dialog takes it.
 * @param {Hass} hass
 * @param {State} state
 */
async function asksForCode(hass, state) {
  if (!state.attributes.code_format) return false;
  try {
    /** @type {{ options?: { lock?: { default_code?: string } } }} */
    const entry = await hass.callWS({
      type: "config/entity_registry/get",
      entity_id: state.entity_id,
    });
    return !entry.options?.lock?.default_code;
  } catch {
    // An entity that is in no registry has no default code.
    return true;
  }
}

export class Door extends StoreElement {
  static properties = {
    hass: { attribute: false },
    entity: { attribute: false },
    name: { attribute: false },
    confirm: { attribute: false },
    _asked: { state: true },
    _isRemedyShown: { state: true },
  };

  constructor() {
    super();
    /** @type {string | undefined} */
    this.entity = undefined;
    /** @type {string | undefined} */
    this.name = undefined;
    this.confirm = true;
    /** The action that waits for a yes. @type {string | undefined} */
    this._asked = undefined;
    this._isRemedyShown = false;
  }

  /** @param {Hass} hass */
  _states(hass) {
    return [this.entity && hass.states[this.entity]];
  }

  get _state() {
    return this.entity ? this.hass?.states[this.entity] : undefined;
  }

  get _health() {
    const lock = this._store?.lockOf(this.entity);
    return lock && this._store?.healthOf(lock.lock_id);
  }

  render() {
    const state = this._state;
    const health = this._health;
    if (!state) return html`<p class="quiet">${this._say("no_such_lock")}</p>`;
    const isSilent = health !== undefined && !health.responsive;
    return html`
      <div class="head">
        <button
          class="plain icon ${isSilent ? "silent" : state.state}"
          aria-label=${this._say("more_about", { name: this._name(state) })}
          @click=${this._more}
        >
          <ha-icon .icon=${isSilent ? "mdi:lock-question" : (ICONS[state.state] ?? "mdi:lock-question")}></ha-icon>
        </button>
        <div class="texts">
          <h2>${this._name(state)}</h2>
          <p class="state" aria-live="polite">${this._sentence(state, health)}</p>
        </div>
        ${this._asked ? nothing : this._actions(state)}
      </div>
      ${this._asked ? this._question(state) : nothing}
      ${isSilent && health ? this._alarm(health) : nothing}
    `;
  }

  /** @param {State} state */
  _name(state) {
    return this.name || state.attributes.friendly_name || state.entity_id;
  }

  /**
   * @param {State} state
   * @param {LockHealth | undefined} health
   */
  _sentence(state, health) {
    const hass = /** @type {Hass} */ (this.hass);
    if (health && !health.responsive) {
      const last = state.attributes.last_known_state;
      const word = health.checking ? this._say("being_checked") : this._say("does_not_answer");
      return last ? `${word} · ${this._say("last_known", { state: stateWord(hass, last) })}` : word;
    }
    const parts = [stateWord(hass, state.state)];
    if (state.attributes.changed_by) parts.push(state.attributes.changed_by);
    if (!["unknown", "unavailable"].includes(state.state)) {
      parts.push(moment(hass, state.last_changed, new Date()));
    }
    return parts.join(" · ");
  }

  /** @param {State} state */
  _actions(state) {
    const isMoving = MOVING.includes(state.state);
    const disabled = isMoving || state.state === "unavailable" || !this.hass?.connected;
    const actions = state.state === "locked" ? ["unlock"] : ["lock"];
    if (["unknown", "jammed"].includes(state.state)) actions.push("unlock");
    if (state.attributes.supported_features & OPEN && state.state !== "open") actions.push("open");
    return html`<div class="row actions">
      ${actions.map(
        (action) =>
          html`<button data-action=${action} ?disabled=${disabled} @click=${() => this._choose(action)}>
            ${this._say(action)}
          </button>`,
      )}
    </div>`;
  }

  /** @param {State} state */
  _question(state) {
    const asked = /** @type {string} */ (this._asked);
    return html`<div
      class="question row"
      role="group"
      aria-label=${this._say(`${asked}_question`, { name: this._name(state) })}
      @keydown=${(/** @type {KeyboardEvent} */ e) => e.key === "Escape" && this._cancel()}
    >
      <span class="grow">${this._say(`${asked}_question`, { name: this._name(state) })}</span>
      <span class="row">
        <button data-action="cancel" @click=${this._cancel}>${this._say("cancel")}</button>
        <button class="main" data-action="yes" @click=${() => this._act(asked)}>${this._say(asked)}</button>
      </span>
    </div>`;
  }

  /** @param {LockHealth} health */
  _alarm(health) {
    const hass = /** @type {Hass} */ (this.hass);
    const cause = health.findings.find((finding) => finding.severity === "error");
    return html`<div class="alarm" role="alert">
      <ha-icon icon="mdi:lan-disconnect"></ha-icon>
      <div class="grow">
        <strong>${cause?.title ?? this._say("lock_silent")}</strong>
        ${
          health.since
            ? html`<p class="since">${this._say("since", { time: moment(hass, health.since, new Date()) })}</p>`
            : nothing
        }
        <p>${rich(cause ? firstStep(cause.remedy) : this._say("lock_silent_first"))}</p>
        <p class="still">${this._say("still_works")}</p>
        ${cause ? this._remedy(cause) : nothing}
      </div>
    </div>`;
  }

  /** @param {Finding} cause */
  _remedy(cause) {
    if (!this._isRemedyShown) {
      return html`<button data-action="remedy" aria-expanded="false" @click=${() => (this._isRemedyShown = true)}>
        ${this._say("show_remedy")}
      </button>`;
    }
    return html`<p class="remedy">${rich(cause.remedy)}</p>
      ${
        this.hass?.user?.is_admin
          ? html`<a class="button" href="/config/repairs" @click=${followLink}>${this._say("open_repairs")}</a>`
          : nothing
      }`;
  }

  _more() {
    fire(this, "hass-more-info", { entityId: this.entity });
  }

  /** @param {string} action */
  async _choose(action) {
    const state = this._state;
    if (!state || !this.hass) return;
    if (await asksForCode(this.hass, state)) return this._more();
    if (this.confirm && action !== "lock") {
      this._asked = action;
      await this.updateComplete;
      const yes = this.renderRoot.querySelector("[data-action=yes]");
      /** @type {HTMLElement | null} */ (yes)?.focus();
    } else {
      this._act(action);
    }
  }

  async _cancel() {
    const action = this._asked;
    this._asked = undefined;
    await this.updateComplete;
    const button = this.renderRoot.querySelector(`[data-action=${action}]`);
    /** @type {HTMLElement | null} */ (button)?.focus();
  }

  /** @param {string} action */
  async _act(action) {
    this._asked = undefined;
    try {
      await this.hass?.callService("lock", action, {}, { entity_id: this.entity });
    } catch {
      // Home Assistant's frontend shows what failed.
    }
  }

  static styles = [
    common,
    css`
      :host {
        display: block;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
      }
      button.icon {
        padding: 0;
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        border-radius: 50%;
        color: var(--state-lock-unlocked-color, var(--warning-color));
        background: color-mix(in srgb, currentColor 18%, transparent);
      }
      button.icon.locked {
        color: var(--state-lock-locked-color, var(--success-color));
      }
      button.icon.jammed,
      button.icon.silent {
        color: var(--error-color);
      }
      button.icon.unknown,
      button.icon.unavailable {
        color: var(--secondary-text-color);
      }
      .texts {
        flex: 1 1 140px;
        min-width: 0;
      }
      h2 {
        overflow-wrap: anywhere;
        font-size: 16px;
        font-weight: 500;
        line-height: 22px;
      }
      .state {
        color: var(--secondary-text-color);
        font-size: 14px;
        line-height: 20px;
      }
      .grow {
        flex: 1 1 160px;
        min-width: 0;
      }
      .question > .row {
        margin-inline-start: auto;
      }
      .question {
        margin-block-start: 12px;
        padding: 8px 12px;
        border-radius: 12px;
        background: var(--secondary-background-color);
      }
      .alarm {
        display: flex;
        gap: 12px;
        margin-block-start: 12px;
        padding: 12px;
        border: 1px solid var(--error-color);
        border-radius: 12px;
        background: color-mix(in srgb, var(--error-color) 12%, transparent);
      }
      .alarm ha-icon {
        color: var(--error-color);
      }
      .alarm p {
        margin-block-start: 4px;
      }
      .since,
      .still {
        color: var(--secondary-text-color);
        font-size: 14px;
      }
      .alarm .remedy {
        white-space: pre-line;
      }
      .alarm .button,
      .alarm button {
        display: inline-block;
        margin-block-start: 8px;
      }
    `,
  ];
}

define("aqara-lock-door", Door);

// People: who may open what, how it stands, and to switch it on, off or away.

/** @import { Access, AccessDoor, AccessGrant, AccessPerson, AccessPlan, Hass } from "./types" */
/** @import { Text } from "./access.js" */
import { css, html, nothing } from "lit";
import { messagesOf, obstacle, statusLevel, statusText, weekOrder, windowText } from "./access.js";
import { define, followLink, rich, StoreElement } from "./element.js";
import { common } from "./style.js";

const RETRY = 5000;
const SETTINGS = "/config/integrations/integration/aqara_lock";
const SUNDAY = Date.UTC(2026, 10, 29, 12);

/** @param {AccessGrant} grant */
const idOf = (grant) => `${grant.person_id} ${grant.lock_id} ${grant.effect}`;

export class People extends StoreElement {
  static properties = {
    hass: { attribute: false },
    _access: { state: true },
    _asked: { state: true },
    _hasTexts: { state: true },
  };

  constructor() {
    super();
    /** @type {Access | undefined} */
    this._access = undefined;
    /** The change that waits for a yes. @type {{ id: string, wish: string, plans: AccessPlan[], failed?: string } | undefined} */
    this._asked = undefined;
    this._hasTexts = false;
    /** @type {(() => void) | undefined} */
    this._end = undefined;
    this._generation = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._retry = undefined;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._generation++;
    clearTimeout(this._retry);
    this._end?.();
    this._end = undefined;
  }

  _follow() {
    const isNew = !this._leave;
    super._follow();
    if (isNew && this._leave) this._subscribe(++this._generation);
  }

  /** @param {number} generation */
  async _subscribe(generation) {
    const hass = /** @type {Hass} */ (this.hass);
    hass.loadBackendTranslation("exceptions", "aqara_lock").then(() => (this._hasTexts = true));
    try {
      const end = await hass.connection.subscribeMessage(
        (/** @type {Access} */ access) => {
          if (generation === this._generation) this._access = access;
        },
        { type: "aqara_lock/access/subscribe" },
      );
      if (generation !== this._generation) return void end();
      this._end = () => void end();
    } catch {
      // The home is not loaded (yet).
      if (generation !== this._generation) return;
      this._retry = setTimeout(() => this._subscribe(generation), RETRY);
    }
  }

  render() {
    const access = this._access;
    if (!access || !this._hasTexts) return html`<p class="quiet" role="status">${this._say("loading")}</p>`;
    if (!access.readable) return html`<p role="alert">${this._message(["access_not_readable"])}</p>`;
    return html`
      <div class="row bar">
        <a class="button" href=${SETTINGS} @click=${followLink}>${this._say("people_add")}</a>
        <span class="quiet grow">${this._say("people_add_how")}</span>
      </div>
      ${access.people.length ? nothing : html`<p class="quiet">${this._say("people_none")}</p>`}
      <div class="columns">
        ${access.people.map((person) => this._person(person))}
        ${access.leaving.length ? this._leaving(access.leaving) : nothing}
        ${access.doors.map((door) => this._door(door))}
      </div>
    `;
  }

  /**
   * @param {Text} text
   * @returns {string}
   */
  _message([key, values]) {
    const hass = /** @type {Hass} */ (this.hass);
    const say = (/** @type {string} */ of, /** @type {Record<string, unknown>} */ told = {}) =>
      hass.localize(`component.aqara_lock.exceptions.${of}.message`, told);
    if (!values?.reason) return say(key, values);
    return say(key, { reason: say(`reason_${values.reason}`) });
  }

  /** @param {AccessPerson} person */
  _person(person) {
    return html`<section class="box" data-person=${person.person_id}>
      <h2>${person.name} <span class="quiet kind">${this._say(`kind_${person.kind}`)}</span></h2>
      ${
        person.grants.length
          ? html`<ul>
              ${person.grants.map((grant) => this._grant(grant, true))}
            </ul>`
          : html`<p class="quiet">${this._say("people_no_door")}</p>`
      }
    </section>`;
  }

  /** @param {AccessGrant[]} grants */
  _leaving(grants) {
    return html`<section class="box">
      <h2>${this._say("people_leaving")}</h2>
      <ul>
        ${grants.map((grant) => this._grant(grant, false))}
      </ul>
    </section>`;
  }

  /**
   * @param {AccessGrant} grant
   * @param {boolean} mayChange
   */
  _grant(grant, mayChange) {
    const isAsked = this._asked?.id === idOf(grant);
    const other = grant.wish === "on" ? "off" : "on";
    return html`<li class=${statusLevel(grant)} data-lock=${grant.lock_id}>
      <div class="row">
        <div class="grow">
          <strong>${grant.lock ?? ""}</strong>
          <span class="quiet">${this._say(`means_${grant.means}`)}, ${this._window(grant)}</span>
          <p>${rich(this._message(statusText(grant)))}</p>
        </div>
        ${
          mayChange && !isAsked && grant.wish !== "removed"
            ? html`<button data-wish=${other} @click=${() => this._plan(grant, other)}>
                  ${this._say(`wish_${other}`)}
                </button>
                <button data-wish="removed" @click=${() => this._plan(grant, "removed")}>
                  ${this._say("wish_removed")}
                </button>`
            : nothing
        }
      </div>
      ${grant.ask ? html`<a href="/config/repairs" @click=${followLink}>${this._say("open_repairs")}</a>` : nothing}
      ${isAsked ? this._question(grant) : nothing}
    </li>`;
  }

  /** @param {AccessGrant} grant */
  _window(grant) {
    const hass = /** @type {Hass} */ (this.hass);
    const day = new Intl.DateTimeFormat(hass.locale.language, { weekday: "short", timeZone: "UTC" });
    const days = (/** @type {number[]} */ of) =>
      weekOrder(of)
        .map((number) => day.format(new Date(SUNDAY + number * 86_400_000)))
        .join(", ");
    const at = (/** @type {string} */ time) => time.slice(0, 16).replace("T", " ");
    return this._message(windowText(grant.window, days, at));
  }

  /** @param {AccessGrant} grant */
  _question(grant) {
    const asked = this._asked;
    if (!asked) return nothing;
    const against = asked.failed ? undefined : obstacle(asked.plans);
    const isAway = asked.plans.some((plan) => !plan.reachable);
    const said = asked.failed
      ? this._say("change_failed")
      : against
        ? this._message(against)
        : this._say(`plan_${asked.wish}`, { count: messagesOf(asked.plans) });
    return html`<div class="question" role="group" aria-label=${this._say(`wish_${asked.wish}`)}>
      <p role="status">${said} ${isAway && !against ? this._say("plan_waits_for_lock") : nothing}</p>
      <div class="row end">
        <button data-action="cancel" @click=${() => (this._asked = undefined)}>${this._say("cancel")}</button>
        ${
          against || asked.failed
            ? html`<a class="button" href=${SETTINGS} @click=${followLink}>${this._say("open_integration")}</a>`
            : html`<button class="main" data-action="yes" @click=${() => this._apply(grant, asked.wish)}>
                ${this._say(`wish_${asked.wish}`)}
              </button>`
        }
      </div>
    </div>`;
  }

  /** @param {AccessDoor} door */
  _door(door) {
    const { state, done, steps } = door.job;
    return html`<section class="box" data-door=${door.lock_id}>
      <h2>${door.name}</h2>
      <p>${this._say("door_free", door.free)}</p>
      ${door.reachable ? nothing : html`<p class="quiet">${this._say("does_not_answer")}</p>`}
      ${
        state === "running"
          ? html`<label>${this._say("job_running", { done, steps })}
              <progress max=${steps} value=${done}></progress></label>`
          : state === "away"
            ? html`<p role="status">${this._say("job_away")}</p>`
            : nothing
      }
      ${
        door.strangers.length
          ? html`<p>
              ${this._say("strangers", { count: door.strangers.length })}
              <a href=${SETTINGS} @click=${followLink}>${this._say("open_integration")}</a>
            </p>`
          : nothing
      }
    </section>`;
  }

  /**
   * @param {AccessGrant} grant
   * @param {string} wish
   */
  _changes(grant, wish) {
    const { person_id, lock_id, effect, keeper } = grant;
    return [{ person_id, lock_id, effect, keeper, wish }];
  }

  /**
   * Ask what a change needs; nothing is written.
   * @param {AccessGrant} grant
   * @param {string} wish
   */
  async _plan(grant, wish) {
    const id = idOf(grant);
    try {
      /** @type {{ doors: AccessPlan[] } | undefined} */
      const found = await this.hass?.callWS({
        type: "aqara_lock/access/plan",
        changes: this._changes(grant, wish),
      });
      this._asked = { id, wish, plans: found?.doors ?? [] };
    } catch {
      this._asked = { id, wish, plans: [], failed: wish };
    }
    await this.updateComplete;
    const button = this.renderRoot.querySelector("[data-action=yes], [data-action=cancel]");
    /** @type {HTMLElement | null} */ (button)?.focus();
  }

  /**
   * @param {AccessGrant} grant
   * @param {string} wish
   */
  async _apply(grant, wish) {
    const id = idOf(grant);
    this._asked = undefined;
    try {
      await this.hass?.callWS({
        type: "aqara_lock/access/apply",
        changes: this._changes(grant, wish),
      });
    } catch {
      this._asked = { id, wish, plans: [], failed: wish };
    }
  }

  static styles = [
    common,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 16px;
        line-height: 20px;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr));
        gap: 16px;
        align-items: start;
      }
      .box {
        display: flex;
        flex-direction: column;
        gap: 8px;
        padding: 16px;
        border: 1px solid var(--ha-card-border-color, var(--divider-color));
        border-radius: var(--ha-card-border-radius, 12px);
        background: var(--ha-card-background, var(--card-background-color));
      }
      h2 {
        overflow-wrap: anywhere;
        font-size: 18px;
        font-weight: 500;
        line-height: 24px;
      }
      .kind {
        font-size: 14px;
        font-weight: 400;
      }
      .grow {
        flex: 1 1 160px;
        min-width: 0;
      }
      li {
        margin-block-start: 8px;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--success-color);
      }
      li.warning {
        border-color: var(--warning-color);
      }
      li.error {
        border-color: var(--error-color);
      }
      .question {
        margin-block-start: 8px;
        padding: 12px;
        border-radius: 12px;
        background: var(--secondary-background-color);
      }
      .end {
        justify-content: flex-end;
        margin-block-start: 8px;
      }
      progress {
        width: 100%;
      }
      a:not(.button) {
        color: inherit;
      }
    `,
  ];
}

define("aqara-lock-people", People);

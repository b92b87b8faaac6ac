// People: who may open which door, by what, when, and how it stands; to add, change and take over.

/** @import { Access, AccessDoor, AccessGrant, AccessPerson, AccessPlan, FoundPerson, Hass } from "./types" */
/** @import { Text } from "./access.js" */
import { css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "./access-form.js";
import {
  errorText,
  messagesOf,
  obstacle,
  statusLevel,
  statusText,
  weekOrder,
  windowText,
} from "./access.js";
import { define, followLink, rich, StoreElement } from "./element.js";
import { common } from "./style.js";

const RETRY = 5000;
const SETTINGS = "/config/integrations/integration/aqara_lock";
const SUNDAY = Date.UTC(2026, 10, 29, 12);

/** @param {AccessGrant} grant */
const idOf = (grant) => `${grant.person_id} ${grant.lock_id} ${grant.effect}`;

/**
 * Return where users are: what was typed at their line belongs to no other.
 * @param {FoundPerson} item
 */
const placeOf = (item) => item.users.map((user) => `${user.lock_id} ${user.index}`).join();

/**
 * Return the doors that somebody may open with one effect.
 * @param {AccessPerson} person
 * @param {string} effect
 */
function doorsOf(person, effect) {
  const grants = person.grants.filter((one) => one.effect === effect && one.wish !== "removed");
  return grants.map((one) => one.lock_id);
}

export class People extends StoreElement {
  static properties = {
    hass: { attribute: false },
    _access: { state: true },
    _asked: { state: true },
    _form: { state: true },
    _taken: { state: true },
    _hasTexts: { state: true },
  };

  constructor() {
    super();
    /** @type {Access | undefined} */
    this._access = undefined;
    /** The change that waits for a yes. @type {{ id: string, wish: string, plans: AccessPlan[], failed?: string } | undefined} */
    this._asked = undefined;
    /** What the dialog is about. @type {{ person?: AccessPerson, kind: string, doors: string[], grant?: AccessGrant } | undefined} */
    this._form = undefined;
    /** Why users could not be taken over, by where they are. @type {Record<string, Text>} */
    this._taken = {};
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
    Promise.all(
      ["exceptions", "config_subentries", "selector"].map((category) =>
        hass.loadBackendTranslation(category, "aqara_lock"),
      ),
    ).then(() => (this._hasTexts = true));
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
      <div class="row">
        ${["guest", "member"].map(
          (kind) => html`<button data-action="add-${kind}" @click=${() => this._open({ kind })}>
            ${this._say(`add_${kind}`)}
          </button>`,
        )}
        <a class="grow" href=${SETTINGS} @click=${followLink}>${this._say("people_teach")}</a>
      </div>
      ${access.people.length ? this._matrix(access) : html`<p class="quiet">${this._say("people_none")}</p>`}
      <div class="columns">
        ${access.found.length ? this._found(access) : nothing}
        ${access.leaving.length ? this._leaving(access.leaving) : nothing}
        ${access.doors.map((door) => this._door(door))}
      </div>
      ${
        this._form
          ? html`<aqara-lock-access-form
              .hass=${this.hass}
              .access=${access}
              .person=${this._form.person}
              .kind=${this._form.kind}
              .doors=${this._form.doors}
              .grant=${this._form.grant}
              @closed=${() => (this._form = undefined)}
            ></aqara-lock-access-form>`
          : nothing
      }
    `;
  }

  /** @param {{ person?: AccessPerson, kind: string, doors?: string[], grant?: AccessGrant }} form */
  _open(form) {
    const doors = this._access?.doors ?? [];
    const only = form.kind === "guest" && doors.length === 1 ? [doors[0].lock_id] : [];
    this._form = { ...form, doors: form.doors ?? only };
  }

  /** @param {Access} access */
  _matrix(access) {
    return html`<div class="scroll">
      <table role="table" aria-label=${this._say("tab_people")}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader">${this._say("tab_people")}</th>
            ${access.doors.map((door) => html`<th role="columnheader">${door.name}${this._progress(door)}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${access.people.map((person) => this._person(person, access.doors))}
        </tbody>
      </table>
    </div>`;
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

  /**
   * @param {AccessPerson} person
   * @param {AccessDoor[]} doors
   */
  _person(person, doors) {
    return html`<tr role="row" data-person=${person.person_id}>
      <th role="rowheader">
        <h2>${person.name}</h2>
        <p class="quiet">${this._say(`kind_${person.kind}`)}</p>
        ${person.grants.length ? nothing : html`<p class="quiet">${this._say("people_no_door")}</p>`}
        ${
          this._asked?.id === person.person_id
            ? this._questionOf(person)
            : html`<button
                class="small"
                data-action="remove-person"
                @click=${() => this._askPerson(person)}
              >
                ${this._say("remove_name", { name: person.name })}
              </button>`
        }
      </th>
      ${doors.map((door) => this._cell(person, door))}
    </tr>`;
  }

  /**
   * @param {AccessPerson} person
   * @param {AccessDoor} door
   */
  _cell(person, door) {
    const grants = person.grants.filter((grant) => grant.lock_id === door.lock_id);
    return html`<td role="cell" class=${grants.length ? "" : "none"}>
      <strong class="of">${door.name}</strong>
      ${
        grants.length
          ? html`<ul>
              ${grants.map((grant) => this._grant(grant, person))}
            </ul>`
          : html`<button
              class="small"
              data-action="give"
              aria-label=${this._say("give_name", { name: person.name, door: door.name })}
              @click=${() => this._give(person, door)}
            >
              ${this._say("give")}
            </button>`
      }
    </td>`;
  }

  /**
   * @param {AccessPerson} person
   * @param {AccessDoor} door
   */
  _give(person, door) {
    this._open({ person, kind: person.kind, doors: [...doorsOf(person, "opens"), door.lock_id] });
  }

  /**
   * @param {AccessPerson} person
   * @param {AccessGrant} grant
   */
  _change(person, grant) {
    this._open({ person, kind: person.kind, doors: doorsOf(person, grant.effect), grant });
  }

  /** @param {AccessPerson} person */
  _questionOf(person) {
    const { name } = person;
    return html`<div class="question" role="group" aria-label=${this._say("remove_name", { name })}>
      <p role="status">${this._say(this._asked?.failed ? "change_failed" : "remove_question", { name })}</p>
      <div class="row end">
        <button data-action="cancel" @click=${() => (this._asked = undefined)}>${this._say("cancel")}</button>
        <button class="main" data-action="yes" @click=${() => this._removePerson(person)}>
          ${this._say("wish_removed")}
        </button>
      </div>
    </div>`;
  }

  /** @param {AccessPerson} person */
  async _askPerson(person) {
    this._asked = { id: person.person_id, wish: "removed", plans: [] };
    await this._focusAnswer();
  }

  /** @param {AccessPerson} person */
  async _removePerson({ person_id }) {
    this._asked = undefined;
    try {
      await this.hass?.callWS({ type: "aqara_lock/access/remove_person", person_id });
    } catch {
      this._asked = { id: person_id, wish: "removed", plans: [], failed: "removed" };
    }
  }

  /** @param {Access} access */
  _found({ found, people }) {
    return html`<section class="box" data-section="found">
      <h2>${this._say("found_title")}</h2>
      <p class="quiet">${this._say("found_how")}</p>
      <ul>
        ${repeat(found, placeOf, (item) => this._foundPerson(item, people))}
      </ul>
    </section>`;
  }

  /**
   * @param {FoundPerson} item
   * @param {AccessPerson[]} people
   */
  _foundPerson(item, people) {
    const where = item.users.map(({ lock, index, maker }) =>
      this._message(["stranger_at", { door: lock, number: index, maker: this._message([`maker_${maker}`]) }]),
    );
    const error = this._taken[placeOf(item)];
    return html`<li class="warning">
      <p><strong>${item.name ?? "–"}</strong>: ${where.join(", ")}</p>
      <div class="row taking">
        <label class="grow"
          >${this._say("found_whose")}
          <select>
            ${repeat(
              people,
              (person) => person.person_id,
              (person) => html`<option value=${person.person_id} ?selected=${person.person_id === item.person_id}>
                ${person.name}
              </option>`,
            )}
            <option value="" ?selected=${!item.person_id}>${this._say("found_new")}</option>
          </select>
        </label>
        <label class="grow"
          >${this._say("found_name")}
          <input maxlength="100" autocomplete="off" .value=${item.name ?? ""} />
        </label>
        <button data-action="adopt" @click=${(/** @type {Event} */ event) => this._adopt(event, item)}>
          ${this._say("found_take")}
        </button>
      </div>
      ${
        error
          ? html`<p role="alert">${this.hass?.localize(`component.aqara_lock.${error[0]}`, error[1])}</p>`
          : nothing
      }
    </li>`;
  }

  /**
   * @param {any} event
   * @param {FoundPerson} item
   */
  async _adopt(event, item) {
    const line = event.currentTarget.parentElement;
    const person_id = line.querySelector("select").value;
    const whose = person_id ? { person_id } : { person: { name: line.querySelector("input").value } };
    const users = item.users.map(({ lock_id, index }) => ({ lock_id, index }));
    this._taken = {};
    try {
      await this.hass?.callWS({ type: "aqara_lock/access/adopt", users, ...whose });
    } catch (error) {
      this._taken = { [placeOf(item)]: errorText(/** @type {any} */ (error)) };
    }
  }

  /** @param {AccessGrant[]} grants */
  _leaving(grants) {
    return html`<section class="box">
      <h2>${this._say("people_leaving")}</h2>
      <ul>
        ${grants.map((grant) => this._grant(grant))}
      </ul>
    </section>`;
  }

  /**
   * @param {AccessGrant} grant
   * @param {AccessPerson} [person] who may be given more; nobody who left
   */
  _grant(grant, person) {
    const isAsked = this._asked?.id === idOf(grant);
    const other = grant.wish === "on" ? "off" : "on";
    return html`<li class=${statusLevel(grant)} data-lock=${grant.lock_id}>
      <p>
        ${person ? nothing : html`<strong>${grant.lock ?? ""}</strong>`}
        <span class="quiet"
          >${this._say(`means_${grant.means}`)}${
            grant.effect === "opens"
              ? nothing
              : `, ${this.hass?.localize(`component.aqara_lock.selector.access_effect.options.${grant.effect}`)}`
          }, ${this._window(grant)}</span
        >
      </p>
      <p>${rich(this._message(statusText(grant)))}</p>
      ${
        person && !isAsked && grant.wish !== "removed"
          ? html`<div class="row">
              ${
                grant.means === "code"
                  ? html`<button class="small" data-action="change" @click=${() => this._change(person, grant)}>
                      ${this._say("change")}
                    </button>`
                  : nothing
              }
              ${[other, "removed"].map(
                (wish) => html`<button class="small" data-wish=${wish} @click=${() => this._plan(grant, wish)}>
                  ${this._say(`wish_${wish}`)}
                </button>`,
              )}
            </div>`
          : nothing
      }
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
          ? html`<p role="status">${this._say("job_running", { done, steps })}${this._progress(door)}</p>
              <button class="small" data-action="stop" @click=${this._stop}>${this._say("job_stop")}</button>`
          : state === "away"
            ? html`<p role="status">${this._say("job_away")}</p>`
            : nothing
      }
      ${door.strangers.length ? html`<p>${this._say("strangers", { count: door.strangers.length })}</p>` : nothing}
    </section>`;
  }

  /** @param {AccessDoor} door */
  _progress(door) {
    const { state, done, steps } = door.job;
    if (state !== "running") return nothing;
    return html`<progress max=${steps} value=${done} aria-label=${this._say("job_running", { done, steps })}></progress>`;
  }

  async _stop() {
    await this.hass?.callWS({ type: "aqara_lock/access/cancel" }).catch(() => undefined);
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
    await this._focusAnswer();
  }

  async _focusAnswer() {
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
        font-size: 16px;
        font-weight: 500;
        line-height: 24px;
      }
      .scroll {
        overflow-x: auto;
        container-type: inline-size;
        border: 1px solid var(--ha-card-border-color, var(--divider-color));
        border-radius: var(--ha-card-border-radius, 12px);
        background: var(--ha-card-background, var(--card-background-color));
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        min-width: 200px;
        padding: 12px 16px;
        font-weight: inherit;
        text-align: start;
        vertical-align: top;
      }
      thead th {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      tbody tr {
        border-block-start: 1px solid var(--divider-color);
      }
      .of {
        display: none;
      }
      .small {
        margin-block-start: 8px;
        padding-inline: 12px;
      }
      .taking {
        align-items: end;
        margin-block-start: 8px;
      }
      @container (max-width: 700px) {
        table,
        tbody,
        tr,
        th,
        td,
        .of {
          display: block;
        }
        thead {
          position: absolute;
          overflow: hidden;
          width: 1px;
          height: 1px;
          clip-path: inset(50%);
        }
        tbody tr {
          padding-block: 12px;
        }
        tbody tr:first-child {
          border: 0;
        }
        th,
        td {
          min-width: 0;
          padding-block: 4px;
        }
        td.none {
          display: flex;
          justify-content: space-between;
          align-items: center;
        }
        td.none .small {
          margin: 0;
        }
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

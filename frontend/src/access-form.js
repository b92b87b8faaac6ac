// The dialog that gives somebody a code for doors and times, or changes them. A code is in its two fields only.

/** @import { Access, AccessGrant, AccessPerson, AccessPlan, Hass } from "./types" */
/** @import { Fields, Text } from "./access.js" */
import { css, html, nothing } from "lit";
import {
  byHome,
  changesOf,
  errorText,
  filledIn,
  isBlocked,
  KINDS,
  planText,
  proposed,
  WEEK,
  windowOf,
} from "./access.js";
import { define, fire, rich, StoreElement } from "./element.js";
import { common } from "./style.js";

const OF_GUEST = "config_subentries.guest";
const TIMES = `${OF_GUEST}.step.user.sections.times.data`;
/** Browsers offer to keep a password, and none that counts once. */
const NOT_KEPT = "one-time-code";
const SUNDAY = Date.UTC(2026, 10, 29, 12);

export class AccessForm extends StoreElement {
  static properties = {
    hass: { attribute: false },
    access: { attribute: false },
    person: { attribute: false },
    kind: { attribute: false },
    doors: { attribute: false },
    grant: { attribute: false },
    _fields: { state: true },
    _plans: { state: true },
    _error: { state: true },
    _isBusy: { state: true },
  };

  constructor() {
    super();
    /** @type {Access | undefined} */
    this.access = undefined;
    /** Whose access is changed; undefined for somebody new. @type {AccessPerson | undefined} */
    this.person = undefined;
    this.kind = "guest";
    /** Doors that are chosen when it opens. @type {string[]} */
    this.doors = [];
    /** The access that is changed, if one is. @type {AccessGrant | undefined} */
    this.grant = undefined;
    /** @type {Fields} */
    this._fields = proposed("always", new Date(), undefined);
    /** @type {AccessPlan[] | undefined} */
    this._plans = undefined;
    /** A text of the integration that says what is wrong. @type {Text | undefined} */
    this._error = undefined;
    this._isBusy = false;
    this._byHome = false;
  }

  connectedCallback() {
    super.connectedCallback();
    const grants = this._known().filter((one) => this.doors.includes(one.lock_id));
    const first = this.kind === "guest" && !this.person ? "from_to" : "always";
    const fields = proposed(first, new Date(), this.hass?.config.time_zone);
    this._fields = { ...fields, ...filledIn(grants), doors: this.doors };
  }

  firstUpdated() {
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
    dialog.showModal();
  }

  /** @returns {AccessGrant[]} */
  _known() {
    const effect = this.grant?.effect ?? "opens";
    return this.person?.grants.filter((one) => one.effect === effect && one.wish !== "removed") ?? [];
  }

  /**
   * Return a text of the integration by its whole key.
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   */
  _label(key, values) {
    return this.hass?.localize(`component.aqara_lock.${key}`, values) ?? "";
  }

  /** @param {Text} text */
  _told([key, values]) {
    const reason = values?.reason;
    if (!reason) return this._label(key, values);
    return this._label(key, { reason: this._label(`exceptions.reason_${reason}.message`) });
  }

  render() {
    const isPlan = Boolean(this._plans);
    const blocked = isPlan && isBlocked(this._plans ?? []);
    return html`<dialog aria-labelledby="title" @close=${() => fire(this, "closed")} @cancel=${this._hold}>
      <form novalidate @submit=${this._submit}>
        <h2 id="title">
          ${this.person ? this._say("access_of", { name: this.person.name }) : this._say(`add_${this.kind}`)}
        </h2>
        <div class="fields" ?hidden=${isPlan}>
          ${this.person ? nothing : this._who()} ${this._where()}
          ${this._fields.doors.length ? [this._when(), this._code()] : nothing}
        </div>
        ${isPlan ? this._plan() : nothing}
        ${this._error ? html`<p class="error" role="alert">${rich(this._told(this._error))}</p>` : nothing}
        <div class="row end">
          <button type="button" data-action="cancel" ?disabled=${this._isBusy} @click=${this._leaveOff}>
            ${this._say(isPlan ? "back" : "cancel")}
          </button>
          ${
            isPlan && byHome(this._plans ?? [], this._fields.window)
              ? html`<button type="button" data-action="by-home" @click=${this._letHome}>
                  ${this._label("selector.next_guest_plan.options.by_home")}
                </button>`
              : nothing
          }
          <button class="main" data-action=${isPlan ? "apply" : "next"} ?disabled=${this._isBusy || blocked}>
            ${isPlan ? this._label("selector.next_guest_plan.options.apply") : this._say("next")}
          </button>
        </div>
        <p class="hidden" role="status">${this._isBusy ? this._say("loading") : nothing}</p>
      </form>
    </dialog>`;
  }

  _who() {
    const hass = /** @type {Hass} */ (this.hass);
    const taken = this.access?.people.map((person) => person.entity_id) ?? [];
    const free = Object.values(hass.states).filter(
      (state) => state.entity_id.startsWith("person.") && !taken.includes(state.entity_id),
    );
    return html`
      ${
        this.kind === "member" && free.length
          ? html`<label
              >${this._label("config_subentries.person.step.user.data.person_entity")}
              <select name="entity" @change=${this._chosePerson}>
                <option value="">–</option>
                ${free.map(
                  (state) => html`<option value=${state.entity_id}>
                    ${state.attributes.friendly_name ?? state.entity_id}
                  </option>`,
                )}
              </select></label
            >`
          : nothing
      }
      <label
        >${this._label(`${OF_GUEST}.step.user.data.name`)}
        <input name="name" maxlength="100" autocomplete="off" />
      </label>
    `;
  }

  /** @param {Event} event */
  _chosePerson(event) {
    const chosen = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    const name = this._input("name");
    if (name && chosen) name.value = this.hass?.states[chosen]?.attributes.friendly_name ?? "";
  }

  _where() {
    return html`<fieldset>
      <legend>${this._label(`${OF_GUEST}.step.user.data.doors`)}</legend>
      ${this.access?.doors.map(
        (door) => html`<label class="check">
          <input
            type="checkbox"
            name="door"
            value=${door.lock_id}
            .checked=${this._fields.doors.includes(door.lock_id)}
            @change=${this._choseDoor}
          />
          ${door.name}
          ${door.reachable ? nothing : html`<span class="quiet">${this._say("does_not_answer")}</span>`}
        </label>`,
      )}
    </fieldset>`;
  }

  /** @param {Event} event */
  _choseDoor(event) {
    const { value, checked } = /** @type {HTMLInputElement} */ (event.currentTarget);
    const others = this._fields.doors.filter((door) => door !== value);
    this._set({ doors: checked ? [...others, value] : others });
  }

  /** @param {Partial<Fields>} changed */
  _set(changed) {
    this._fields = { ...this._fields, ...changed };
    this._byHome = false;
  }

  _when() {
    const fields = this._fields;
    const kinds = fields.differs ? ["as_it_is", ...KINDS] : KINDS;
    return html`<label
        >${this._label(`${OF_GUEST}.step.user.data.window`)}
        <select
          name="window"
          @change=${(/** @type {any} */ event) => this._set({ window: event.currentTarget.value })}
        >
          ${kinds.map(
            (kind) => html`<option value=${kind} ?selected=${kind === fields.window}>
              ${this._label(`selector.access_window.options.${kind}`)}
            </option>`,
          )}
        </select>
      </label>
      ${
        fields.window === "from_to"
          ? html`<div class="pair">${this._time("from", "datetime-local")} ${this._time("until", "datetime-local")}</div>`
          : fields.window === "weekly"
            ? [this._days(), html`<div class="pair">${this._time("start_time", "time")} ${this._time("end_time", "time")}</div>`]
            : fields.window === "after_first_use"
              ? this._time("minutes", "number")
              : nothing
      }`;
  }

  /**
   * @param {"from" | "until" | "start_time" | "end_time" | "minutes"} name
   * @param {string} type
   */
  _time(name, type) {
    return html`<label
      >${this._label(`${TIMES}.${name}`)}
      <input
        name=${name}
        type=${type}
        min=${type === "number" ? 1 : nothing}
        .value=${this._fields[name]}
        @change=${(/** @type {any} */ event) => this._set({ [name]: event.currentTarget.value })}
      />
    </label>`;
  }

  _days() {
    const hass = /** @type {Hass} */ (this.hass);
    const day = new Intl.DateTimeFormat(hass.locale.language, { weekday: "short", timeZone: "UTC" });
    return html`<fieldset>
      <legend>${this._label(`${TIMES}.days`)}</legend>
      <div class="row">
        ${WEEK.map(
          (number) => html`<label class="check">
            <input
              type="checkbox"
              name="day"
              .checked=${this._fields.days.includes(number)}
              @change=${(/** @type {any} */ event) => {
                const others = this._fields.days.filter((one) => one !== number);
                this._set({ days: event.currentTarget.checked ? [...others, number] : others });
              }}
            />
            ${day.format(new Date(SUNDAY + number * 86_400_000))}
          </label>`,
        )}
      </div>
    </fieldset>`;
  }

  _code() {
    const limits = (this.access?.doors ?? [])
      .filter((door) => this._fields.doors.includes(door.lock_id))
      .map((door) => door.limits);
    const least = Math.max(...limits.map((one) => one.shortest_code));
    const most = Math.min(...limits.map((one) => one.longest_code));
    const may = this._known().length ? "code_may_stay" : "code_needed";
    return html`<div class="pair">
        ${["code", "code_again"].map(
          (name) => html`<label
            >${this._label(`${OF_GUEST}.step.code.data.${name}`)}
            <input name=${name} type="password" inputmode="numeric" autocomplete=${NOT_KEPT} aria-describedby="hint" />
          </label>`,
        )}
      </div>
      <p class="quiet" id="hint">${this._say(may, { length: least < most ? `${least}–${most}` : least })}</p>`;
  }

  _plan() {
    const plans = this._plans ?? [];
    const effect = this.grant?.effect ?? "opens";
    return html`<p>
        <strong>${this.person?.name ?? this._input("name")?.value}</strong>,
        ${this._label(`selector.access_window.options.${this._fields.window}`)}
      </p>
      <ul tabindex="-1" class="plan">
      ${plans.map((plan) => {
        const isLeft = !this._fields.doors.includes(plan.lock_id);
        const known = this.access?.doors.find((door) => door.lock_id === plan.lock_id);
        const [key, values] = planText(plan, this._hasCode);
        return html`<li data-lock=${plan.lock_id} data-effect=${effect}>
          <strong>${known?.name ?? ""}</strong>:
          ${isLeft ? this._say("plan_removed", values) : rich(this._told([`exceptions.${key}.message`, values]))}
        </li>`;
      })}
    </ul>`;
  }

  /**
   * @param {string} name
   * @returns {HTMLInputElement | null}
   */
  _input(name) {
    return this.renderRoot.querySelector(`[name=${name}]`);
  }

  get _hasCode() {
    return Boolean(this._input("code")?.value);
  }

  /** What is wrong with what was filled in. @returns {string | undefined} */
  _wrong() {
    const { doors } = this._fields;
    if (!this.person && !this._input("name")?.value.trim()) return "name_missing";
    if (!doors.length) return this.kind === "member" && !this.person ? undefined : "no_doors";
    const found = windowOf(this._fields);
    if (typeof found === "string") return found;
    if (this._input("code")?.value !== this._input("code_again")?.value) return "codes_differ";
    const isOff = this._known().some((one) => one.wish === "off" && doors.includes(one.lock_id));
    return this._hasCode && isOff ? "code_while_off" : undefined;
  }

  /** @param {boolean} withCode */
  _changes(withCode) {
    const found = windowOf(this._fields);
    const changes = changesOf({
      personId: this.person?.person_id ?? "new",
      effect: this.grant?.effect ?? "opens",
      doors: this._fields.doors,
      known: this._known(),
      window: typeof found === "string" ? undefined : found,
      keeper: this._byHome ? "home_assistant" : "lock",
    });
    const code = this._input("code")?.value;
    if (!code) return changes;
    return changes.map((change) =>
      change.wish !== "on" ? change : withCode ? { ...change, password: code } : { ...change, has_code: true },
    );
  }

  get _newPerson() {
    if (this.person) return {};
    const entity = this._input("entity")?.value;
    const person = { name: this._input("name")?.value.trim(), kind: this.kind };
    return { person: entity ? { ...person, person_entity: entity } : person };
  }

  /** @param {Event} event */
  async _submit(event) {
    event.preventDefault();
    if (this._isBusy) return;
    const wrong = this._wrong();
    if (wrong) {
      this._error = [`${OF_GUEST}.error.${wrong}`, { name: this.person?.name ?? "" }];
      return;
    }
    this._error = undefined;
    if (this._plans) await this._try(() => this._apply());
    else if (!this._fields.doors.length) await this._try(() => this._addOnly());
    else await this._try(() => this._ask());
  }

  /**
   * Do something that takes a moment; says what went wrong, and goes back to the fields then.
   * @param {() => Promise<void>} what
   */
  async _try(what) {
    this._isBusy = true;
    try {
      await what();
    } catch (error) {
      this._plans = undefined;
      this._error = errorText(/** @type {any} */ (error));
    }
    this._isBusy = false;
  }

  /**
   * @param {boolean} mayRead
   * @returns {Promise<void>}
   */
  async _ask(mayRead = true) {
    const hass = /** @type {Hass} */ (this.hass);
    /** @type {{ doors: AccessPlan[] }} */
    const { doors } = await hass.callWS({
      type: "aqara_lock/access/plan",
      changes: this._changes(false),
      ...this._newPerson,
    });
    const unread = doors.filter((plan) => plan.unread && plan.reachable).map((plan) => plan.lock_id);
    if (unread.length && mayRead) {
      const entities = this._store?.locks.filter((lock) => unread.includes(lock.lock_id)) ?? [];
      const ids = entities.map((lock) => lock.entity_ids.lock);
      await hass.callService("aqara_lock", "check_access", {}, { entity_id: ids });
      return this._ask(false);
    }
    this._plans = doors;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector(".plan"))?.focus();
  }

  async _apply() {
    await this.hass?.callWS({
      type: "aqara_lock/access/apply",
      changes: this._changes(true),
      ...this._newPerson,
    });
    this._close();
  }

  async _addOnly() {
    await this.hass?.callWS({ type: "aqara_lock/access/add_person", ...this._newPerson });
    this._close();
  }

  _letHome() {
    this._byHome = true;
    this._try(() => this._ask(false));
  }

  _leaveOff() {
    if (this._plans) this._plans = undefined;
    else this._close();
  }

  /** @param {Event} event */
  _hold(event) {
    if (this._isBusy) event.preventDefault();
  }

  _close() {
    /** @type {HTMLFormElement | null} */ (this.renderRoot.querySelector("form"))?.reset();
    /** @type {HTMLDialogElement | null} */ (this.renderRoot.querySelector("dialog"))?.close();
  }

  static styles = [
    common,
    css`
      dialog {
        box-sizing: border-box;
        width: min(560px, 100%);
        max-width: 100%;
        max-height: 100%;
        padding: 24px;
        border: 1px solid var(--divider-color);
        border-radius: var(--ha-card-border-radius, 12px);
        background: var(--ha-card-background, var(--card-background-color));
        color: inherit;
        line-height: 20px;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 50%);
      }
      form,
      .fields {
        display: flex;
        flex-direction: column;
        gap: 16px;
      }
      [hidden] {
        display: none !important;
      }
      h2 {
        font-size: 20px;
        font-weight: 500;
        line-height: 24px;
        overflow-wrap: anywhere;
      }
      legend {
        padding: 0;
        font-size: 14px;
      }
      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      .check {
        display: flex;
        flex-direction: row;
        gap: 8px;
        align-items: center;
        min-height: 40px;
      }
      .check input {
        width: 20px;
        min-height: 20px;
        margin: 0;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 200px), 1fr));
        gap: 16px;
      }
      .plan {
        outline: none;
      }
      .plan li {
        padding-block: 8px;
      }
      .error {
        color: var(--error-color);
      }
      .end {
        justify-content: flex-end;
      }
    `,
  ];
}

define("aqara-lock-access-form", AccessForm);

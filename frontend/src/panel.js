// The page "Doors": today, people, health and help.

/** @import { Hass, HubHealth } from "./types" */
import { css, html, nothing } from "lit";
import "./door.js";
import "./history.js";
import "./notices.js";
import "./path.js";
import "./people.js";
import { define, fire, followLink, navigate, StoreElement } from "./element.js";
import { common } from "./style.js";
import { summaryLevel, summaryText, summed } from "./summary.js";
import { moment, marked } from "./words.js";

const TABS = ["today", "people", "health", "help"];
/** Readings of the radio, whose history Home Assistant keeps where they are on. */
const RADIO = ["link_quality", "rssi"];
const WORDS = [
  "border_router",
  "local_ipv6",
  "ecosystem",
  "commissioning",
  "placement",
  "homekit",
  "hub_menus",
  "passwords",
  "phone",
  "zigbee",
];
const QUESTIONS = [
  "unresponsive",
  "without_home_assistant",
  "not_found",
  "order",
  "apple_codes",
  "no_name",
  "users_once",
  "removed_lock",
  "battery",
  "door_open",
];

export class Panel extends StoreElement {
  static properties = {
    hass: { attribute: false },
    narrow: { attribute: false },
    route: { attribute: false },
    _helps: { state: true },
  };

  constructor() {
    super();
    this.narrow = false;
    /** @type {{ prefix: string, path: string } | undefined} */
    this.route = undefined;
    /** Whether the glossary is there. */
    this._helps = false;
  }

  /** @param {Hass} hass */
  _states(hass) {
    return (
      this._store?.locks.flatMap(({ entity_ids }) =>
        ["lock", ...RADIO].map((key) => hass.states[entity_ids[key]]),
      ) ?? []
    );
  }

  get _tab() {
    const name = this.route?.path.split("/")[1] ?? "";
    return TABS.includes(name) ? name : TABS[0];
  }

  render() {
    return html`
      <header>
        ${
          this.narrow
            ? html`<button class="plain" aria-label=${this._say("menu")} @click=${() => fire(this, "hass-toggle-menu")}>
                <ha-icon icon="mdi:menu"></ha-icon>
              </button>`
            : nothing
        }
        <h1>${this._say("doors")}</h1>
        <nav aria-label=${this._say("doors")}>
          ${TABS.map(
            (tab) => html`<a
              href="/aqara-lock/${tab}"
              aria-current=${tab === this._tab ? "page" : nothing}
              @click=${followLink}
              >${this._say(`tab_${tab}`)}</a
            >`,
          )}
        </nav>
      </header>
      <main>${this._content()}</main>
    `;
  }

  _content() {
    const store = this._store;
    if (this._tab === "help") return this._help();
    if (store?.phase === "missing") return this._empty("not_running");
    if (!store?.locks.length) {
      return this._empty(store?.phase === "ready" ? "no_locks" : "loading");
    }
    if (this._tab === "people") {
      return html`<aqara-lock-people .hass=${this.hass}></aqara-lock-people>`;
    }
    return this._tab === "health" ? this._health() : this._today();
  }

  /** @param {string} key */
  _empty(key) {
    return html`<div class="box" role="status">
      <p>${this._say(key)}</p>
      ${
        key === "loading"
          ? nothing
          : html`<a class="button" href="/config/integrations/integration/aqara_lock" @click=${followLink}
              >${this._say("open_integration")}</a
            >`
      }
    </div>`;
  }

  _today() {
    const hass = /** @type {Hass} */ (this.hass);
    const store = /** @type {import("./store.js").Store} */ (this._store);
    const sum = summed(store.locks, hass.states, store.health);
    return html`
      <h2 class="sum ${summaryLevel(sum)}" role="status">${this._say(...summaryText(sum))}</h2>
      <div class="columns">
        <div class="box">
          ${store.locks.map(
            (lock) => html`<aqara-lock-door
              .hass=${hass}
              .entity=${lock.entity_ids.lock}
              .name=${lock.name}
            ></aqara-lock-door>`,
          )}
        </div>
        <div class="box">
          <aqara-lock-history .hass=${hass} .rows=${30}></aqara-lock-history>
        </div>
      </div>
    `;
  }

  _health() {
    const hass = /** @type {Hass} */ (this.hass);
    const health = this._store?.health;
    if (!health) return nothing;
    return html`
      <div class="columns">
        ${health.locks.map(
          (lock) => html`<section class="box" data-lock=${lock.lock_id}>
            <h2>${lock.name}</h2>
            <aqara-lock-path .hass=${hass} .health=${lock}></aqara-lock-path>
            <aqara-lock-notices .hass=${hass} .findings=${lock.findings} .open=${true} .errors=${true}></aqara-lock-notices>
            ${this._radio(lock.lock_id)} ${this._check(lock.lock_id)}
          </section>`,
        )}
        <section class="box">
          <h2>${this._say("hubs")}</h2>
          ${
            health.hubs.length
              ? html`<ul>
                  ${health.hubs.map((hub) => this._hub(hub))}
                </ul>`
              : html`<p class="quiet">${this._say("no_hubs")}</p>`
          }
        </section>
        ${
          health.home.length
            ? html`<section class="box">
                <h2>${this._say("home_network")}</h2>
                <aqara-lock-notices .hass=${hass} .findings=${health.home} .open=${true} .errors=${true}></aqara-lock-notices>
              </section>`
            : nothing
        }
      </div>
    `;
  }

  /** @param {string} lockId */
  _radio(lockId) {
    const hass = /** @type {Hass} */ (this.hass);
    const lock = this._store?.locks.find((one) => one.lock_id === lockId);
    const shown = RADIO.flatMap((key) => hass.states[lock?.entity_ids[key] ?? ""] ?? []);
    const device = `/config/devices/device/${lock?.device_id}`;
    return html`<h3>${this._say("radio")}</h3>
      ${
        shown.length
          ? shown.map(
              (state) => html`<button
                data-entity=${state.entity_id}
                @click=${() => fire(this, "hass-more-info", { entityId: state.entity_id })}
              >
                ${state.attributes.friendly_name}: ${hass.formatEntityState(state)}
              </button>`,
            )
          : html`<p class="quiet">${this._say("radio_off")}</p>
              <a href=${device} @click=${followLink}>${this._say("open_device")}</a>`
      }`;
  }

  /** @param {string} lockId */
  _check(lockId) {
    const ids = this._store?.locks.find((lock) => lock.lock_id === lockId)?.entity_ids;
    if (!ids?.check_connection) return nothing;
    return html`<button @click=${() => this._press(ids)}>${this._say("check_connection")}</button>`;
  }

  /** @param {Record<string, string>} ids */
  async _press(ids) {
    try {
      await this.hass?.callService("button", "press", {}, { entity_id: ids.check_connection });
      fire(this, "hass-more-info", { entityId: ids.last_connection_check });
    } catch {
      // Home Assistant's frontend shows what failed.
    }
  }

  /** @param {HubHealth} hub */
  _hub(hub) {
    const hass = /** @type {Hass} */ (this.hass);
    const state = hub.online === undefined ? "unknown" : hub.online ? "online" : "offline";
    const said = this._say(`hub_${state}`, { time: moment(hass, hub.since, new Date()) });
    const locks = hub.locks.length
      ? this._say("hub_serves", { locks: hub.locks.join(", ") })
      : this._say("hub_serves_none");
    return html`<li class="hub ${state}">
      <ha-icon icon="mdi:router-wireless"></ha-icon>
      <div>
        ${
          hub.device_id
            ? html`<a href="/config/devices/device/${hub.device_id}" @click=${followLink}>${hub.name}</a>`
            : html`<strong>${hub.name}</strong>`
        }
        <p>${said}</p>
        <p class="quiet">${locks}</p>
      </div>
    </li>`;
  }

  _help() {
    const hass = /** @type {Hass} */ (this.hass);
    if (!this._helps) {
      hass.loadBackendTranslation("exceptions", "aqara_lock").then(() => (this._helps = true));
      return this._empty("loading");
    }
    return html`<div class="columns">
      ${this._texts("help_questions", "faq", QUESTIONS)} ${this._texts("help_words", "glossary", WORDS)}
    </div>`;
  }

  /**
   * @param {string} title
   * @param {"faq" | "glossary"} of
   * @param {string[]} keys
   */
  _texts(title, of, keys) {
    const told = (/** @type {string} */ key) =>
      this.hass?.localize(`component.aqara_lock.exceptions.${of}_${key}.message`) ?? "";
    return html`<section class="box" data-help=${of}>
      <h2>${this._say(title)}</h2>
      ${keys.map(
        (key) => html`<details>
          <summary>${told(`title_${key}`)}</summary>
          ${blocks(told(`text_${key}`))}
        </details>`,
      )}
    </section>`;
  }

  static styles = [
    common,
    css`
      :host {
        display: block;
        min-height: 100vh;
        background: var(--primary-background-color);
      }
      header {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        display: flex;
        flex-wrap: wrap;
        gap: 0 24px;
        align-items: center;
        padding: 8px 16px 0;
        background: var(--app-header-background-color, var(--primary-color));
        color: var(--app-header-text-color, #fff);
      }
      header button.plain {
        color: inherit;
      }
      h1 {
        margin: 0;
        font-size: 20px;
        font-weight: 400;
        line-height: 40px;
      }
      nav {
        display: flex;
        overflow-x: auto;
      }
      nav a {
        padding: 12px 16px;
        border-block-end: 3px solid transparent;
        color: inherit;
        font-weight: 500;
        text-decoration: none;
      }
      nav a[aria-current] {
        border-color: currentColor;
      }
      nav a:focus-visible {
        outline-color: currentColor;
        outline-offset: -4px;
      }
      main {
        max-width: 1200px;
        margin-inline: auto;
        padding: 16px;
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
        gap: 16px;
        padding: 16px;
        border: 1px solid var(--ha-card-border-color, var(--divider-color));
        border-radius: var(--ha-card-border-radius, 12px);
        background: var(--ha-card-background, var(--card-background-color));
        line-height: 20px;
      }
      .box > button,
      .box > a.button {
        align-self: start;
      }
      h3 {
        font-size: 14px;
        font-weight: 500;
      }
      h2 {
        font-size: 18px;
        font-weight: 500;
        line-height: 24px;
      }
      .sum {
        margin-block-end: 16px;
      }
      .sum.error {
        color: var(--error-color);
      }
      .hub {
        display: flex;
        gap: 12px;
        padding-block: 8px;
        font-size: 14px;
      }
      .hub.online ha-icon {
        color: var(--success-color);
      }
      .hub.offline ha-icon {
        color: var(--error-color);
      }
      .box a:not(.button) {
        color: inherit;
      }
      summary {
        font-weight: 500;
        line-height: 24px;
        cursor: pointer;
      }
      details > p,
      details > ul,
      details > ol {
        margin-block-start: 8px;
      }
      details > ul {
        padding-inline-start: 20px;
        list-style: disc;
      }
      details > ol {
        padding-inline-start: 20px;
        list-style: decimal;
      }
    `,
  ];
}

/**
 * Render the paragraphs and lists of a text.
 * @param {string} text
 */
function blocks(text) {
  return text.split(/\n\n+/).map((block) => {
    const lines = block.split("\n");
    const items = (/** @type {RegExp} */ mark) =>
      lines.map((line) => html`<li>${inline(line.replace(mark, ""))}</li>`);
    if (lines.every((line) => /^[-*] /.test(line))) return html`<ul>${items(/^[-*] /)}</ul>`;
    if (lines.every((line) => /^\d+\. /.test(line))) return html`<ol>${items(/^\d+\. /)}</ol>`;
    return html`<p>${inline(block)}</p>`;
  });
}

/** @param {string} text */
function inline(text) {
  return marked(text).map((part) =>
    part.url
      ? html`<a href=${part.url} @click=${followLink}>${part.text}</a>`
      : part.bold
        ? html`<strong>${part.text}</strong>`
        : part.text.split(/\*([^*\n]+)\*/).map((piece, n) => (n % 2 ? html`<em>${piece}</em>` : piece)),
  );
}

define("aqara-lock-panel", Panel);

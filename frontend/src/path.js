// The path: Home Assistant – home network – hub – lock, each part with its colour and cause.

/** @import { Finding, Hass, LinkName, LinkState, LockHealth } from "./types" */
import { css, html, nothing } from "lit";
import { define, followLink, rich, StoreElement } from "./element.js";
import { common } from "./style.js";

/** @type {Record<LinkName, string>} */
const ICONS = {
  home_assistant: "mdi:home-assistant",
  network: "mdi:lan",
  hub: "mdi:router-wireless",
  lock: "mdi:lock",
};
/** @type {Record<LinkState, string>} */
const MARKS = {
  ok: "mdi:check-circle",
  warning: "mdi:alert",
  error: "mdi:close-circle",
  unknown: "mdi:help-circle",
};

export class Path extends StoreElement {
  static properties = {
    hass: { attribute: false },
    health: { attribute: false },
    _open: { state: true },
  };

  constructor() {
    super();
    /** @type {LockHealth | undefined} */
    this.health = undefined;
    /** @type {LinkName | undefined} */
    this._open = undefined;
  }

  render() {
    const health = this.health;
    if (!health) return nothing;
    const shown = health.path.find((item) => item.link === this._open);
    return html`
      <ol aria-label=${this._say("path_title")}>
        ${health.path.map((item) => this._link(health, item))}
      </ol>
      ${shown ? this._details(health, shown) : nothing}
    `;
  }

  /**
   * @param {LockHealth} health
   * @param {{ link: LinkName, state: LinkState }} item
   */
  _link(health, item) {
    const name = item.link === "hub" && health.hub ? health.hub : this._say(`link_${item.link}`);
    const isOpen = this._open === item.link;
    return html`<li class=${item.state} data-link=${item.link} data-state=${item.state}>
      <button class="plain" aria-expanded=${isOpen} @click=${() => (this._open = isOpen ? undefined : item.link)}>
        <span class="sign">
          <ha-icon .icon=${ICONS[item.link]}></ha-icon>
          <ha-icon class="mark" .icon=${MARKS[item.state]}></ha-icon>
        </span>
        <span class="name">${name}</span>
        <span class="word">${this._say(`link_state_${item.state}`)}</span>
      </button>
    </li>`;
  }

  /**
   * @param {LockHealth} health
   * @param {{ link: LinkName, state: LinkState }} item
   */
  _details(health, item) {
    const findings = health.findings.filter((finding) => finding.link === item.link);
    return html`<div class="details" role="region" aria-label=${this._say(`link_${item.link}`)}>
      ${
        findings.length
          ? findings.map((finding) => this._finding(finding))
          : html`<p>${this._say(`link_is_${item.state}`)}</p>`
      }
    </div>`;
  }

  /** @param {Finding} finding */
  _finding(finding) {
    return html`<section class=${finding.severity}>
      <strong>${finding.title}</strong>
      <p>${rich(finding.remedy)}</p>
      ${
        finding.is_repair && this.hass?.user?.is_admin
          ? html`<a class="button" href="/config/repairs" @click=${followLink}>${this._say("open_repairs")}</a>`
          : nothing
      }
    </section>`;
  }

  static styles = [
    common,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      ol {
        display: flex;
      }
      li {
        position: relative;
        flex: 1 1 0;
        min-width: 0;
        --link: var(--success-color, #0f9d58);
      }
      li.warning {
        --link: var(--warning-color, #ffa600);
      }
      li.error {
        --link: var(--error-color, #db4437);
      }
      li.unknown {
        --link: var(--disabled-text-color, #9e9e9e);
      }
      li + li::before {
        content: "";
        position: absolute;
        inset-block-start: 24px;
        inset-inline: calc(-50% + 28px) calc(50% + 28px);
        border-block-start: 3px solid var(--link);
      }
      li.unknown + li::before,
      li.unknown::before {
        border-block-start-style: dotted;
      }
      button.plain {
        display: flex;
        flex-direction: column;
        align-items: center;
        gap: 2px;
        width: 100%;
        padding: 4px 2px;
        border-radius: 12px;
        font-weight: 400;
      }
      .sign {
        position: relative;
        display: grid;
        place-items: center;
        width: 40px;
        height: 40px;
        border-radius: 50%;
        background: color-mix(in srgb, var(--link) 18%, transparent);
      }
      .mark {
        position: absolute;
        inset-block-end: -2px;
        inset-inline-end: -4px;
        border-radius: 50%;
        background: var(--ha-card-background, var(--card-background-color));
        color: var(--link);
        --mdc-icon-size: 18px;
      }
      .name {
        display: -webkit-box;
        overflow: hidden;
        max-width: 100%;
        font-size: 12px;
        line-height: 16px;
        text-align: center;
        overflow-wrap: anywhere;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .word {
        color: var(--secondary-text-color);
        font-size: 12px;
        line-height: 16px;
      }
      .details {
        margin-block-start: 8px;
        padding: 12px;
        border-radius: 12px;
        background: var(--secondary-background-color);
        font-size: 14px;
        line-height: 20px;
      }
      section + section {
        margin-block-start: 12px;
      }
      .details p {
        margin-block: 4px;
        white-space: pre-line;
      }
      .details .button {
        display: inline-block;
        margin-block-start: 4px;
      }
      .details a:not(.button) {
        color: inherit;
      }
    `,
  ];
}

define("aqara-lock-path", Path);

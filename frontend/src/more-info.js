// The content of a lock's dialog: the card's, without a frame of its own.

/** @import { State } from "./types" */
import { css, html, nothing } from "lit";
import "./door.js";
import "./history.js";
import "./notices.js";
import "./path.js";
import { define, StoreElement } from "./element.js";
import { common } from "./style.js";

const ROWS = 10;

export class MoreInfo extends StoreElement {
  static properties = { hass: { attribute: false }, stateObj: { attribute: false } };

  constructor() {
    super();
    /** @type {State | undefined} */
    this.stateObj = undefined;
  }

  render() {
    const store = this._store;
    const entity = this.stateObj?.entity_id;
    const lock = store?.lockOf(entity);
    const health = lock && store?.healthOf(lock.lock_id);
    return html`
      <aqara-lock-door .hass=${this.hass} .entity=${entity}></aqara-lock-door>
      ${health ? html`<aqara-lock-path .hass=${this.hass} .health=${health}></aqara-lock-path>` : nothing}
      ${
        lock
          ? html`<aqara-lock-history
              .hass=${this.hass}
              .locks=${[lock.lock_id]}
              .rows=${ROWS}
            ></aqara-lock-history>`
          : nothing
      }
      ${
        health
          ? html`<aqara-lock-notices .hass=${this.hass} .findings=${health.findings}></aqara-lock-notices>`
          : nothing
      }
    `;
  }

  static styles = [
    common,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 16px;
        padding-block-end: 16px;
      }
    `,
  ];
}

define("aqara-lock-more-info", MoreInfo);

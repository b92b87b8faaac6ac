// The base of our elements: follows the store of the connection and renders what changed.

/** @import { Hass } from "./types" */
/** @import { Store } from "./store.js" */
import { html, LitElement } from "lit";
import { storeOf } from "./store.js";
import { marked, say } from "./words.js";

/**
 * Define an element, unless another copy of this module did.
 * @param {string} tag
 * @param {CustomElementConstructor} element
 */
export function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

/**
 * Tell Home Assistant's frontend something.
 * @param {HTMLElement} from
 * @param {string} type
 * @param {object} [detail]
 */
export function fire(from, type, detail = {}) {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

/**
 * Go to another page of the frontend without loading it anew.
 * @param {string} path
 */
export function navigate(path) {
  history.pushState(null, "", path);
  fire(/** @type {any} */ (window), "location-changed", { replace: false });
}

/** @param {MouseEvent & { currentTarget: any }} event */
export function followLink(event) {
  const path = event.currentTarget.getAttribute("href");
  if (!path?.startsWith("/") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigate(path);
}

/**
 * Render text with bold parts and links.
 * @param {string} text
 */
export function rich(text) {
  return marked(text).map((part) =>
    part.url
      ? html`<a href=${part.url} @click=${followLink}>${part.text}</a>`
      : part.bold
        ? html`<strong>${part.text}</strong>`
        : part.text,
  );
}

/** An element that shows what the store knows. */
export class StoreElement extends LitElement {
  static properties = { hass: { attribute: false } };

  constructor() {
    super();
    /** @type {Hass | undefined} */
    this.hass = undefined;
    /** @type {Store | undefined} */
    this._store = undefined;
    /** @type {(() => void) | undefined} */
    this._leave = undefined;
    /** @type {unknown[]} */
    this._seen = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this._follow();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._leave?.();
    this._leave = this._store = undefined;
  }

  _follow() {
    if (!this.hass || this._leave || !this.isConnected) return;
    this._store = storeOf(this.hass);
    this._leave = this._store.listen(this.hass, () => this.requestUpdate("_store"));
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  shouldUpdate(changed) {
    this._follow();
    if (!this.hass) return false;
    if ([...changed.keys()].some((key) => key !== "hass")) {
      this._seen = this._watched(this.hass);
      return true;
    }
    const now = this._watched(this.hass);
    const isSame =
      now.length === this._seen.length && now.every((value, n) => value === this._seen[n]);
    this._seen = now;
    return !isSame;
  }

  /**
   * Return what of Home Assistant this element shows; nothing else renders it anew.
   * @param {Hass} hass
   * @returns {unknown[]}
   */
  _watched(hass) {
    return [hass.language, hass.locale, hass.connected, hass.localize, ...this._states(hass)];
  }

  /**
   * @param {Hass} hass
   * @returns {unknown[]}
   */
  _states(hass) {
    return [];
  }

  /**
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   */
  _say(key, values) {
    return this.hass ? say(this.hass, key, values) : "";
  }
}

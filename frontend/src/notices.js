// Good to know: what was found that keeps nothing from working.

/** @import { Finding } from "./types" */
import { css, html, nothing } from "lit";
import { define, followLink, rich, StoreElement } from "./element.js";
import { common } from "./style.js";

export class Notices extends StoreElement {
  static properties = {
    hass: { attribute: false },
    findings: { attribute: false },
    open: { attribute: false },
    errors: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Finding[]} */
    this.findings = [];
    this.open = false;
    /** Whether causes are shown, too, that keep a lock from working. */
    this.errors = false;
  }

  render() {
    const seen = new Set();
    const findings = this.findings.filter(
      ({ title, severity }) =>
        (this.errors || severity !== "error") && !seen.has(title) && seen.add(title),
    );
    if (!findings.length) return nothing;
    return html`<details ?open=${this.open}>
      <summary>
        ${this._say(this.errors ? "findings" : "good_to_know", { count: findings.length })}
      </summary>
      <ul>
        ${findings.map(
          (finding) => html`<li class=${finding.severity} data-finding=${finding.id}>
            <strong>${finding.title}</strong>
            <p>${rich(finding.remedy)}</p>
            ${
              finding.is_repair && this.hass?.user?.is_admin
                ? html`<a href="/config/repairs" @click=${followLink}>${this._say("open_repairs")}</a>`
                : nothing
            }
          </li>`,
        )}
      </ul>
    </details>`;
  }

  static styles = [
    common,
    css`
      :host {
        display: block;
        font-size: 14px;
        line-height: 20px;
      }
      summary {
        min-height: 24px;
        padding-block: 8px;
        font-weight: 500;
        cursor: pointer;
      }
      li {
        margin-block-start: 8px;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--info-color, var(--primary-color));
      }
      li.error {
        border-color: var(--error-color);
      }
      li.warning {
        border-color: var(--warning-color);
      }
      p {
        color: var(--secondary-text-color);
        white-space: pre-line;
      }
      a {
        color: inherit;
      }
    `,
  ];
}

define("aqara-lock-notices", Notices);

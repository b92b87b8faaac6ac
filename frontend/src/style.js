// What all elements look like: Home Assistant's theme variables, sizes that can be touched.
import { css } from "lit";

export const common = css`
  :host {
    color: var(--primary-text-color);
    font-family: var(--ha-font-family-body, inherit);
    -webkit-font-smoothing: antialiased;
  }
  button,
  select,
  a.button {
    box-sizing: border-box;
    min-height: 40px;
    padding: 8px 16px;
    border: 1px solid var(--divider-color);
    border-radius: 20px;
    background: none;
    color: var(--primary-text-color);
    font: inherit;
    font-size: 14px;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }
  label {
    display: flex;
    flex-direction: column;
    gap: 4px;
    font-size: 14px;
  }
  input:not([type="checkbox"]),
  label select {
    box-sizing: border-box;
    width: 100%;
    min-width: 0;
    min-height: 40px;
    padding: 8px 12px;
    border: 1px solid var(--secondary-text-color);
    border-radius: 8px;
    background: var(--card-background-color, #fff);
    color: var(--primary-text-color);
    color-scheme: inherit;
    font: inherit;
  }
  button.plain {
    padding: 8px;
    border-color: transparent;
    color: var(--primary-text-color);
  }
  button.main {
    border-color: transparent;
    background: var(--primary-text-color);
    color: var(--card-background-color, #fff);
  }
  button[disabled] {
    opacity: 0.5;
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  ha-icon {
    flex: none;
  }
  .quiet {
    color: var(--secondary-text-color);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .hidden {
    position: absolute;
    overflow: hidden;
    width: 1px;
    height: 1px;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  h2,
  h3,
  p,
  ol,
  ul {
    margin: 0;
    padding: 0;
  }
  h2,
  p,
  span {
    unicode-bidi: plaintext;
  }
  ol,
  ul {
    list-style: none;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;

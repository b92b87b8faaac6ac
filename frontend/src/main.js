// The one module: defines the elements, and tells Home Assistant's frontend what there is.
import "./badge.js";
import "./feature.js";
import "./more-info.js";
import "./panel.js";
import "./strategy.js";
import { ownLocks, suggestion } from "./card.js";

/** @import { Hass } from "./types" */

const URL = "https://github.com/aqara-lock/aqara-lock/blob/main/docs/dashboard.md";

/**
 * Offer something once: the module may be loaded by two ways.
 * @param {"customCards" | "customBadges" | "customCardFeatures" | "customStrategies"} list
 * @param {{ type: string, strategyType?: string } & Record<string, unknown>} offer
 */
function offer(list, offer) {
  const offers = /** @type {any[]} */ ((window[list] ??= []));
  const isThere = offers.some(
    (one) => one.type === offer.type && one.strategyType === offer.strategyType,
  );
  if (!isThere) offers.push(offer);
}

offer("customCards", {
  type: "aqara-lock-card",
  name: "Aqara Lock",
  description: "A door or all of them: state, who it was, and why it does not answer",
  preview: true,
  documentationURL: URL,
  getEntitySuggestion: suggestion,
});
offer("customBadges", {
  type: "aqara-lock-badge",
  name: "Aqara Lock: all doors",
  description: "How many doors are locked, and whether all locks answer",
  preview: true,
  documentationURL: URL,
});
offer("customCardFeatures", {
  type: "aqara-lock-who",
  name: "Aqara Lock: last unlocked by",
  configurable: false,
  isSupported: (/** @type {Hass} */ hass, /** @type {{ entity_id?: string }} */ context) =>
    ownLocks(hass).includes(context?.entity_id ?? ""),
});
for (const strategyType of ["dashboard", "section"]) {
  offer("customStrategies", {
    type: "aqara-lock-doors",
    strategyType,
    name: "Doors",
    description: "All locks of Aqara Lock: state, who it was, and the path to each",
    documentationURL: URL,
  });
}

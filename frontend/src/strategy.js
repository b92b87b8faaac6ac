// Strategies: a dashboard "Doors" of its own, and a section for any other.

/** @import { Hass, LockInfo } from "./types" */
import { ownLocks } from "./card.js";
import { define } from "./element.js";
import { textOf } from "./words.js";

/**
 * Return the lock entities of the home: as the integration says, else as the registry does.
 * @param {Hass} hass
 * @returns {Promise<string[]>}
 */
async function locksOf(hass) {
  try {
    /** @type {{ locks: LockInfo[] }} */
    const found = await hass.callWS({ type: "aqara_lock/locks" });
    return found.locks.map((lock) => lock.entity_ids.lock).filter(Boolean);
  } catch {
    return ownLocks(hass);
  }
}

/** @param {string} entity */
const doorCard = (entity) => ({ type: "custom:aqara-lock-card", entity });

export class DashboardStrategy extends HTMLElement {
  /**
   * @param {object} _config
   * @param {Hass} hass
   */
  static async generate(_config, hass) {
    const [title, locks] = await Promise.all([textOf(hass, "doors"), locksOf(hass)]);
    const household = {
      type: "grid",
      cards: [
        { type: "heading", heading: title, icon: "mdi:door-closed-lock" },
        { type: "custom:aqara-lock-card", rows: 20 },
      ],
    };
    const isOne = locks.length === 1;
    const sections = locks.map((entity) => ({
      type: "grid",
      // The household's card has the history of all.
      cards: [isOne ? doorCard(entity) : { ...doorCard(entity), activity: false }],
    }));
    return {
      views: [
        {
          title,
          path: "doors",
          icon: "mdi:door-closed-lock",
          type: "sections",
          max_columns: 3,
          badges: [{ type: "custom:aqara-lock-badge" }],
          sections: isOne ? sections : [household, ...sections],
        },
      ],
    };
  }
}

export class SectionStrategy extends HTMLElement {
  /**
   * @param {object} _config
   * @param {Hass} hass
   */
  static async generate(_config, hass) {
    const [title, locks] = await Promise.all([textOf(hass, "doors"), locksOf(hass)]);
    return {
      type: "grid",
      cards: [
        { type: "heading", heading: title, icon: "mdi:door-closed-lock" },
        locks.length === 1 ? doorCard(locks[0]) : { type: "custom:aqara-lock-card" },
      ],
    };
  }
}

define("ll-strategy-dashboard-aqara-lock-doors", DashboardStrategy);
define("ll-strategy-section-aqara-lock-doors", SectionStrategy);

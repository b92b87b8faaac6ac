// Texts and times in the language of the user, and a little markdown.

/** @import { Hass } from "./types" */

const DOMAIN = "aqara_lock";

/**
 * Return a text of the card.
 * @param {Hass} hass
 * @param {string} key
 * @param {Record<string, unknown>} [values]
 */
export function say(hass, key, values) {
  return hass.localize(`component.${DOMAIN}.common.${key}`, values) || "";
}

/**
 * Return the word for a value of an attribute of the activity: a method, a certainty.
 * @param {Hass} hass
 * @param {string} attribute
 * @param {string | undefined} value
 */
export function word(hass, attribute, value) {
  if (!value) return "";
  const attributes = `component.${DOMAIN}.entity.event.activity.state_attributes`;
  return hass.localize(`${attributes}.${attribute}.state.${value}`) || "";
}

/**
 * Return the state of a lock as Home Assistant says it.
 * @param {Hass} hass
 * @param {string} state
 */
export function stateWord(hass, state) {
  return (
    hass.localize(`component.lock.entity_component._.state.${state}`) ||
    hass.localize(`state.default.${state}`) ||
    state
  );
}

/**
 * Load the texts that are not there from the start.
 * @param {Hass} hass
 */
export async function loadWords(hass) {
  await Promise.all([
    hass.loadBackendTranslation("common", DOMAIN),
    hass.loadBackendTranslation("entity", DOMAIN),
  ]);
}

/**
 * Return a text of the card before anything of ours is shown: a page that is just opened.
 * @param {Hass} hass
 * @param {string} key
 */
export async function textOf(hass, key) {
  const localize = await hass.loadBackendTranslation("common", DOMAIN);
  return localize(`component.${DOMAIN}.common.${key}`);
}

/**
 * Return the time zone in which times are shown; undefined is that of the browser.
 * @param {Hass} hass
 */
export function zoneOf(hass) {
  return hass.locale.time_zone === "server" ? hass.config.time_zone : undefined;
}

/** @param {Hass} hass */
function hour12(hass) {
  const format = hass.locale.time_format;
  return format === "12" ? true : format === "24" ? false : undefined;
}

/** @param {Hass} hass */
function languageOf(hass) {
  return hass.locale.time_format === "system" ? undefined : hass.locale.language;
}

/**
 * Return a time of day.
 * @param {Hass} hass
 * @param {string} at
 */
export function clock(hass, at) {
  return new Intl.DateTimeFormat(languageOf(hass), {
    hour: "numeric",
    minute: "2-digit",
    hour12: hour12(hass),
    timeZone: zoneOf(hass),
  }).format(new Date(at));
}

/**
 * Return a date with its weekday; `today` and `yesterday` in words.
 * @param {Hass} hass
 * @param {string} date as yyyy-mm-dd
 * @param {Date} now
 */
export function dayTitle(hass, date, now) {
  const days = new Intl.DateTimeFormat("en-CA", {
    timeZone: zoneOf(hass),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  if (date === days.format(now)) return say(hass, "today");
  if (date === days.format(new Date(now.getTime() - 86_400_000))) return say(hass, "yesterday");
  return new Intl.DateTimeFormat(hass.locale.language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(`${date}T12:00:00Z`));
}

/**
 * Return a moment with its day, where it is not today.
 * @param {Hass} hass
 * @param {string} at
 * @param {Date} now
 */
export function moment(hass, at, now) {
  const day = new Intl.DateTimeFormat(languageOf(hass), {
    day: "numeric",
    month: "short",
    timeZone: zoneOf(hass),
  });
  const time = clock(hass, at);
  const on = day.format(new Date(at));
  return on === day.format(now) ? time : `${on}, ${time}`;
}

/**
 * Split text with bold parts and links; other markup stays as it is.
 * @param {string} text
 * @returns {{ text: string, bold?: boolean, url?: string }[]}
 */
export function marked(text) {
  const parts = [];
  const pattern = /\*\*(.+?)\*\*|\[([^\]]+)\]\(((?:\/|https:\/\/)[^)\s]*)\)/g;
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push(found[1] ? { text: found[1], bold: true } : { text: found[2], url: found[3] });
    end = found.index + found[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/**
 * Return the first step of a remedy: its first sentence, without what introduces it.
 * @param {string} remedy
 */
export function firstStep(remedy) {
  const plain = remedy.replace(/\*\*[^*]*:\*\*\s*/g, "").replaceAll("*", "");
  const end = plain.search(/[.!?。](\s|$)/);
  return end < 0 ? plain : plain.slice(0, end + 1);
}

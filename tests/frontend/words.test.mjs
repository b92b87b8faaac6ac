// Texts and times: markup, the first step of a remedy, days and clocks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, dayTitle, firstStep, marked, moment } from "../../frontend/src/words.js";

const hass = (locale = {}) => ({
  locale: { language: "en", time_format: "24", time_zone: "server", ...locale },
  config: { time_zone: "Europe/Berlin" },
  localize: (key) => key.split(".").at(-1),
});
const NOW = new Date("2026-12-01T11:00:00Z");

test("bold text and links are found, other markup is text", () => {
  assert.deepEqual(marked("a **b** [c](/config/repairs) *d*"), [
    { text: "a " },
    { text: "b", bold: true },
    { text: " " },
    { text: "c", url: "/config/repairs" },
    { text: " *d*" },
  ]);
});

test("a link to a script is text", () => {
  assert.deepEqual(marked("[x](javascript:alert)"), [{ text: "[x](javascript:alert)" }]);
});

test("the first step is the first sentence, without what introduces it", () => {
  const remedy = "**What to do:** Look whether Hub M100 has power. Unplug it.";
  assert.equal(firstStep(remedy), "Look whether Hub M100 has power.");
  assert.equal(firstStep("One step"), "One step");
});

test("a time is in the zone and the format that the user chose", () => {
  assert.equal(clock(hass(), "2026-12-01T11:05:00Z"), "12:05");
  assert.match(clock(hass({ time_format: "12" }), "2026-12-01T11:05:00Z"), /^12:05\sPM$/);
});

test("today and yesterday are words, other days have their weekday", () => {
  assert.equal(dayTitle(hass(), "2026-12-01", NOW), "today");
  assert.equal(dayTitle(hass(), "2026-11-30", NOW), "yesterday");
  assert.equal(dayTitle(hass(), "2026-11-29", NOW), "Sunday, November 29");
});

test("a moment of another day has its day", () => {
  assert.equal(moment(hass(), "2026-12-01T06:30:00Z", NOW), "07:30");
  assert.equal(moment(hass(), "2026-11-30T06:30:00Z", NOW), "Nov 30, 07:30");
});

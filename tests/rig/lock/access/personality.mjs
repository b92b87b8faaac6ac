// Where one lock differs from another, or from what the specification asks.
import { BadRequest, boolean, onlyKnown } from "../requests.mjs";

const CHOICES = {
  /** Which user names it takes: any of ten bytes, or letters and digits only. */
  names: ["any", "alphanumeric"],
  /** How many days a week-day schedule may have. SDKs before March 2024 refuse more than one. */
  days: ["several", "one"],
  /** Whether it changes a user's type with the schedules: never, when one is set, or also back with the last one. */
  type_flips: ["never", "on_set", "both"],
  /** What a sleeping keypad loses while the lock answers SUCCESS: nothing, the codes, or everything that is written. */
  asleep: ["nothing", "codes", "everything"],
  /** Whom it names after an operation at the door: everybody, those who were made over Matter, or nobody. */
  tells: ["everybody", "made_over_matter", "nobody"],
};

const SWITCHES = [
  /** No room is left although Matter shows free places: users of the vendor's app take it up. */
  "exhausted",
  /** Answers as the Matter SDK does where that departs from the specification. */
  "as_sdk",
];

/** A lock as the specification has it. */
export const BY_THE_BOOK = Object.freeze({
  names: "any", days: "several", type_flips: "never", asleep: "nothing", tells: "everybody", exhausted: false, as_sdk: false,
});

/** A personality with the changes of a request, whose keys are as in CHOICES and SWITCHES. Raises BadRequest. */
export function changed(personality, request) {
  onlyKnown(request, [...Object.keys(CHOICES), ...SWITCHES]);
  const after = { ...personality };
  for (const key of Object.keys(request))
    after[key] = SWITCHES.includes(key) ? boolean(request, key) : choice(key, request[key]);
  return after;
}

function choice(key, value) {
  if (CHOICES[key].includes(value)) return value;
  throw new BadRequest(`"${key}" must be one of ${CHOICES[key].join(", ")}.`);
}

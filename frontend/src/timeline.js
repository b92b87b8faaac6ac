// The history of doors: pure functions from what the feed sends to what is shown.

/** @import { Day, FeedEvent, Group, Line } from "./types" */

/** Entries that are kept of a lock without being asked for. */
export const KEPT = 100;
/** Types of which many in a row say no more than their number. */
const FOLDED = ["denied", "user_changed"];
/** Time within which they are one entry. */
const TOGETHER = 10 * 60 * 1000;

/** @param {{ lock_id: string, key: string }} line */
export const idOf = (line) => `${line.lock_id} ${line.key}`;

/**
 * Return the entries after an event of the feed, by their ids.
 * @param {ReadonlyMap<string, Line>} before
 * @param {FeedEvent} event
 * @returns {Map<string, Line>}
 */
export function applied(before, event) {
  const after = new Map(event.initial ? [] : before);
  for (const gone of event.removed) after.delete(idOf(gone));
  for (const line of event.lines) after.set(idOf(line), line);
  return after;
}

/**
 * Return entries newest first, in the order of the feed where they are of one moment.
 * @param {Iterable<Line>} lines
 */
export function newestFirst(lines) {
  return [...lines].sort(
    (a, b) => Date.parse(b.occurred_at) - Date.parse(a.occurred_at) || order(b.key) - order(a.key),
  );
}

/** @param {string} key */
function order(key) {
  return Number(/(\d+)$/.exec(key)?.[1] ?? 0);
}

/**
 * Return the newest entries of each lock, at most as many as wanted.
 * @param {ReadonlyMap<string, Line>} lines
 * @param {(lockId: string) => number} wanted
 */
export function trimmed(lines, wanted) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const kept = newestFirst(lines.values()).filter((line) => {
    const count = (seen.get(line.lock_id) ?? 0) + 1;
    seen.set(line.lock_id, count);
    return count <= wanted(line.lock_id);
  });
  return kept.length === lines.size ? lines : new Map(kept.map((line) => [idOf(line), line]));
}

/**
 * Return who an entry is of, as it is shown and filtered by; undefined where nobody is named.
 * @param {Line} line
 */
export function actorOf(line) {
  return line.person ?? line.user_name;
}

/**
 * Return the names that stand in a history, sorted.
 * @param {Iterable<Line>} lines
 * @param {string} language
 */
export function actorsOf(lines, language) {
  const names = new Set();
  for (const line of lines) {
    const name = actorOf(line);
    if (name) names.add(name);
  }
  return /** @type {string[]} */ ([...names]).sort((a, b) => a.localeCompare(b, language));
}

/**
 * Return whether somebody opened a door and it is not known who.
 * @param {Line} line
 */
export function isOpenQuestion(line) {
  const isOpening = ["unlocked", "unlatched"].includes(line.type ?? "");
  const isByItself = ["auto", "schedule"].includes(line.method ?? "");
  return isOpening && !isByItself && line.kind !== "attempt" && !actorOf(line);
}

/**
 * Return entries with refusals, or changes of users, of one lock in a row as one group.
 * Those of another lock in between do not part them.
 * @param {Line[]} lines newest first
 * @returns {Group[]}
 */
export function folded(lines) {
  /** @type {Group[]} */
  const groups = [];
  for (const line of lines) {
    let begun = groups.length;
    while (groups[begun - 1]?.lines[0].type === line.type) begun -= 1;
    const group = groups.slice(begun).find((each) => belongsTo(each.lines.at(-1), line));
    if (group) group.lines.push(line);
    else groups.push({ key: idOf(line), lines: [line] });
  }
  return groups;
}

/**
 * @param {Line | undefined} later
 * @param {Line} line
 */
function belongsTo(later, line) {
  return (
    later !== undefined &&
    FOLDED.includes(line.type ?? "") &&
    later.type === line.type &&
    later.lock_id === line.lock_id &&
    later.ecosystem === line.ecosystem &&
    actorOf(later) === actorOf(line) &&
    Date.parse(later.occurred_at) - Date.parse(line.occurred_at) <= TOGETHER
  );
}

/**
 * Return groups by the day that they are of in a time zone.
 * @param {Group[]} groups newest first
 * @param {string | undefined} timeZone that of the browser where none is given
 * @returns {Day[]}
 */
export function byDay(groups, timeZone) {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  /** @type {Day[]} */
  const days = [];
  for (const group of groups) {
    const date = format.format(new Date(group.lines[0].occurred_at));
    const last = days.at(-1);
    if (last?.date === date) last.groups.push(group);
    else days.push({ date, groups: [group] });
  }
  return days;
}

/**
 * Return entries down to where the history of every lock is known: with several locks, what
 * lies further back would show gaps that there are none.
 * @param {Line[]} lines newest first
 * @param {Iterable<string | undefined>} knownFrom by lock, undefined where all is known
 */
export function complete(lines, knownFrom) {
  const starts = [...knownFrom].filter((at) => at !== undefined).map((at) => Date.parse(at));
  if (!starts.length) return lines;
  const start = Math.max(...starts);
  return lines.filter((line) => Date.parse(line.occurred_at) >= start);
}

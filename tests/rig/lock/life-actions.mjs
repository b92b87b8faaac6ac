// The lock as a device: battery, radio, faults, restarts, and what it knows about itself.
import { COMMANDS as PEOPLE } from "./access/commands.mjs";
import { BadRequest, boolean, onlyKnown, whole } from "./requests.mjs";
import { shownUser } from "./users.mjs";
import { DOOR_STATES, LOCK_STATES, OPEN_STATES, word } from "./vocabulary.mjs";

/** Commands of the door lock that can be made to fail. */
const COMMANDS = ["LockDoor", "UnlockDoor", "UnlockWithTimeout", "UnboltDoor", ...Object.keys(PEOPLE).map(capitalized)];

export function lifeActions(lock, quit) {
  return {
    battery: request => battery(lock, request),
    link: request => link(lock, request),
    counted: request => counted(lock, request),
    silence: request => silence(lock, request),
    delay: request => delay(lock, request),
    fail_next: request => failNext(lock, request),
    pause_events: request => pauseEvents(lock, request),
    reboot: request => reboot(lock, request),
    factory_reset: request => factoryReset(lock, request),
    state: request => state(lock, request),
    events: request => events(lock, request),
    counts: request => counts(lock, request),
    quit: request => { onlyKnown(request, []); setImmediate(quit); },
  };
}

async function battery(lock, request) {
  onlyKnown(request, ["percent"]);
  const { percent } = request;
  if (typeof percent !== "number" || !(percent >= 0 && percent <= 100))
    throw new BadRequest('"percent" must be a number from 0 to 100.');
  await lock.setBattery(percent);
}

/** How the lock hears its parent. Seen by the next read or new subscription only, as on real locks. */
async function link(lock, request) {
  requireThreadDiagnostics(lock);
  onlyKnown(request, ["rssi", "lqi", "frame_error_rate"]);
  const { rssi, lqi, frameErrorRate } = lock.link;
  lock.link.rssi = whole(request, "rssi", { least: -127, most: 0, fallback: rssi });
  lock.link.lqi = whole(request, "lqi", { most: 255, fallback: lqi });
  lock.link.frameErrorRate = whole(request, "frame_error_rate", { most: 100, fallback: frameErrorRate });
}

/** What the lock counted since its start, which was `aged` seconds earlier than it was. Seen as the link is. */
async function counted(lock, request) {
  requireThreadDiagnostics(lock);
  onlyKnown(request, ["requested", "acknowledged", "detached", "aged"]);
  const counts = lock.counted;
  counts.requested = whole(request, "requested", { most: 0xffffffff, fallback: counts.requested });
  counts.acknowledged = whole(request, "acknowledged", { most: 0xffffffff, fallback: counts.acknowledged });
  counts.detached = whole(request, "detached", { most: 0xffff, fallback: counts.detached });
  counts.aged = whole(request, "aged", { fallback: counts.aged });
}

function requireThreadDiagnostics(lock) {
  if (!lock.options.threadDiagnostics) throw new BadRequest("This lock has no Thread network diagnostics.");
}

/** The lock hears nothing and says nothing; with mdns false its name stays on mDNS, as with a lease at the hub. */
async function silence(lock, request) {
  onlyKnown(request, ["on", "mdns"]);
  lock.radio.silent = boolean(request, "on", true);
  lock.radio.silentMdns = lock.radio.silent && boolean(request, "mdns", true);
}

/** How long a message to the sleeping lock waits at its parent; awake, the lock answers at once. */
async function delay(lock, request) {
  onlyKnown(request, ["ms"]);
  lock.radio.delayMs = whole(request, "ms", { most: 600000 });
}

async function failNext(lock, request) {
  onlyKnown(request, ["status", "command", "times"]);
  const { command } = request;
  if (!COMMANDS.includes(command)) throw new BadRequest(`"command" must be one of ${COMMANDS.join(", ")}.`);
  const status = whole({ status: Number(request.status) }, "status", { least: 1, most: 255 });
  lock.faults.failNext(command, status, whole(request, "times", { least: 1, most: 1000, fallback: 1 }));
}

async function pauseEvents(lock, request) {
  onlyKnown(request, ["on"]);
  lock.faults.eventsPaused = boolean(request, "on", true);
}

async function reboot(lock, request) {
  onlyKnown(request, ["goodbye", "off_seconds"]);
  const goodbye = boolean(request, "goodbye", true);
  await lock.reboot({ goodbye, offSeconds: whole(request, "off_seconds", { most: 600, fallback: 0 }) });
}

async function factoryReset(lock, request) {
  onlyKnown(request, []);
  await lock.factoryReset();
}

async function state(lock, request) {
  onlyKnown(request, []);
  const { lockState, doorState, users } = lock.door;
  return {
    lock_state: word(LOCK_STATES, lockState),
    door_state: lock.options.doorSensor ? word(DOOR_STATES, doorState) : null,
    jammed: lock.faults.jammed,
    open_as: word(OPEN_STATES, lock.manners.openAs),
    latch_ms: lock.manners.latchMs,
    silent: lock.radio.silent,
    events_paused: lock.faults.eventsPaused,
    battery: lock.battery.batPercentRemaining / 2,
    commissioned: lock.fabrics.length > 0,
    fabrics: lock.fabrics.map(shownFabric),
    users: users.map(shownUser),
    profile: lock.options.profile.id,
    port: lock.node.state.network.operationalPort,
    feature_map: lock.featureMap,
    clusters: lock.clusters(),
  };
}

function shownFabric({ fabricIndex, rootVendorId, label, fabricId, nodeId }) {
  return {
    index: Number(fabricIndex), vendor: Number(rootVendorId), label,
    fabric_id: BigInt(fabricId).toString(16), node_id: BigInt(nodeId).toString(),
  };
}

/** The lock's own log, times in milliseconds since 1970; `since` is a `seq` of an earlier answer. */
async function events(lock, request) {
  onlyKnown(request, ["since"]);
  return { events: lock.events.since(whole(request, "since", { fallback: 0 })) };
}

async function counts(lock, request) {
  onlyKnown(request, ["reset"]);
  const { exchanges, secure_channel, read, read_paths, write, subscribe, timed, invoke } = lock.counts;
  const answer = {
    exchanges, secure_channel, read, read_paths, write, subscribe, timed, invoke: { ...invoke }, ...lock.radio.counters,
  };
  if (boolean(request, "reset", false)) {
    lock.counts.reset();
    lock.radio.reset();
  }
  return answer;
}

function capitalized(name) {
  return name[0].toUpperCase() + name.slice(1);
}

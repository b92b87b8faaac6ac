// The door lock cluster: matter.js' own server, with what a real Aqara lock does differently.
import { StatusResponseError } from "@matter/main/types";
import { DoorLockServer } from "@matter/main/behaviors/door-lock";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { rewriting, withPeople } from "./access/behavior.mjs";

const { AlarmCode, LockDataType, LockOperationType, LockState } = DoorLock;

/** The events of the cluster, by matter.js' names. */
const EVENTS = ["doorLockAlarm", "doorStateChange", "lockOperation", "lockOperationError", "lockUserChange"];

/** Faults that a test ordered, shared by all requests. */
export class Faults {
  jammed = false;
  eventsPaused = false;
  #failures = [];

  /** The next `times` commands of this name answer with the interaction status. */
  failNext(command, status, times) {
    this.#failures.push({ command, status, times });
  }

  /** Raises StatusResponseError when a failure was ordered for this command. */
  check(command) {
    const failure = this.#failures.find(each => each.command === command && each.times > 0);
    if (!failure) return;
    failure.times -= 1;
    throw new StatusResponseError("Failure ordered by the test", failure.status);
  }
}

/** How a lock reports its positions, which differs between makes. */
export class Manners {
  /** What an open door is reported as: some locks know no other word than "not fully locked". */
  openAs = LockState.Unlocked;
  /** Milliseconds until a pulled latch falls back by itself; 0 = it stays. */
  latchMs = 0;

  constructor({ openAs = LockState.Unlocked, latchMs = 0 } = {}) {
    this.openAs = openAs;
    this.latchMs = latchMs;
  }

  /** The state that is reported where the bolt came to be in `lockState`. */
  reported(lockState) {
    return lockState === LockState.Unlocked ? this.openAs : lockState;
  }
}

/** The features of a lock: those of its profile and what the options add. */
export function featuresOf({ profile, doorSensor, unbolt }) {
  return [
    ...profile.features,
    ...(doorSensor ? ["DoorPositionSensor"] : []),
    ...(unbolt ? ["Unbolting"] : []),
  ];
}

/** The behavior class of a door. `moved` is called after each remote command that moved the bolt. */
export function doorLockBehavior({ options, faults, manners, access }, moved) {
  const features = featuresOf(options);
  const Base = withPeople(DoorLockServer.with(...features), { access, features, faults });
  return class AqaraDoorLock extends Base {
    initialize() {
      const ready = super.initialize();
      for (const name of EVENTS) if (this.events[name]) governed(this.events[name], faults);
      return ready;
    }

    async lockDoor(request) {
      faults.check("LockDoor");
      await this.hold();
      if (faults.jammed) return this.#jam();
      this.admitRemotely(request, LockOperationType.Lock, () => super.lockDoor(request));
      this.#moved(LockState.Locked);
    }

    async unlockDoor(request) {
      faults.check("UnlockDoor");
      await this.hold();
      if (faults.jammed) return this.#jam();
      const unlock = () => (options.unbolt ? this.#unlatchAndUnlock(request) : super.unlockDoor(request));
      this.admitRemotely(request, LockOperationType.Unlock, unlock);
      this.#moved(options.unbolt && manners.latchMs > 0 ? LockState.Unlatched : LockState.Unlocked);
    }

    async unlockWithTimeout(request) {
      faults.check("UnlockWithTimeout");
      await this.hold();
      if (faults.jammed) return this.#jam();
      this.admitRemotely(request, LockOperationType.Unlock, () => super.unlockWithTimeout(request));
    }

    async unboltDoor(request) {
      faults.check("UnboltDoor");
      await this.hold();
      if (faults.jammed) return this.#jam();
      this.admitRemotely(request, LockOperationType.Unlock, () => super.unlockDoor(request));
      this.#moved(LockState.Unlocked);
    }

    setAliroReaderConfig() {}

    clearAliroReaderConfig() {}

    /** Two events with the same actor, as locks with the unbolting feature send them. */
    #unlatchAndUnlock(request) {
      const double = operation => [{ ...operation, lockOperationType: LockOperationType.Unlatch }, operation];
      rewriting(this.events.lockOperation, double, () => super.unlockDoor(request));
    }

    #jam() {
      this.state.lockState = LockState.NotFullyLocked;
      this.events.doorLockAlarm.emit({ alarmCode: AlarmCode.LockJammed }, this.context);
    }

    /** Relocking is one timer for remote and local operations, and not that of matter.js. */
    #moved(lockState) {
      this.internal.autoRelockTimer?.stop();
      this.state.lockState = manners.reported(lockState);
      moved(lockState);
    }
  };
}

/** Makes the event silent while events are paused, and lets a command rewrite what is sent. */
function governed(event, faults) {
  if (event.isGoverned) return;
  const emit = event.emit.bind(event);
  event.isGoverned = true;
  event.emit = (payload, context) => {
    if (faults.eventsPaused) return;
    for (const each of event.rewrite?.(payload) ?? [payload]) emit(withDataIndex(each), context);
  };
}

/** CHIP repeats the user index as data index of a change of a user; matter.js sends null. */
function withDataIndex(payload) {
  const isUser = payload.lockDataType === LockDataType.UserIndex && payload.dataIndex === null;
  return isUser ? { ...payload, dataIndex: payload.userIndex } : payload;
}

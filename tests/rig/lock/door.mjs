// A door with a lock: its bolt and what it reports. The device around it says which endpoint it is.
import { FabricManager } from "@matter/main/protocol";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { Access } from "./access/access.mjs";
import { NOT_BY_MATTER } from "./access/table.mjs";
import { Faults, Manners } from "./door-lock.mjs";

const { LockOperationType, LockState, OperationSource } = DoorLock;

/** What a subclass has: `node`, `doorEndpoint` and `behavior`, the class of its door lock cluster. */
export class Door {
  faults = new Faults();
  #relockTimer;
  #latchTimer;

  constructor(options) {
    this.options = options;
    this.manners = new Manners(options);
    this.access = new Access({ personality: options.profile.personality, ...options.access });
  }

  /** Whether the lock tells who acted: by index, null for nobody. */
  tells(userIndex) {
    const { tells } = this.access.personality;
    if (tells !== "made_over_matter") return tells === "everybody";
    const user = this.door.users.find(each => each.userIndex === userIndex);
    return user !== undefined && user.creatorFabricIndex !== NOT_BY_MATTER;
  }

  get door() {
    return this.doorEndpoint.state.doorLock;
  }

  get fabrics() {
    return this.node.env.get(FabricManager).fabrics;
  }

  setDoor(values) {
    return this.doorEndpoint.setStateOf(this.behavior, values);
  }

  emit(event, payload) {
    return this.doorEndpoint.act(agent => {
      const behavior = agent.get(this.behavior);
      behavior.events[event].emit(payload, agent.context);
    });
  }

  /** The bolt moves, then the lock says why: a report of the state before the event, as real locks do. */
  async operate(lockState, operation, eventDelayMs = 0) {
    await this.setDoor({ lockState: this.manners.reported(lockState) });
    this.moved(lockState);
    if (eventDelayMs > 0) await new Promise(resolve => setTimeout(resolve, eventDelayMs));
    await this.emit("lockOperation", operation);
  }

  /** Starts or ends what the lock does by itself after a movement of the bolt. */
  moved(lockState) {
    this.stopTimers();
    if (lockState === LockState.Unlatched && this.manners.latchMs > 0)
      this.#latchTimer = setTimeout(() => this.#dropLatch(), this.manners.latchMs);
    if (lockState === LockState.Locked || this.options.relock === 0) return;
    this.#relockTimer = setTimeout(() => this.#relock(), this.options.relock * 1000);
  }

  stopTimers() {
    clearTimeout(this.#relockTimer);
    clearTimeout(this.#latchTimer);
  }

  /** The latch falls back without an operation. */
  #dropLatch() {
    return this.setDoor({ lockState: this.manners.reported(LockState.Unlocked) });
  }

  #relock() {
    const source = this.tells(null) ? OperationSource.Auto : OperationSource.Unspecified;
    return this.operate(LockState.Locked, {
      lockOperationType: LockOperationType.Lock, operationSource: source,
      userIndex: null, fabricIndex: null, sourceNode: null, credentials: null,
    });
  }
}

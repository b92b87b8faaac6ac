// One virtual lock: its Matter node, its life (start, reboot, factory reset) and what happens at the door.
import { Endpoint, Environment, Network, ServerNode, camelize } from "@matter/main";
import { ClusterModel, Matter } from "@matter/main/model";
import { FabricManager, OccurrenceManager } from "@matter/main/protocol";
import { DoorLockDevice } from "@matter/main/devices/door-lock";
import { PowerSourceEndpoint } from "@matter/main/endpoints/power-source";
import { PowerSourceServer } from "@matter/main/behaviors/power-source";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { PowerSource } from "@matter/main/clusters/power-source";
import { Counts } from "./counts.mjs";
import { Faults, doorLockBehavior } from "./door-lock.mjs";
import { EventLog } from "./event-log.mjs";
import { Radio, RadioNetwork } from "./network.mjs";
import { ParentLink, rootEndpoint, rootState } from "./root.mjs";
import { initialUsers, storedCredential, storedUser } from "./users.mjs";

const { LockOperationType, LockState, OperationSource } = DoorLock;
const Battery = PowerSourceServer.with("Battery");

/** Endpoint numbers of a real U200: the lock and, apart from it, its battery. */
const LOCK_ENDPOINT = 1;
const BATTERY_ENDPOINT = 2;

/** Battery levels in percent below which the lock warns, and calls it critical (chosen). */
const LOW_PERCENT = 20;
const CRITICAL_PERCENT = 10;

export class VirtualLock {
  radio = new Radio();
  counts = new Counts();
  faults = new Faults();
  events = new EventLog();
  wrongCodes = 0;
  #position = { lockState: LockState.Locked };
  #relockTimer;
  #eventSource;
  #port;

  constructor(options) {
    this.options = options;
    this.#port = options.port;
    this.link = new ParentLink(options.parent);
    this.counts.install();
    prepareEnvironment(options, this.radio);
  }

  /** Builds the node from its store and goes on air. */
  async start() {
    await this.#build();
    await this.node.start();
    this.#port = this.node.state.network.operationalPort;
  }

  async stop() {
    clearTimeout(this.#relockTimer);
    await this.node.close();
  }

  /** Off and on again. Without a goodbye the peers learn it only from silence and from the StartUp event. */
  async reboot({ goodbye, offSeconds }) {
    this.#position = { lockState: this.door.lockState };
    const battery = this.endpoint(BATTERY_ENDPOINT).state.powerSource.batPercentRemaining;
    const { silent, silentMdns } = this.radio;
    if (!goodbye) Object.assign(this.radio, { silent: true, silentMdns: true });
    await this.stop();
    await new Promise(resolve => setTimeout(resolve, offSeconds * 1000));
    Object.assign(this.radio, { silent, silentMdns });
    await this.start();
    await this.setBattery(battery / 2);
  }

  /** Forgets fabrics and users, and waits for a new commissioning. */
  async factoryReset() {
    clearTimeout(this.#relockTimer);
    await this.node.erase();
    await this.setDoor({ users: [], credentials: [] });
    await this.node.start();
  }

  get door() {
    return this.endpoint(LOCK_ENDPOINT).state.doorLock;
  }

  get battery() {
    return this.endpoint(BATTERY_ENDPOINT).state.powerSource;
  }

  get fabrics() {
    return this.node.env.get(FabricManager).fabrics;
  }

  get pairing() {
    return this.node.state.commissioning.pairingCodes;
  }

  endpoint(number) {
    return this.node.endpoints.for(number);
  }

  /** Cluster ids by endpoint number, as a controller finds them. */
  clusters() {
    const numbers = [0, LOCK_ENDPOINT, BATTERY_ENDPOINT];
    return Object.fromEntries(numbers.map(number => [number, [...this.endpoint(number).state.descriptor.serverList]]));
  }

  /** The FeatureMap attribute of the door lock as a number. */
  get featureMap() {
    const { features } = Matter.get(ClusterModel, DoorLock.id);
    const bits = features.filter(({ title }) => this.door.featureMap[camelize(title)]);
    return bits.reduce((map, { constraint }) => map | (1 << constraint.value), 0);
  }

  setDoor(values) {
    return this.endpoint(LOCK_ENDPOINT).setStateOf(this.behavior, values);
  }

  /** Changes the table of users: `change` gets the store of matter.js, which encrypts codes. */
  editUsers(change) {
    return this.endpoint(LOCK_ENDPOINT).act(agent => change(agent.get(this.behavior).auth));
  }

  emit(event, payload) {
    return this.endpoint(LOCK_ENDPOINT).act(agent => {
      const behavior = agent.get(this.behavior);
      behavior.events[event].emit(payload, agent.context);
    });
  }

  /** The bolt moves, then the lock says why: a report of the state before the event, as real locks do. */
  async operate(lockState, operation, eventDelayMs = 0) {
    await this.setDoor({ lockState });
    this.scheduleRelock(lockState);
    if (eventDelayMs > 0) await new Promise(resolve => setTimeout(resolve, eventDelayMs));
    await this.emit("lockOperation", operation);
  }

  /** Starts or ends the relock timer after a movement of the bolt. */
  scheduleRelock(lockState) {
    clearTimeout(this.#relockTimer);
    if (lockState === LockState.Locked || this.options.relock === 0) return;
    this.#relockTimer = setTimeout(() => this.#relock(), this.options.relock * 1000);
  }

  #relock() {
    const source = this.options.profile.namesLocalActor ? OperationSource.Auto : OperationSource.Unspecified;
    return this.operate(LockState.Locked, {
      lockOperationType: LockOperationType.Lock, operationSource: source,
      userIndex: null, fabricIndex: null, sourceNode: null, credentials: null,
    });
  }

  setBattery(percent) {
    return this.endpoint(BATTERY_ENDPOINT).setStateOf(Battery, {
      batPercentRemaining: Math.round(percent * 2),
      batChargeLevel: chargeLevel(percent),
      batReplacementNeeded: percent < CRITICAL_PERCENT,
    });
  }

  async #build() {
    this.behavior = doorLockBehavior(this.options, this.faults, lockState => this.scheduleRelock(lockState));
    const root = rootEndpoint(this.options, this.link);
    this.node = await ServerNode.create(root, { id: "lock", ...rootState({ ...this.options, port: this.#port }) });
    await this.node.add(this.#lockEndpoint());
    await this.node.add(batteryEndpoint(this.options.profile));
    this.#followEvents();
    this.node.lifecycle.online.on(() => this.#followEvents());
  }

  /** A node that lost its last fabric begins anew, with another source of events. */
  #followEvents() {
    const source = this.node.env.get(OccurrenceManager);
    if (source === this.#eventSource) return;
    this.#eventSource = source;
    source.added.on(occurrence => this.events.record(occurrence));
  }

  #lockEndpoint() {
    return new Endpoint(DoorLockDevice.with(this.behavior), {
      id: "door", number: LOCK_ENDPOINT, doorLock: { ...doorLockState(this.options), ...this.#position },
    });
  }
}

function prepareEnvironment({ store, iface, ipv4, mdns }, radio) {
  const environment = Environment.default;
  environment.vars.set("storage.path", store);
  if (!ipv4) environment.vars.set("mdns.ipv4", false);
  if (iface) environment.vars.set("mdns.networkInterface", iface);
  environment.set(Network, new RadioNetwork(radio, { mdns }));
}

function doorLockState(options) {
  const { profile } = options;
  const users = initialUsers(options.users, profile);
  return {
    ...profile.doorLock,
    ...("autoRelockTime" in profile.doorLock ? { autoRelockTime: options.relock } : {}),
    ...(options.doorSensor ? { doorState: DoorLock.DoorState.DoorClosed } : {}),
    requirePinForRemoteOperation: options.requirePin,
    users: users.map(user => storedUser(user)),
    credentials: users.flatMap(user => (user.credentials ?? []).map(each => storedCredential(each, profile.doorLock))),
  };
}

function batteryEndpoint(profile) {
  return new Endpoint(PowerSourceEndpoint.with(Battery), {
    id: "battery",
    number: BATTERY_ENDPOINT,
    powerSource: {
      status: PowerSource.PowerSourceStatus.Active, order: 0, description: "Rechargeable Battery",
      batVoltage: 7400, batPercentRemaining: profile.batteryHalfPercent,
      batChargeLevel: PowerSource.BatChargeLevel.Ok, batReplacementNeeded: false,
      batReplaceability: PowerSource.BatReplaceability.FactoryReplaceable, endpointList: [],
    },
  });
}

function chargeLevel(percent) {
  if (percent < CRITICAL_PERCENT) return PowerSource.BatChargeLevel.Critical;
  return percent < LOW_PERCENT ? PowerSource.BatChargeLevel.Warning : PowerSource.BatChargeLevel.Ok;
}

// One virtual lock: its Matter node, its life (start, reboot, factory reset) and what happens at the door.
import { Endpoint, Environment, Network, ServerNode, camelize } from "@matter/main";
import { ClusterModel, Matter } from "@matter/main/model";
import { DoorLockDevice } from "@matter/main/devices/door-lock";
import { PowerSourceEndpoint } from "@matter/main/endpoints/power-source";
import { TimeSynchronizationServer } from "@matter/main/behaviors/time-synchronization";
import { PowerSourceServer } from "@matter/main/behaviors/power-source";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { PowerSource } from "@matter/main/clusters/power-source";
import { endOfUse, expire } from "./access/admission.mjs";
import { Counts } from "./counts.mjs";
import { Door } from "./door.mjs";
import { doorLockBehavior } from "./door-lock.mjs";
import { EventLog } from "./event-log.mjs";
import { ParentLink, RadioCounts } from "./link.mjs";
import { Radio, RadioNetwork } from "./network.mjs";
import { rootEndpoint, rootState } from "./root.mjs";
import { initialUsers, storedCredential, storedUser } from "./users.mjs";

const { LockState, OperationSource } = DoorLock;
const Battery = PowerSourceServer.with("Battery");

/** Endpoint numbers of a real U200: the lock and, apart from it, its battery. */
const LOCK_ENDPOINT = 1;
const BATTERY_ENDPOINT = 2;

/** Battery levels in percent below which the lock warns, and calls it critical (chosen). */
const LOW_PERCENT = 20;
const CRITICAL_PERCENT = 10;

/** A table without people. */
const NOBODY = { users: [], credentials: [], weekDaySchedules: [], yearDaySchedules: [], holidaySchedules: [] };

/** Longest time that a timer of node can wait, in milliseconds. */
const LONGEST_WAIT = 2 ** 31 - 1;

export class VirtualLock extends Door {
  radio = new Radio();
  counted = new RadioCounts();
  counts = new Counts();
  events = new EventLog();
  #position = { lockState: LockState.Locked };
  #port;
  #expiryTimer;

  constructor(options) {
    super(options);
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
    await this.watchExpiry();
  }

  async stop() {
    this.stopTimers();
    clearTimeout(this.#expiryTimer);
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
    this.counted = new RadioCounts();
    Object.assign(this.radio, { silent, silentMdns });
    await this.start();
    await this.setBattery(battery / 2);
  }

  /** Forgets fabrics and users, and waits for a new commissioning. */
  async factoryReset() {
    this.stopTimers();
    await this.node.erase();
    await this.setDoor(NOBODY);
    this.access.forget();
    await this.node.start();
  }

  get doorEndpoint() {
    return this.endpoint(LOCK_ENDPOINT);
  }

  get battery() {
    return this.endpoint(BATTERY_ENDPOINT).state.powerSource;
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

  /** Changes the table of people outside Matter; gives the `answer` of the change and the `changes`. */
  editTable(change) {
    return this.doorEndpoint.act(agent => agent.get(this.behavior).edit(change));
  }

  /** Gives what is asked of the table. */
  readTable(ask) {
    return this.doorEndpoint.act(agent => ask(agent.get(this.behavior).table()));
  }

  /** Says what has changed outside Matter. */
  async announce(changes) {
    for (const { dataType, operation, userIndex, dataIndex } of changes)
      await this.emit("lockUserChange", {
        lockDataType: dataType, dataOperationType: operation, operationSource: OperationSource.Unspecified,
        userIndex, fabricIndex: null, sourceNode: null, dataIndex,
      });
  }

  tellTimeFailure() {
    return this.node.act(agent => agent.get(TimeSynchronizationServer).events.timeFailure.emit(undefined, agent.context));
  }

  /** Switches expiring users off when their time is over. */
  async watchExpiry() {
    clearTimeout(this.#expiryTimer);
    const { changes } = await this.editTable(table => expire(table, this.access.clock.moment()));
    await this.announce(changes);
    const ends = await this.readTable(table => table.users.map(user => endOfUse(table, user)).filter(end => end !== undefined));
    if (ends.length === 0) return;
    const wait = Math.min(...ends) - Date.now();
    this.#expiryTimer = setTimeout(() => this.watchExpiry(), Math.min(Math.max(wait, 0), LONGEST_WAIT));
  }

  setBattery(percent) {
    return this.endpoint(BATTERY_ENDPOINT).setStateOf(Battery, {
      batPercentRemaining: Math.round(percent * 2),
      batChargeLevel: chargeLevel(percent),
      batReplacementNeeded: percent < CRITICAL_PERCENT,
    });
  }

  async #build() {
    this.behavior = doorLockBehavior(this, lockState => this.moved(lockState));
    const root = rootEndpoint(this.options, this.link, this.counted, this.access.clock);
    this.node = await ServerNode.create(root, { id: "lock", ...rootState({ ...this.options, port: this.#port }) });
    await this.node.add(this.#lockEndpoint());
    await this.node.add(batteryEndpoint(this.options.profile));
    this.events.follow(this.node);
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
    credentials: users.flatMap(user => (user.credentials ?? []).map(each => storedCredential(each, profile))),
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

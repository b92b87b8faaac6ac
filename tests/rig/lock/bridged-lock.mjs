// A Zigbee lock behind a hub's Matter bridge: a bolt, a battery and whether the hub reaches it.
import { Endpoint, VendorId } from "@matter/main";
import { DoorLockDevice } from "@matter/main/devices/door-lock";
import { BridgedDeviceBasicInformationServer } from "@matter/main/behaviors/bridged-device-basic-information";
import { PowerSourceServer } from "@matter/main/behaviors/power-source";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { PowerSource } from "@matter/main/clusters/power-source";
import { Door } from "./door.mjs";
import { doorActions } from "./door-actions.mjs";
import { doorLockBehavior } from "./door-lock.mjs";
import { AQARA, U100 } from "./profiles.mjs";
import { boolean, onlyKnown, whole } from "./requests.mjs";
import { LOCK_STATES, word } from "./vocabulary.mjs";

const OPTIONS = Object.freeze({ profile: U100, relock: 0, doorSensor: false, unbolt: false });

export class BridgedLock extends Door {
  /** `name` is what the owner called it in the hub's app. */
  constructor(id, name, serial) {
    super(OPTIONS);
    this.behavior = doorLockBehavior(this, () => {});
    this.doorEndpoint = new Endpoint(
      DoorLockDevice.with(this.behavior, BridgedDeviceBasicInformationServer, PowerSourceServer.with("Battery")),
      {
        id,
        doorLock: { ...U100.doorLock, lockState: DoorLock.LockState.Locked },
        bridgedDeviceBasicInformation: identity(name, serial),
        powerSource: battery(),
      },
    );
  }

  /** Joins the aggregator of a bridge. */
  async join(node, aggregator, events) {
    this.node = node;
    this.events = events;
    await aggregator.add(this.doorEndpoint);
  }

  /** The control channel of this lock. */
  get actions() {
    return {
      ...doorActions(this),
      reachable: request => this.#setReachable(request),
      state: request => this.#state(request),
      events: request => this.#eventsSince(request),
    };
  }

  async #setReachable(request) {
    onlyKnown(request, ["on"]);
    const reachable = boolean(request, "on", true);
    await this.doorEndpoint.setStateOf(BridgedDeviceBasicInformationServer, { reachable });
  }

  async #state(request) {
    onlyKnown(request, []);
    return {
      lock_state: word(LOCK_STATES, this.door.lockState),
      jammed: this.faults.jammed,
      reachable: this.doorEndpoint.state.bridgedDeviceBasicInformation.reachable,
    };
  }

  async #eventsSince(request) {
    onlyKnown(request, ["since"]);
    const entries = this.events.since(whole(request, "since", { fallback: 0 }));
    return { events: entries.filter(({ endpoint }) => endpoint === this.doorEndpoint.number) };
  }
}

function identity(name, serial) {
  return {
    vendorName: "Aqara", vendorId: VendorId(AQARA), nodeLabel: name, productName: U100.productName,
    productLabel: U100.productName.replace("Aqara ", ""), serialNumber: serial, uniqueId: `${serial}-bridged`, reachable: true,
    softwareVersion: U100.softwareVersion, softwareVersionString: U100.softwareVersionString,
  };
}

function battery() {
  return {
    status: PowerSource.PowerSourceStatus.Active, order: 0, description: "Battery",
    batPercentRemaining: U100.batteryHalfPercent, batChargeLevel: PowerSource.BatChargeLevel.Ok,
    batReplacementNeeded: false, batReplaceability: PowerSource.BatReplaceability.UserReplaceable, endpointList: [],
  };
}

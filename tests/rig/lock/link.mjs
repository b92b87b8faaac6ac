// What the lock knows of its radio: how it hears its parent, and what it counted since its start.

/** Thread short address of the parent. */
export const PARENT_RLOC16 = 0x4400;

/** What the lock measures of its parent router; dBm and link quality 0–3. */
export class ParentLink {
  rssi = -58;
  lqi = 3;
  frameErrorRate = 2;

  constructor(parent) {
    this.extAddress = BigInt(`0x${parent}`);
  }

  /** The one row that an end device has. */
  neighborTable() {
    return [{
      extAddress: this.extAddress, age: 12, rloc16: PARENT_RLOC16, linkFrameCounter: 100, mleFrameCounter: 20,
      lqi: this.lqi, averageRssi: this.rssi, lastRssi: this.rssi, frameErrorRate: this.frameErrorRate, messageErrorRate: 0,
      rxOnWhenIdle: true, fullThreadDevice: true, fullNetworkData: true, isChild: false,
    }];
  }

  routeTable() {
    return [{
      extAddress: this.extAddress, rloc16: PARENT_RLOC16, routerId: PARENT_RLOC16 >> 10, nextHop: 0, pathCost: 0,
      lqiIn: this.lqi, lqiOut: this.lqi, age: 12, allocated: true, linkEstablished: true,
    }];
  }
}

/** Frames that asked for an acknowledgement, those that got one, losses of the mesh; `aged`: seconds on top of the uptime. */
export class RadioCounts {
  requested = 0;
  acknowledged = 0;
  detached = 1;
  aged = 0;
}

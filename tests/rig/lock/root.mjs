// The root endpoint: a Thread device, with or without Thread network diagnostics.
import { networkInterfaces } from "node:os";
import { Seconds, ServerNode, VendorId } from "@matter/main";
import { Val } from "@matter/main/protocol";
import { GeneralDiagnosticsServer } from "@matter/main/behaviors/general-diagnostics";
import { NetworkCommissioningServer } from "@matter/main/behaviors/network-commissioning";
import { ThreadNetworkDiagnosticsServer } from "@matter/main/behaviors/thread-network-diagnostics";
import { TimeSynchronizationServer } from "@matter/main/behaviors/time-synchronization";
import { GeneralDiagnostics } from "@matter/main/clusters/general-diagnostics";
import { ThreadNetworkDiagnostics } from "@matter/main/clusters/thread-network-diagnostics";
import { TimeSynchronization } from "@matter/main/clusters/time-synchronization";
import { PARENT_RLOC16 } from "./link.mjs";
import { AQARA } from "./profiles.mjs";

/** Thread short address of the lock, the first child of its parent. */
const LOCK_RLOC16 = 0x4401;

/** The root endpoint type of a lock. */
export function rootEndpoint(options, link, counted, clock) {
  const servers = [threadCommissioning(), threadInterface(options, counted)];
  if (options.profile.tellsTime) servers.push(timeSynchronization(clock));
  if (options.threadDiagnostics) servers.push(threadDiagnostics(link, counted));
  return ServerNode.RootEndpoint.with(...servers);
}

/** Neighbours and counters are computed when read and never reported: CHIP does not mark them as changed. */
function threadDiagnostics(link, counted) {
  const Base = ThreadNetworkDiagnosticsServer.with("PacketCounts", "ErrorCounts", "MleCounts", "MacCounts");
  class State extends Base.State {
    [Val.properties]() {
      return {
        get neighborTable() { return link.neighborTable(); },
        get routeTable() { return link.routeTable(); },
        get txAckRequestedCount() { return counted.requested; },
        get txAckedCount() { return counted.acknowledged; },
        get detachedRoleCount() { return counted.detached; },
      };
    }
  }
  return class ThreadDiagnostics extends Base {
    static State = State;
    resetCounts() {}
  };
}

/** The lock's own clock as Matter tells it; it takes no time from a controller, as a U200 does not. */
function timeSynchronization(clock) {
  class State extends TimeSynchronizationServer.State {
    [Val.properties]() {
      const { SecondsGranularity, NoTimeGranularity } = TimeSynchronization.Granularity;
      return {
        get utcTime() { return clock.utcMs === null ? null : BigInt(Math.round(clock.utcMs)) * 1000n; },
        get granularity() { return clock.utcMs === null ? NoTimeGranularity : SecondsGranularity; },
      };
    }
  }
  return class LockTime extends TimeSynchronizationServer {
    static State = State;
    setUtcTime() {
      throw new TimeSynchronization.TimeNotAcceptedError("The lock keeps its own time");
    }
  };
}

/** A Thread network that is already joined: the rig commissions over IP. */
function threadCommissioning() {
  const ok = { networkingStatus: 0, networkIndex: 0 };
  return class ThreadCommissioning extends NetworkCommissioningServer.with("ThreadNetworkInterface") {
    scanNetworks() { return { networkingStatus: 0, threadScanResults: [] }; }
    addOrUpdateThreadNetwork() { return ok; }
    removeNetwork() { return ok; }
    connectNetwork() { return { networkingStatus: 0, errorValue: null }; }
    reorderNetwork() { return ok; }
  };
}

/** Shows one Thread interface instead of the host's own, and an uptime that can be made longer. */
function threadInterface(options, counted) {
  class State extends GeneralDiagnosticsServer.State {
    [Val.properties](...context) {
      const properties = super[Val.properties](...context);
      const { get: upTime } = Object.getOwnPropertyDescriptor(properties, "upTime");
      return Object.defineProperty(properties, "upTime", { get: () => upTime() + counted.aged, enumerable: true });
    }
  }
  return class ThreadInterface extends GeneralDiagnosticsServer {
    static State = State;

    initialize() {
      const ready = super.initialize();
      this.reactTo(this.events.networkInterfaces$Changed, this.showThread);
      return ready;
    }

    showThread() {
      if (this.state.networkInterfaces[0]?.name !== options.networkName)
        this.state.networkInterfaces = [threadInterfaceEntry(options)];
    }
  };
}

function threadInterfaceEntry({ networkName, extAddress, iface }) {
  return {
    name: networkName,
    isOperational: true,
    offPremiseServicesReachableIPv4: null,
    offPremiseServicesReachableIPv6: null,
    hardwareAddress: Buffer.from(extAddress, "hex"),
    iPv4Addresses: [],
    iPv6Addresses: ipv6Addresses(iface),
    type: GeneralDiagnostics.InterfaceType.Thread,
  };
}

function ipv6Addresses(iface) {
  const all = Object.entries(networkInterfaces()).filter(([name]) => iface === undefined || name === iface);
  const found = all.flatMap(([, entries]) => entries).filter(({ family, internal }) => family === "IPv6" && !internal);
  return found.slice(0, 8).map(({ address }) => ipv6Bytes(address));
}

/** The 16 bytes of an IPv6 address in text. */
function ipv6Bytes(address) {
  const [head, tail] = address.split("%")[0].split("::").map(part => part.split(":").filter(Boolean));
  const middle = Array(8 - head.length - (tail?.length ?? 0)).fill("0");
  const groups = tail === undefined ? head : [...head, ...middle, ...tail];
  return Buffer.from(groups.map(group => group.padStart(4, "0")).join(""), "hex");
}

/** The state of the root endpoint at first start. */
export function rootState(options) {
  const { profile, extAddress } = options;
  return {
    network: {
      port: options.port, ipv4: options.ipv4, listeningAddressIpv6: options.listen,
      ...(options.maxInterval ? { subscriptionOptions: { maxInterval: Seconds(options.maxInterval), randomizationWindow: Seconds(0) } } : {}),
    },
    commissioning: { passcode: options.passcode, discriminator: options.discriminator },
    productDescription: {
      name: profile.productName, deviceType: 10, vendorId: VendorId(AQARA), productId: profile.productId,
    },
    basicInformation: basicInformation(options),
    generalDiagnostics: { networkInterfaces: [threadInterfaceEntry(options)] },
    networkCommissioning: networkCommissioning(options),
    operationalCredentials: { supportedFabrics: profile.supportedFabrics },
    ...(options.threadDiagnostics ? { threadNetworkDiagnostics: threadState(options, extAddress) } : {}),
  };
}

function basicInformation({ profile, serial, name }) {
  return {
    vendorName: "Aqara", vendorId: VendorId(AQARA), nodeLabel: name,
    productName: profile.productName, productLabel: profile.productName.replace("Aqara ", ""), productId: profile.productId,
    partNumber: profile.partNumber, serialNumber: serial, uniqueId: `${serial}-virtual`,
    hardwareVersion: profile.hardwareVersion, hardwareVersionString: profile.hardwareVersionString,
    softwareVersion: profile.softwareVersion, softwareVersionString: profile.softwareVersionString,
  };
}

function networkCommissioning({ xpan }) {
  const networkId = Buffer.from(xpan, "hex");
  return {
    maxNetworks: 1, networks: [{ networkId, connected: true }], lastNetworkId: networkId, lastNetworkingStatus: 0,
    lastConnectErrorValue: 0, interfaceEnabled: true, scanMaxTimeSeconds: 10, connectMaxTimeSeconds: 20,
    supportedThreadFeatures: { isSleepyEndDeviceCapable: true }, threadVersion: 4,
  };
}

function threadState({ xpan, networkName }, extAddress) {
  return {
    channel: 25, routingRole: ThreadNetworkDiagnostics.RoutingRole.SleepyEndDevice, networkName, panId: 0x1a2b,
    extendedPanId: BigInt(`0x${xpan}`), meshLocalPrefix: Buffer.from("40fd11223344556677", "hex"),
    extAddress: BigInt(`0x${extAddress}`), rloc16: LOCK_RLOC16, partitionId: 12345678, weighting: 64,
    dataVersion: 1, stableDataVersion: 1, leaderRouterId: PARENT_RLOC16 >> 10,
    overrunCount: 0n, childRoleCount: 1, routerRoleCount: 0, leaderRoleCount: 0,
    attachAttemptCount: 1, partitionIdChangeCount: 0, betterPartitionAttachAttemptCount: 0, parentChangeCount: 2,
    txTotalCount: 1000, rxTotalCount: 900, activeTimestamp: 1n, pendingTimestamp: null, delay: null,
    securityPolicy: { rotationTime: 672, flags: 0 }, channelPage0Mask: Buffer.from("07fff800", "hex"),
    operationalDatasetComponents: {
      activeTimestampPresent: true, pendingTimestampPresent: false, masterKeyPresent: true, networkNamePresent: true,
      extendedPanIdPresent: true, meshLocalPrefixPresent: true, delayPresent: false, panIdPresent: true,
      channelPresent: true, pskcPresent: true, securityPolicyPresent: true, channelMaskPresent: true,
    },
    activeNetworkFaultsList: [],
  };
}

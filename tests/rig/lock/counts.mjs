// What the lock was asked: every request that arrived, by kind. Installed once per process.
import { InteractionServer } from "@matter/main";
import { ClusterModel, Matter } from "@matter/main/model";
import { SecureChannelProtocol } from "@matter/main/protocol";

export class Counts {
  constructor() {
    this.reset();
  }

  reset() {
    this.exchanges = 0;
    this.secure_channel = 0;
    this.read = 0;
    this.read_paths = 0;
    this.write = 0;
    this.subscribe = 0;
    this.timed = 0;
    this.invoke = {};
  }

  /** Counts on every server of this process from now on. */
  install() {
    const server = InteractionServer.prototype;
    before(server, "onNewExchange", () => { this.exchanges += 1; });
    before(SecureChannelProtocol.prototype, "onNewExchange", () => { this.exchanges += 1; this.secure_channel += 1; });
    before(server, "handleReadRequest", (_exchange, request) => this.#countRead(request));
    before(server, "handleWriteRequest", () => { this.write += 1; });
    before(server, "handleSubscribeRequest", () => { this.subscribe += 1; });
    before(server, "handleTimedRequest", () => { this.timed += 1; });
    before(server, "handleInvokeRequest", (_exchange, request) => this.#countInvoke(request));
  }

  #countRead({ attributeRequests = [], eventRequests = [] }) {
    this.read += 1;
    this.read_paths += attributeRequests.length + eventRequests.length;
  }

  #countInvoke({ invokeRequests }) {
    for (const { commandPath } of invokeRequests) {
      const name = commandName(commandPath);
      this.invoke[name] = (this.invoke[name] ?? 0) + 1;
    }
  }
}

function before(prototype, method, count) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    count(...args);
    return original.apply(this, args);
  };
}

/** LockDoor, GetUser …; unknown ones as cluster/command in hex. */
function commandName({ clusterId, commandId }) {
  const command = Matter.get(ClusterModel, clusterId)?.commands.find(
    ({ id, isRequest }) => id === commandId && isRequest,
  );
  return command?.name ?? `0x${clusterId.toString(16)}/0x${commandId.toString(16)}`;
}

// The lock's radio: every datagram of the process passes here, is counted and can be held back.
import { NodeJsNetwork } from "@matter/nodejs";

const MDNS_PORT = 5353;

/** How long a sleepy lock keeps listening after a message; milliseconds (chosen, as Matter's active threshold). */
const AWAKE_MS = 4000;

/** Silence, delay and counters of datagrams; mDNS is counted apart from Matter. */
export class Radio {
  silent = false;
  silentMdns = false;
  delayMs = 0;
  counters = newCounters();
  #awakeUntil = 0;
  #wakesAt = 0;

  reset() {
    this.counters = newCounters();
  }

  /** True when the datagram may pass; counts it either way. */
  admits(direction, isMdns) {
    const dropped = isMdns ? this.silentMdns : this.silent;
    const kind = `${isMdns ? "mdns_" : ""}datagrams_${dropped ? "dropped" : direction}`;
    this.counters[kind] += 1;
    return !dropped;
  }

  /** Delivers at once, or when the sleeping lock next listens to its parent. */
  deliver(handle) {
    const now = Date.now();
    if (this.delayMs > 0 && now > this.#awakeUntil && now >= this.#wakesAt) this.#wakesAt = now + this.delayMs;
    const wait = Math.max(0, this.#wakesAt - now);
    if (wait === 0) return this.#handleAwake(handle);
    setTimeout(() => this.#handleAwake(handle), wait);
  }

  #handleAwake(handle) {
    this.#awakeUntil = Date.now() + AWAKE_MS;
    handle();
  }
}

function newCounters() {
  return {
    datagrams_received: 0, datagrams_sent: 0, datagrams_dropped: 0,
    mdns_datagrams_received: 0, mdns_datagrams_sent: 0, mdns_datagrams_dropped: 0,
  };
}

/** The host's network behind a Radio; with mdns off, nothing ever leaves or enters on the mDNS port. */
export class RadioNetwork extends NodeJsNetwork {
  #radio;
  #mdns;

  constructor(radio, { mdns }) {
    super();
    this.#radio = radio;
    this.#mdns = mdns;
  }

  async createUdpSocket(options) {
    const isMdns = options.listeningPort === MDNS_PORT;
    if (isMdns && !this.#mdns) return new DeafSocket();
    return new RadioSocket(await super.createUdpSocket(options), this.#radio);
  }
}

class RadioSocket {
  #socket;
  #radio;

  constructor(socket, radio) {
    this.#socket = socket;
    this.#radio = radio;
  }

  get maxPayloadSize() { return this.#socket.maxPayloadSize; }
  get port() { return this.#socket.port; }
  supports(type, address) { return this.#socket.supports(type, address); }
  addMembership(address) { return this.#socket.addMembership(address); }
  dropMembership(address) { return this.#socket.dropMembership(address); }
  close() { return this.#socket.close(); }

  onData(listener) {
    const isMdns = this.port === MDNS_PORT;
    return this.#socket.onData((...datagram) => {
      if (!this.#radio.admits("received", isMdns)) return;
      if (isMdns) listener(...datagram);
      else this.#radio.deliver(() => listener(...datagram));
    });
  }

  async send(host, port, data) {
    const isMdns = this.port === MDNS_PORT || port === MDNS_PORT;
    if (this.#radio.admits("sent", isMdns)) await this.#socket.send(host, port, data);
  }
}

/** A socket that was never opened. */
class DeafSocket {
  maxPayloadSize = 1232;
  port = MDNS_PORT;
  supports() { return true; }
  addMembership() {}
  dropMembership() {}
  onData() { return { close: async () => {} }; }
  async send() {}
  async close() {}
}

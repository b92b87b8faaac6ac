// Starts virtual locks on loopback, without mDNS, each with its own store, and talks to their control channel.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../lock.mjs", import.meta.url));
const ON_LOOPBACK = ["--no-mdns", "--no-ipv4", "--listen", "::1", "--port", "0"];

/** A running lock process. */
export class LockProcess {
  /** A lock for one test. */
  static async start(t, ...args) {
    const lock = LockProcess.prepare(...args);
    t.after(() => lock.remove());
    await lock.begin();
    return lock;
  }

  /** A lock that begins and is removed by hooks of a suite. */
  static prepare(...args) {
    return new LockProcess(fs.mkdtempSync(path.join(os.tmpdir(), "lock-")), args);
  }

  constructor(directory, args) {
    this.directory = directory;
    this.args = args;
    this.socket = path.join(directory, "control.sock");
  }

  /** Starts the process and waits for its READY line. */
  async begin() {
    const where = ["--control", this.socket, "--store", path.join(this.directory, "store")];
    this.process = spawn(process.execPath, [PROGRAM, ...where, ...ON_LOOPBACK, ...this.args]);
    this.exited = once(this.process, "exit");
    this.output = "";
    this.process.stderr.on("data", data => (this.output += data));
    for await (const line of readline.createInterface({ input: this.process.stdout })) {
      this.output += `${line}\n`;
      if (!line.startsWith("READY ")) continue;
      this.ready = JSON.parse(line.slice("READY ".length));
      return;
    }
    throw new Error(`The lock ended before it was ready:\n${this.output}`);
  }

  /** Ends the process with the signal; resolves with [exit code, signal]. */
  async end(signal) {
    this.process.kill(signal);
    return this.exited;
  }

  async remove() {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.end("SIGKILL");
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  /** The status and JSON answer of an action. */
  async request(action, body, method = "POST") {
    const call = http.request({ socketPath: this.socket, path: `/${action}`, method });
    call.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
    const [response] = await once(call, "response");
    const chunks = await response.toArray();
    return { status: response.statusCode, answer: JSON.parse(Buffer.concat(chunks)) };
  }

  /** The answer of an action that must succeed. */
  async do(action, body) {
    const { status, answer } = await this.request(action, body);
    if (status !== 200) throw new Error(`${action}: ${status} ${answer.error}`);
    return answer;
  }

  /** The events that the action caused, as [name, payload]. */
  async caused(action, body) {
    const before = (await this.do("events")).events.length;
    await this.do(action, body);
    const { events } = await this.do("events", { since: before });
    return events.map(({ name, payload }) => [name, payload]);
  }

  /** Waits until the lock is in a state. */
  async reaches(state) {
    while ((await this.do("state")).lock_state !== state);
  }

  /** Waits until the log holds an event that satisfies the condition. */
  async event(condition) {
    for (;;) {
      const { events } = await this.do("events");
      const found = events.find(condition);
      if (found) return found;
    }
  }
}

/** A LockOperation payload with nothing known but what is given. */
export function operation(lockOperationType, operationSource, known = {}) {
  return {
    lockOperationType, operationSource, userIndex: null, fabricIndex: null, sourceNode: null, credentials: null, ...known,
  };
}

// A virtual Aqara lock. Prints one line "READY {…}" when it can be commissioned; see options.mjs for its command line.
import "./environment.mjs";
import fs from "node:fs";
import { Logger } from "@matter/main";
import { actionsOf } from "./actions.mjs";
import { serveControl, toJson } from "./control.mjs";
import { UsageError, parseOptions } from "./options.mjs";
import { VirtualLock } from "./virtual-lock.mjs";

/** A peer that does not answer must not hold up the end; milliseconds. */
const LONGEST_GOODBYE = 3000;

let quitting = false;

const options = readOptions();
Logger.level = options.log;
Logger.format = "plain";

const lock = new VirtualLock(options);
await lock.start();
const server = await serveControl(options.control, actionsOf(lock, quit));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, quit);
process.stdout.write(`READY ${toJson(readyLine())}\n`);

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function readyLine() {
  return {
    ...lock.pairing,
    profile: options.profile.id,
    serial: options.serial,
    port: lock.node.state.network.operationalPort,
    commissioned: lock.fabrics.length > 0,
  };
}

async function quit() {
  if (quitting) return;
  quitting = true;
  setTimeout(() => process.exit(0), LONGEST_GOODBYE).unref();
  server.close();
  fs.rmSync(options.control, { force: true });
  await lock.stop();
  process.exit(0);
}

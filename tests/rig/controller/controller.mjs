// The rig's second Matter controller. Prints one line "READY {…}" when it takes connections; see options.mjs for its command line.
import "./environment.mjs";
import { Logger } from "@matter/main";
import { commandsOf } from "./api.mjs";
import { Fabric } from "./fabric.mjs";
import { Hub } from "./hub.mjs";
import { UsageError, parseOptions } from "./options.mjs";

/** A node that does not answer must not hold up the end; milliseconds. */
const LONGEST_GOODBYE = 5000;

let quitting = false;

const options = readOptions();
Logger.level = options.log;
Logger.format = "plain";

const hub = new Hub();
const fabric = new Fabric(options, (event, makeData) => hub.tell(event, makeData));
await fabric.start();
hub.use(commandsOf(fabric, hub, options.schema));
const port = await hub.listen(options.listen, options.port);
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, quit);
process.stdout.write(`READY ${JSON.stringify({ port, nodes: fabric.nodes.length })}\n`);

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

async function quit() {
  if (quitting) return;
  quitting = true;
  setTimeout(() => process.exit(0), LONGEST_GOODBYE).unref();
  await hub.close();
  await fabric.stop();
  process.exit(0);
}

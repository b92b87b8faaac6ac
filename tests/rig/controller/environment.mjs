// Must be imported before any other part of matter.js: it keeps our own command line and signals out of its hands.
import { config } from "@matter/nodejs/config";

config.loadProcessArgv = false;
config.loadProcessEnv = false;
config.loadConfigFile = false;
config.trapProcessSignals = false;
// A write-ahead log survives a kill, as the store of the public server does.
config.storageDriver = "wal";

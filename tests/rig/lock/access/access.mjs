// What decides about people on one lock: its personality, its clock, its keypad and what survives a restart.
import fs from "node:fs";
import path from "node:path";
import { isCredentialWrite, isWrite } from "./commands.mjs";
import { Clock } from "./clock.mjs";
import { Keypad } from "./keypad.mjs";
import { BY_THE_BOOK, changed } from "./personality.mjs";

export class Access {
  keypad = new Keypad();
  /** When expiring users were first used: milliseconds since 1970 by user index. */
  firstUses = {};
  #file;

  /** `file` keeps what survives a restart; without one nothing does. */
  constructor({ personality = {}, timeZone, file } = {}) {
    this.personality = changed(BY_THE_BOOK, personality);
    this.clock = new Clock({ timeZone });
    this.#file = file;
    if (file !== undefined && fs.existsSync(file)) this.#load(JSON.parse(fs.readFileSync(file, "utf8")));
  }

  /** Whether the lock says SUCCESS to this command and stores nothing, because its keypad sleeps. */
  loses(command) {
    if (!isWrite(command)) return false;
    const { asleep } = this.personality;
    return asleep === "everything" || (asleep === "codes" && isCredentialWrite(command));
  }

  change(request) {
    this.personality = changed(this.personality, request);
    this.save();
  }

  /** Somebody touches the keypad. */
  wake() {
    this.change({ asleep: "nothing" });
  }

  /** A lock by the book with a right clock, except for what the request changes. */
  reset(request = {}) {
    this.personality = changed(BY_THE_BOOK, request);
    this.clock.set({ ahead: 0 });
    this.keypad = new Keypad();
    this.firstUses = {};
    this.save();
  }

  /** Nobody is known any more. */
  forget() {
    this.firstUses = {};
    this.keypad = new Keypad();
    this.save();
  }

  save() {
    if (this.#file === undefined) return;
    const { personality, firstUses } = this;
    const text = JSON.stringify({ personality, firstUses, clock: this.clock.setting });
    fs.mkdirSync(path.dirname(this.#file), { recursive: true });
    fs.writeFileSync(`${this.#file}.new`, text);
    fs.renameSync(`${this.#file}.new`, this.#file);
  }

  #load({ personality, firstUses, clock }) {
    this.personality = changed(this.personality, personality);
    this.firstUses = firstUses;
    this.clock.set(clock);
  }
}

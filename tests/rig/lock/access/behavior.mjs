// The commands about people in matter.js' door lock: its own server checks too little, so the table decides.
import { Supervision } from "@matter/main";
import { FabricManager } from "@matter/main/protocol";
import { StatusResponseError } from "@matter/main/types";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { Outcome, expire } from "./admission.mjs";
import { COMMANDS } from "./commands.mjs";
import { enterRemotely } from "./entry.mjs";
import { limitsOf } from "./limits.mjs";
import { NO_UNIQUE_ID, Refused, Status, Table } from "./table.mjs";

const { LockOperationType, OperationSource } = DoorLock;

/** The bits of a days mask from the lowest, as matter.js calls them. */
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const STORED = ["users", "credentials", "weekDaySchedules", "yearDaySchedules", "holidaySchedules"];

/** A door lock server whose people are kept by an Access; `features` are matter.js' names, `faults` the ordered ones. */
export function withPeople(Base, { access, features, faults }) {
  class People extends Base {
    /** The table as it is now; `keep` stores what became of it. */
    table() {
      const { users, credentials, weekDaySchedules, yearDaySchedules, holidaySchedules } = this.state;
      const stored = {
        users: plain(users).map(user => ({
          ...user, userUniqueId: user.userUniqueId ?? NO_UNIQUE_ID, credentials: plain(user.credentials),
        })),
        credentials: plain(credentials),
        weekDaySchedules: plain(weekDaySchedules).map(each => ({ ...each, daysMask: maskOf(each.daysMask) })),
        yearDaySchedules: plain(yearDaySchedules),
        holidaySchedules: plain(holidaySchedules),
        firstUses: access.firstUses,
      };
      const { auth } = this;
      const fabrics = new Set(this.env.get(FabricManager).fabrics.map(({ fabricIndex }) => fabricIndex));
      const vault = { seal: data => auth.encrypt(data), open: data => auth.decrypt(data) };
      return new Table(stored, limitsOf(this.state, features), access.personality, { vault, fabrics });
    }

    keep(table) {
      const contents = table.contents();
      // matter.js stores none as null, which is this number in its eyes.
      contents.users = contents.users.map(user => ({
        ...user, userUniqueId: user.userUniqueId === NO_UNIQUE_ID ? null : user.userUniqueId,
      }));
      contents.weekDaySchedules = contents.weekDaySchedules.map(each => ({ ...each, daysMask: daysOf(each.daysMask) }));
      for (const key of STORED) this.state[key] = contents[key];
      if (same(contents.firstUses, access.firstUses)) return;
      access.firstUses = contents.firstUses;
      access.save();
    }

    /** Waits until nobody else is changing the state: what is read from here on stays until it is written. */
    async hold() {
      const { transaction } = this.context;
      await transaction.begin();
      await transaction.addResources(this);
    }

    /** Changes the table outside Matter; gives what the change gave, and what has changed. */
    async edit(change) {
      await this.hold();
      const table = this.table();
      const answer = change(table);
      this.keep(table);
      return { answer, changes: table.changes };
    }

    /** Says who may not enter by a command, and raises the error; a spent user is spent. */
    admitRemotely({ pinCode }, operationType, proceed) {
      const table = this.table();
      const asker = { fabricIndex: this.#fabric, sourceNode: this.#node, operationType };
      const { outcome, opens, events } = enterRemotely(table, pinCode, access.clock.moment(), asker);
      // matter.js counts wrong codes, and raises the alarm at their limit.
      if (outcome === Outcome.INVALID_CREDENTIAL) return proceed();
      if (!opens) {
        this.#emit(events);
        throw new StatusResponseError("The code does not open", Status.FAILURE);
      }
      if (outcome === Outcome.DURESS) this.#forced(proceed, events);
      else proceed();
      this.keep(table);
      this.#announce(table.changes, { operationSource: OperationSource.Unspecified, fabricIndex: null, sourceNode: null });
    }

    /** The operation of a forced user is another one, and the alarm follows it. */
    #forced(proceed, [, alarm]) {
      const asForced = operation => [{ ...operation, lockOperationType: LockOperationType.ForcedUserEvent }];
      rewriting(this.events.lockOperation, asForced, proceed);
      this.#emit([alarm]);
    }

    async obey(command, request) {
      faults.check(command[0].toUpperCase() + command.slice(1));
      await this.hold();
      const table = this.table();
      expire(table, access.clock.moment());
      const response = this.#answer(command, request, table);
      const isRefused = command === "setCredential" && response.status !== Status.SUCCESS;
      if (isRefused || access.loses(command) || table.changes.length === 0) return response;
      this.keep(table);
      this.#announce(table.changes, { operationSource: OperationSource.Remote, fabricIndex: this.#fabric, sourceNode: this.#node });
      return response;
    }

    #answer(command, request, table) {
      try {
        return outgoing(COMMANDS[command](table, incoming(request), this.#fabric));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.status === Status.OCCUPIED) throw new DoorLock.OccupiedError(error.message);
        throw new StatusResponseError(error.message, error.status);
      }
    }

    #announce(changes, origin) {
      for (const { dataType, operation, userIndex, dataIndex } of changes)
        this.events.lockUserChange.emit(
          { lockDataType: dataType, dataOperationType: operation, userIndex, dataIndex, ...origin }, this.context,
        );
    }

    #emit(events) {
      for (const [name, payload] of events) this.events[name].emit(payload, this.context);
    }

    get #fabric() {
      const { fabric } = this.context;
      if (fabric === undefined) throw new StatusResponseError("A fabric is needed", 0x7e);
      return fabric;
    }

    get #node() {
      const { subject } = this.context;
      return subject?.kind === "node" ? subject.id : null;
    }
  }

  for (const command of Object.keys(COMMANDS)) {
    People.prototype[command] = function (request) {
      return this.obey(command, request);
    };
    // The table checks the fields itself; what it refuses in a response must not become an error of the interaction.
    Supervision(People, command).onValidationError = () => {};
  }
  return People;
}

/** Runs the action while the event's payloads pass through `rewrite`. */
export function rewriting(event, rewrite, action) {
  event.rewrite = rewrite;
  try {
    return action();
  } finally {
    event.rewrite = undefined;
  }
}

function plain(list) {
  return [...list].map(each => ({ ...each }));
}

function incoming(request) {
  return "daysMask" in request ? { ...request, daysMask: maskOf(request.daysMask) } : request;
}

/** What matter.js would not let out: indices out of range as they were asked, "none" as a number, cluster statuses. */
const AS_IT_IS = ["userIndex", "userUniqueId", "weekDayIndex", "yearDayIndex", "holidayIndex", "status"];

function outgoing(response) {
  if (response === undefined) return undefined;
  const given = response.daysMask === undefined ? response : { ...response, daysMask: daysOf(response.daysMask) };
  for (const key of AS_IT_IS) if (key in given) Supervision(given, key).validate = false;
  return given;
}

function maskOf(days) {
  return DAYS.reduce((mask, day, bit) => (days[day] ? mask | (1 << bit) : mask), 0);
}

function daysOf(mask) {
  return Object.fromEntries(DAYS.map((day, bit) => [day, (mask & (1 << bit)) !== 0]));
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

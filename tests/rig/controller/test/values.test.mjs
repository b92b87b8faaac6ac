// Values of a lock as matter.js has them, and as the websocket API writes them.
import "../environment.mjs";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attributeModel, clusterModel, commandModel, eventModel } from "../model.mjs";
import { BY_NAME, BY_NUMBER, fromWire, toWire } from "../values.mjs";

const LOCK = clusterModel(0x101);
const CREDENTIALS = clusterModel(0x3e);

function attribute(cluster, id, value) {
  return toWire(value, attributeModel(cluster, id), cluster.scope, BY_NUMBER);
}

describe("an attribute", () => {
  it("has enums as numbers, null and what is not there", () => {
    assert.equal(attribute(LOCK, 0, 1), 1);
    assert.equal(attribute(LOCK, 0, null), null);
    assert.equal(attribute(LOCK, 0, undefined), undefined);
  });

  it("has bitmaps as numbers, features by their titles", () => {
    assert.equal(attribute(LOCK, 0xfffc, { pinCredential: true, user: true, credentialOverTheAirAccess: true }), 0x181);
    assert.equal(attribute(LOCK, 0x26, { normal: true, privacy: false, alwaysSet: 2047 }), 1 + 2047 * 32);
  });

  it("has the fields of a struct by their numbers, and bytes in base 64", () => {
    const fabric = { rootPublicKey: new Uint8Array([1, 2, 3]), vendorId: 0xfff1, fabricId: 2n ** 60n, label: "A", fabricIndex: 1 };
    assert.deepEqual(attribute(CREDENTIALS, 1, [fabric]), [{ 1: "AQID", 2: 0xfff1, 3: 2n ** 60n, 5: "A", 254: 1 }]);
  });

  it("of an unknown kind is told as far as it can be", () => {
    assert.equal(toWire(new Uint8Array([1]), undefined, undefined, BY_NUMBER), "AQ==");
    assert.deepEqual(toWire([1, { a: 1 }], undefined, undefined, BY_NUMBER), [1, null]);
  });
});

describe("an event", () => {
  it("has its fields by name", () => {
    const operation = { lockOperationType: 1, operationSource: 7, userIndex: null, credentials: [{ credentialType: 1, credentialIndex: 2 }] };
    assert.deepEqual(toWire(operation, eventModel(LOCK, 2), LOCK.scope, BY_NAME), operation);
  });
});

describe("a command", () => {
  it("answers with names in both spellings", () => {
    const response = commandModel(LOCK, "GetUser").responseModel;
    assert.deepEqual(toWire({ userUniqueId: 7 }, response, LOCK.scope, BY_NAME), { userUniqueID: 7, userUniqueId: 7 });
  });

  it("takes the names of the API, and null for what is left out", () => {
    const unlock = commandModel(LOCK, "UnlockDoor");
    assert.deepEqual(fromWire({ PINCode: "MTIzNA==" }, unlock, LOCK.scope), { pinCode: new Uint8Array([49, 50, 51, 52]) });
    assert.deepEqual(fromWire({ PINCode: null }, unlock, LOCK.scope), {});
  });

  it("keeps null where it means something", () => {
    const setUser = commandModel(LOCK, "SetUser");
    assert.deepEqual(fromWire({ operationType: 0, userName: null }, setUser, LOCK.scope), { operationType: 0, userName: null });
  });

  it("is not one of another direction", () => {
    assert.equal(commandModel(LOCK, "GetUserResponse"), undefined);
  });

  it("has times of Matter's own epoch, where matter.js has those of Unix", () => {
    const schedule = commandModel(LOCK, "SetYearDaySchedule");
    const field = schedule.members.find(member => member.name === "LocalStartTime");
    assert.equal(fromWire(60, field, LOCK.scope), 946_684_860);
    assert.equal(toWire(946_684_860, field, LOCK.scope, BY_NAME), 60);
  });
});

describe("a bitmap that is written", () => {
  it("becomes flags", () => {
    const flags = fromWire(0b101, attributeModel(LOCK, 0x26), LOCK.scope);
    assert.deepEqual([flags.normal, flags.vacation, flags.privacy, flags.alwaysSet], [true, false, true, 0]);
  });
});

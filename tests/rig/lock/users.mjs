// The lock's table of users. Codes are random, are never printed and never leave this table.
import fs from "node:fs";
import { randomBytes, randomInt } from "node:crypto";
import { DoorLock } from "@matter/main/clusters/door-lock";
import { limitsOf } from "./access/limits.mjs";
import { NOT_BY_MATTER } from "./access/table.mjs";
import { LONGEST_NAME } from "./access/users.mjs";
import { BadRequest, onlyKnown, whole, wholeOrNull } from "./requests.mjs";
import { CREDENTIALS, meaning, word } from "./vocabulary.mjs";

const { CredentialRule, CredentialType, UserStatus, UserType } = DoorLock;

/** How long the data of other credentials is here: an uncompressed public key. */
const KEY_BYTES = 65;

/** The household of the preset table. Index of user and of credential differ on purpose. */
const HOUSEHOLD = [
  { index: 1, name: "Anna", credentials: keysOf(1) },
  { index: 2, name: "Ben", credentials: keysOf(2) },
  { index: 3, name: "Clara", credentials: keysOf(3) },
  { index: 4, name: "Dana", credentials: keysOf(4) },
  { index: 5, name: "Guest", credentials: [{ type: "pin", index: 5 }] },
];

function keysOf(user) {
  return [
    { type: "pin", index: user },
    { type: "fingerprint", index: 2 * user - 1 },
    { type: "fingerprint", index: 2 * user },
    { type: "rfid", index: 5 - user },
    { type: "aliro_key", index: user + 4 },
  ];
}

/** The users that the lock begins with: a JSON file, none, or the profile's own. Raises BadRequest. */
export function initialUsers(choice, profile) {
  if (choice === "none") return [];
  if (choice !== undefined) return JSON.parse(fs.readFileSync(choice, "utf8")).map(parseUser);
  return profile.presetUsers ? HOUSEHOLD.map(parseUser) : [];
}

/** One user as the control channel and user files write it. Raises BadRequest. */
export function parseUser(request) {
  onlyKnown(request, ["index", "name", "unique_id", "status", "type", "credentials"]);
  return {
    index: whole(request, "index", { least: 1, most: 0xfffd }),
    name: parseName(request.name),
    uniqueId: wholeOrNull(request, "unique_id", { least: 0, most: 0xffffffff }),
    status: whole(request, "status", { most: 3, fallback: UserStatus.OccupiedEnabled }),
    type: whole(request, "type", { most: 9, fallback: UserType.UnrestrictedUser }),
    credentials: request.credentials === undefined ? undefined : request.credentials.map(parseCredential),
  };
}

function parseName(name = "") {
  if (typeof name !== "string") throw new BadRequest('"name" must be text.');
  if (Buffer.byteLength(name) > LONGEST_NAME)
    throw new BadRequest(`"name" may have ${LONGEST_NAME} bytes, this one has ${Buffer.byteLength(name)}.`);
  return name;
}

function parseCredential(request) {
  onlyKnown(request, ["type", "index", "code"]);
  return {
    type: meaning(CREDENTIALS, "type", request.type),
    index: whole(request, "index", { least: 1, most: 0xfffd }),
    code: request.code,
  };
}

/** A user as matter.js stores it. */
export function storedUser(user, credentials = user.credentials ?? []) {
  return {
    userIndex: user.index,
    userName: user.name,
    userUniqueId: user.uniqueId,
    userStatus: user.status,
    userType: user.type,
    credentialRule: CredentialRule.Single,
    credentials: credentials.map(({ type, index }) => ({ credentialType: type, credentialIndex: index })),
    creatorFabricIndex: NOT_BY_MATTER,
    lastModifiedFabricIndex: NOT_BY_MATTER,
  };
}

/** A credential of a new lock; without a code it gets a random one. */
export function storedCredential(credential, { doorLock, features }) {
  return {
    credentialType: credential.type,
    credentialIndex: credential.index,
    credentialData: dataOf(credential, limitsOf(doorLock, features)),
    creatorFabricIndex: NOT_BY_MATTER,
    lastModifiedFabricIndex: NOT_BY_MATTER,
  };
}

/** The data of a credential: its code, else something random that the lock could keep. */
export function dataOf({ type, code }, limits) {
  if (code !== undefined) return Buffer.from(String(code));
  const [shortest, longest] = limits.length(type);
  if (type === CredentialType.Pin || type === CredentialType.ProgrammingPin) return randomPin(longest);
  return randomBytes(type === CredentialType.Rfid ? shortest : KEY_BYTES);
}

function randomPin(length) {
  return Buffer.from(Array.from({ length }, () => randomInt(10)).join(""));
}

/** What the control channel shows of a user: no codes. */
export function shownUser(user) {
  return {
    index: user.userIndex,
    name: user.userName,
    unique_id: user.userUniqueId,
    status: user.userStatus,
    type: user.userType,
    creator_fabric: user.creatorFabricIndex === NOT_BY_MATTER ? null : user.creatorFabricIndex,
    credentials: user.credentials.map(({ credentialType, credentialIndex }) => ({
      type: word(CREDENTIALS, credentialType),
      index: credentialIndex,
    })),
  };
}

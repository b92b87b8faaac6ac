// The plain words of the control channel and what they mean in the door lock cluster.
import { DoorLock } from "@matter/main/clusters/door-lock";
import { BadRequest } from "./requests.mjs";

const { AlarmCode, CredentialType, DataOperationType, DoorState, LockDataType, LockState, OperationError } = DoorLock;
const Source = DoorLock.OperationSource;

/** How somebody operates the lock: the reported source, the kind of credential, and whether a user can be known. */
export const METHODS = Object.freeze({
  finger: { source: Source.Biometric, credentials: [CredentialType.Fingerprint, CredentialType.FingerVein], user: true },
  face: { source: Source.Biometric, credentials: [CredentialType.Face], user: true },
  pin: { source: Source.Keypad, credentials: [CredentialType.Pin], user: true },
  tag: { source: Source.Rfid, credentials: [CredentialType.Rfid], user: true },
  aliro: {
    source: Source.Aliro,
    credentials: [
      CredentialType.AliroNonEvictableEndpointKey,
      CredentialType.AliroEvictableEndpointKey,
      CredentialType.AliroCredentialIssuerKey,
    ],
    user: true,
  },
  hand: { source: Source.Manual, credentials: [], user: false },
  button: { source: Source.Button, credentials: [], user: false },
  auto: { source: Source.Auto, credentials: [], user: false },
  schedule: { source: Source.Schedule, credentials: [], user: false },
  remote: { source: Source.Remote, credentials: [CredentialType.Pin], user: true },
  app: { source: Source.ProprietaryRemote, credentials: [], user: true },
  unspecified: { source: Source.Unspecified, credentials: [], user: true },
});

export const ERRORS = Object.freeze({
  unspecified: OperationError.Unspecified,
  invalid_credential: OperationError.InvalidCredential,
  disabled_user: OperationError.DisabledUserDenied,
  restricted: OperationError.Restricted,
  low_battery: OperationError.InsufficientBattery,
});

export const ALARMS = Object.freeze({
  jammed: AlarmCode.LockJammed,
  factory_reset: AlarmCode.LockFactoryReset,
  radio_power_cycled: AlarmCode.LockRadioPowerCycled,
  wrong_code_limit: AlarmCode.WrongCodeEntryLimit,
  tampered: AlarmCode.FrontEsceutcheonRemoved,
  forced_open: AlarmCode.DoorForcedOpen,
  door_ajar: AlarmCode.DoorAjar,
  forced_user: AlarmCode.ForcedUser,
});

export const DOOR_STATES = Object.freeze({
  open: DoorState.DoorOpen,
  closed: DoorState.DoorClosed,
  jammed: DoorState.DoorJammed,
  forced_open: DoorState.DoorForcedOpen,
  error: DoorState.DoorUnspecifiedError,
  ajar: DoorState.DoorAjar,
});

export const LOCK_STATES = Object.freeze({
  not_fully_locked: LockState.NotFullyLocked,
  locked: LockState.Locked,
  unlocked: LockState.Unlocked,
  unlatched: LockState.Unlatched,
});

/** What an open door is reported as. */
export const OPEN_STATES = Object.freeze({
  unlocked: LockState.Unlocked,
  not_fully_locked: LockState.NotFullyLocked,
});

export const DATA_TYPES = Object.freeze({
  unspecified: LockDataType.Unspecified,
  programming_code: LockDataType.ProgrammingCode,
  user: LockDataType.UserIndex,
  week_day_schedule: LockDataType.WeekDaySchedule,
  year_day_schedule: LockDataType.YearDaySchedule,
  holiday_schedule: LockDataType.HolidaySchedule,
  pin: LockDataType.Pin,
  rfid: LockDataType.Rfid,
  fingerprint: LockDataType.Fingerprint,
  finger_vein: LockDataType.FingerVein,
  face: LockDataType.Face,
  aliro_issuer_key: LockDataType.AliroCredentialIssuerKey,
  aliro_evictable_key: LockDataType.AliroEvictableEndpointKey,
  aliro_key: LockDataType.AliroNonEvictableEndpointKey,
});

export const DATA_OPERATIONS = Object.freeze({
  add: DataOperationType.Add,
  clear: DataOperationType.Clear,
  modify: DataOperationType.Modify,
});

export const SOURCES = Object.freeze({
  unspecified: Source.Unspecified,
  manual: Source.Manual,
  app: Source.ProprietaryRemote,
  keypad: Source.Keypad,
  remote: Source.Remote,
  aliro: Source.Aliro,
});

export const CREDENTIALS = Object.freeze({
  programming_pin: CredentialType.ProgrammingPin,
  pin: CredentialType.Pin,
  rfid: CredentialType.Rfid,
  fingerprint: CredentialType.Fingerprint,
  finger_vein: CredentialType.FingerVein,
  face: CredentialType.Face,
  aliro_issuer_key: CredentialType.AliroCredentialIssuerKey,
  aliro_evictable_key: CredentialType.AliroEvictableEndpointKey,
  aliro_key: CredentialType.AliroNonEvictableEndpointKey,
});

/** The value of a word; a number that is one of the values is taken as it is. Raises BadRequest. */
export function meaning(words, argument, value) {
  if (typeof value === "string" && Object.hasOwn(words, value)) return words[value];
  if (Object.values(words).includes(value)) return value;
  throw new BadRequest(`"${argument}" must be one of ${Object.keys(words).join(", ")}.`);
}

/** The word for a value, else the value itself. */
export function word(words, value) {
  return Object.keys(words).find(key => words[key] === value) ?? value;
}

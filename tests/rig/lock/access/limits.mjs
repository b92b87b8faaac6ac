// How much a lock can keep and what kinds, from the attributes of its door lock cluster and its features.
import { DoorLock } from "@matter/main/clusters/door-lock";

const { CredentialRule, CredentialType, OperatingMode } = DoorLock;

/** Minutes of an expiring user on a lock that does not tell (chosen). */
const EXPIRING_MINUTES = 5;

const FEATURE_OF = {
  [CredentialType.ProgrammingPin]: "PinCredential",
  [CredentialType.Pin]: "PinCredential",
  [CredentialType.Rfid]: "RfidCredential",
  [CredentialType.Fingerprint]: "FingerCredentials",
  [CredentialType.FingerVein]: "FingerCredentials",
  [CredentialType.Face]: "FaceCredentials",
  [CredentialType.AliroCredentialIssuerKey]: "AliroProvisioning",
  [CredentialType.AliroEvictableEndpointKey]: "AliroProvisioning",
  [CredentialType.AliroNonEvictableEndpointKey]: "AliroProvisioning",
};

const RULES = { [CredentialRule.Single]: "single", [CredentialRule.Dual]: "dual", [CredentialRule.Tri]: "tri" };

const MODES = {
  [OperatingMode.Normal]: "normal", [OperatingMode.Vacation]: "vacation", [OperatingMode.Privacy]: "privacy",
  [OperatingMode.NoRemoteLockUnlock]: "noRemoteLockUnlock", [OperatingMode.Passage]: "passage",
};

/** The limits of a lock with these attributes and matter.js' names of features. */
export function limitsOf(attributes, features) {
  const has = feature => features.includes(feature);
  return {
    users: attributes.numberOfTotalUsersSupported ?? 0,
    perUser: attributes.numberOfCredentialsSupportedPerUser ?? 0,
    weekDays: has("WeekDayAccessSchedules") ? attributes.numberOfWeekDaySchedulesSupportedPerUser : 0,
    yearDays: has("YearDayAccessSchedules") ? attributes.numberOfYearDaySchedulesSupportedPerUser : 0,
    holidays: has("HolidaySchedules") ? attributes.numberOfHolidaySchedulesSupported : 0,
    hasSchedules: has("WeekDayAccessSchedules") || has("YearDayAccessSchedules"),
    expiringMinutes: attributes.expiringUserTimeout ?? EXPIRING_MINUTES,
    operatingMode: attributes.operatingMode ?? OperatingMode.Normal,
    wrongCodes: attributes.wrongCodeEntryLimit,
    lockoutSeconds: attributes.userCodeTemporaryDisableTime ?? 0,
    takes: type => has(FEATURE_OF[type]),
    hasRule: rule => Boolean(attributes.credentialRulesSupport?.[RULES[rule]]),
    // A set bit of SupportedOperatingModes means that the mode is not there (§5.2.6.3).
    hasMode: mode => mode in MODES && attributes.supportedOperatingModes[MODES[mode]] === false,
    credentials: type => credentialsOf(attributes, type),
    length: type => lengthOf(attributes, type),
  };
}

function credentialsOf(attributes, type) {
  switch (type) {
    case CredentialType.ProgrammingPin:
      return 0;
    case CredentialType.Pin:
      return attributes.numberOfPinUsersSupported ?? 0;
    case CredentialType.Rfid:
      return attributes.numberOfRfidUsersSupported ?? 0;
    case CredentialType.AliroCredentialIssuerKey:
      return attributes.numberOfAliroCredentialIssuerKeysSupported ?? 0;
    case CredentialType.AliroEvictableEndpointKey:
    case CredentialType.AliroNonEvictableEndpointKey:
      return attributes.numberOfAliroEndpointKeysSupported ?? 0;
    default:
      return (attributes.numberOfTotalUsersSupported ?? 0) * (attributes.numberOfCredentialsSupportedPerUser ?? 0);
  }
}

/** Shortest and longest data of a credential in bytes. */
function lengthOf(attributes, type) {
  if (type === CredentialType.Rfid) return [attributes.minRfidCodeLength, attributes.maxRfidCodeLength];
  if (type === CredentialType.Pin || type === CredentialType.ProgrammingPin)
    return [attributes.minPinCodeLength, attributes.maxPinCodeLength];
  return [0, Infinity];
}

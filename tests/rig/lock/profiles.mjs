// What the kinds of lock are and can do.

/** Vendor id of Aqara (Lumi). */
export const AQARA = 0x115f;

/** supportedOperatingModes as a real U200 reports it (0xFFF6): a set bit means "not supported". */
const NORMAL_AND_NO_REMOTE = {
  normal: false, vacation: true, privacy: true, noRemoteLockUnlock: false, passage: true, alwaysSet: 2047,
};

/** Numbers of a real U200 with firmware 077. */
const U200 = {
  productId: 0x2802,
  productName: "Aqara Smart Lock U200",
  partNumber: "AD040",
  serial: "54EF441000D90200",
  hardwareVersion: 1000,
  hardwareVersionString: "1.0.0.0",
  softwareVersion: 77,
  softwareVersionString: "077",
  features: ["PinCredential", "RfidCredential", "CredentialOverTheAirAccess", "User"],
  threadDiagnostics: false,
  supportedFabrics: 5,
  personality: { tells: "nobody" },
  presetUsers: false,
  batteryHalfPercent: 80,
  doorLock: {
    lockType: 9,
    actuatorEnabled: false,
    operatingMode: 0,
    supportedOperatingModes: NORMAL_AND_NO_REMOTE,
    numberOfTotalUsersSupported: 10,
    numberOfPinUsersSupported: 15,
    numberOfRfidUsersSupported: 15,
    numberOfCredentialsSupportedPerUser: 15,
    minPinCodeLength: 4,
    maxPinCodeLength: 8,
    minRfidCodeLength: 10,
    maxRfidCodeLength: 74,
    credentialRulesSupport: { single: true, dual: false, tri: false },
    enableOneTouchLocking: false,
    wrongCodeEntryLimit: 10,
    userCodeTemporaryDisableTime: 60,
  },
};

/**
 * A U200 with firmware 085, which has schedules, holidays and unbolting. How many is not known: one of each, as the
 * attributes of firmware 077 say. Names and answers are those that owners and the Matter SDK report.
 */
const U200_085 = {
  ...U200,
  serial: "54EF441000D90285",
  softwareVersion: 85,
  softwareVersionString: "085",
  features: [
    "PinCredential", "RfidCredential", "WeekDayAccessSchedules", "CredentialOverTheAirAccess", "User",
    "YearDayAccessSchedules", "HolidaySchedules",
  ],
  unbolt: true,
  tellsTime: true,
  personality: { names: "alphanumeric", tells: "made_over_matter", as_sdk: true },
  doorLock: {
    ...U200.doorLock,
    numberOfWeekDaySchedulesSupportedPerUser: 1,
    numberOfYearDaySchedulesSupportedPerUser: 1,
    numberOfHolidaySchedulesSupported: 1,
  },
};

/** Identity of a U300. No dump of one is public: its tables are those of a U200, its rules those that owners met. */
const U300 = {
  ...U200,
  productId: 0x2801,
  productName: "Aqara Smart Lock U300",
  partNumber: "AD030",
  serial: "54EF441000D90300",
  features: [
    "PinCredential", "RfidCredential", "CredentialOverTheAirAccess", "User", "WeekDayAccessSchedules",
    "YearDayAccessSchedules",
  ],
  softwareVersion: 1000,
  softwareVersionString: "1.0.0.0",
  threadDiagnostics: true,
  personality: { names: "alphanumeric", days: "one", as_sdk: true },
  doorLock: {
    ...U200.doorLock,
    lockType: 5,
    actuatorEnabled: true,
    numberOfWeekDaySchedulesSupportedPerUser: 7,
    numberOfYearDaySchedulesSupportedPerUser: 1,
  },
};

/** Identity and features of a U400; its table sizes are not known and chosen here. */
const U400 = {
  productId: 0x2804,
  productName: "Aqara Smart Lock U400",
  partNumber: "AD051",
  serial: "54EF441000D90400",
  hardwareVersion: 1000,
  hardwareVersionString: "1.0.0.0",
  softwareVersion: 3110,
  softwareVersionString: "3110",
  features: [
    "PinCredential", "RfidCredential", "FingerCredentials", "User", "CredentialOverTheAirAccess",
    "WeekDayAccessSchedules", "YearDayAccessSchedules", "AliroProvisioning",
  ],
  threadDiagnostics: true,
  supportedFabrics: 5,
  personality: { type_flips: "both" },
  presetUsers: true,
  batteryHalfPercent: 182,
  doorLock: {
    lockType: 0,
    actuatorEnabled: true,
    operatingMode: 0,
    supportedOperatingModes: NORMAL_AND_NO_REMOTE,
    numberOfTotalUsersSupported: 50,
    numberOfPinUsersSupported: 50,
    numberOfRfidUsersSupported: 50,
    numberOfWeekDaySchedulesSupportedPerUser: 7,
    numberOfYearDaySchedulesSupportedPerUser: 1,
    numberOfCredentialsSupportedPerUser: 10,
    minPinCodeLength: 6,
    maxPinCodeLength: 10,
    minRfidCodeLength: 8,
    maxRfidCodeLength: 20,
    credentialRulesSupport: { single: true, dual: false, tri: false },
    wrongCodeEntryLimit: 5,
    userCodeTemporaryDisableTime: 60,
    autoRelockTime: 0,
    expiringUserTimeout: 5,
    aliroReaderVerificationKey: null,
    aliroReaderGroupIdentifier: null,
    aliroReaderGroupSubIdentifier: Buffer.alloc(16, 7),
    aliroExpeditedTransactionSupportedProtocolVersions: [Buffer.from("0100", "hex")],
    numberOfAliroCredentialIssuerKeysSupported: 10,
    numberOfAliroEndpointKeysSupported: 10,
  },
};

/** What an Aqara hub passes on of a Zigbee U100: the bolt and the battery, no users (feature USR). */
export const U100 = Object.freeze({
  productName: "Aqara Smart Lock U100",
  softwareVersion: 29,
  softwareVersionString: "0.0.0_0029",
  features: [],
  personality: { tells: "nobody" },
  batteryHalfPercent: 150,
  doorLock: { lockType: 0, actuatorEnabled: true, operatingMode: 0, supportedOperatingModes: NORMAL_AND_NO_REMOTE },
});

/** An Aqara hub as a Matter bridge. */
export const HUB = Object.freeze({
  productId: 0x0804,
  productName: "Aqara Hub M100",
  serial: "54EF441000000012",
  hardwareVersion: 1000,
  hardwareVersionString: "1.0.0.0",
  softwareVersion: 4351,
  softwareVersionString: "4.3.5_0001",
});

export const PROFILES = Object.freeze({
  u200: { id: "u200", ...U200 },
  "u200-085": { id: "u200-085", ...U200_085 },
  u300: { id: "u300", ...U300 },
  u400: { id: "u400", ...U400 },
});

"""Vocabulary of the Matter Door Lock cluster 0x0101, revision 10."""

from enum import IntEnum, IntFlag
from typing import Final

CLUSTER_ID: Final = 0x0101


class Feature(IntFlag):
    """FeatureMap of the cluster."""

    PIN = 1 << 0
    RFID = 1 << 1
    FINGER = 1 << 2
    WEEK_DAY_SCHEDULES = 1 << 4
    DOOR_POSITION = 1 << 5
    FACE = 1 << 6
    CREDENTIALS_OVER_THE_AIR = 1 << 7
    USER = 1 << 8
    YEAR_DAY_SCHEDULES = 1 << 10
    HOLIDAY_SCHEDULES = 1 << 11
    UNBOLT = 1 << 12
    ALIRO = 1 << 13
    ALIRO_BLE_UWB = 1 << 14


class AttributeId(IntEnum):
    """Attributes that are read here."""

    LOCK_STATE = 0x00
    DOOR_STATE = 0x03
    MAX_PIN_LENGTH = 0x17
    MIN_PIN_LENGTH = 0x18
    REQUIRE_PIN_FOR_REMOTE = 0x33
    ACCEPTED_COMMANDS = 0xFFF9
    FEATURE_MAP = 0xFFFC


class CommandId(IntEnum):
    """Commands whose presence decides a feature."""

    GET_USER = 0x1B


class EventId(IntEnum):
    """Events of the cluster."""

    DOOR_LOCK_ALARM = 0
    DOOR_STATE_CHANGE = 1
    LOCK_OPERATION = 2
    LOCK_OPERATION_ERROR = 3
    LOCK_USER_CHANGE = 4


class LockState(IntEnum):
    """LockState attribute."""

    NOT_FULLY_LOCKED = 0
    LOCKED = 1
    UNLOCKED = 2
    UNLATCHED = 3


class DoorState(IntEnum):
    """DoorState attribute and DoorStateChange event."""

    OPEN = 0
    CLOSED = 1
    JAMMED = 2
    FORCED_OPEN = 3
    UNSPECIFIED_ERROR = 4
    AJAR = 5


class LockOperationType(IntEnum):
    """What was done to the lock."""

    LOCK = 0
    UNLOCK = 1
    NON_ACCESS_USER_EVENT = 2
    FORCED_USER_EVENT = 3
    UNLATCH = 4


class OperationSource(IntEnum):
    """Where an operation came from."""

    UNSPECIFIED = 0
    MANUAL = 1
    PROPRIETARY_REMOTE = 2
    KEYPAD = 3
    AUTO = 4
    BUTTON = 5
    SCHEDULE = 6
    REMOTE = 7
    RFID = 8
    BIOMETRIC = 9
    ALIRO = 10


class OperationError(IntEnum):
    """Why an operation was refused."""

    UNSPECIFIED = 0
    INVALID_CREDENTIAL = 1
    DISABLED_USER_DENIED = 2
    RESTRICTED = 3
    INSUFFICIENT_BATTERY = 4


class AlarmCode(IntEnum):
    """DoorLockAlarm codes."""

    LOCK_JAMMED = 0
    LOCK_FACTORY_RESET = 1
    LOCK_RADIO_POWER_CYCLED = 3
    WRONG_CODE_ENTRY_LIMIT = 4
    FRONT_ESCUTCHEON_REMOVED = 5
    DOOR_FORCED_OPEN = 6
    DOOR_AJAR = 7
    FORCED_USER = 8


class CredentialType(IntEnum):
    """What a user shows to the lock."""

    PROGRAMMING_PIN = 0
    PIN = 1
    RFID = 2
    FINGERPRINT = 3
    FINGER_VEIN = 4
    FACE = 5
    ALIRO_CREDENTIAL_ISSUER_KEY = 6
    ALIRO_EVICTABLE_ENDPOINT_KEY = 7
    ALIRO_NON_EVICTABLE_ENDPOINT_KEY = 8


class LockDataType(IntEnum):
    """What a LockUserChange event is about."""

    UNSPECIFIED = 0
    PROGRAMMING_CODE = 1
    USER_INDEX = 2
    WEEK_DAY_SCHEDULE = 3
    YEAR_DAY_SCHEDULE = 4
    HOLIDAY_SCHEDULE = 5
    PIN = 6
    RFID = 7
    FINGERPRINT = 8
    FINGER_VEIN = 9
    FACE = 10
    ALIRO_CREDENTIAL_ISSUER_KEY = 11
    ALIRO_EVICTABLE_ENDPOINT_KEY = 12
    ALIRO_NON_EVICTABLE_ENDPOINT_KEY = 13


class DataOperationType(IntEnum):
    """How a LockUserChange event changed the table."""

    ADD = 0
    CLEAR = 1
    MODIFY = 2


class UserStatus(IntEnum):
    """Status of a user slot."""

    AVAILABLE = 0
    OCCUPIED_ENABLED = 1
    OCCUPIED_DISABLED = 3


class UserType(IntEnum):
    """Type of a user slot."""

    UNRESTRICTED = 0
    YEAR_DAY_SCHEDULE = 1
    WEEK_DAY_SCHEDULE = 2
    PROGRAMMING = 3
    NON_ACCESS = 4
    FORCED = 5
    DISPOSABLE = 6
    EXPIRING = 7
    SCHEDULE_RESTRICTED = 8
    REMOTE_ONLY = 9


ALL_INDICES: Final = 0xFFFE
"""Index in LockUserChange and Clear commands that means every slot."""

"""Numbers of the Door Lock cluster (Matter 1.4, 5.2) and what a lock's node looks like."""

from base64 import b64encode
from enum import IntEnum
from typing import Any, Final

type Attributes = dict[str, Any]


class Operation(IntEnum):
    """LockOperationTypeEnum."""

    LOCK = 0
    UNLOCK = 1
    UNLATCH = 4


class Source(IntEnum):
    """OperationSourceEnum."""

    UNSPECIFIED = 0
    MANUAL = 1
    KEYPAD = 3
    AUTO = 4
    BUTTON = 5
    REMOTE = 7
    RFID = 8
    BIOMETRIC = 9


class State(IntEnum):
    """LockStateEnum."""

    NOT_FULLY_LOCKED = 0
    LOCKED = 1
    UNLOCKED = 2
    UNLATCHED = 3


class Credential(IntEnum):
    """CredentialTypeEnum."""

    PIN = 1
    RFID = 2
    FINGER = 3


class Event(IntEnum):
    """Events of the cluster."""

    ALARM = 0
    OPERATION = 2
    OPERATION_ERROR = 3
    USER_CHANGE = 4


JAMMED: Final = 0
INVALID_CREDENTIAL: Final = 1
DATA_ADD: Final = 0
DATA_CLEAR: Final = 1
DATA_MODIFY: Final = 2
DATA_OF_USER: Final = 2
DOOR_LOCK: Final = 257
FABRIC: Final = 0x2906C908D115D362
CONTROLLER: Final = 112233
OWN_FABRIC_INDEX: Final = 2
OTHER_FABRIC_INDEX: Final = 3
OTHER_CONTROLLER: Final = 5
OTHER_VENDOR: Final = 4937
"""Apple Home."""

PIN_BIT, RFID_BIT, FINGER_BIT = 0x1, 0x2, 0x4
WEEK_BIT, OVER_AIR_BIT, USER_BIT = 0x10, 0x80, 0x100
YEAR_BIT, HOLIDAY_BIT, UNBOLT_BIT = 0x400, 0x800, 0x1000
PLAIN: Final = PIN_BIT | RFID_BIT | OVER_AIR_BIT | USER_BIT
WITH_LATCH: Final = PLAIN | FINGER_BIT | WEEK_BIT | YEAR_BIT | HOLIDAY_BIT | UNBOLT_BIT

OWN_FABRIC: Final = {"1": "", "2": 4939, "3": 2, "4": 20, "5": "Home", "254": 2}
OTHER_FABRIC: Final = {"1": "", "2": OTHER_VENDOR, "3": 77, "4": 5, "5": "", "254": 3}


def octets(text: str) -> str:
    """Give hexadecimal octets as a server writes them."""
    return b64encode(bytes.fromhex(text)).decode()


def lock_node(model: str, serial: str, *, latch: bool) -> Attributes:
    """Give the attributes of a lock's node."""
    servers = [29, 31, 40, 49, 51, 62] + ([53] if latch else [])
    commands = [0, 1, 3, 26, 27, 29, 34, 36, 38] + ([39] if latch else [])
    thread = {"0/53/1": 2, "0/53/7": [], "0/53/65532": 0} if latch else {}
    return {
        "0/29/0": [{"0": 22, "1": 1}],
        "0/29/1": servers,
        "0/29/2": [],
        "0/29/3": [1, 2],
        "0/29/65532": 0,
        "0/29/65533": 2,
        "0/31/0": [
            {"1": 5, "2": 2, "3": [CONTROLLER], "4": None, "254": OWN_FABRIC_INDEX}
        ],
        "0/40/1": "Aqara",
        "0/40/2": 4447,
        "0/40/3": model,
        "0/40/4": 10244 if latch else 10242,
        "0/40/5": "",
        "0/40/7": 1000,
        "0/40/8": "1.0.0.0",
        "0/40/9": 77,
        "0/40/10": "077",
        "0/40/15": serial,
        "0/40/18": f"UNIQUE{serial}",
        "0/40/19": {"0": 3, "1": 3},
        "0/40/65532": 0,
        "0/49/1": [{"0": octets("b363bc7ef982ac73"), "1": True}],
        "0/49/65532": 2,
        "0/51/1": 3,
        "0/51/2": 46,
        "0/62/1": [OWN_FABRIC],
        "0/62/2": 5,
        "0/62/3": 2,
        "0/62/5": OWN_FABRIC_INDEX,
        **thread,
        "1/29/0": [{"0": 10, "1": 3}],
        "1/29/1": [3, 29, 257],
        "1/29/2": [],
        "1/29/3": [],
        "1/257/0": 1,
        "1/257/1": 9,
        "1/257/2": False,
        "1/257/17": 10,
        "1/257/18": 15,
        "1/257/19": 15,
        "1/257/23": 8,
        "1/257/24": 4,
        "1/257/25": 74,
        "1/257/26": 10,
        "1/257/27": 1,
        "1/257/28": 15,
        "1/257/37": 0,
        "1/257/38": 65526,
        "1/257/51": False,
        "1/257/65532": WITH_LATCH if latch else PLAIN,
        "1/257/65533": 7,
        "1/257/65529": commands,
        "2/29/0": [{"0": 17, "1": 1}],
        "2/29/1": [29, 47],
        "2/29/2": [],
        "2/29/3": [],
        "2/47/0": 1,
        "2/47/1": 0,
        "2/47/2": "Rechargeable Battery",
        "2/47/11": 7400,
        "2/47/12": 80,
        "2/47/14": 0,
        "2/47/15": False,
        "2/47/65532": 10,
    }

"""Nodes as a Matter server tells them: attributes keyed by endpoint/cluster/attribute.

Made by hand. The U200 follows what its owners published (firmware 077); the U400 is
synthetic: a U200 with the features and the Thread diagnostics that a U400 is known for.
"""

from base64 import b64encode
from ipaddress import ip_address
from typing import Any, Final

from custom_components.aqara_lock.domain.doorlock.cluster import Feature

type Attributes = dict[str, Any]

U200_NODE: Final = 8
U400_NODE: Final = 9
U200_SERIAL: Final = "54EF4410000000C8"
U400_SERIAL: Final = "54EF441000000190"
OWN_FABRIC_INDEX: Final = 2
OTHER_FABRIC_INDEX: Final = 3
CONTROLLER_NODE: Final = 112233
EXTENDED_PAN_ID: Final = "b363bc7ef982ac73"

U200_FEATURES: Final = (
    Feature.PIN | Feature.RFID | Feature.CREDENTIALS_OVER_THE_AIR | Feature.USER
)
U400_FEATURES: Final = (
    U200_FEATURES
    | Feature.FINGER
    | Feature.WEEK_DAY_SCHEDULES
    | Feature.YEAR_DAY_SCHEDULES
    | Feature.HOLIDAY_SCHEDULES
    | Feature.UNBOLT
    | Feature.ALIRO
    | Feature.ALIRO_BLE_UWB
)

OWN_FABRIC: Final = {"1": "", "2": 4939, "3": 2, "4": 20, "5": "Home", "254": 2}
APPLE_FABRIC: Final = {"1": "", "2": 4937, "3": 77, "4": 5, "5": "", "254": 3}


def octets(text: str) -> str:
    """Give hexadecimal octets as the server writes them."""
    return b64encode(bytes.fromhex(text)).decode()


def _root(product: str, product_id: int, serial: str, servers: list[int]) -> Attributes:
    return {
        "0/29/0": [{"0": 22, "1": 1}],
        "0/29/1": servers,
        "0/29/2": [],
        "0/29/3": [1, 2],
        "0/29/65532": 0,
        "0/29/65533": 2,
        "0/31/0": [
            {"1": 5, "2": 2, "3": [CONTROLLER_NODE], "4": None, "254": OWN_FABRIC_INDEX}
        ],
        "0/40/1": "Aqara",
        "0/40/2": 4447,
        "0/40/3": product,
        "0/40/4": product_id,
        "0/40/5": "",
        "0/40/7": 1000,
        "0/40/8": "1.0.0.0",
        "0/40/9": 77,
        "0/40/10": "077",
        "0/40/15": serial,
        "0/40/18": f"UNIQUE{serial}",
        "0/40/19": {"0": 3, "1": 3},
        "0/40/65532": 0,
        "0/49/1": [{"0": octets(EXTENDED_PAN_ID), "1": True}],
        "0/49/65532": 2,
        "0/51/1": 3,
        "0/51/2": 46,
        "0/62/1": [OWN_FABRIC],
        "0/62/2": 5,
        "0/62/3": 2,
        "0/62/5": OWN_FABRIC_INDEX,
    }


def _door_lock(features: Feature, commands: list[int]) -> Attributes:
    return {
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
        "1/257/65532": features.value,
        "1/257/65533": 7,
        "1/257/65529": commands,
    }


def _battery() -> Attributes:
    return {
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


def u200() -> Attributes:
    """Give a U200: no finger bit, no Thread diagnostics, bolt and latch in one."""
    return {
        **_root("Aqara Smart Lock U200", 10242, U200_SERIAL, [29, 31, 40, 49, 51, 62]),
        **_door_lock(U200_FEATURES, [0, 1, 3, 26, 27, 29, 34, 36, 38]),
        **_battery(),
    }


def u400(parent: str | None = None) -> Attributes:
    """Give a synthetic U400; `parent` is the extended address of its Thread parent."""
    neighbors = [
        {"0": int(parent, 16), "1": 3, "2": 46080, "5": 3, "6": -54, "13": False}
        for parent in ([parent] if parent else [])
    ]
    commands = [0, 1, 3, *range(11, 20), 26, 27, 29, 34, 36, 38, 39]
    return {
        **_root(
            "Aqara Smart Lock U400", 10244, U400_SERIAL, [29, 31, 40, 49, 51, 53, 62]
        ),
        "0/53/1": 2,
        "0/53/7": neighbors,
        "0/53/65532": 0,
        **_door_lock(U400_FEATURES, commands),
        **_battery(),
    }


def interface(*addresses: str) -> dict[str, Any]:
    """Give a network interface of the general diagnostics with these addresses."""
    packed = [ip_address(text).packed for text in addresses]
    own4 = [b64encode(raw).decode() for raw in packed if len(raw) == 4]
    own6 = [b64encode(raw).decode() for raw in packed if len(raw) == 16]
    mac = octets("54ef44000012")
    return {"0": "wlan0", "1": True, "4": mac, "5": own4, "6": own6, "7": 1}


def bridge_with_lock_of_parts() -> Attributes:
    """Give a hub whose bridged lock is one device of two parts: the lock is endpoint 6."""
    whole = bridge_with_lock()
    lock = {key: whole.pop(key) for key in list(whole) if key.startswith("5/257/")}
    return {
        **whole,
        **{key.replace("5/", "6/", 1): value for key, value in lock.items()},
        "0/29/3": [1, 5, 6, 7],
        "1/29/3": [5, 6, 7],
        "5/29/0": [{"0": 19, "1": 1}],
        "5/29/1": [29, 57],
        "5/29/2": [],
        "5/29/3": [6, 7],
        "6/29/0": [{"0": 10, "1": 3}],
        "6/29/1": [29, 257],
        "6/29/2": [],
        "6/29/3": [],
        "7/29/0": [{"0": 17, "1": 1}],
        "7/29/1": [29, 47],
        "7/29/2": [],
        "7/29/3": [],
        "7/47/12": 80,
        "7/47/14": 0,
        "7/47/65532": 2,
    }


def bridge_with_lock(*addresses: str) -> Attributes:
    """Give a hub that is a Matter bridge with one door lock behind it.

    `addresses` are what it says of its network interface.
    """
    lock = {
        key.replace("1/", "5/", 1): value
        for key, value in _door_lock(Feature(0), [0, 1]).items()
    }
    return {
        **_root("Aqara Hub", 2052, "54EF4410BBBBBBBB", [29, 31, 40, 49, 51, 62]),
        "0/49/65532": 1,
        "0/51/0": [interface(*addresses)],
        "0/29/3": [1, 5],
        "1/29/0": [{"0": 14, "1": 1}],
        "1/29/1": [29],
        "1/29/2": [],
        "1/29/3": [5],
        **lock,
        "5/29/0": [{"0": 10, "1": 3}, {"0": 19, "1": 1}],
        "5/29/1": [29, 57, 257],
        "5/57/1": "Aqara",
        "5/57/3": "U100",
        "5/57/10": "0029",
        "5/57/15": "54EF4410AAAAAAAA",
        "5/57/17": True,
        "5/57/18": "U100-1",
    }

"""Typed reads of the Thread and general diagnostics as the server last had them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..domain.connectivity import RadioCounters
from ..domain.doorlock import MAX_UINT16
from ..domain.thread import AQARA_NETWORK_PREFIX
from .attributes import number

THREAD_DIAGNOSTICS: Final = 0x35
NETWORK_NAME: Final = 2
NEIGHBORS: Final = 7
NEIGHBORS_PATH: Final = f"0/{THREAD_DIAGNOSTICS}/{NEIGHBORS}"
DETACHED: Final = 0x0E
ACK_REQUESTED: Final = 0x19
ACKNOWLEDGED: Final = 0x1A
GENERAL_DIAGNOSTICS: Final = 0x33
INTERFACES: Final = 0
THREAD_INTERFACE: Final = 4
"""InterfaceType of a NetworkInterface (Matter 1.6 §11.12.4.3)."""
REBOOTS: Final = 1
UPTIME: Final = 2

ALL_PERCENT: Final = 100
MAX_UINT32: Final = 0xFFFFFFFF

type Read = Callable[[int, int], object]
"""Gives an attribute of endpoint 0 by cluster and attribute id."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The router that a sleepy device talks through; quality 0-3, signal in dBm."""

    extended_address: str
    link_quality: int | None
    rssi: int | None
    frame_error_rate: int | None
    """Percent."""


def on_thread(read: Read) -> bool:
    """Tell whether a device has a Thread interface."""
    return bool(_thread_interfaces(read))


def read_network_name(read: Read) -> str | None:
    """Give the name of the Thread network; None where it is not told.

    Without cluster 0x35 an Aqara lock names its interface after the network (U200,
    firmware 077); others give the interface a name of its own.
    """
    told = read(THREAD_DIAGNOSTICS, NETWORK_NAME)
    if isinstance(told, str) and told:
        return told
    names = (getattr(item, "name", None) for item in _thread_interfaces(read))
    return next((x for x in names if _is_of_aqara(x)), None)


def _thread_interfaces(read: Read) -> list[object]:
    interfaces = read(GENERAL_DIAGNOSTICS, INTERFACES)
    found = interfaces if isinstance(interfaces, list) else []
    return [x for x in found if getattr(x, "type", None) == THREAD_INTERFACE]


def _is_of_aqara(name: object) -> bool:
    return isinstance(name, str) and name.lower().startswith(AQARA_NETWORK_PREFIX)


def read_parent(read: Read) -> Parent | None:
    """Give a sleepy device's parent: the one neighbor that is not its child."""
    neighbors = read(THREAD_DIAGNOSTICS, NEIGHBORS)
    if not isinstance(neighbors, list):
        return None
    parents = [item for item in neighbors if getattr(item, "isChild", None) is False]
    address = getattr(parents[0], "extAddress", None) if len(parents) == 1 else None
    if not isinstance(address, int):
        return None
    return Parent(
        extended_address=f"{address:016x}",
        link_quality=number(getattr(parents[0], "lqi", None)),
        rssi=number(getattr(parents[0], "averageRssi", None)),
        frame_error_rate=_below(
            getattr(parents[0], "frameErrorRate", None), ALL_PERCENT + 1
        ),
    )


def read_counters(read: Read) -> RadioCounters | None:
    """Read what the lock counts; None where it counts nothing or the boot is not told.

    A value at the end of its range is an uncounted or a stuck one.
    """
    uptime = number(read(GENERAL_DIAGNOSTICS, UPTIME))
    found = RadioCounters(
        boot=_below(read(GENERAL_DIAGNOSTICS, REBOOTS), MAX_UINT16),
        uptime=uptime,
        requested=_below(read(THREAD_DIAGNOSTICS, ACK_REQUESTED), MAX_UINT32),
        acknowledged=_below(read(THREAD_DIAGNOSTICS, ACKNOWLEDGED), MAX_UINT32),
        detached=_below(read(THREAD_DIAGNOSTICS, DETACHED), MAX_UINT16),
    )
    counts = (found.requested, found.acknowledged, found.detached)
    nothing = all(count is None for count in counts)
    return None if nothing or uptime is None or uptime <= 0 else found


def _below(value: object, end: int) -> int | None:
    found = number(value)
    return found if found is not None and 0 <= found < end else None

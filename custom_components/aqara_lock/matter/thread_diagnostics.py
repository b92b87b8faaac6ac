"""Typed reads of the Thread diagnostics (cluster 0x35) as the server last had them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..domain.radio_counters import RadioCounters
from .attributes import number

THREAD_DIAGNOSTICS: Final = 0x35
NEIGHBORS: Final = 7
NEIGHBORS_PATH: Final = f"0/{THREAD_DIAGNOSTICS}/{NEIGHBORS}"
DETACHED: Final = 0x0E
ACK_REQUESTED: Final = 0x19
ACKNOWLEDGED: Final = 0x1A
GENERAL_DIAGNOSTICS: Final = 0x33
REBOOTS: Final = 1
UPTIME: Final = 2

ALL_PERCENT: Final = 100
MAX_UINT16: Final = 0xFFFF
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

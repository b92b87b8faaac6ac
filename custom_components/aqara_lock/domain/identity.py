"""Which lock is meant: its Matter address as it stands in core's device identifiers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
import re
from typing import Final, Self

NODE_DEVICE: Final = "MatterNodeDevice"
ID_PREFIX: Final = "deviceid_"
_DEVICE_ID: Final = re.compile(
    rf"^{ID_PREFIX}([0-9A-F]{{16}})-([0-9A-F]{{16}})-(?:{NODE_DEVICE}|([0-9]+))$"
)
_SERIAL: Final = re.compile(r"^serial_(.+)$")


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """A Matter node of one fabric, and the bridged endpoint that is a device."""

    compressed_fabric_id: int
    node_id: int
    bridged_endpoint: int | None = None

    @classmethod
    def parse(cls, identifier: str) -> Self | None:
        """Read core's `deviceid_…` identifier; None for any other text."""
        if (match := _DEVICE_ID.match(identifier)) is None:
            return None
        fabric, node, endpoint = match.groups()
        bridged = int(endpoint) if endpoint else None
        return cls(int(fabric, 16), int(node, 16), bridged)

    @property
    def identifier(self) -> str:
        """Core's `deviceid_…` identifier of this address."""
        tail = NODE_DEVICE
        if self.bridged_endpoint is not None:
            tail = str(self.bridged_endpoint)
        return f"{ID_PREFIX}{self.compressed_fabric_id:016X}-{self.node_id:016X}-{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePresence:
    """What the Matter server says of one node that a device may stand for.

    `commissioned_at` and `unique_id` are None where the server does not have the node.
    """

    address: NodeAddress
    is_on_server: bool = False
    is_available: bool = False
    commissioned_at: datetime | None = None
    unique_id: str | None = None


def choose_node(
    nodes: Iterable[NodePresence], current: NodeAddress | None = None
) -> NodePresence | None:
    """Return the node that a device of several nodes stands for.

    A lock that was commissioned again keeps its serial number, so the registry merges its
    old and its new node into one device. The one that is there and available is the lock.
    Among equals the followed one stays, unless a newer one has the same unique id: two
    locks may share a serial number, and a command must not reach the other door.
    """
    found = list(nodes)
    followed = next((node for node in found if node.address == current), None)

    def rank(node: NodePresence) -> tuple[bool, bool, bool, float, int, int]:
        same = followed is None or node is followed or _is_same(node, followed)
        at = node.commissioned_at
        return (
            node.is_on_server,
            node.is_available,
            same,
            at.timestamp() if at else 0.0,
            node.address.node_id,
            node.address.bridged_endpoint or 0,
        )

    return max(found, key=rank, default=None)


def _is_same(one: NodePresence, other: NodePresence) -> bool:
    return one.unique_id is not None and one.unique_id == other.unique_id


@dataclass(frozen=True, slots=True)
class LockIdentity:
    """One door-lock endpoint; the serial finds it again after re-commissioning."""

    address: NodeAddress
    endpoint_id: int
    serial: str | None = None


def parse_serial(identifier: str) -> str | None:
    """Read core's `serial_…` identifier; None for any other text."""
    match = _SERIAL.match(identifier)
    return match.group(1) if match else None

"""Which lock is meant: its Matter address as it stands in core's device identifiers."""

from dataclasses import dataclass
import re
from typing import Final, Self

NODE_DEVICE: Final = "MatterNodeDevice"
_DEVICE_ID: Final = re.compile(
    rf"^deviceid_([0-9A-F]{{16}})-([0-9A-F]{{16}})-(?:{NODE_DEVICE}|([0-9]+))$"
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
        return f"deviceid_{self.compressed_fabric_id:016X}-{self.node_id:016X}-{tail}"


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

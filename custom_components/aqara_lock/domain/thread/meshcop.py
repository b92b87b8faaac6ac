"""TXT record of a Thread border router's `_meshcop._udp` service, decoded from its raw bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv6Network
from typing import Final, Self

from ..foreign_names import kept_name

AQARA_VENDOR_NAME: Final = "aqara"
AQARA_NETWORK_PREFIX: Final = "aqarahome-"


class ThreadInterface(IntEnum):
    """Thread interface status, state bitmap bits 3-4."""

    NOT_INITIALIZED = 0
    INACTIVE = 1
    ACTIVE = 2


class ThreadRole(IntEnum):
    """Thread role, state bitmap bits 9-10."""

    DETACHED = 0
    CHILD = 1
    ROUTER = 2
    LEADER = 3


@dataclass(frozen=True, slots=True)
class StateBitmap:
    """TXT `sb`; unknown bits are ignored, an unknown interface value is None."""

    interface: ThreadInterface | None
    role: ThreadRole
    backbone_active: bool

    @classmethod
    def parse(cls, raw: bytes) -> Self | None:
        """Decode four big-endian bytes; None for any other length."""
        if len(raw) != 4:
            return None
        value = int.from_bytes(raw)
        status = value >> 3 & 0b11
        return cls(
            interface=ThreadInterface(status) if status <= 2 else None,
            role=ThreadRole(value >> 9 & 0b11),
            backbone_active=bool(value >> 7 & 1),
        )


@dataclass(frozen=True, slots=True)
class DatasetTimestamp:
    """TXT `at`: active dataset timestamp, seconds and the authoritative bit."""

    seconds: int
    authoritative: bool

    @classmethod
    def parse(cls, raw: bytes) -> Self | None:
        """Decode eight big-endian bytes; None for any other length."""
        if len(raw) != 8:
            return None
        value = int.from_bytes(raw)
        return cls(value >> 16, bool(value & 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshcopRecord:
    """What a border router says of itself; absent keys are None."""

    border_agent_id: str
    extended_address: str
    extended_pan_id: str
    network_name: str | None
    vendor_name: str | None
    model_name: str | None
    thread_version: str | None
    software_version: str | None
    state: StateBitmap | None
    active_timestamp: DatasetTimestamp | None
    partition_id: int | None
    omr_prefix: IPv6Network | None

    @property
    def is_aqara(self) -> bool:
        """Whether vendor or network name say that this is an Aqara hub."""
        if (self.vendor_name or "").lower().startswith(AQARA_VENDOR_NAME):
            return True
        network_name = (self.network_name or "").lower()
        return not self.vendor_name and network_name.startswith(AQARA_NETWORK_PREFIX)

    @property
    def thread_active(self) -> bool | None:
        """Whether the Thread interface is up; None when the record does not say."""
        if self.state is None or self.state.interface is None:
            return None
        return self.state.interface is ThreadInterface.ACTIVE


def parse_txt(properties: Mapping[bytes, bytes | None]) -> MeshcopRecord | None:
    """Decode a TXT record; None without the extended address and PAN id it is known by."""
    extended_address = properties.get(b"xa")
    extended_pan_id = properties.get(b"xp")
    if not extended_address or not extended_pan_id:
        return None
    return MeshcopRecord(
        border_agent_id=(properties.get(b"id") or extended_address).hex(),
        extended_address=extended_address.hex(),
        extended_pan_id=extended_pan_id.hex(),
        network_name=_text(properties.get(b"nn")),
        vendor_name=_text(properties.get(b"vn")),
        model_name=_text(properties.get(b"mn")),
        thread_version=_text(properties.get(b"tv")),
        software_version=_text(properties.get(b"sv")),
        state=StateBitmap.parse(properties.get(b"sb") or b""),
        active_timestamp=DatasetTimestamp.parse(properties.get(b"at") or b""),
        partition_id=_number(properties.get(b"pt")),
        omr_prefix=_prefix(properties.get(b"omr")),
    )


def _text(raw: bytes | None) -> str | None:
    if not raw:
        return None
    try:
        return kept_name(raw.decode()) or None
    except UnicodeDecodeError:
        return None


def _number(raw: bytes | None) -> int | None:
    return int.from_bytes(raw) if raw and len(raw) == 4 else None


def _prefix(raw: bytes | None) -> IPv6Network | None:
    if not raw or not 1 <= raw[0] <= 128:
        return None
    octets = -(-raw[0] // 8)
    if len(raw) - 1 < octets:
        return None
    address = raw[1 : 1 + octets].ljust(16, b"\0")
    return IPv6Network((address, raw[0]), strict=False)

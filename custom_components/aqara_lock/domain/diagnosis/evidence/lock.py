"""What is known of one lock; nothing here was asked of it on a timer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv6Address
from typing import Final

from ...connectivity import AvailabilityLog, Cause
from ...thread import LockPath
from .fact import Fact, Gap

TOO_CLOSE: Final = 45.0
"""Seconds within which a second command may time out (addons#4446, a U400)."""


class Transport(StrEnum):
    """How the lock is connected; `BRIDGED` is behind another Matter device.

    Any other network (Wi-Fi) stays a gap: nothing is judged by it.
    """

    THREAD = "thread"
    BRIDGED = "bridged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PingSeries:
    """A series of pings: how many were sent, and the answers' times in ms."""

    at: datetime
    sent: int
    times: tuple[float, ...] = ()

    @property
    def lost(self) -> int:
        """Pings without an answer."""
        return self.sent - len(self.times)

    @property
    def all_lost(self) -> bool:
        """Whether there was no answer at all."""
        return self.sent > 0 and not self.times


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioLink:
    """The lock's own numbers on its parent (cluster 0x35), as of a reading.

    `link_quality` 0-3; `rssi` in dBm (average); error rate in percent; `acknowledged`
    is acked / ack requested; `detached_per_day` counts lost connections to the mesh.
    """

    as_of: datetime
    link_quality: int | None = None
    rssi: int | None = None
    frame_error_rate: int | None = None
    acknowledged: float | None = None
    detached_per_day: float | None = None


class BatteryLevel(StrEnum):
    """BatChargeLevel of the power source cluster."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """Battery: percent, the lock's own verdict, and percent lost per day."""

    percent: float | None = None
    level: BatteryLevel | None = None
    drop_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class FabricCount:
    """Ecosystems on the lock, and how many it can hold."""

    used: int
    supported: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Whether the lock listens for another app, and what became of the last time.

    `opened_at` is None where that was not seen; `missed_at`: it stopped, nobody joined.
    """

    window_open: bool
    opened_here: bool = False
    opened_at: datetime | None = None
    missed_at: datetime | None = None


class Refusal(StrEnum):
    """Why a command failed, as far as the answer says."""

    UNSUPPORTED_ACCESS = "unsupported_access"
    DATATYPE_MISMATCH = "datatype_mismatch"
    TIMEOUT = "timeout"
    INVALID_FIELD = "invalid_field"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    NOT_FOUND = "not_found"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCommand:
    """One command that failed; `after_previous` in seconds since the one before."""

    at: datetime
    refusal: Refusal
    after_previous: float | None = None

    @property
    def is_crowded(self) -> bool:
        """Whether it got no answer and followed another command too soon."""
        if self.refusal is not Refusal.TIMEOUT or self.after_previous is None:
            return False
        return self.after_previous < TOO_CLOSE


@dataclass(frozen=True, slots=True)
class Siblings:
    """Other Matter devices on the same Thread network, our own locks left out."""

    total: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOperations:
    """Operations at the door since they are counted, and those that named nobody."""

    total: int
    nameless: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockEvidence:
    """One lock. Times are of this host.

    `paused`: the user disabled the device. `meant_hub` and `bridge_hub` are border
    agent ids: the hub that is meant to serve the lock, and the one that bridges it.
    `bridge_answers`: whether the Matter server has the bridge that brings the lock.
    `ping_failed_at`: the first ping without an answer since the last sign of life.
    `absent_from`: when it counts that the Matter server calls the lock away.
    `unconfirmed_at`: a command that succeeded but that no state report followed.
    `restored`: whether it was ever available since the Matter server last changed kind.
    `silent_changes`: state changes since the last reboot, or the server's return after it,
    that no operation explained, `operations_since_reboot` those that were told. `other_controllers`: how many were
    seen lately on our own fabric. `apps`: names of the ecosystems that hold the lock.
    `observed`: the user chose what else sees who is at the door.
    """

    id: str
    name: str
    transport: Fact[Transport] = Gap.UNKNOWN
    paused: bool = False
    link_problem: Cause | None = None
    link_lost_at: datetime | None = None
    path: LockPath | None = None
    extended_pan_id: Fact[str | None] = Gap.UNKNOWN
    network_name: str | None = None
    addresses: Fact[tuple[IPv6Address, ...]] = Gap.UNKNOWN
    meant_hub: str | None = None
    bridge_hub: str | None = None
    siblings: Fact[Siblings] = Gap.UNKNOWN

    available: Fact[bool] = Gap.UNKNOWN
    bridge_answers: Fact[bool] = Gap.UNKNOWN
    unavailable_since: datetime | None = None
    found_away: bool = False
    absent_from: datetime | None = None
    last_sign_of_life: datetime | None = None
    last_report: datetime | None = None
    unconfirmed_at: datetime | None = None
    restored: Fact[bool] = Gap.UNKNOWN
    ping: PingSeries | None = None
    ping_failed_at: datetime | None = None
    flips: AvailabilityLog = field(default_factory=AvailabilityLog)
    reboots: tuple[datetime, ...] = ()

    radio: Fact[RadioLink | None] = Gap.UNKNOWN
    battery: Fact[Battery | None] = Gap.UNKNOWN
    feature_map: Fact[int] = Gap.UNKNOWN
    fabrics: Fact[FabricCount] = Gap.UNKNOWN
    apps: Fact[frozenset[str]] = Gap.UNKNOWN
    sharing: Fact[Sharing] = Gap.UNKNOWN
    failed_commands: tuple[FailedCommand, ...] = ()
    silent_changes: int = 0
    operations_since_reboot: int = 0
    local_operations: Fact[LocalOperations] = Gap.UNKNOWN
    other_controllers: int = 0
    observed: bool = False

    @property
    def network(self) -> str | None:
        """Extended PAN id, as the lock says or as its path shows."""
        if isinstance(self.extended_pan_id, str):
            return self.extended_pan_id
        return self.path.extended_pan_id if self.path else None

"""Door-lock events as typed operations, decoded once from either Matter server's payload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Final

from .cluster import (
    AlarmCode,
    CredentialType,
    DataOperationType,
    DoorState,
    EventId,
    LockDataType,
    LockOperationType,
    OperationError,
    OperationSource,
)

EARLIEST_CLOCK_MS: Final = 1_500_000_000_000
LATEST_CLOCK_AHEAD: Final = timedelta(minutes=5)
MAX_UINT16: Final = 0xFFFF
MAX_UINT64: Final = 0xFFFFFFFFFFFFFFFF
SERVER_CLOCK: Final = 2
MOST_CREDENTIALS: Final = 16
"""Of one event: nobody shows more at a door, and a journal of long lists would fill the disk."""
LIVE_WITHIN: Final = timedelta(seconds=5)
LATE_AFTER: Final = timedelta(seconds=60)
"""The one limit between a late event and a wrong clock.

An event that is older than this by the lock's own clock is late where it may have been
kept, and shows a wrong clock where it was not.
"""
CLOCK_AGREES: Final = timedelta(seconds=30)
"""A clock agrees with ours within this; well below the limit, so that it does not flap."""

_NUMBERS: Final = (
    "alarmCode",
    "doorState",
    "lockOperationType",
    "operationSource",
    "operationError",
    "userIndex",
    "fabricIndex",
    "sourceNode",
    "lockDataType",
    "dataOperationType",
    "dataIndex",
)


class TimeSource(StrEnum):
    """Whose clock dates an event."""

    DEVICE = "device"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """One event of the Door Lock cluster as the Matter server delivered it."""

    node_id: int
    endpoint_id: int
    event_id: int
    event_number: int
    timestamp: int
    timestamp_type: int
    data: Mapping[str, Any]
    received_at: datetime
    live: bool = True


@dataclass(frozen=True, slots=True)
class EventTime:
    """When an event happened, and whose clock says so."""

    at: datetime
    source: TimeSource


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential slot of the lock; `type` is None for a type that is not known."""

    type: CredentialType | None
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """What the lock itself reports about who acted; absent facts are None."""

    source: OperationSource | None
    user_index: int | None = None
    fabric_index: int | None = None
    source_node: int | None = None
    credentials: tuple[Credential, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOperation:
    """The lock was operated; `type` is None for a type that is not known.

    `forced`: the lock calls it the operation of a forced user (type 3). It is an unlock
    like any other for everybody but the private trigger.
    """

    type: LockOperationType | None
    actor: Actor
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOperationError:
    """An operation was refused."""

    type: LockOperationType | None
    actor: Actor
    error: OperationError | None


@dataclass(frozen=True, slots=True)
class DoorLockAlarm:
    """The lock raised an alarm."""

    code: AlarmCode | None


@dataclass(frozen=True, slots=True)
class DoorStateChange:
    """The door itself moved."""

    state: DoorState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockUserChange:
    """The table of users, credentials or schedules changed."""

    data_type: LockDataType | None
    operation: DataOperationType | None
    actor: Actor
    data_index: int | None


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event of the cluster that this version does not know."""

    event_id: int


type DoorLockEvent = (
    LockOperation
    | LockOperationError
    | DoorLockAlarm
    | DoorStateChange
    | LockUserChange
    | UnknownEvent
)


def decode(event_id: int, data: Mapping[str, Any]) -> DoorLockEvent:
    """Give the typed event; missing, null and unknown fields become None."""
    decoder = _DECODERS.get(event_id)
    return decoder(data) if decoder else UnknownEvent(event_id)


def known_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is decoded and nothing else: a store must never hold a code."""
    numbers = (
        (name, unsigned_or_none(data.get(name), MAX_UINT64)) for name in _NUMBERS
    )
    kept: dict[str, Any] = {name: item for name, item in numbers if item is not None}
    if isinstance(told := data.get("credentials"), list):
        kept["credentials"] = [
            _known_credential(x) for x in _listed(told) if isinstance(x, Mapping)
        ]
    return kept


def _known_credential(item: Mapping[str, Any]) -> dict[str, int]:
    names = ("credentialType", "credentialIndex")
    found = ((name, unsigned_or_none(item.get(name), MAX_UINT16)) for name in names)
    return {name: value for name, value in found if value is not None}


def event_time(raw: RawEvent) -> EventTime:
    """Date an event by value alone: the timestamp type is not reliable.

    Servers send uptimes and deltas labelled as epoch (matterjs-server#299). Only
    type 2 says something: the server's own clock, because the lock gave no time.
    """
    latest = raw.received_at + LATEST_CLOCK_AHEAD
    if EARLIEST_CLOCK_MS < raw.timestamp < latest.timestamp() * 1000:
        at = datetime.fromtimestamp(raw.timestamp / 1000, UTC)
        server = raw.timestamp_type == SERVER_CLOCK
        return EventTime(at, TimeSource.RECEIVED if server else TimeSource.DEVICE)
    return EventTime(raw.received_at, TimeSource.RECEIVED)


def clock_is_wrong(raw: RawEvent) -> bool:
    """Tell that the lock's clock is off, from an event that is proven to be live.

    The U200 has no time synchronisation and may keep local time.
    """
    when = event_time(raw)
    off = abs(when.at - raw.received_at) > LATE_AFTER
    return off and when.source is TimeSource.DEVICE


def clock_is_right(raw: RawEvent) -> bool:
    """Tell that the lock's clock is right, from an event that is proven to be live."""
    when = event_time(raw)
    off = abs(when.at - raw.received_at)
    return when.source is TimeSource.DEVICE and off <= CLOCK_AGREES


def enum_or_none[E: IntEnum](kind: type[E], value: object) -> E | None:
    """Give the member of a value; None for null, unknown and what is no integer."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return kind(value)
    except ValueError:
        return None


def unsigned_or_none(value: object, maximum: int | None = None) -> int | None:
    """Give an unsigned integer; None for null, too large and what is no integer."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return value if maximum is None or value <= maximum else None


def _credentials(value: object) -> tuple[Credential, ...]:
    found = (_credential(item) for item in _listed(value))
    return tuple(item for item in found if item is not None)


def _listed(credentials: object) -> list[object]:
    """Return the credentials that count; whatever is told, an entry of the journal is small."""
    return credentials[:MOST_CREDENTIALS] if isinstance(credentials, list) else []


def _credential(value: object) -> Credential | None:
    if not isinstance(value, Mapping):
        return None
    index = unsigned_or_none(value.get("credentialIndex"), MAX_UINT16)
    if index is None:
        return None
    return Credential(enum_or_none(CredentialType, value.get("credentialType")), index)


def _actor(data: Mapping[str, Any]) -> Actor:
    return Actor(
        source=enum_or_none(OperationSource, data.get("operationSource")),
        user_index=unsigned_or_none(data.get("userIndex"), MAX_UINT16),
        fabric_index=unsigned_or_none(data.get("fabricIndex"), 254),
        source_node=unsigned_or_none(data.get("sourceNode"), MAX_UINT64),
        credentials=_credentials(data.get("credentials")),
    )


def _operation(data: Mapping[str, Any]) -> LockOperation:
    kind = enum_or_none(LockOperationType, data.get("lockOperationType"))
    forced = kind is LockOperationType.FORCED_USER_EVENT
    shown = LockOperationType.UNLOCK if forced else kind
    return LockOperation(type=shown, actor=_actor(data), forced=forced)


def _operation_error(data: Mapping[str, Any]) -> LockOperationError:
    return LockOperationError(
        type=enum_or_none(LockOperationType, data.get("lockOperationType")),
        actor=_actor(data),
        error=enum_or_none(OperationError, data.get("operationError")),
    )


def _alarm(data: Mapping[str, Any]) -> DoorLockAlarm:
    return DoorLockAlarm(enum_or_none(AlarmCode, data.get("alarmCode")))


def _door_state(data: Mapping[str, Any]) -> DoorStateChange:
    return DoorStateChange(enum_or_none(DoorState, data.get("doorState")))


def _user_change(data: Mapping[str, Any]) -> LockUserChange:
    return LockUserChange(
        data_type=enum_or_none(LockDataType, data.get("lockDataType")),
        operation=enum_or_none(DataOperationType, data.get("dataOperationType")),
        actor=_actor(data),
        data_index=unsigned_or_none(data.get("dataIndex"), MAX_UINT16),
    )


_DECODERS: Final[Mapping[int, Callable[[Mapping[str, Any]], DoorLockEvent]]] = {
    EventId.DOOR_LOCK_ALARM: _alarm,
    EventId.DOOR_STATE_CHANGE: _door_state,
    EventId.LOCK_OPERATION: _operation,
    EventId.LOCK_OPERATION_ERROR: _operation_error,
    EventId.LOCK_USER_CHANGE: _user_change,
}

"""Builders and strategies for locks, users and operations."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from custom_components.aqara_lock.domain.access.directory import Directory
from custom_components.aqara_lock.domain.access.fabrics import Fabric, FabricTable
from custom_components.aqara_lock.domain.access.people import (
    CredentialSlot,
    LockUser,
    Person,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    EventId,
    LockOperationType,
    OperationSource,
    UserStatus,
)
from custom_components.aqara_lock.domain.doorlock.events import (
    Actor,
    Credential,
    LockOperation,
    RawEvent,
)

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
LINDA = Person("linda", "Linda", "person.linda")
OMAR = Person("omar", "Omar")
PEOPLE = {person.id: person for person in (LINDA, OMAR)}
OUR_NODE = 112233
OURS = Fabric(3, 1, 0x134B, "Home")
APPLE = Fabric(2, 0x59D2A1, 0x1349, "Casa")
FABRICS = (
    FabricTable()
    .with_own(OURS.index, [OUR_NODE])
    .with_fabrics([OURS, APPLE], NOW - timedelta(days=9))
)
FABRIC = "1f2e3d4c5b6a7988"


def later(seconds: float) -> datetime:
    """Give a time after NOW."""
    return NOW + timedelta(seconds=seconds)


def user(index: int, name: str | None = None, **facts: Any) -> LockUser:
    """Give an enabled user of a lock."""
    return LockUser(index=index, name=name, status=UserStatus.OCCUPIED_ENABLED, **facts)


def finger(index: int) -> CredentialSlot:
    """Give a fingerprint slot."""
    return CredentialSlot(CredentialType.FINGERPRINT, index)


def pin(index: int) -> CredentialSlot:
    """Give a PIN slot."""
    return CredentialSlot(CredentialType.PIN, index)


def directory(*users: LockUser) -> Directory:
    """Give a directory whose users were just read."""
    read = Directory(lock_id="front")
    for item in users:
        read = read.with_user(item)
    return read


def operated(
    source: OperationSource | None,
    kind: LockOperationType | None = LockOperationType.UNLOCK,
    *,
    slots: Iterable[CredentialSlot] = (),
    **facts: Any,
) -> LockOperation:
    """Give an operation as a lock reports it."""
    credentials = tuple(Credential(slot.type, slot.index) for slot in slots)
    actor = Actor(source=source, credentials=credentials, **facts)
    return LockOperation(type=kind, actor=actor)


def remotely(
    fabric: Fabric | None = OURS,
    kind: LockOperationType = LockOperationType.UNLOCK,
    node: int | None = OUR_NODE,
    user_index: int | None = None,
) -> LockOperation:
    """Give a remote operation."""
    return operated(
        OperationSource.REMOTE,
        kind,
        fabric_index=fabric.index if fabric else None,
        source_node=node,
        user_index=user_index,
    )


def raw(
    number: int,
    data: dict[str, Any] | None = None,
    event: int = EventId.LOCK_OPERATION,
    *,
    at: float = 0,
    received: float | None = None,
    **facts: Any,
) -> RawEvent:
    """Give an event; `at` and `received` are seconds after NOW, the lock's and ours."""
    plain: dict[str, Any] = {
        "node_id": 20,
        "endpoint_id": 1,
        "timestamp": int(later(at).timestamp() * 1000),
        "timestamp_type": 1,
    }
    return RawEvent(
        event_id=event,
        event_number=number,
        data=data if data is not None else did(1, 1),
        received_at=later(at if received is None else received),
        **(plain | facts),
    )


def did(kind: int, source: int, **facts: Any) -> dict[str, Any]:
    """Give the payload of an operation."""
    empty = dict.fromkeys(("userIndex", "fabricIndex", "sourceNode", "credentials"))
    return {"lockOperationType": kind, "operationSource": source} | empty | facts


indices = st.integers(1, 6)
slots = st.builds(
    CredentialSlot, st.sampled_from(list(CredentialType)), st.integers(1, 4)
)
users = st.builds(
    user,
    indices,
    name=st.sampled_from([None, "Ann", "Bo"]),
    unique_id=st.sampled_from([None, 1, 2]),
    credentials=st.frozensets(slots, max_size=2),
    creator_fabric_index=st.sampled_from([None, 0, 2, 3]),
)
junk = st.integers() | st.sampled_from(
    [
        None,
        True,
        False,
        1.5,
        -1,
        2**64,
        "",
        "q83v",
        "1",
        [],
        [None],
        {},
        {"a": 1},
        [[1]],
    ]
)
fields = st.sampled_from(
    [
        "alarmCode",
        "doorState",
        "lockOperationType",
        "operationSource",
        "operationError",
        "userIndex",
        "fabricIndex",
        "sourceNode",
        "credentials",
        "lockDataType",
        "dataOperationType",
        "dataIndex",
        "PINCode",
        "pinCode",
    ]
)
credential_entries = st.fixed_dictionaries(
    {}, optional={"credentialType": junk, "credentialIndex": junk}
)
garbage = st.dictionaries(
    fields,
    junk | st.integers(0, 12) | st.lists(credential_entries, max_size=3),
    max_size=10,
)

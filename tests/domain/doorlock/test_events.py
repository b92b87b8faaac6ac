"""Door-lock events of both Matter servers become typed operations."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
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
from custom_components.aqara_lock.domain.doorlock.events import (
    MOST_CREDENTIALS,
    Actor,
    Credential,
    DoorLockAlarm,
    DoorStateChange,
    LockOperation,
    LockOperationError,
    LockUserChange,
    TimeSource,
    UnknownEvent,
    clock_is_wrong,
    decode,
    event_time,
    known_fields,
)

from ..who import NOW, did, garbage, junk, later, raw

event_ids = st.sampled_from([*EventId, 5, 99])


def test_finger_with_its_user() -> None:
    payload = did(
        1, 9, userIndex=1, credentials=[{"credentialType": 3, "credentialIndex": 4}]
    )
    assert decode(2, payload) == LockOperation(
        type=LockOperationType.UNLOCK,
        actor=Actor(
            source=OperationSource.BIOMETRIC,
            user_index=1,
            credentials=(Credential(CredentialType.FINGERPRINT, 4),),
        ),
    )


def test_wrong_pin() -> None:
    event = decode(3, did(1, 3, operationError=1))
    assert isinstance(event, LockOperationError)
    assert event.error is OperationError.INVALID_CREDENTIAL
    assert event.actor == Actor(source=OperationSource.KEYPAD)


@pytest.mark.parametrize(
    ("event_id", "payload", "expected"),
    [
        (0, {"alarmCode": 8}, DoorLockAlarm(AlarmCode.FORCED_USER)),
        (0, {"alarmCode": 2}, DoorLockAlarm(None)),
        (1, {"doorState": 3}, DoorStateChange(DoorState.FORCED_OPEN)),
        (1, {}, DoorStateChange(None)),
        (9, {"doorState": 3}, UnknownEvent(9)),
        (2, {}, LockOperation(type=None, actor=Actor(source=None))),
        (
            4,
            {"lockDataType": 8, "dataOperationType": 1, "userIndex": 2, "dataIndex": 7},
            LockUserChange(
                data_type=LockDataType.FINGERPRINT,
                operation=DataOperationType.CLEAR,
                actor=Actor(source=None, user_index=2),
                data_index=7,
            ),
        ),
    ],
)
def test_other_events(event_id: int, payload: dict[str, Any], expected: object) -> None:
    assert decode(event_id, payload) == expected


def test_null_and_missing_are_the_same() -> None:
    sparse = {"lockOperationType": 1, "operationSource": 0}
    assert decode(2, sparse) == decode(2, did(1, 0))


def test_node_ids_beyond_53_bits_are_exact() -> None:
    node = 0xFEDCBA9876543211
    event = decode(2, json.loads(json.dumps(did(1, 7, fabricIndex=2, sourceNode=node))))
    assert isinstance(event, LockOperation)
    assert event.actor.source_node == node


@pytest.mark.parametrize("node", [2**64, -1, 1.5, "112233", True, b"\x01"])
def test_what_is_no_node_id_is_none(node: object) -> None:
    event = decode(2, did(1, 7, sourceNode=node))
    assert isinstance(event, LockOperation)
    assert event.actor.source_node is None


def test_unknown_credential_type_keeps_its_index() -> None:
    event = decode(
        2, did(1, 3, credentials=[{"credentialType": 77, "credentialIndex": 2}, 5, {}])
    )
    assert isinstance(event, LockOperation)
    assert event.actor.credentials == (Credential(None, 2),)


@given(event_ids, garbage)
def test_garbage_never_raises_and_never_invents(
    event_id: int, payload: dict[str, Any]
) -> None:
    event = decode(event_id, payload)
    if isinstance(event, LockOperation | LockOperationError | LockUserChange):
        actor = event.actor
        assert actor.user_index in (None, payload.get("userIndex"))
        assert actor.source in (None, payload.get("operationSource"))
        assert actor.source_node in (None, payload.get("sourceNode"))


@given(event_ids, garbage)
def test_known_fields_lose_nothing_that_is_decoded(
    event_id: int, payload: dict[str, Any]
) -> None:
    assert decode(event_id, known_fields(payload)) == decode(event_id, payload)


@given(garbage, junk)
def test_known_fields_hold_no_code_and_fit_a_store(
    payload: dict[str, Any], code: object
) -> None:
    kept = known_fields(payload | {"PINCode": code, "credentialData": code})
    assert "PINCode" not in kept
    assert "credentialData" not in kept
    plain = json.loads(json.dumps(kept))
    assert plain == kept
    numbers = [item for item in kept.values() if isinstance(item, int)]
    assert all(0 <= item < 2**64 for item in numbers)


def test_code_inside_a_credential_is_dropped() -> None:
    entry = {"credentialType": 1, "credentialIndex": 2, "credentialData": "MTIzNA=="}
    kept = known_fields({"credentials": [entry]})
    assert kept == {"credentials": [{"credentialType": 1, "credentialIndex": 2}]}


def test_long_list_of_credentials_is_cut() -> None:
    """A thousand entries of twenty thousand credentials each would be a gigabyte."""
    told = [{"credentialType": 1, "credentialIndex": x} for x in range(20_000)]
    data = did(1, 3, credentials=told)
    event = decode(2, data)
    assert isinstance(event, LockOperation)
    assert [x.index for x in event.actor.credentials] == list(range(MOST_CREDENTIALS))
    assert decode(2, known_fields(data)) == event


def test_time_of_the_lock() -> None:
    when = event_time(raw(1, at=-40, received=0))
    assert (when.at, when.source) == (later(-40), TimeSource.DEVICE)


@pytest.mark.parametrize(
    "timestamp",
    [
        214_514_276,
        0,
        7,
        -5,
        1_792_000_000_000_000,
        2**70,
        int(later(3600).timestamp() * 1000),
    ],
    ids=["uptime", "none", "delta", "negative", "microseconds", "huge", "ahead"],
)
@pytest.mark.parametrize("kind", [0, 1, 2])
def test_what_is_no_time_falls_back_to_reception(timestamp: int, kind: int) -> None:
    when = event_time(raw(1, timestamp=timestamp, timestamp_type=kind))
    assert (when.at, when.source) == (NOW, TimeSource.RECEIVED)


def test_server_clock_is_not_the_lock_clock() -> None:
    when = event_time(raw(1, at=-40, received=0, timestamp_type=2))
    assert (when.at, when.source) == (later(-40), TimeSource.RECEIVED)


@given(st.integers(-(2**70), 2**70), st.integers(0, 3))
def test_time_is_never_ahead_of_reception(timestamp: int, kind: int) -> None:
    when = event_time(raw(1, timestamp=timestamp, timestamp_type=kind))
    assert datetime(2017, 1, 1, tzinfo=UTC) < when.at <= NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("at", "wrong"), [(-3600, True), (-121, True), (-30, False), (0, False)]
)
def test_wrong_clock_is_proven_by_an_event_of_now(at: float, wrong: bool) -> None:
    assert clock_is_wrong(raw(1, at=at, received=0)) is wrong


def test_uptime_proves_nothing_about_the_clock() -> None:
    assert not clock_is_wrong(raw(1, timestamp=5))

"""Row `journal`: loading the journals of ten locks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from time import perf_counter

from custom_components.aqara_lock.domain.attribution.ladder import (
    Attribution,
    Confidence,
    Evidence,
    Method,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.domain.doorlock.delivered import ReceivedEvent
from custom_components.aqara_lock.domain.doorlock.events import RawEvent
from custom_components.aqara_lock.domain.journal.activity import GapReason
from custom_components.aqara_lock.domain.journal.journal import Added, Journal

from .row import Row

LOCKS, ENTRIES, ROUNDS = 10, 1000, 5
START = datetime(2026, 1, 1, tzinfo=UTC)


def full_journal(node: int = 1, entries: int = ENTRIES) -> Journal:
    """Return a journal with a named unlock every seven minutes."""
    journal = Journal(limit=entries)
    for number in range(1, entries + 1):
        raw = _unlock(node, number)
        added = journal.add(ReceivedEvent.of(raw), fabric="0000000000000001")
        assert isinstance(added, Added)
        journal.amend(added.key, _by_ben(number))
    return journal


def varied_journal(node: int, entries: int) -> Journal:
    """Return a journal of everything that happens at a door, a gap now and then."""
    journal = Journal(limit=entries)
    for number in range(1, entries + 1):
        at = START + timedelta(minutes=7 * number)
        if number % 50 == 0:
            journal.gap(at, at + timedelta(minutes=3), GapReason.MATTER_SERVER_AWAY)
        elif number % 25 == 0:
            journal.unexplained(at, LockState.UNLOCKED)
        else:
            raw = _lock(node, number) if number % 2 else _unlock(node, number)
            added = journal.add(ReceivedEvent.of(raw), fabric="0000000000000001")
            assert isinstance(added, Added)
            if number % 2 == 0:
                journal.amend(added.key, _by_ben(number))
    return journal


def _lock(node: int, number: int) -> RawEvent:
    data = {
        "lockOperationType": LockOperationType.LOCK.value,
        "operationSource": OperationSource.AUTO.value,
    }
    return replace(_unlock(node, number), data=data)


def _unlock(node: int, number: int) -> RawEvent:
    at = START + timedelta(minutes=7 * number)
    return RawEvent(
        node_id=node,
        endpoint_id=1,
        event_id=EventId.LOCK_OPERATION.value,
        event_number=number,
        timestamp=int(at.timestamp() * 1000),
        timestamp_type=1,
        data={
            "lockOperationType": LockOperationType.UNLOCK.value,
            "operationSource": OperationSource.BIOMETRIC.value,
            "userIndex": 2,
            "fabricIndex": None,
            "sourceNode": None,
            "credentials": [
                {
                    "credentialType": CredentialType.FINGERPRINT.value,
                    "credentialIndex": 3,
                }
            ],
        },
        received_at=at,
    )


def _by_ben(number: int) -> Attribution:
    return Attribution(
        method=Method.FINGERPRINT,
        source=OperationSource.BIOMETRIC,
        person="Ben",
        user_name="Ben",
        user_index=2,
        credential_type=CredentialType.FINGERPRINT,
        credential_index=3 + number % 2,
        confidence=Confidence.REPORTED,
        evidence=(Evidence.LOCK_USER_NAME,),
    )


def measure() -> Iterator[Row]:
    """Load ten full journals, several times; the best round counts."""
    texts = [json.dumps(full_journal(node).as_dict()) for node in range(LOCKS)]
    plain = min(_seconds(texts, lines=False) for _ in range(ROUNDS))
    loaded = min(_seconds(texts, lines=True) for _ in range(ROUNDS))
    size = sum(map(len, texts)) / 1024
    yield Row(
        f"journal: load {LOCKS} locks x {ENTRIES} entries",
        f"{loaded * 1000:.0f} ms with entries and lines",
        f"{plain * 1000:.0f} ms for the JSON alone ({size:.0f} KiB)",
        loaded / plain,
    )


def _seconds(texts: list[str], *, lines: bool) -> float:
    begin = perf_counter()
    for text in texts:
        data = json.loads(text)
        if lines:
            assert len(Journal.from_dict(data).lines()) == ENTRIES
    return perf_counter() - begin

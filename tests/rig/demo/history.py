"""A week at the doors of the demo, written into the store of each lock while nothing runs.

A process of its own: it needs the product, whose import takes seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
import json
from pathlib import Path
import sys
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.aqara_lock.domain.attribution import (
    Attribution,
    Confidence,
    Evidence,
    Method,
)
from custom_components.aqara_lock.domain.doorlock import (
    CredentialType,
    LockOperationType,
    OperationError,
    OperationSource,
    RawEvent,
    ReceivedEvent,
)
from custom_components.aqara_lock.domain.doorlock.cluster import EventId
from custom_components.aqara_lock.domain.journal import GapReason, Journal

DAYS = 7
UNLOCK, LOCK = LockOperationType.UNLOCK, LockOperationType.LOCK


@dataclass(frozen=True)
class Key:
    """What somebody opens with."""

    method: Method
    source: OperationSource
    type: CredentialType


FINGER = Key(Method.FINGERPRINT, OperationSource.BIOMETRIC, CredentialType.FINGERPRINT)
CODE = Key(Method.PIN, OperationSource.KEYPAD, CredentialType.PIN)
TAG = Key(Method.TAG, OperationSource.RFID, CredentialType.RFID)
PHONE = Key(
    Method.DIGITAL_KEY,
    OperationSource.ALIRO,
    CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY,
)


@dataclass(frozen=True)
class Moment:
    """What happens at some time of some days; days count back from today."""

    at: time
    who: str | None = None
    key: Key | None = None
    days: frozenset[int] = frozenset(range(1, DAYS + 1))
    denied: int = 0


WORKDAYS = frozenset({1, 2, 4, 5, 6})
REST = frozenset({3, 7})
FRONT = (
    Moment(time(7, 12), "Anna", FINGER, WORKDAYS),
    Moment(time(7, 13), days=WORKDAYS),
    Moment(time(7, 48), "Ben", CODE, WORKDAYS),
    Moment(time(7, 49), days=WORKDAYS),
    Moment(time(13, 26), "Clara", TAG, WORKDAYS),
    Moment(time(13, 28), days=WORKDAYS),
    Moment(time(10, 40), "Clara", FINGER, REST),
    Moment(time(10, 44), days=REST),
    Moment(time(16, 5), denied=3, days=frozenset({3})),
    Moment(time(16, 7), "Ben", CODE, frozenset({3})),
    Moment(time(16, 9), days=frozenset({3})),
    Moment(time(17, 41), "Anna", PHONE),
    Moment(time(17, 43)),
    Moment(time(18, 20), "Dana", FINGER),
    Moment(time(18, 22)),
    Moment(time(22, 35)),
)
GARAGE = (
    Moment(time(8, 2), "Ben", CODE, WORKDAYS),
    Moment(time(8, 4), days=WORKDAYS),
    Moment(time(17, 30), "Ben", CODE, WORKDAYS),
    Moment(time(17, 34), days=WORKDAYS),
    Moment(time(10, 15), "Anna", CODE, REST),
    Moment(time(10, 19), days=REST),
)
RESTART = (2, time(3, 0), timedelta(minutes=4))
"""Days back, when, and for how long Home Assistant was away."""


@dataclass(frozen=True)
class Resident:
    """Somebody of the home, as a lock and the home know them."""

    name: str
    person_id: str
    user: int


def with_week(
    journal: Journal,
    moments: tuple[Moment, ...],
    residents: Mapping[str, Resident],
    now: datetime,
) -> Journal:
    """Return a journal with a week before what it has; `now` is in the time of the home."""
    epochs = journal.as_dict()["epochs"]
    fabric, node = (epochs[0]["fabric"], epochs[0]["node"]) if epochs else ("0" * 16, 1)
    week = Journal(limit=sys.maxsize)
    happened = sorted(_happened(moments, now), key=lambda each: each[0])
    for number, (at, moment) in enumerate(happened, 1):
        raw = _raw(node, number, at, moment, residents)
        added = week.add(ReceivedEvent.of(raw), fabric=fabric)
        who = _attribution(moment, residents)
        week.amend(added.key, who)
    days, begun, length = RESTART
    start = _moment(now, days, begun)
    week.gap(start, start + length, GapReason.HOME_ASSISTANT_AWAY)
    return _joined(week, journal)


def _joined(week: Journal, journal: Journal) -> Journal:
    """Return both: the lock counts from a later number on than its week."""
    early, late = week.as_dict(), journal.as_dict()
    shifted = [epoch | {"epoch": epoch["epoch"] + 1} for epoch in late["epochs"]]
    data = {**early, **late, "epochs": [*early["epochs"], *shifted]}
    data |= {key: [*early[key], *late[key]] for key in ("gaps",) if key in early}
    return Journal.from_dict(data, limit=sys.maxsize)


def _happened(
    moments: tuple[Moment, ...], now: datetime
) -> Iterator[tuple[datetime, Moment]]:
    for moment in moments:
        for day in moment.days:
            at = _moment(now, day, moment.at)
            for nth in range(max(1, moment.denied)):
                yield at + timedelta(seconds=9 * nth), moment


def _moment(now: datetime, days: int, at: time) -> datetime:
    day = (now - timedelta(days=days)).date()
    return datetime.combine(day, at, now.tzinfo).astimezone(UTC)


def _raw(
    node: int,
    number: int,
    at: datetime,
    moment: Moment,
    residents: Mapping[str, Resident],
) -> RawEvent:
    error = {"operationError": OperationError.INVALID_CREDENTIAL.value}
    resident = residents.get(moment.who or "")
    key = moment.key or CODE
    source = key.source if resident or moment.denied else OperationSource.AUTO
    kind = LOCK if moment.who is None and not moment.denied else UNLOCK
    data: dict[str, Any] = {
        "lockOperationType": kind.value,
        "operationSource": source.value,
        "userIndex": resident.user if resident else None,
        "fabricIndex": None,
        "sourceNode": None,
        **(error if moment.denied else {}),
    }
    if resident:
        data["credentials"] = [
            {"credentialType": key.type.value, "credentialIndex": resident.user}
        ]
    event = EventId.LOCK_OPERATION_ERROR if moment.denied else EventId.LOCK_OPERATION
    return RawEvent(
        node_id=node,
        endpoint_id=1,
        event_id=event.value,
        event_number=number,
        timestamp=int(at.timestamp() * 1000),
        timestamp_type=1,
        data=data,
        received_at=at,
    )


def _attribution(moment: Moment, residents: Mapping[str, Resident]) -> Attribution:
    resident, key = residents.get(moment.who or ""), moment.key
    if resident is None or key is None:
        by_keypad = bool(moment.denied)
        return Attribution(
            method=Method.PIN if by_keypad else Method.AUTO,
            source=OperationSource.KEYPAD if by_keypad else OperationSource.AUTO,
            evidence=(Evidence.OPERATION_SOURCE,),
        )
    return Attribution(
        method=key.method,
        source=key.source,
        person=resident.name,
        person_id=resident.person_id,
        user_name=resident.name,
        user_index=resident.user,
        credential_type=key.type,
        credential_index=resident.user,
        confidence=Confidence.REPORTED,
        evidence=(Evidence.BOUND_USER_INDEX,),
    )


def write(
    file: Path, moments: tuple[Moment, ...], people: list[Any], now: datetime
) -> None:
    """Write a week into the store of a lock."""
    content = json.loads(file.read_text())
    journal = Journal.from_dict(content["data"]["journal"], limit=sys.maxsize)
    residents = {x["name"]: Resident(**x) for x in people}
    full = with_week(journal, moments, residents, now)
    content["data"]["journal"] = full.as_dict()
    file.write_text(json.dumps(content))


def main(doors: list[dict[str, Any]]) -> None:
    """Write the week of each door: the file of its lock, and who its users are."""
    for door, moments in zip(doors, (FRONT, GARAGE), strict=False):
        now = datetime.now(ZoneInfo(door["zone"]))
        write(Path(door["file"]), moments, door["people"], now)


if __name__ == "__main__":
    main(json.load(sys.stdin))

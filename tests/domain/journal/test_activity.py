"""Public lines: types, reasons, and no trace of duress."""

import json
from typing import Any

import pytest

from custom_components.aqara_lock.domain.attribution.forced_users import (
    Duress,
    duress,
    is_duress,
)
from custom_components.aqara_lock.domain.attribution.ladder import (
    Attribution,
    Confidence,
    Method,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    LockState,
    OperationSource,
    UserType,
)
from custom_components.aqara_lock.domain.doorlock.events import (
    EventTime,
    TimeSource,
    decode,
)
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    EntryKind,
    JournalEntry,
    Reason,
    activity_type,
    denied_reason,
    state_activity_type,
)
from custom_components.aqara_lock.domain.journal.denied_groups import (
    DeniedGroup,
    group_denied,
)
from custom_components.aqara_lock.domain.journal.pages import Page
from custom_components.aqara_lock.domain.journal.reporting import (
    ReportsWho,
    reports_who,
)

from ..who import NOW, did, later

FULL = Attribution(
    method=Method.FINGERPRINT,
    source=OperationSource.BIOMETRIC,
    person_id="linda",
    person="Linda",
    user_index=1,
    user_name="Linda B",
    ecosystem="Apple Home",
    controller="Apple TV",
    credential_type=CredentialType.FINGERPRINT,
    credential_index=4,
    confidence=Confidence.REPORTED,
)


@pytest.mark.parametrize(
    ("event", "data", "expected"),
    [
        (2, did(0, 1), "locked"),
        (2, did(1, 1), "unlocked"),
        (2, did(2, 3), "denied"),
        (2, did(3, 3), "unlocked"),
        (2, did(4, 7), "unlatched"),
        (2, did(9, 7), None),
        (3, did(1, 3, operationError=1), "denied"),
        (0, {"alarmCode": 0}, "jammed"),
        (0, {"alarmCode": 1}, "factory_reset"),
        (0, {"alarmCode": 3}, None),
        (0, {"alarmCode": 4}, "wrong_code_limit"),
        (0, {"alarmCode": 5}, "tampered"),
        (0, {"alarmCode": 6}, "forced_open"),
        (0, {"alarmCode": 7}, "door_ajar"),
        (0, {"alarmCode": 8}, None),
        (0, {}, None),
        (1, {"doorState": 0}, "door_opened"),
        (1, {"doorState": 1}, "door_closed"),
        (1, {"doorState": 2}, "jammed"),
        (1, {"doorState": 3}, "forced_open"),
        (1, {"doorState": 4}, None),
        (1, {"doorState": 5}, "door_ajar"),
        (1, {}, None),
        (4, {}, "user_changed"),
        (77, {}, None),
    ],
)
def test_types(event: int, data: dict[str, Any], expected: str | None) -> None:
    assert activity_type(decode(event, data)) == expected


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (0, "unknown"),
        (1, "invalid_credential"),
        (2, "disabled_user"),
        (3, "restricted"),
        (4, "low_battery"),
        (None, "unknown"),
        (9, "unknown"),
    ],
)
def test_reasons(error: int | None, reason: str) -> None:
    assert denied_reason(decode(3, did(1, 3, operationError=error))) == reason


def test_user_without_access_is_restricted() -> None:
    assert denied_reason(decode(2, did(2, 3))) is Reason.RESTRICTED
    assert denied_reason(decode(2, did(1, 3))) is None


def test_states_without_operation() -> None:
    assert state_activity_type(LockState.LOCKED) is ActivityType.LOCKED
    assert state_activity_type(LockState.NOT_FULLY_LOCKED) is ActivityType.UNLOCKED
    assert state_activity_type(None) is None


@pytest.mark.parametrize(
    ("event", "data", "user_type", "expected"),
    [
        (2, did(3, 3), None, True),
        (2, did(1, 3), UserType.FORCED, True),
        (0, {"alarmCode": 8}, None, True),
        (2, did(1, 3), UserType.UNRESTRICTED, False),
        (0, {"alarmCode": 4}, None, False),
        (3, did(1, 3), UserType.FORCED, False),
    ],
)
def test_duress(
    event: int, data: dict[str, Any], user_type: UserType | None, expected: bool
) -> None:
    assert is_duress(decode(event, data), user_type) is expected


@pytest.mark.parametrize("source", TimeSource)
def test_duress_of_now_is_told_by_our_clock(source: TimeSource) -> None:
    found = duress(EventTime(later(-9), source), NOW, attribution=FULL, late=False)
    assert found == Duress(occurred_at=NOW, attribution=FULL)


def test_late_duress_is_told_by_the_lock_s_clock_alone() -> None:
    own, ours = (EventTime(later(-9), source) for source in TimeSource)
    told = duress(own, NOW, attribution=None, late=True)
    assert told == Duress(occurred_at=later(-9), late=True)
    unknown = duress(ours, NOW, attribution=None, late=True)
    assert unknown == Duress(occurred_at=None, late=True)


@pytest.mark.parametrize(("hours", "told"), [(24, True), (25, False)])
def test_late_duress_is_told_within_a_day(hours: int, told: bool) -> None:
    when = EventTime(later(-3600 * hours), TimeSource.DEVICE)
    found = duress(when, NOW, attribution=None, late=True)
    assert (found is not None) is told


def test_all_attributes() -> None:
    line = JournalEntry(key="e", occurred_at=NOW, attribution=FULL, event_number=7)
    assert line.attributes() == {
        "person": "Linda",
        "person_id": "linda",
        "user_name": "Linda B",
        "user_index": 1,
        "method": "fingerprint",
        "source": "biometric",
        "ecosystem": "Apple Home",
        "controller": "Apple TV",
        "confidence": "reported",
        "credential_type": "fingerprint",
        "credential_index": 4,
        "occurred_at": "2026-11-22T18:30:00+00:00",
        "event_number": 7,
    }


def test_absent_facts_are_absent() -> None:
    bare = JournalEntry(key="e", occurred_at=NOW)
    assert bare.attributes() == {"occurred_at": NOW.isoformat()}
    refused = JournalEntry(key="e", occurred_at=NOW, reason=Reason.LOW_BATTERY)
    assert refused.attributes()["reason"] == "low_battery"


def test_names_for_admins_only() -> None:
    line = JournalEntry(key="e", occurred_at=NOW, attribution=FULL)
    public = json.dumps(line.attributes(names=False))
    assert "Linda" not in public
    assert "linda" not in public
    assert "fingerprint" in public


def moved(
    source: OperationSource | None,
    user_index: int | None = None,
    kind: ActivityType = ActivityType.UNLOCKED,
    **facts: Any,
) -> JournalEntry:
    who = Attribution(source=source, user_index=user_index)
    return JournalEntry(key="e", occurred_at=NOW, type=kind, attribution=who, **facts)


TOLD = moved(OperationSource.BIOMETRIC, 1)
SILENT = moved(OperationSource.UNSPECIFIED)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ReportsWho.NOT_SEEN_YET),
        ([TOLD], ReportsWho.YES),
        ([SILENT], ReportsWho.NO),
        ([TOLD, SILENT], ReportsWho.PARTLY),
        ([moved(OperationSource.BIOMETRIC)], ReportsWho.NO),
        ([moved(OperationSource.UNSPECIFIED, 2)], ReportsWho.YES),
        ([moved(OperationSource.REMOTE, 2)], ReportsWho.NOT_SEEN_YET),
        ([moved(OperationSource.MANUAL)], ReportsWho.NOT_SEEN_YET),
        ([moved(None, kind=ActivityType.LOCKED)], ReportsWho.NOT_SEEN_YET),
        ([moved(None, 1, ActivityType.DENIED)], ReportsWho.NOT_SEEN_YET),
        ([moved(None, kind=ActivityType.UNLOCKED, live=True)], ReportsWho.NO),
        (
            [JournalEntry(key="u", occurred_at=NOW, kind=EntryKind.UNEXPLAINED)],
            ReportsWho.NOT_SEEN_YET,
        ),
    ],
)
def test_reports_who(lines: list[JournalEntry], expected: ReportsWho) -> None:
    assert reports_who([Page((line,)) for line in lines]) is expected
    assert reports_who([Page(tuple(lines))]) is expected


def denied(at: float, method: Method = Method.PIN, **facts: Any) -> JournalEntry:
    return JournalEntry(
        key=f"d{at}",
        occurred_at=later(at),
        type=ActivityType.DENIED,
        reason=Reason.INVALID_CREDENTIAL,
        attribution=Attribution(method=method, **facts),
    )


def test_wrong_codes_in_a_row_are_one_group() -> None:
    tries = [denied(at) for at in (0, 20, 60, 90, 119)]
    [group] = group_denied(tries)
    assert isinstance(group, DeniedGroup)
    assert (group.count, group.lines[0].type) == (5, ActivityType.DENIED)
    assert (group.first_at, group.last_at) == (NOW, later(119))


def test_group_ends_with_time_method_or_another_line() -> None:
    opened = moved(OperationSource.BIOMETRIC, 1)
    lines = [denied(0), denied(130), denied(131, Method.TAG), opened, denied(132)]
    assert group_denied(lines) == lines


def test_attempts_without_attribution_group_too() -> None:
    bare = [
        JournalEntry(key=str(at), occurred_at=later(at), type=ActivityType.DENIED)
        for at in (0, 1)
    ]
    [group] = group_denied(bare)
    assert isinstance(group, DeniedGroup)
    assert group.count == 2


def test_nothing_to_group() -> None:
    assert group_denied([]) == []

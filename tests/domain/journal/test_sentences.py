"""Sentences about lines: as people say them, and never more than is known."""

from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any, Final

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.attribution.ladder import (
    Attribution,
    Confidence,
    Evidence,
    Method,
)
from custom_components.aqara_lock.domain.doorlock.cluster import OperationSource
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    EntryKind,
    GapReason,
    JournalEntry,
    Reason,
)
from custom_components.aqara_lock.domain.journal.sentences import (
    Sentence,
    about_lock,
    activity_sentence,
    duress_sentence,
    line_sentence,
    render,
)

TEXTS_FILE: Final = (
    Path(__file__).parents[3] / "custom_components/aqara_lock/translations/en.json"
)
TEXTS: Final[dict[str, Any]] = json.loads(TEXTS_FILE.read_text())["exceptions"]
NOW: Final = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
LATER: Final = datetime(2026, 11, 20, 14, 9, tzinfo=UTC)


def english(sentence: Sentence) -> str:
    """Put into English; a missing text raises KeyError."""
    return render(sentence, lambda key: TEXTS[key]["message"])


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def line(
    kind: ActivityType = ActivityType.UNLOCKED,
    reason: Reason | None = None,
    **who: Any,
) -> JournalEntry:
    return JournalEntry(
        key="1",
        occurred_at=NOW,
        type=kind,
        reason=reason,
        attribution=Attribution(**who),
    )


def said(kind: ActivityType = ActivityType.UNLOCKED, **who: Any) -> str:
    return english(line_sentence(line(kind, **who), clock))


REPORTED: Final = {"confidence": Confidence.REPORTED}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            {"person": "Anna", "method": Method.FINGERPRINT, **REPORTED},
            "was unlocked by Anna with a fingerprint",
        ),
        (
            {"method": Method.MANUAL, "source": OperationSource.MANUAL},
            "was unlocked by hand",
        ),
        (
            {
                "method": Method.REMOTE,
                "ecosystem": "Apple Home",
                "confidence": Confidence.ECOSYSTEM,
            },
            "was unlocked through Apple Home",
        ),
        (
            {
                "method": Method.REMOTE,
                "ecosystem": "Apple Home",
                "controller": "Apple TV",
                "confidence": Confidence.ECOSYSTEM,
            },
            "was unlocked through Apple Home (Apple TV)",
        ),
        (
            {
                "method": Method.REMOTE,
                "person": "Anna",
                "ecosystem": "Home Assistant",
                "confidence": Confidence.MATCHED,
            },
            "was unlocked by Anna through Home Assistant",
        ),
        (
            {"method": Method.REMOTE},
            "was unlocked remotely (the lock did not say by whom)",
        ),
        ({}, "was unlocked (the lock did not say by whom)"),
        (
            {"method": Method.PIN},
            "was unlocked with a code (the lock did not say by whom)",
        ),
        (
            {"person": "Anna", "confidence": Confidence.INFERRED},
            "was unlocked (probably by Anna)",
        ),
        (
            {
                "person": "Anna",
                "method": Method.MANUAL,
                "confidence": Confidence.INFERRED,
            },
            "was unlocked by hand (probably by Anna)",
        ),
        (
            {"method": Method.PIN, "user_index": 3, **REPORTED},
            "was unlocked by a guest with a code",
        ),
        (
            {
                "method": Method.PIN,
                "user_index": 3,
                "evidence": (Evidence.SLOT_UNVERIFIED,),
            },
            "was unlocked by user 3 of the lock with a code",
        ),
        (
            {"source": OperationSource.BIOMETRIC, "person": "Anna", **REPORTED},
            "was unlocked by Anna with a finger or face",
        ),
        ({"method": Method.SCHEDULE}, "was unlocked by a schedule"),
    ],
)
def test_unlocked(who: dict[str, Any], expected: str) -> None:
    assert said(**who) == expected


def test_locked_by_itself() -> None:
    assert said(ActivityType.LOCKED, method=Method.AUTO) == "was locked by itself"


def test_unlatched() -> None:
    who = {"person": "Anna", "method": Method.TAG, **REPORTED}
    expected = "was opened (unlatched) by Anna with a tag"
    assert said(ActivityType.UNLATCHED, **who) == expected


@pytest.mark.parametrize(
    ("reason", "who", "expected"),
    [
        (
            Reason.INVALID_CREDENTIAL,
            {"method": Method.PIN},
            "refused a wrong code",
        ),
        (
            Reason.INVALID_CREDENTIAL,
            {"method": Method.FINGERPRINT},
            "refused an unknown fingerprint",
        ),
        (
            Reason.INVALID_CREDENTIAL,
            {"source": OperationSource.BIOMETRIC},
            "refused an unknown finger or face",
        ),
        (
            Reason.INVALID_CREDENTIAL,
            {"method": Method.REMOTE, "ecosystem": "Apple Home"},
            "refused a wrong code or an unknown key through Apple Home",
        ),
        (
            Reason.DISABLED_USER,
            {"method": Method.PIN, "person": "Ben", **REPORTED},
            "refused an attempt by Ben with a code because this user is disabled",
        ),
        (
            Reason.RESTRICTED,
            {"method": Method.FINGERPRINT},
            "refused an attempt with a fingerprint because access is restricted",
        ),
        (
            Reason.LOW_BATTERY,
            {},
            "refused an attempt because its battery is too low",
        ),
        (
            Reason.UNKNOWN,
            {"method": Method.TAG},
            "refused an attempt with a tag and gave no reason",
        ),
        (None, {}, "refused an attempt and gave no reason"),
    ],
)
def test_denied(reason: Reason | None, who: dict[str, Any], expected: str) -> None:
    assert said(ActivityType.DENIED, reason=reason, **who) == expected


def test_a_change_of_users_is_not_done_by_the_user_in_the_slot() -> None:
    who = {"method": Method.REMOTE, "user_index": 3, "ecosystem": "Aqara Home"}
    expected = "had its users or codes changed (user 3) through Aqara Home"
    assert said(ActivityType.USER_CHANGED, **who) == expected


@pytest.mark.parametrize("kind", ActivityType)
def test_every_type_has_words(kind: ActivityType) -> None:
    text = english(about_lock("Front door", activity_sentence(kind, {})))
    assert text.startswith("Front door ")
    assert text.endswith(".")


@pytest.mark.parametrize("reason", GapReason)
def test_gaps(reason: GapReason) -> None:
    gap = JournalEntry(
        key="gap",
        occurred_at=NOW,
        until=LATER,
        kind=EntryKind.GAP,
        gap_reason=reason,
    )
    text = english(line_sentence(gap, clock))
    start, _, why = text.partition(": ")
    # What a lock had to say in an absence may have been delivered later.
    may_be_whole = reason in (GapReason.LOCK_UNREACHABLE, GapReason.FILE_DAMAGED)
    assert start == (
        "has a record from 14:02 to 14:09 that may be incomplete"
        if may_be_whole
        else "has no record from 14:02 to 14:09"
    )
    assert why


def test_a_gap_that_is_still_open() -> None:
    gap = JournalEntry(key="gap", occurred_at=NOW, kind=EntryKind.GAP)
    expected = "has no record: the reason is not known"
    assert english(line_sentence(gap, clock)) == expected


def test_duress() -> None:
    facts = {"person": "Anna", "method": "pin"}
    assert english(duress_sentence("Front door", facts)) == (
        "Duress at Front door: somebody was forced to open it with a code "
        "(the lock names Anna)."
    )
    assert english(duress_sentence("Front door", {})) == (
        "Duress at Front door: somebody was forced to open it."
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("03:12", "This happened at 03:12 and could only be told now."),
        (
            None,
            "This happened earlier, at an unknown time, and could only be told now.",
        ),
    ],
)
def test_late_duress(at: str | None, said: str) -> None:
    text = english(duress_sentence("Front door", {}, late=True, at=at))
    assert text == f"Duress at Front door: somebody was forced to open it. {said}"


def test_a_name_is_no_template() -> None:
    who = {"person": "{how} {note}", "method": Method.PIN, **REPORTED}
    assert said(**who) == "was unlocked by {how} {note} with a code"


ATTRIBUTIONS: Final = st.builds(
    Attribution,
    method=st.sampled_from(Method),
    source=st.none() | st.sampled_from(OperationSource),
    person=st.none() | st.just("Anna"),
    user_index=st.none() | st.integers(1, 9),
    credential_index=st.none() | st.integers(1, 9),
    ecosystem=st.none() | st.just("Apple Home"),
    controller=st.none() | st.just("Apple TV"),
    confidence=st.sampled_from(Confidence),
)
KINDS: Final = st.sampled_from(ActivityType)
REASONS: Final = st.none() | st.sampled_from(Reason)


@given(KINDS, REASONS, ATTRIBUTIONS)
def test_sentences_are_well_formed(
    kind: ActivityType, reason: Reason | None, who: Attribution
) -> None:
    told = JournalEntry(
        key="1", occurred_at=NOW, type=kind, reason=reason, attribution=who
    )
    text = english(line_sentence(told, clock))
    assert text == text.strip()
    assert "  " not in text
    assert "{" not in text
    assert "None" not in text


@given(KINDS, REASONS, ATTRIBUTIONS)
def test_a_guess_is_never_said_as_a_fact(
    kind: ActivityType, reason: Reason | None, who: Attribution
) -> None:
    told = JournalEntry(
        key="1", occurred_at=NOW, type=kind, reason=reason, attribution=who
    )
    text = english(line_sentence(told, clock))
    if "Anna" in text and who.confidence is Confidence.INFERRED:
        assert "probably by Anna" in text
    if who.person is None:
        assert "Anna" not in text


@given(KINDS, REASONS, ATTRIBUTIONS)
def test_hidden_names_stay_hidden(
    kind: ActivityType, reason: Reason | None, who: Attribution
) -> None:
    told = JournalEntry(
        key="1", occurred_at=NOW, type=kind, reason=reason, attribution=who
    )
    text = english(activity_sentence(kind, told.attributes(names=False)))
    assert "Anna" not in text
    assert "guest" not in text


@pytest.mark.parametrize("kind", [ActivityType.UNLOCKED, ActivityType.DENIED])
@pytest.mark.parametrize(
    ("who", "names", "said"),
    [
        ({"person": "Anna", "assigned_by": "Zoe"}, True, "(assigned to Anna by Zoe, "),
        ({"person": "Anna"}, True, "(assigned to Anna, "),
        ({"person": "Anna", "assigned_by": "Zoe"}, False, "(assigned by hand, "),
    ],
)
def test_what_was_assigned_is_said_as_such(
    kind: ActivityType, who: dict[str, Any], names: bool, said: str
) -> None:
    told = line(
        kind, confidence=Confidence.ASSIGNED, assigned_at=LATER.isoformat(), **who
    )
    sentence = english(line_sentence(told, clock, names=names))
    assert sentence.endswith(f"{said}{LATER})")
    assert "by Anna" not in sentence
    assert names or "Zoe" not in sentence


def test_name_that_was_taken_away_is_said() -> None:
    told = line(assigned_at=LATER.isoformat(), assigned_by="Zoe", user_index=3)
    sentence = english(line_sentence(told, clock))
    assert sentence.endswith(f"(the name was taken away by Zoe, {LATER})")

"""The journal keeps raw events and gives the same lines whatever order they came in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.attribution.ladder import (
    Attribution,
    Confidence,
    Evidence,
    Method,
)
from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.doorlock.delivered import ReceivedEvent
from custom_components.aqara_lock.domain.doorlock.events import RawEvent, TimeSource
from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    EntryKind,
    GapReason,
)
from custom_components.aqara_lock.domain.journal.epochs import EMPTY_EPOCHS
from custom_components.aqara_lock.domain.journal.journal import (
    Added,
    Duplicate,
    Journal,
)
from custom_components.aqara_lock.domain.journal.records import Assigner, EventKey

from ..who import FABRIC, LINDA, OMAR, did, later, raw

FINGER = did(1, 9, userIndex=1)
LINDAS = Attribution(
    method=Method.FINGERPRINT,
    user_name="Linda B",
    person_id="linda",
    person="Linda",
    confidence=Confidence.REPORTED,
)
SERVER_AWAY = GapReason.MATTER_SERVER_AWAY


def journal(*events: RawEvent, **facts: Any) -> Journal:
    kept = Journal(**facts)
    for event in events:
        kept.add(ReceivedEvent.of(event), fabric=FABRIC)
    return kept


def key(number: int, epoch: int = 0) -> EventKey:
    return EventKey(FABRIC, 20, epoch, number)


def stored(kept: Journal, **facts: Any) -> Journal:
    return Journal.from_dict(json.loads(json.dumps(kept.as_dict())), **facts)


def numbers(kept: Journal) -> list[int | None]:
    return [line.event_number for line in kept.lines()]


def types(kept: Journal) -> list[str | None]:
    return [line.type for line in kept.lines()]


def test_new_event_is_a_line() -> None:
    kept = Journal()
    assert kept.add(ReceivedEvent.of(raw(5, FINGER)), fabric=FABRIC) == Added(key(5))
    [line] = kept.lines()
    assert (line.type, line.event_number, line.live) == ("unlocked", 5, True)
    assert line.attribution is not None
    assert (line.attribution.method, line.attribution.user_index) == (
        Method.FINGERPRINT,
        1,
    )


def test_copy_does_not_follow() -> None:
    kept = journal(raw(5, FINGER))
    kept.distrust_clock(FABRIC, 20)
    silent = kept.unexplained(later(50), LockState.LOCKED)
    kept.gap(later(60), later(90), SERVER_AWAY)
    before, copied = kept.as_dict(), kept.copy()
    kept.add(ReceivedEvent.of(raw(6, FINGER)), fabric=FABRIC)
    kept.amend(key(5), LINDAS)
    kept.amend(silent, LINDAS)
    assert copied.as_dict() == before
    assert kept.as_dict() != before


def test_replay_changes_nothing() -> None:
    kept = journal(raw(5, FINGER))
    before = kept.lines()
    again = raw(5, FINGER, received=900, live=False)
    assert kept.add(ReceivedEvent.of(again), fabric=FABRIC) == Duplicate(key(5))
    assert kept.lines() == before


def test_event_is_dated_by_its_first_delivery() -> None:
    kept = journal(raw(5, FINGER, timestamp=7, received=90))
    earlier = raw(5, FINGER, timestamp=7, received=30)
    assert kept.add(ReceivedEvent.of(earlier), fabric=FABRIC) == Duplicate(key(5))
    assert kept.lines()[0].occurred_at == later(30)


def test_unknown_event_has_no_line() -> None:
    assert journal(raw(5)).line_of(key(6)) is None


def test_other_server_form_of_a_replay() -> None:
    kept = journal(raw(5, did(1, 0)))
    sparse = raw(5, {"lockOperationType": 1, "operationSource": 0}, timestamp=70)
    assert kept.add(ReceivedEvent.of(sparse), fabric=FABRIC) == Duplicate(key(5))


def test_events_without_a_line_are_kept_but_not_shown() -> None:
    kept = journal(raw(5, {"alarmCode": 8}, event=0))
    assert kept.lines() == ()
    assert kept.entry(key(5)) is not None
    assert kept.line_of(key(5)) is None


def test_two_nodes_count_for_themselves() -> None:
    kept = journal(raw(5), raw(5, node_id=21))
    assert len(kept.lines()) == 2


def test_code_in_a_payload_is_never_kept() -> None:
    kept = journal(raw(5, FINGER | {"PINCode": "MTIzNA=="}))
    assert "MTIzNA" not in json.dumps(kept.as_dict())


def test_key_tells_no_fabric() -> None:
    [line] = journal(raw(5)).lines()
    assert FABRIC not in line.key


def test_number_used_again_starts_a_new_epoch() -> None:
    kept = journal(raw(5, FINGER), raw(6, did(0, 4)))
    added = kept.add(ReceivedEvent.of(raw(5, did(0, 1), at=50)), fabric=FABRIC)
    assert added == Added(key(5, 1), new_epoch=True)
    assert numbers(kept) == [5, 6, 5]


def test_same_content_much_later_is_another_event() -> None:
    kept = journal(raw(5, FINGER))
    added = kept.add(ReceivedEvent.of(raw(5, FINGER, at=7200)), fabric=FABRIC)
    assert added == Added(key(5, 1), new_epoch=True)


def test_start_up_with_a_lower_number() -> None:
    kept = journal(raw(500, FINGER))
    assert kept.start_up(FABRIC, 20, 3)
    assert not kept.start_up(FABRIC, 20, 3)
    assert kept.add(ReceivedEvent.of(raw(9, at=60)), fabric=FABRIC) == Added(key(9, 1))
    assert numbers(kept) == [500, 9]


def test_start_up_with_a_higher_number_is_an_ordinary_boot() -> None:
    kept = journal(raw(500))
    assert not kept.start_up(FABRIC, 20, 65536)
    assert kept.add(ReceivedEvent.of(raw(65537, at=60)), fabric=FABRIC) == Added(
        key(65537)
    )


def test_start_up_that_is_told_once_more_is_no_reset() -> None:
    """A server that crashed tells the boot again that nobody heard the first time."""
    kept = journal(raw(10), raw(65540, at=60), limit=5)
    assert not kept.start_up(FABRIC, 20, 65536)
    assert kept.add(ReceivedEvent.of(raw(65541, at=90)), fabric=FABRIC) == Added(
        key(65541)
    )


def test_replay_from_before_the_reset() -> None:
    kept = journal(raw(500, FINGER))
    kept.start_up(FABRIC, 20, 3)
    assert kept.add(ReceivedEvent.of(raw(500, FINGER)), fabric=FABRIC) == Duplicate(
        key(500)
    )


def test_factory_reset() -> None:
    kept = journal(raw(500), raw(501, {"alarmCode": 1}, event=0))
    late = kept.add(ReceivedEvent.of(raw(400, live=False)), fabric=FABRIC)
    assert late == Added(key(400))
    added = kept.add(ReceivedEvent.of(raw(2, at=90)), fabric=FABRIC)
    assert added == Added(key(2, 1), new_epoch=True)
    assert types(kept) == ["unlocked", "unlocked", "factory_reset", "unlocked"]


def test_factory_reset_after_the_low_numbers_were_dropped() -> None:
    kept = journal(raw(500), raw(501, {"alarmCode": 1}, event=0), limit=1)
    added = kept.add(ReceivedEvent.of(raw(2, at=90)), fabric=FABRIC)
    assert added == Added(key(2, 1), new_epoch=True)


def test_late_event_lands_at_its_own_time() -> None:
    kept = journal(raw(7, at=60), raw(6, at=20, received=300, live=False))
    first, second = kept.lines()
    assert (first.event_number, first.occurred_at) == (6, later(20))
    assert second.event_number == 7


def test_late_event_without_time_is_not_after_its_follower() -> None:
    late = raw(6, received=300, timestamp=5, live=False)
    kept = journal(raw(7, received=60, timestamp=9), late)
    first, second = kept.lines()
    assert (first.event_number, first.occurred_at) == (6, later(60))
    assert (second.event_number, second.occurred_at) == (7, later(60))


def test_numbers_go_before_a_jumping_clock() -> None:
    kept = journal(raw(5, at=100, received=100), raw(6, at=-500, received=160))
    assert numbers(kept) == [5, 6]


def test_distrusted_clock() -> None:
    kept = journal(raw(5, at=-3600, received=0))
    assert kept.trusts_clock(FABRIC, 20)
    kept.distrust_clock(FABRIC, 20)
    [line] = stored(kept).lines()
    assert (line.occurred_at, line.time_source) == (later(0), TimeSource.RECEIVED)


def test_clock_that_is_right_again() -> None:
    kept = journal(raw(5, at=-3600, received=0))
    kept.distrust_clock(FABRIC, 20)
    kept.add(ReceivedEvent.of(raw(6, at=60, received=62)), fabric=FABRIC)
    kept.trust_clock(key(6))
    kept.add(ReceivedEvent.of(raw(7, at=70, received=700)), fabric=FABRIC)
    assert kept.trusts_clock(FABRIC, 20)
    assert [line.occurred_at for line in stored(kept).lines()] == [
        later(0),
        later(60),
        later(70),
    ]
    kept.distrust_clock(FABRIC, 20)
    assert stored(kept).lines()[-1].occurred_at == later(700)


def test_trusted_clock_needs_no_word() -> None:
    kept = journal(raw(5, at=-3600, received=0))
    kept.trust_clock(key(6))
    assert kept.lines()[0].occurred_at == later(-3600)


@pytest.mark.parametrize("damage", [["a"], ["a", 1, 2], [1, 2], ["a", 1, "x", 2]])
def test_damaged_trust(damage: list[Any]) -> None:
    plain = {**Journal().as_dict(), "distrusted": [damage]}
    with pytest.raises(ValueError, match=r"distrusted|fabric|epoch"):
        Journal.from_dict(plain)


UNLATCH = did(4, 9, userIndex=1)


def test_unlatch_and_unlock_of_one_actor() -> None:
    kept = journal(raw(5, UNLATCH))
    added = kept.add(ReceivedEvent.of(raw(7, FINGER, at=3)), fabric=FABRIC)
    assert added == Added(key(7))
    [line] = kept.lines()
    assert kept.entry_begun_by(key(5)) == line
    assert kept.entry_begun_by(key(7)) is None
    assert (line.type, line.event_number) == ("unlatched", 5)
    assert kept.line_of(key(7)) == line
    assert kept.line(line.keys[1]) == line


@pytest.mark.parametrize(
    ("second", "joins"), [("a", True), ("b", False), (None, False)]
)
def test_unlock_joins_the_unlatch_that_one_command_explains(
    second: str | None, joins: bool
) -> None:
    kept = journal(raw(5, UNLATCH), raw(7, FINGER, at=3))
    kept.amend(key(5), Attribution(person="Emil", command_id="a"))
    kept.amend(key(7), Attribution(command_id=second))
    begun = kept.entry_begun_by(key(7))
    assert (begun is None) is joins
    assert len(kept.lines()) == (1 if joins else 2)


def test_door_may_move_in_between() -> None:
    kept = journal(raw(5, UNLATCH), raw(6, {"doorState": 0}, event=1, at=2))
    kept.add(ReceivedEvent.of(raw(7, FINGER, at=3)), fabric=FABRIC)
    assert kept.entry_begun_by(key(7)) is None
    assert types(kept) == ["unlatched", "door_opened"]


@pytest.mark.parametrize(
    "second",
    [
        raw(6, FINGER, at=11),
        raw(6, did(1, 9, userIndex=2), at=3),
        raw(6, did(1, 3, userIndex=1), at=3),
        raw(6, did(0, 9, userIndex=1), at=3),
    ],
    ids=["later", "user", "source", "lock"],
)
def test_two_lines_otherwise(second: RawEvent) -> None:
    kept = journal(raw(5, UNLATCH), second)
    assert len(kept.lines()) == 2


def test_different_persons_stay_apart() -> None:
    kept = journal(raw(5, UNLATCH), raw(6, FINGER, at=3))
    kept.amend(key(5), LINDAS)
    other = Attribution(person_id="omar", person="Omar")
    kept.amend(key(6), other)
    assert len(kept.lines()) == 2


def test_surer_attribution_wins() -> None:
    kept = journal(raw(5, UNLATCH), raw(6, FINGER, at=3))
    kept.amend(key(6), LINDAS)
    [line] = kept.lines()
    assert line.attribution == LINDAS


def test_word_of_the_household_wins_in_a_pair() -> None:
    kept = journal(raw(5, UNLATCH), raw(6, FINGER, at=3))
    kept.amend(key(6), LINDAS)
    kept.assign(key(5), OMAR, later(60))
    [line] = kept.lines()
    assert line.attributes()["person"] == "Omar"


@pytest.mark.parametrize("off", [-3600, -120, 0, 120])
@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_clock_measures_a_span_also_where_it_is_wrong(
    off: float, live: bool, trusted: bool
) -> None:
    """What a lock kept arrives at once, and was done minutes apart."""

    def kept(seconds: float) -> Journal:
        found = journal(
            raw(5, UNLATCH, at=off, received=900, live=live),
            raw(6, FINGER, at=off + seconds, received=900, live=live),
        )
        if not trusted:
            found.distrust_clock(FABRIC, 20)
        return found

    assert types(kept(660)) == ["unlatched", "unlocked"]
    assert types(kept(11)) == ["unlatched", "unlocked"]
    assert types(kept(3)) == ["unlatched"]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_line_that_a_late_unlock_joins_is_told_once(trusted: bool) -> None:
    kept = journal(raw(5, UNLATCH, at=-3600, received=900))
    if not trusted:
        kept.distrust_clock(FABRIC, 20)
    assert kept.add(
        ReceivedEvent.of(raw(6, FINGER, at=-2940, received=900)), fabric=FABRIC
    ) == Added(key(6))
    assert kept.add(
        ReceivedEvent.of(raw(7, UNLATCH, at=0, received=3600)), fabric=FABRIC
    ) == Added(key(7))
    kept.add(ReceivedEvent.of(raw(8, FINGER, at=3, received=3603)), fabric=FABRIC)
    assert kept.entry_begun_by(key(6)) == kept.line_of(key(6)) is not None
    assert kept.entry_begun_by(key(8)) is None
    assert kept.entry_begun_by(key(9)) is None


def test_uptimes_are_compared_by_reception() -> None:
    near = [
        raw(5, UNLATCH, timestamp=1),
        raw(6, FINGER, timestamp=2, received=3),
    ]
    assert len(journal(*near).lines()) == 1
    far = [
        raw(5, UNLATCH, timestamp=1),
        raw(6, FINGER, timestamp=2, received=30),
    ]
    assert len(journal(*far).lines()) == 2


def test_lock_did_not_say() -> None:
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    [line] = kept.lines()
    assert (line.kind, line.type) == (EntryKind.UNEXPLAINED, ActivityType.UNLOCKED)
    assert line.attribution is not None
    assert line.attribution.evidence == (Evidence.NO_OPERATION,)


@pytest.mark.parametrize(
    "late",
    [
        raw(5, FINGER, at=0, received=400, live=False),
        raw(5, FINGER, timestamp=9, received=20),
    ],
)
def test_late_operation_replaces_the_line(late: RawEvent) -> None:
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    added = kept.add(ReceivedEvent.of(late), fabric=FABRIC)
    assert added == Added(key(5))
    [line] = kept.lines()
    assert line.kind is EntryKind.EVENT


@pytest.mark.parametrize(
    "other",
    [
        raw(5, did(0, 1), at=0, received=8),
        raw(5, FINGER, at=60, received=60),
        raw(5, FINGER, timestamp=9, received=40),
        raw(5, FINGER, at=-8, received=-8),
        raw(5, FINGER, at=0, received=700),
    ],
    ids=["locked", "another time", "too late", "before", "much too late"],
)
def test_other_operations_do_not(other: RawEvent) -> None:
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    added = kept.add(ReceivedEvent.of(other), fabric=FABRIC)
    assert added == Added(key(5))
    assert len(kept.lines()) == 2


def test_name_given_by_hand_to_a_silent_line() -> None:
    kept = Journal()
    entry_key = kept.unexplained(later(0), LockState.LOCKED)
    kept.assign(entry_key, OMAR, later(9))
    assert kept.lines()[0].attributes()["person"] == "Omar"


def test_what_follows_a_locking_explains_another_state() -> None:
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    kept.add(
        ReceivedEvent.of(raw(5, did(0, 1), timestamp=1, received=10)), fabric=FABRIC
    )
    kept.add(ReceivedEvent.of(raw(6, FINGER, timestamp=1, received=15)), fabric=FABRIC)
    assert types(kept) == ["unlocked", "locked", "unlocked"]


def test_late_operations_the_other_way_stand_for_nothing_that_came_after() -> None:
    """A lock that is back told that it had been locked, then unlocked, and is unlocked."""
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    kept.add(ReceivedEvent.of(raw(5, did(0, 4), at=-2400, received=1)), fabric=FABRIC)
    kept.add(ReceivedEvent.of(raw(6, FINGER, at=-1800, received=1)), fabric=FABRIC)
    assert [line.kind for line in kept.lines()] == [EntryKind.EVENT] * 2


def test_live_locking_right_after_leaves_the_state_unexplained() -> None:
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    kept.add(ReceivedEvent.of(raw(5, did(0, 1), at=1, received=1)), fabric=FABRIC)
    kept.add(ReceivedEvent.of(raw(6, FINGER, at=2, received=2)), fabric=FABRIC)
    assert len(kept.lines()) == 3


def test_one_operation_explains_one_state() -> None:
    kept = Journal()
    kept.unexplained(later(0), LockState.UNLOCKED)
    kept.unexplained(later(2), LockState.UNLOCKED)
    kept.add(ReceivedEvent.of(raw(5, FINGER, at=0, received=9)), fabric=FABRIC)
    kinds = [line.kind for line in kept.lines()]
    assert sorted(kinds) == ["event", "unexplained"]


def test_name_given_by_hand_moves_to_the_operation() -> None:
    kept = Journal()
    entry_key = kept.unexplained(later(0), LockState.UNLOCKED)
    assert kept.assign(entry_key, OMAR, later(9))
    kept.add(ReceivedEvent.of(raw(5, did(1, 0), at=0, received=20)), fabric=FABRIC)
    [line] = stored(kept).lines()
    assert line.attribution is not None
    assert (line.kind, line.attribution.person) == (EntryKind.EVENT, "Omar")


def test_attribution_is_frozen() -> None:
    kept = Journal()
    kept.add(ReceivedEvent.of(raw(5, FINGER)), fabric=FABRIC, attribution=LINDAS)
    assert stored(kept).lines()[0].attribution == LINDAS


def test_amended() -> None:
    kept = journal(raw(5, FINGER))
    assert kept.amend(kept.lines()[0].key, LINDAS)
    assert kept.lines()[0].attribution == LINDAS


def test_assigned_by_hand() -> None:
    kept = journal(raw(5, did(1, 0)))
    assert kept.assign(kept.lines()[0].key, LINDA, later(60))
    [line] = stored(kept).lines()
    assert line.attributes()["person"] == "Linda"
    assert kept.assign(key(5), None, later(90))
    assert "person" not in stored(kept).lines()[0].attributes()


def test_assigned_says_by_whom_and_when_and_is_not_certain() -> None:
    kept = journal(raw(5, did(1, 0)))
    entry_key = kept.unexplained(later(0), LockState.LOCKED)
    for name in (key(5), entry_key):
        assert kept.assign(name, LINDA, later(60), Assigner("Zoe", "zoe"))
    for line in stored(kept).lines():
        facts = line.attributes()
        assert (facts["person"], facts["confidence"]) == ("Linda", "assigned")
        assert (facts["assigned_by"], facts["assigned_at"]) == (
            "Zoe",
            later(60).isoformat(),
        )
        assert "assigned_by" not in line.attributes(names=False)


def test_who_assigned_is_forgotten_and_the_assignment_stays() -> None:
    kept = journal(raw(5, did(1, 0)))
    kept.assign(key(5), LINDA, later(60), Assigner("Zoe", "zoe"))
    assert kept.people() == {"linda", "zoe"}
    assert kept.forget_person("zoe") == 1
    (line,) = stored(kept).lines()
    assert "assigned_by" not in line.attributes()
    assert line.attributes()["person"] == "Linda"
    assert kept.forget_person("linda") == 1
    assert "person" not in stored(kept).lines()[0].attributes()
    assert kept.people() == set()


@pytest.mark.parametrize("name", ["e0.0.6", "e1.0.5", "e0.0.x", "u9", "", key(9)])
def test_unknown_line(name: str | EventKey) -> None:
    assert not journal(raw(5)).assign(name, LINDA, later(0))


def test_forgotten_person_is_gone_from_the_store() -> None:
    kept = journal(raw(6, did(1, 0), at=5), raw(7, did(0, 1), at=9))
    kept.add(ReceivedEvent.of(raw(5, FINGER)), fabric=FABRIC, attribution=LINDAS)
    kept.assign(key(6), LINDA, later(60))
    kept.assign(key(5), OMAR, later(60))
    entry_key = kept.unexplained(later(100), LockState.LOCKED, LINDAS)
    kept.assign(entry_key, OMAR, later(160))
    assert kept.forget_person("linda") == 3
    assert "inda" not in json.dumps(kept.as_dict())
    assert len(kept.lines()) == 4


def test_forgotten_person_leaves_what_the_lock_reported() -> None:
    kept = Journal()
    told = replace(LINDAS, user_index=1)
    kept.add(ReceivedEvent.of(raw(5, FINGER)), fabric=FABRIC, attribution=told)
    assert kept.people() == {"linda"}
    kept.forget_person("linda")
    [line] = stored(kept).lines()
    facts = line.attributes()
    assert "person" not in facts
    assert (facts["user_index"], facts["confidence"]) == (1, "unknown")
    assert kept.people() == set()


def test_forgotten_correction_does_not_bring_the_wrong_name_back() -> None:
    """Linda was named by the lock, Omar by hand: it was not Linda."""
    kept = Journal()
    kept.add(ReceivedEvent.of(raw(5, FINGER)), fabric=FABRIC, attribution=LINDAS)
    kept.assign(key(5), OMAR, later(60))
    assert kept.people() == {"linda", "omar"}
    kept.forget_person("omar")
    [line] = stored(kept).lines()
    assert "person" not in line.attributes()


def test_gap_goes_on_while_nothing_is_recorded() -> None:
    kept = journal(raw(5, at=-10))
    first = kept.gap(later(0), later(60), SERVER_AWAY)
    assert kept.gap(later(90), later(120), GapReason.HOME_ASSISTANT_AWAY) == first
    (line,) = [line for line in kept.lines() if line.kind is EntryKind.GAP]
    assert (line.occurred_at, line.until) == (later(0), later(120))
    assert line.gap_reason is SERVER_AWAY


def test_gap_after_a_watched_stretch_is_another_one() -> None:
    kept = journal(raw(5, at=-10))
    first = kept.gap(later(0), later(60), SERVER_AWAY)
    assert kept.gap(later(180), later(240), SERVER_AWAY) != first
    found = [line for line in kept.lines() if line.kind is EntryKind.GAP]
    assert [(line.occurred_at, line.until) for line in found] == [
        (later(0), later(60)),
        (later(180), later(240)),
    ]


def test_gap_never_ends_before_it_began() -> None:
    kept = Journal()
    kept.gap(later(60), later(0), SERVER_AWAY)
    [line] = kept.lines()
    assert (line.occurred_at, line.until) == (later(60), later(60))


def test_gap_after_a_line_is_another_one() -> None:
    kept = journal(raw(5, at=-10))
    first = kept.gap(later(0), later(60), SERVER_AWAY)
    kept.add(ReceivedEvent.of(raw(6, at=70)), fabric=FABRIC)
    assert kept.gap(later(90), later(120), SERVER_AWAY) != first


def test_gap_is_a_line() -> None:
    kept = journal(raw(5, at=-10), raw(6, at=500))
    gap = kept.gap(later(0), later(420), SERVER_AWAY)
    assert kept.gap(later(0), later(420), SERVER_AWAY) == gap
    line = stored(kept).lines()[1]
    assert (line.kind, line.type) == (EntryKind.GAP, None)
    assert (line.occurred_at, line.until) == (later(0), later(420))
    assert line.gap_reason is SERVER_AWAY


def test_ring() -> None:
    kept = journal(*(raw(number, at=number) for number in range(1, 16)), limit=10)
    assert numbers(kept) == list(range(6, 16))
    replay = kept.add(ReceivedEvent.of(raw(3, at=3)), fabric=FABRIC)
    assert replay == Duplicate(key(3))


def test_ring_of_other_lines() -> None:
    kept = Journal(limit=3)
    for at in range(9):
        kept.unexplained(later(60 * at), LockState.LOCKED)
        kept.gap(later(60 * at + 1), later(60 * at + 2), SERVER_AWAY)
    assert len(kept.lines()) == 3
    assert kept.lines()[-1].occurred_at == later(60 * 8 + 1)
    kept.limit = 2
    assert len(kept.lines()) == 2


def test_age() -> None:
    kept = journal(raw(5, at=0), raw(6, at=7200), max_age=timedelta(hours=1))
    kept.unexplained(later(1), LockState.LOCKED)
    kept.gap(later(2), later(3), SERVER_AWAY)
    assert kept.prune(later(7300))
    assert numbers(kept) == [6]
    assert not kept.prune(later(7300))
    assert kept.add(ReceivedEvent.of(raw(5, at=0)), fabric=FABRIC) == Duplicate(key(5))


def test_no_age_limit() -> None:
    kept = journal(raw(5))
    assert not kept.prune(later(10**8))
    assert numbers(kept) == [5]


def test_erased_does_not_come_back() -> None:
    kept = journal(raw(5, FINGER), raw(6, did(0, 1), at=9))
    kept.unexplained(later(30), LockState.LOCKED)
    kept.gap(later(40), later(50), SERVER_AWAY)
    kept.erase()
    kept = stored(kept)
    kept.add(ReceivedEvent.of(raw(5, FINGER)), fabric=FABRIC)
    assert kept.lines() == ()
    assert kept.add(ReceivedEvent.of(raw(7, at=60)), fabric=FABRIC) == Added(key(7))


def test_smaller_ring_after_loading() -> None:
    kept = journal(*(raw(number, at=number) for number in range(9)))
    assert numbers(stored(kept, limit=2)) == [7, 8]


def rows(kept: Journal) -> list[dict[str, Any]]:
    return [line.as_row() for line in kept.lines()]


def test_duress_leaves_no_trace() -> None:
    forced, plain = (journal(raw(5, did(kind, 3, userIndex=1))) for kind in (3, 1))
    forced.add(ReceivedEvent.of(raw(6, {"alarmCode": 8}, event=0, at=1)), fabric=FABRIC)
    assert rows(forced) == rows(plain)


def test_rows_are_flat() -> None:
    kept = journal(raw(5, FINGER))
    kept.gap(later(9), later(10), SERVER_AWAY)
    kept.unexplained(later(12), LockState.LOCKED)
    found = rows(kept)
    assert [row["kind"] for row in found] == ["event", "gap", "unexplained"]
    assert found[1]["until"] == later(10).isoformat()
    plain = (str, int)
    assert all(isinstance(item, plain) for row in found for item in row.values())


@pytest.mark.parametrize(
    "damage",
    [
        None,
        {"version": 2},
        {"version": 1, "next_id": "x"},
        {"version": 1, "next_id": 1, "epochs": [3]},
        {"version": 1, "next_id": 1, "distrusted": ["x"]},
        {"version": 1, "next_id": 1, "gaps": [{"id": "g1", "start": "x"}]},
        {"version": 1, "next_id": 1, "unexplained": [{"id": "u1"}]},
    ],
)
def test_damage_is_named(damage: object) -> None:
    with pytest.raises(ValueError, match=r"is not"):
        Journal.from_dict(damage)


def test_stored_event_that_stands_twice_is_one_line() -> None:
    plain = journal(raw(5, FINGER), raw(6, FINGER)).as_dict()
    plain["epochs"][0]["events"].append(plain["epochs"][0]["events"][0])
    assert numbers(Journal.from_dict(plain)) == [5, 6]


def test_stored_epoch_that_stands_twice_is_damage() -> None:
    plain = journal(raw(5, FINGER)).as_dict()
    plain["epochs"].append(plain["epochs"][0])
    with pytest.raises(ValueError, match="epochs"):
        Journal.from_dict(plain)


@pytest.mark.parametrize("field", ["data", "received", "number", "live", "who"])
def test_damaged_event_is_named(field: str) -> None:
    data = journal(raw(5, FINGER)).as_dict()
    data["epochs"][0]["events"][0][field] = "x"
    with pytest.raises(ValueError, match=field if field != "who" else "attribution"):
        Journal.from_dict(data)


def test_ten_locks_load_with_work_that_grows_with_their_lines() -> None:
    data = journal(*(raw(number, FINGER, at=number) for number in range(1000)))
    loaded = [stored(data) for _ in range(10)]
    assert sum(len(kept.lines()) for kept in loaded) == 10_000


payloads = st.sampled_from(
    [
        (2, did(0, 1)),
        (2, did(1, 0)),
        (2, FINGER),
        (2, did(4, 9, userIndex=1)),
        (2, did(3, 3, userIndex=2)),
        (3, did(1, 3, operationError=1)),
        (0, {"alarmCode": 8}),
        (1, {"doorState": 0}),
        (4, {"lockDataType": 2, "dataOperationType": 1, "dataIndex": 1}),
    ]
)


@st.composite
def histories(draw: st.DrawFn) -> list[RawEvent]:
    found = draw(st.dictionaries(st.integers(0, 40), payloads, max_size=12))
    events = []
    for number, (event, data) in found.items():
        live = draw(st.booleans())
        clock = draw(st.booleans())
        facts = {} if clock else {"timestamp": number}
        received = number * 4 if live else draw(st.integers(number * 4, 400))
        events.append(
            raw(
                number,
                data,
                event,
                at=number * 4,
                received=received,
                live=live,
                **facts,
            )
        )
    return events


@given(histories(), st.data(), st.sampled_from([3, 1000]))
def test_order_and_duplicates_change_no_line(
    events: list[RawEvent], data: st.DataObject, limit: int
) -> None:
    shuffled = data.draw(st.permutations(events + events[::2]))
    states = [(later(20), LockState.UNLOCKED), (later(60), LockState.LOCKED)]

    def told(found: Sequence[RawEvent]) -> Journal:
        kept = Journal(limit=limit)
        for at, state in states:
            kept.unexplained(at, state)
        for event in found:
            kept.add(ReceivedEvent.of(event), fabric=FABRIC)
        return kept

    assert told(shuffled).lines() == told(events).lines()


@given(histories())
def test_lines_are_ordered_by_number_and_keep_every_event(
    events: list[RawEvent],
) -> None:
    kept = journal(*events)
    shown = [
        int(part.rpartition(".")[2]) for line in kept.lines() for part in line.keys
    ]
    silent = {
        event.event_number for event in events if event.data.get("alarmCode") == 8
    }
    firsts = numbers(kept)
    assert firsts == sorted(firsts, key=lambda number: number or 0)
    assert sorted(shown) == sorted({event.event_number for event in events} - silent)


@given(histories())
def test_store_gives_back_the_same(events: list[RawEvent]) -> None:
    kept = journal(*events)
    kept.unexplained(later(30), LockState.UNLOCKED)
    again = stored(kept)
    assert again.lines() == kept.lines()
    assert again.as_dict() == kept.as_dict()


def test_number_that_repeats_is_not_an_epoch_for_ever() -> None:
    """A lock that does not count begins a new run of numbers with each event."""
    kept = Journal(limit=100)
    for second in range(8000):
        kept.add(
            ReceivedEvent.of(raw(5, did(second % 2, 9), at=second * 60)), fabric=FABRIC
        )
    content = kept.as_dict()
    assert len(content["epochs"]) <= 100 + EMPTY_EPOCHS + 1
    assert len(kept.lines()) == 100
    again = stored(kept, limit=100)
    assert [x.key for x in again.lines()] == [x.key for x in kept.lines()]


def test_erased_epochs_are_not_an_epoch_for_ever() -> None:
    kept = Journal(limit=100)
    for round_ in range(10):
        for second in range(50):
            at = (round_ * 50 + second) * 60
            kept.add(ReceivedEvent.of(raw(5, did(second % 2, 9), at=at)), fabric=FABRIC)
        kept.erase()
    assert len(kept.as_dict()["epochs"]) <= EMPTY_EPOCHS + 1


def test_erased_line_does_not_come_back_by_a_merge() -> None:
    kept = Journal(limit=100)
    for second in range(EMPTY_EPOCHS):
        kept.add(
            ReceivedEvent.of(raw(5, did(second % 2, 9), at=second * 60)), fabric=FABRIC
        )
    before = kept.copy()
    kept.erase()
    assert kept.merge(before) == []
    assert kept.lines() == ()


def test_what_events_have_in_common_is_read_once() -> None:
    kept = journal(raw(5, FINGER), raw(6, FINGER))
    kept.amend(key(5), LINDAS)
    kept.amend(key(6), LINDAS)
    again = stored(kept)
    first, second = again.entry(key(5)), again.entry(key(6))
    assert first is not None and second is not None
    assert first.attribution == LINDAS
    assert first.attribution is second.attribution
    assert first.event is second.event


@pytest.mark.parametrize(
    ("place", "value"), [("user_index", True), ("user_index", 1.0), ("method", "x")]
)
def test_damage_is_told_from_what_only_looks_like_it(place: str, value: object) -> None:
    who = replace(LINDAS, user_index=1)
    kept = journal(raw(5, FINGER), raw(6, FINGER))
    kept.amend(key(5), who)
    kept.amend(key(6), who)
    data = json.loads(json.dumps(kept.as_dict()))
    data["epochs"][0]["events"][1]["who"][place] = value
    with pytest.raises(ValueError, match=place):
        Journal.from_dict(data)

"""How far a lock was followed decides what may be believed of its events."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.attribution.commands import OperationTime
from custom_components.aqara_lock.domain.doorlock.events import RawEvent
from custom_components.aqara_lock.domain.journal.continuity import Continuity, Obstacle

from ..who import NOW, raw


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def received(seconds: float, *, stamped: float | None = None) -> RawEvent:
    """Give an event; `stamped` is the time that the lock gives it."""
    when = at(seconds if stamped is None else stamped)
    stamp = int(when.timestamp() * 1000)
    return replace(raw(1), received_at=at(seconds), timestamp=stamp, timestamp_type=1)


def followed(since: float) -> Continuity:
    found = Continuity()
    found.begin(at(since))
    return found


def test_fresh_operation_has_no_obstacle() -> None:
    assert followed(-60).obstacle(received(0), at(0), at(5)) is None


def test_missed_operation_is_not_explained_by_the_present() -> None:
    missed = replace(received(0), live=False)
    assert followed(-60).obstacle(missed, at(0), at(0)) is Obstacle.MISSED


def test_nothing_is_read_while_the_lock_is_not_followed() -> None:
    lost = followed(-60)
    lost.end()
    assert lost.obstacle(received(0), at(0), at(0)) is Obstacle.NOT_FOLLOWED


@pytest.mark.parametrize(
    ("age", "obstacle"), [(9, None), (10, None), (11, Obstacle.TOO_OLD)]
)
def test_old_operation_may_be_from_before_a_change(
    age: float, obstacle: Obstacle | None
) -> None:
    assert followed(-60).obstacle(received(0), at(-age), at(0)) is obstacle


def test_waiting_in_line_makes_an_operation_old_too() -> None:
    assert followed(-60).obstacle(received(0), at(0), at(11)) is Obstacle.TOO_OLD


@pytest.mark.parametrize(("since", "obstacle"), [(-9, Obstacle.JUST_BACK), (-11, None)])
def test_undated_operation_right_after_a_break_may_be_an_old_one(
    since: float, obstacle: Obstacle | None
) -> None:
    assert followed(since).obstacle(received(0), None, at(0)) is obstacle


def test_every_break_begins_another_stretch() -> None:
    found = Continuity()
    first = found.begin(at(0))
    found.end()
    assert found.number != first
    assert found.begin(at(1)) != first


@pytest.mark.parametrize(
    ("since", "stamped", "wrong"),
    [(-600, -7200, True), (-600, -61, True), (-600, -60, False), (-60, -7200, False)],
)
def test_wrong_clock_shows_only_once_the_lock_is_settled(
    since: float, stamped: float, wrong: bool
) -> None:
    """What it brings along after an absence is old, and dated rightly."""
    found = followed(since)
    assert found.shows_wrong_clock(received(0, stamped=stamped)) is wrong


@pytest.mark.parametrize(
    ("since", "live", "proven"),
    [(-600, True, True), (-120, True, True), (-119, True, False), (-600, False, False)],
)
@pytest.mark.parametrize("stamped", [0, -61, -3600, -86_400, 290, 3600])
def test_what_arrives_on_an_unbroken_subscription_is_of_now(
    since: float, live: bool, proven: bool, stamped: float
) -> None:
    """Whatever the clock says: slow, fast, another zone, or none."""
    event = replace(received(0, stamped=stamped), live=live)
    assert followed(since).proves_live(event) is proven


@pytest.mark.parametrize("reported", [None, 0, -5])
@pytest.mark.parametrize(
    ("stamped", "proven"), [(-60, True), (-61, False), (-480, False), (-481, True)]
)
def test_clock_that_agreed_tells_what_was_kept_in_a_break_that_nobody_noticed(
    stamped: float, reported: float | None, proven: bool
) -> None:
    """A report that was held up brings the state along with the event."""
    found = followed(-600)
    found.judge_clock(received(-300))
    found.state_reported_at = None if reported is None else at(reported)
    assert found.proves_live(received(0, stamped=stamped)) is proven


@pytest.mark.parametrize(
    ("behind", "age", "proven", "wrong"),
    [
        (40, 60, True, False),
        (40, 61, True, False),
        (40, 100, True, False),
        (40, 101, False, False),
        (40, 520, False, False),
        (40, 521, True, True),
        (59, 61, True, True),
        (59, 64, True, True),
        (59, 65, True, False),
        (61, 112, True, True),
        (-30, 31, False, False),
        (-30, 30, True, False),
        (-61, 112, True, True),
    ],
)
def test_clock_that_is_a_little_off_tells_what_was_kept_as_well(
    behind: float, age: float, proven: bool, wrong: bool
) -> None:
    """One that drifts beyond what is believed is seen by the next event."""
    found = followed(-600)
    found.judge_clock(received(-300, stamped=-300 - behind))
    event = received(0, stamped=-age)
    assert found.proves_live(event) is proven
    assert found.shows_wrong_clock(event) is wrong


@pytest.mark.parametrize(("age", "wrong"), [(80, True), (85, True), (86, False)])
def test_second_event_of_one_age_shows_that_the_clock_is_wrong(
    age: float, wrong: bool
) -> None:
    found = followed(-600)
    found.judge_clock(received(-300, stamped=-340))
    first = received(-60, stamped=-140)
    assert found.is_wrong_or_late(first)
    found.note_kept(first)
    assert found.shows_wrong_clock(received(0, stamped=-age)) is wrong


@pytest.mark.parametrize(
    ("seconds", "stamped", "proven"),
    [
        (60, -140, True),
        (60, -145, True),
        (60, -146, False),
        (60, -135, True),
        (60, -134, False),
        (30, -170, True),
        (29, -171, False),
        (7200, 7000, True),
    ],
)
def test_event_that_is_as_old_as_the_one_before_shows_a_clock_that_jumped(
    seconds: float, stamped: float, proven: bool
) -> None:
    """What was kept in two breaks is hardly of one age; one delivery shows nothing."""
    found = followed(-600)
    found.judge_clock(received(-300))
    first = received(0, stamped=-200)
    assert not found.proves_live(first)
    found.note_kept(first)
    assert found.proves_live(received(seconds, stamped=stamped)) is proven


@pytest.mark.parametrize(
    ("back", "settled"), [(None, True), (-120, True), (-119, False), (0, False)]
)
def test_lock_that_is_back_for_long_has_delivered_what_it_kept(
    back: float | None, settled: bool
) -> None:
    found = followed(-600)
    if back is not None:
        found.resume(at(back))
    assert found.has_settled(at(0)) is settled


@pytest.mark.parametrize("flag", ["is_away", "is_silent"])
def test_lock_that_is_away_has_not_delivered_what_it_keeps(flag: str) -> None:
    found = followed(-600)
    setattr(found, flag, True)
    assert not found.has_settled(at(0))
    assert not Continuity().has_settled(at(0))


def test_lock_whose_silence_its_server_did_not_notice_may_deliver_for_longer() -> None:
    found = followed(-900)
    found.is_silent = True
    found.end_silence(at(-479))
    assert not found.has_settled(at(0))
    assert found.has_settled(at(1))


@pytest.mark.parametrize(("began", "settled"), [(-121, True), (-122, False)])
def test_lock_that_was_just_added_kept_nothing(began: float, settled: bool) -> None:
    found = followed(-600)
    found.recorded_from = at(began)
    found.resume(at(-2))
    assert found.has_settled(at(0)) is settled


def test_age_of_what_is_proven_is_not_kept() -> None:
    found = followed(-600)
    found.note_kept(received(0, stamped=-200))
    assert found.kept is None


def test_break_of_the_stretch_forgets_how_old_an_event_was() -> None:
    found = followed(-600)
    found.judge_clock(received(-300))
    found.note_kept(received(0, stamped=-200))
    assert found.kept is not None
    found.begin(at(10))
    assert found.kept is None


@pytest.mark.parametrize(("back", "kept"), [(-29, True), (-30, False), (None, False)])
def test_undated_event_of_a_lock_that_is_back_may_be_kept(
    back: float | None, kept: bool
) -> None:
    found = followed(-600)
    if back is not None:
        found.resume(at(back))
    assert found.is_undated_return(received(0)) is kept


def test_proven_event_is_not_old_whatever_the_clock_says() -> None:
    slow = followed(-600)
    assert slow.obstacle(received(0), at(-60), at(1)) is Obstacle.TOO_OLD
    assert slow.obstacle(received(0), at(-60), at(1), proven_live=True) is None
    waited = slow.obstacle(received(0), at(-60), at(11), proven_live=True)
    assert waited is Obstacle.TOO_OLD


@pytest.mark.parametrize(
    ("stamped", "expected", "earliest", "latest"),
    [
        (0, 0, -60, 0),
        (-9, 0, -69, 0),
        (-11, -11, -71, 0),
        (-70, -70, -130, -10),
        (-1800, -1800, -1860, -1740),
        (30, 0, -60, 0),
    ],
    ids=["now", "a slow clock", "late", "later", "history", "a fast clock"],
)
def test_command_behind_an_operation_is_sought_at_its_own_time(
    stamped: float, expected: float, earliest: float, latest: float
) -> None:
    found = followed(-600).happened_at(received(0), at(stamped))
    assert found == OperationTime(at(expected), at(earliest), at(latest))


def test_missed_operation_happened_by_the_lock_s_clock_or_nobody_knows() -> None:
    missed = replace(received(0), live=False)
    found = followed(-600).happened_at(missed, at(-2))
    assert found == OperationTime(at(-2), at(-62), at(0))
    assert followed(-600).happened_at(missed, None) is None


@pytest.mark.parametrize(("since", "known"), [(-9, False), (-11, True)])
def test_undated_operation_right_after_a_break_has_no_known_time(
    since: float, known: bool
) -> None:
    found = followed(since).happened_at(received(0), None)
    assert found == (OperationTime(at(0), None, at(0)) if known else None)


def test_proof_goes_before_the_clock() -> None:
    found = followed(-600).happened_at(received(0), at(-7200), proven_live=True)
    assert found == OperationTime.exactly(at(0))


@pytest.mark.parametrize(
    ("off", "right"), [(0, True), (30, True), (-30, True), (31, False), (-90, False)]
)
def test_clock_is_right_again_only_when_it_agrees(off: float, right: bool) -> None:
    lock = followed(-600)
    assert lock.shows_right_clock(received(0, stamped=off)) is right


def test_unproven_event_says_nothing_of_the_clock() -> None:
    assert not followed(-60).shows_right_clock(received(0))

"""A job goes on after an interruption only where nothing speaks against it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.aqara_lock.domain.access.grants import (
    Grant,
    GrantKey,
    Placement,
    Wish,
)
from custom_components.aqara_lock.domain.access.job import Job, job_of, unproved
from custom_components.aqara_lock.domain.access.matching import Difference
from custom_components.aqara_lock.domain.access.planner import plan_door
from custom_components.aqara_lock.domain.access.resumption import (
    AskFor,
    Resumption,
    is_as_left,
    placements_after,
    resumption_of,
)
from custom_components.aqara_lock.domain.access.standing import WantedGrant
from custom_components.aqara_lock.domain.access.steps import SetUser
from custom_components.aqara_lock.domain.access.windows import FromTo, Window

from .doors import ANN, FRONT, NOW, door_of, send, table_of
from .spec_lock import PIN, SUCCESS, SpecLock

KEY = GrantKey("ann", FRONT)
WALL = NOW.replace(tzinfo=None)
STAY = FromTo(WALL + timedelta(hours=1), WALL + timedelta(hours=5))
CODES = {KEY: "830417"}
NOBODY = Resumption(may_give=frozenset(), ask={})


def begun(
    lock: SpecLock, done: int, window: Window = STAY, *, wish: Wish = Wish.ON
) -> Job:
    """Return the job of a new guest after some answered steps."""
    grant = Grant(key=KEY, window=window, wish=wish)
    wanted = [WantedGrant(grant=grant, person=ANN, has_code=True)]
    door = door_of(lock)
    job = job_of(plan_door(wanted, door, NOW), wanted, door.table, "job", NOW)
    return go_on(lock, job, done)


def go_on(lock: SpecLock, job: Job, done: int) -> Job:
    while job.done < done and (step := job.next_step):
        assert send(lock, step, CODES) == SUCCESS
        job = job.sent().answered()
    return job


def resumed(
    lock: SpecLock, job: Job, *, hours: float = 0.5, has_code: bool = True
) -> Resumption:
    codes = frozenset({KEY} if has_code else ())
    at = NOW + timedelta(hours=hours)
    return resumption_of(job, job.grants, door_of(lock), at, codes)


@pytest.mark.parametrize("done", range(6))
def test_a_job_goes_on_from_every_step(done: int) -> None:
    lock = SpecLock()
    job = begun(lock, done)
    found = resumed(lock, job)
    assert found == Resumption(may_give=frozenset({KEY}), ask={})
    is_closed = job.done < 4
    assert (lock.admits("830417", WALL + timedelta(hours=2)) == "") is is_closed


def test_a_message_in_flight_may_have_arrived_or_not() -> None:
    for arrives in (False, True):
        lock = SpecLock()
        job = begun(lock, 1).sent()
        if arrives:
            assert job.next_step
            send(lock, job.next_step, CODES)
        assert is_as_left(job, KEY, table_of(lock))
        assert resumed(lock, job).may_give == {KEY}
        assert not job.refused().is_sent


def test_a_code_that_is_gone_is_asked_for_and_what_is_half_done_stays_closed() -> None:
    lock = SpecLock()
    job = begun(lock, 3)
    found = resumed(lock, job, has_code=False)
    assert found == Resumption(may_give=frozenset(), ask={KEY: AskFor.CODE})
    assert lock.codes == {}


def test_a_code_that_was_sent_is_not_asked_for_again() -> None:
    lock = SpecLock()
    job = begun(lock, 4)
    assert resumed(lock, job, has_code=False).may_give == {KEY}


def test_an_old_job_asks() -> None:
    lock = SpecLock()
    job = begun(lock, 2, FromTo(WALL, WALL + timedelta(days=9)))
    assert resumed(lock, job, hours=23.9).may_give == {KEY}
    for hours in (24, -1):
        assert resumed(lock, job, hours=hours).ask == {KEY: AskFor.TOO_OLD}


def test_a_window_that_is_over_and_a_changed_wish_are_dropped() -> None:
    lock = SpecLock()
    job = begun(lock, 2)
    assert resumed(lock, job, hours=5) == NOBODY
    for other in (
        {},
        {KEY: replace(job.grants[KEY], wish=Wish.OFF)},
        {KEY: replace(job.grants[KEY], window=FromTo(WALL, STAY.end))},
    ):
        assert resumption_of(job, other, door_of(lock), NOW) == NOBODY


def open_it(lock: SpecLock) -> None:
    lock.users[1].type = 9


def add_a_code(lock: SpecLock) -> None:
    lock.users[1].credentials.add((PIN, 7))


def other_hours(lock: SpecLock) -> None:
    lock.users[1].year[1] = (0, 99)


def no_hours(lock: SpecLock) -> None:
    lock.users[1].year.clear()
    lock.users[1].week[3] = (1, 0, 99)


def removed(lock: SpecLock) -> None:
    lock.clear_user(1)
    lock.set_user(2, 0, 1, "Ann", 7, None, None)


@pytest.mark.parametrize(
    "change", [open_it, add_a_code, other_hours, no_hours, removed]
)
def test_a_table_that_somebody_changed_asks(change: Callable[[SpecLock], None]) -> None:
    lock = SpecLock()
    job = begun(lock, 3)
    change(lock)
    assert resumed(lock, job).ask == {KEY: AskFor.TABLE_CHANGED}
    # Its placement stays as it was, so that the difference shows.
    assert placements_after(job, {}, table_of(lock), NOW) == {}


def test_a_table_that_was_not_read_asks() -> None:
    lock = SpecLock()
    job = begun(lock, 3)
    door = door_of(lock)
    door = replace(door, table=door.table.after_gap())
    found = resumption_of(job, job.grants, door, NOW, frozenset({KEY}))
    assert found.ask == {KEY: AskFor.TABLE_CHANGED}


@pytest.mark.parametrize("lost", range(3))
def test_a_write_that_the_keypad_slept_through_is_not_proved(lost: int) -> None:
    lock = SpecLock()
    job = begun(lock, 0)
    found: frozenset[Difference] = frozenset()
    for number, step in enumerate(job.steps):
        lock.asleep = number == (0, 1, 3)[lost]
        if send(lock, step, CODES) != SUCCESS:
            break
        job = job.sent().answered()
        found |= unproved(job, table_of(lock)) if step.turn == "reads" else frozenset()
    assert found == (set(), {Difference.HOURS}, {Difference.CODES})[lost]
    if lost == 0:
        # Nothing was made, so the schedule was refused.
        assert (job.done, lock.users) == (1, {})


def test_a_finished_job_proves_all_it_did() -> None:
    lock = SpecLock()
    job = begun(lock, 9)
    assert job.next_step is None
    assert unproved(job, table_of(lock)) == frozenset()
    (placement,) = placements_after(job, {}, table_of(lock), NOW).values()
    assert placement is not None
    assert placement.name_asked == "Ann"
    assert placement.left == table_of(lock).holding(1)


def test_a_removal_is_proved_by_the_read_after_it_only() -> None:
    lock = SpecLock()
    first = begun(lock, 9)
    placed = placements_after(first, {}, table_of(lock), NOW)[KEY]
    assert placed is not None
    grant = Grant(key=KEY, window=STAY, wish=Wish.REMOVED)
    wanted = [WantedGrant(grant=grant, person=ANN, placement=placed)]
    for asleep in (True, False):
        door = door_of(lock)
        job = job_of(plan_door(wanted, door, NOW), wanted, door.table, "gone", NOW)
        assert [type(step).__name__ for step in job.steps] == ["ClearUser", "ReadUser"]
        lock.asleep = asleep
        job = go_on(lock, job, 2)
        before: dict[GrantKey, Placement] = {KEY: placed}
        after = placements_after(job, before, table_of(lock), NOW)
        assert after == ({KEY: placed} if asleep else {KEY: None})
        assert bool(unproved(job, table_of(lock))) is asleep


def test_another_user_than_asked_for_is_not_taken_for_ours() -> None:
    lock = SpecLock()
    job = begun(lock, 0).sent()
    lock.set_user(2, 0, 1, "Ann", None, None, 8)
    assert not is_as_left(job, KEY, table_of(lock))
    assert isinstance(job.next_step, SetUser)
    lock.users[1].creator, lock.users[1].unique_id = 3, 12
    assert not is_as_left(job, KEY, table_of(lock))

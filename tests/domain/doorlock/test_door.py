"""One door: every story of a few steps is told right, whatever its order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    DoorState,
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.domain.doorlock.door import (
    EXPLAINS_WITHIN,
    Door,
    Outcome,
)
from custom_components.aqara_lock.domain.doorlock.jam import Jam, JamSource
from custom_components.aqara_lock.domain.doorlock.positions import (
    Movement,
    is_opening,
    leads_to,
    movement,
    position,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = (*LockState, None)
UNLOCK = LockOperationType.UNLOCK
LOCK = LockOperationType.LOCK
ALARM = "alarm"
STEPS = (*STATES, UNLOCK, LOCK, ALARM)
IN_REPORT = timedelta(seconds=1)
PAUSES = (timedelta(seconds=0.1), timedelta(seconds=2), timedelta(minutes=1))

type Step = LockState | LockOperationType | str | None


@dataclass
class Story:
    """What a door told, beside what the lock said."""

    door: Door
    now: datetime = START
    told: list[Movement] = field(default_factory=list)
    said: list[LockState | None] = field(default_factory=list)
    operations: list[LockOperationType] = field(default_factory=list)
    jam_can_be: bool = False

    def wait(self, pause: timedelta) -> None:
        """Let time pass; what nothing explained in time is told."""
        self.now += pause
        for change in self.door.changes:
            if self.now - change.at >= EXPLAINS_WITHIN:
                self.told.append(change.movement)
                self.door = self.door.given_up(change.number)

    def take(self, step: Step) -> None:
        """Let the lock say something."""
        if step == ALARM:
            self.door = self.door.jammed(self.now)
            self.jam_can_be = True
        elif isinstance(step, LockOperationType):
            moved = Movement.OPENING if is_opening(step) else Movement.CLOSING
            self.told.append(moved)
            self.operations.append(step)
            self.door = self.door.operated(step, self.now)
            self.jam_can_be = False
        else:
            self.door, _ = self.door.reported(step, self.now)
            self.said.append(step)

    @property
    def openings(self) -> int:
        """How many openings were told."""
        return self.told.count(Movement.OPENING)

    @property
    def most_openings(self) -> int:
        """How many there were at most: operations, and ways that states went."""
        ways = [state for state in self.said if state is not None]
        moves = [movement(a, b) for a, b in pairwise(ways)]
        operated = sum(is_opening(kind) for kind in self.operations)
        # After a jam that hid it, a door that comes free was opened on that way.
        return operated + moves.count(Movement.OPENING)


def story(start: LockState | None, steps: Iterable[Step], pause: timedelta) -> Story:
    """Tell a story from a state that was found; the end is long after it."""
    told = Story(Door().found(start, START), said=[start])
    for step in steps:
        told.wait(pause)
        told.take(step)
    told.wait(timedelta(minutes=1))
    return told


@pytest.mark.parametrize("pause", PAUSES)
@pytest.mark.parametrize("start", STATES)
def test_no_story_tells_more_openings_than_there_were(
    start: LockState | None, pause: timedelta
) -> None:
    for length in range(1, 5):
        for steps in product(STEPS, repeat=length):
            told = story(start, steps, pause)
            assert told.openings <= told.most_openings, (steps, told.told)
            assert not told.door.changes


@pytest.mark.parametrize("pause", PAUSES)
def test_no_story_without_an_alarm_loses_a_door_that_was_left_open(
    pause: timedelta,
) -> None:
    """A door that was locked and is not any more was opened, by somebody or nobody."""
    for length in range(1, 5):
        for steps in product((*STATES, UNLOCK, LOCK), repeat=length):
            told = story(LockState.LOCKED, steps, pause)
            left_open = told.door.known is not LockState.LOCKED
            assert told.openings or not left_open, (steps, told.told)


@pytest.mark.parametrize("pause", PAUSES)
@pytest.mark.parametrize("start", STATES)
def test_a_jam_is_only_between_its_alarm_and_its_end(
    start: LockState | None, pause: timedelta
) -> None:
    for length in range(1, 5):
        for steps in product(STEPS, repeat=length):
            told = Story(Door().found(start, START))
            reported_at = alarm_at = START - timedelta(days=1)
            is_own_known = False
            for step in steps:
                told.wait(pause)
                before = told.door.jam
                told.take(step)
                jam = told.door.jam
                if step == ALARM:
                    alarm_at = told.now
                    is_own_known = told.now - reported_at < IN_REPORT
                    assert jam is not None
                elif isinstance(step, LockOperationType):
                    assert jam is None
                else:
                    reported_at = told.now
                    is_own = not is_own_known and told.now - alarm_at < IN_REPORT
                    is_own_known = is_own_known or is_own
                    if before is None:
                        assert jam is None, steps
                        continue
                    differs = step is not before.state and position(step).ends_jam
                    assert (jam is None) is (differs and not is_own), steps


@pytest.mark.parametrize("after", [LockState.LOCKED, LockState.UNLOCKED, None])
@pytest.mark.parametrize("steps", [(LockState.NOT_FULLY_LOCKED, ALARM), (None, ALARM)])
def test_a_bolt_that_is_freed_within_a_second_is_free(
    steps: tuple[Step, ...], after: LockState | None
) -> None:
    """The alarm's own report holds one value; the next one is what became of the bolt."""
    for order in (steps, tuple(reversed(steps))):
        told = Story(Door().found(LockState.LOCKED, START))
        for step in order:
            told.take(step)
            told.wait(timedelta(seconds=0.3))
        own = told.door.jam
        assert own is not None
        told.take(after)
        is_news = after is not None and after is not own.state
        assert (told.door.jam is None) is is_news


@pytest.mark.parametrize("pause", PAUSES)
@pytest.mark.parametrize("start", STATES)
def test_the_order_of_one_report_changes_nothing(
    start: LockState | None, pause: timedelta
) -> None:
    """State and alarm, or state and operation, of one report come in any order."""
    moment = timedelta(milliseconds=50)
    others: tuple[Step, ...] = (ALARM, UNLOCK, LOCK)
    for state, other, then in product(STATES, others, STATES):
        if isinstance(other, LockOperationType) and state not in leads_to(other):
            continue
        ends = []
        for first, second in ((state, other), (other, state)):
            told = Story(Door().found(start, START), said=[start])
            told.take(first)
            told.wait(moment)
            told.take(second)
            told.wait(pause)
            told.take(then)
            told.wait(timedelta(minutes=1))
            jam = told.door.jam
            ends.append((sorted(told.told), jam and (jam.state, jam.left_locked)))
        assert ends[0] == ends[1], (state, other, then)


def test_a_clock_that_is_set_back_does_not_stretch_the_report_of_a_jam() -> None:
    door = Door().found(LockState.UNLOCKED, START).jammed(START)
    door, _ = door.reported(LockState.LOCKED, START - timedelta(hours=1))
    assert door.jam is None


def test_an_alarm_is_not_weakened_by_the_door_sensor() -> None:
    door = Door().found(LockState.LOCKED, START).jammed(START)
    door = door.door_moved(DoorState.JAMMED, START).door_moved(DoorState.CLOSED, START)
    assert door.jam is not None
    assert door.jam.source is JamSource.ALARM


@pytest.mark.parametrize(
    "kind", [None, LockOperationType.NON_ACCESS_USER_EVENT], ids=["unknown", "refused"]
)
def test_an_operation_that_moves_no_bolt_changes_nothing(
    kind: LockOperationType | None,
) -> None:
    door = Door().found(LockState.LOCKED, START).jammed(START)
    assert door.operated(kind, START, OperationSource.KEYPAD) is door


def test_an_operation_explains_for_five_seconds() -> None:
    door = Door().found(LockState.LOCKED, START).operated(UNLOCK, START)
    _, soon = door.reported(LockState.UNLOCKED, START + EXPLAINS_WITHIN)
    late = START + EXPLAINS_WITHIN + timedelta(milliseconds=1)
    _, later = door.reported(LockState.UNLOCKED, late)
    assert (soon, later) == (Outcome.EXPLAINED, Outcome.MOVED)


@pytest.mark.parametrize("state", STATES)
def test_a_jam_is_stored_whole(state: LockState | None) -> None:
    jam = Jam(
        at=START,
        state=state,
        source=JamSource.DOOR_STATE,
        left_locked=True,
        is_state_told=True,
    )
    assert Jam.from_dict(jam.as_dict()) == jam
    before = {k: v for k, v in jam.as_dict().items() if k != "is_state_told"}
    assert not Jam.from_dict(before).is_state_told


@pytest.mark.parametrize(
    "damage",
    [
        {"at": "soon"},
        {"state": 9},
        {"source": "neighbour"},
        {"left_locked": "yes"},
        {"is_state_told": 1},
    ],
)
def test_a_damaged_jam_says_so(damage: dict[str, object]) -> None:
    plain = Jam(at=START, state=None).as_dict() | damage
    with pytest.raises(ValueError, match=next(iter(damage))):
        Jam.from_dict(plain)

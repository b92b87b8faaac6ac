"""A door has more than two positions: what each report of them shows and tells."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from homeassistant.core import Event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    CredentialType,
    EventId,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)

from ...automations import Runs, attached
from ...callers import activity
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock
from ...house import House

NOT_FULLY = LockState.NOT_FULLY_LOCKED
LOCKED = LockState.LOCKED
UNLOCKED = LockState.UNLOCKED
UNLATCHED = LockState.UNLATCHED
STATES = (NOT_FULLY, LOCKED, UNLOCKED, UNLATCHED, None)
SHOWN = {
    NOT_FULLY: "unlocked",
    LOCKED: "locked",
    UNLOCKED: "unlocked",
    UNLATCHED: "open",
    None: "unknown",
}
TOLD = {
    (LOCKED, NOT_FULLY): "unlocked",
    (LOCKED, UNLOCKED): "unlocked",
    (LOCKED, UNLATCHED): "unlatched",
    (NOT_FULLY, UNLATCHED): "unlatched",
    (UNLOCKED, UNLATCHED): "unlatched",
    (NOT_FULLY, LOCKED): "locked",
    (UNLOCKED, LOCKED): "locked",
    (UNLATCHED, LOCKED): "locked",
}
"""Every pair that is told where no operation explains it; all others are silent."""
FINGER = (CredentialType.FINGERPRINT, 1)
OPENINGS = ("unlocked", "unlatched")


@dataclass
class Teller:
    """Everything that is told of one door."""

    house: House
    bus: list[Event[Any]]
    unlocked: Runs
    locked: Runs

    async def told(self) -> list[str]:
        """Give the types of what was told, in the same words on every way."""
        fired = [event.data["type"] for event in self.bus]
        assert self.house.types() == fired
        # What nothing explained is told later than it happened.
        lines = [line["type"] for line in await activity(self.house)]
        assert sorted(lines) == sorted(fired)
        openings = [kind for kind in fired if kind in OPENINGS]
        assert self.unlocked.of("event_type") == openings
        assert self.locked.of("event_type") == [k for k in fired if k == "locked"]
        return fired

    async def openings(self) -> list[str]:
        """Give the openings that were told."""
        return [kind for kind in await self.told() if kind in OPENINGS]


type Begin = Callable[..., Awaitable[Teller]]


@pytest.fixture
def begin(house: House) -> Begin:
    """Start with a lock in a state, long enough ago that nothing is pending."""

    async def start(lock: FakeLock, state: LockState | None = LOCKED) -> Teller:
        value = None if state is None else state.value
        lock.attributes[lock.path(0)] = value
        await house.start(lock)
        await house.tick(150)
        target = {"device_id": house.device_of(lock).id}
        bus = async_capture_events(house.hass, "aqara_lock_activity")
        unlocked = await attached(house.hass, "unlocked", target)
        return Teller(
            house, bus, unlocked, await attached(house.hass, "locked", target)
        )

    return start


def unlock(lock: FakeLock, kind: LockOperationType = LockOperationType.UNLOCK) -> None:
    """Let Ben use his finger; the state is reported apart."""
    lock.report_operation(kind, OperationSource.BIOMETRIC, 2, FINGER)


def lock_by_hand(lock: FakeLock) -> None:
    """Lock by hand; the state is reported apart."""
    lock.report_operation(LockOperationType.LOCK, OperationSource.MANUAL)


def jam(lock: FakeLock) -> None:
    """Let the lock raise the alarm."""
    lock.report_alarm(AlarmCode.LOCK_JAMMED)


# Every pair of positions.


@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("before", STATES)
async def test_every_pair_of_positions(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    before: LockState | None,
    after: LockState | None,
) -> None:
    teller = await begin(u400_lock, before)
    assert house.lock.state == SHOWN[before]
    u400_lock.report_state(after)
    await house.tick(0.4)
    assert house.lock.state == SHOWN[after]
    await house.tick(10)
    assert house.lock.state == SHOWN[after]
    told = TOLD.get((before, after))
    assert await teller.told() == ([] if told is None else [told])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LOCKED, LOCKED),
        (LOCKED, NOT_FULLY),
        (LOCKED, UNLOCKED),
        (UNLOCKED, UNLOCKED),
        (UNLOCKED, LOCKED),
        (UNLATCHED, UNLOCKED),
    ],
)
async def test_a_position_that_was_unknown_meanwhile_is_compared_with_the_last_one(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    before: LockState,
    after: LockState,
) -> None:
    teller = await begin(u400_lock, before)
    for state in (None, after):
        u400_lock.report_state(state)
        await house.tick(10)
    told = TOLD.get((before, after))
    assert await teller.told() == ([] if told is None else [told])


@pytest.mark.parametrize("state_first", [True, False])
@pytest.mark.parametrize("after", [NOT_FULLY, UNLOCKED, UNLATCHED])
@pytest.mark.parametrize("before", [LOCKED, UNLOCKED, None])
async def test_an_operation_beside_any_open_position_is_one_opening_by_its_actor(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    before: LockState | None,
    after: LockState,
    state_first: bool,
) -> None:
    teller = await begin(u400_lock, before)
    steps = [lambda: u400_lock.report_state(after), lambda: unlock(u400_lock)]
    for step in steps if state_first else reversed(steps):
        step()
        await house.tick(0.1)
    await house.tick(10)
    assert house.lock.state == SHOWN[after]
    assert house.changed_by == "Ben"
    assert await teller.told() == ["unlocked"]


@pytest.mark.parametrize("state_first", [True, False])
@pytest.mark.parametrize("before", STATES)
async def test_an_operation_beside_locked_is_one_closing(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    before: LockState | None,
    state_first: bool,
) -> None:
    teller = await begin(u400_lock, before)
    steps = [lambda: u400_lock.report_state(LOCKED), lambda: lock_by_hand(u400_lock)]
    for step in steps if state_first else reversed(steps):
        step()
        await house.tick(0.1)
    await house.tick(10)
    assert house.lock.state == "locked"
    assert await teller.told() == ["locked"]


# More than one step.


@pytest.mark.parametrize("pause", [0, 0.1, 3, 30])
async def test_a_latch_that_falls_back_is_no_second_opening(
    house: House, u400_lock: FakeLock, begin: Begin, pause: float
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(UNLATCHED)
    unlock(u400_lock, LockOperationType.UNLATCH)
    await house.tick(pause)
    u400_lock.report_state(UNLOCKED)
    await house.tick(10)
    assert await teller.openings() == ["unlatched"]
    assert (house.lock.state, house.changed_by) == ("unlocked", "Ben")
    last = house.state(house.entity_id("sensor", "last_unlocked_by"))
    assert last.state == "Ben"


@pytest.mark.parametrize("pause", [0, 2])
@pytest.mark.parametrize(
    ("way", "told"),
    [
        ((NOT_FULLY, UNLOCKED), "unlocked"),
        ((UNLOCKED, NOT_FULLY), "unlocked"),
        ((UNLOCKED, UNLATCHED), "unlatched"),
        ((NOT_FULLY, UNLOCKED, UNLATCHED, UNLOCKED), "unlatched"),
    ],
)
async def test_one_way_through_several_positions_is_one_opening(
    house: House,
    u200_lock: FakeLock,
    begin: Begin,
    way: tuple[LockState, ...],
    told: str,
    pause: float,
) -> None:
    teller = await begin(u200_lock)
    for state in way:
        u200_lock.report_state(state)
        await house.tick(pause / 2)
    await house.tick(10)
    assert await teller.told() == [told]


@pytest.mark.parametrize("operation_at", [0, 1, 2])
async def test_an_operation_explains_the_whole_way(
    house: House, u400_lock: FakeLock, begin: Begin, operation_at: int
) -> None:
    teller = await begin(u400_lock)
    steps = [
        lambda: u400_lock.report_state(NOT_FULLY),
        lambda: u400_lock.report_state(UNLOCKED),
    ]
    steps.insert(operation_at, lambda: unlock(u400_lock))
    for step in steps:
        step()
        await house.tick(1)
    await house.tick(10)
    assert await teller.told() == ["unlocked"]
    assert house.changed_by == "Ben"


async def test_a_bolt_on_its_way_out_is_one_closing(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    """As a lock does that reports NotFullyLocked while its bolt moves."""
    teller = await begin(u400_lock, UNLOCKED)
    u400_lock.report_state(NOT_FULLY)
    await house.tick(2)
    u400_lock.report_state(LOCKED)
    lock_by_hand(u400_lock)
    await house.tick(10)
    assert await teller.told() == ["locked"]


@pytest.mark.parametrize("state_first", [True, False])
async def test_a_bolt_that_is_thrown_once_more_is_no_opening(
    house: House, u400_lock: FakeLock, begin: Begin, state_first: bool
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    await house.tick(1)
    steps = [lambda: u400_lock.report_state(LOCKED), lambda: lock_by_hand(u400_lock)]
    for step in steps if state_first else reversed(steps):
        step()
        await house.tick(0.1)
    await house.tick(10)
    assert await teller.told() == ["locked"]


@pytest.mark.parametrize("after", [NOT_FULLY, UNLOCKED])
@pytest.mark.parametrize("pause", [1, 30])
async def test_a_door_that_relocks_by_itself_had_been_opened(
    house: House, u400_lock: FakeLock, begin: Begin, after: LockState, pause: float
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(after)
    await house.tick(pause)
    u400_lock.report_state(LOCKED)
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.AUTO)
    await house.tick(10)
    assert sorted(await teller.told()) == ["locked", "unlocked"]


@pytest.mark.parametrize("after", [NOT_FULLY, UNLOCKED])
async def test_a_short_opening_that_no_operation_explains_is_not_lost(
    house: House, u200_lock: FakeLock, begin: Begin, after: LockState
) -> None:
    teller = await begin(u200_lock)
    for state in (after, LOCKED):
        u200_lock.report_state(state)
        await house.tick(2)
    await house.tick(10)
    assert await teller.told() == ["unlocked", "locked"]


async def test_an_operation_says_nothing_of_a_later_opening(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(UNLOCKED)
    unlock(u400_lock)
    await house.tick(1)
    u400_lock.report_state(LOCKED)
    await house.tick(1)
    u400_lock.report_state(UNLOCKED)
    await house.tick(10)
    assert sorted(await teller.told()) == ["locked", "unlocked", "unlocked"]
    assert house.changed_by is None


@pytest.mark.parametrize("state_first", [True, False])
async def test_a_movement_is_told_before_a_newer_operation(
    house: House, u400_lock: FakeLock, state_first: bool
) -> None:
    """Whoever listens must not take a lock for locked that was unlocked since."""
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(1)
    await house.tick(60)
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(2)
    assert house.types() == ["unlocked"]
    if state_first:
        u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.BIOMETRIC, 2)
    if not state_first:
        u400_lock.report_state(LockState.UNLOCKED)
    await house.settle()
    assert house.types() == ["unlocked", "locked", "unlocked"]
    assert house.lock.state == "unlocked"
    await house.pass_time(10, 1)
    assert house.types() == ["unlocked", "locked", "unlocked"]


async def test_an_operation_that_comes_out_of_order_stands_once_in_the_journal(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(1)
    await house.tick(60)
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(2)
    number = u400_lock.event_number
    locked_at = dt_util.utcnow() - timedelta(seconds=2)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.BIOMETRIC, 2, number=number + 2
    )
    await house.settle()
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, number=number + 1, at=locked_at
    )
    await house.pass_time(10, 1)
    told = [(line["kind"], line["type"]) for line in await activity(house)]
    assert told == [("event", "unlocked"), ("event", "locked"), ("event", "unlocked")]
    assert (house.lock.state, house.changed_by) == ("unlocked", "Ben")


async def test_a_state_that_is_taken_back_within_the_hold_names_nobody_of_before(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    await begin(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.tick(10)
    u400_lock.lock_by_hand()
    await house.tick(10)
    for state in (UNLOCKED, NOT_FULLY, UNLOCKED, None):
        u400_lock.report_state(state)
    await house.settle()
    assert (house.lock.state, house.changed_by) == ("unknown", None)


# A command and the position that it leads to.


@pytest.mark.parametrize("command", ["lock", "unlock", "open"])
async def test_a_half_open_bolt_is_sent_every_command(
    house: House, u400_lock: FakeLock, begin: Begin, command: str
) -> None:
    await begin(u400_lock, NOT_FULLY)
    u400_lock.requests.clear()
    await house.call(command)
    assert len(u400_lock.asked) == 1


async def test_a_lock_whose_open_is_not_fully_locked_is_unlocked_by_a_command(
    house: House, u400_lock: FakeLock, hub: FakeHub, begin: Begin
) -> None:
    teller = await begin(u400_lock)
    u400_lock.reacts = ("operation",)
    await house.call("unlock")
    u400_lock.report_state(NOT_FULLY)
    await house.pass_time(240, 5)
    assert house.lock.state == "unlocked"
    assert "assumed_state" not in house.lock.attributes
    assert house.problem.state == "ok"
    assert await teller.told() == ["unlocked"]


# A jam.


@pytest.mark.parametrize("alarm_first", [True, False])
@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("before", [LOCKED, UNLOCKED])
async def test_what_comes_in_the_report_of_a_jam_ends_nothing_and_is_no_opening(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    before: LockState | None,
    after: LockState | None,
    alarm_first: bool,
) -> None:
    teller = await begin(u400_lock, before)
    steps = [lambda: jam(u400_lock), lambda: u400_lock.report_state(after)]
    for step in steps if alarm_first else reversed(steps):
        step()
        await house.tick(0.4)
    await house.tick(10)
    assert house.lock.state == "jammed"
    assert house.changed_by is None
    assert await teller.told() == ["jammed"]


@pytest.mark.parametrize("state", STATES)
async def test_a_repeated_value_does_not_end_a_jam(
    house: House, u400_lock: FakeLock, begin: Begin, state: LockState | None
) -> None:
    teller = await begin(u400_lock, state)
    jam(u400_lock)
    await house.tick(10)
    u400_lock.report_state(state)
    await house.tick(10)
    assert house.lock.state == "jammed"
    assert await teller.told() == ["jammed"]


async def test_neither_a_refusal_nor_a_bolt_half_out_ends_a_jam(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    teller = await begin(u400_lock)
    jam(u400_lock)
    await house.tick(10)
    u400_lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    u400_lock.report_state(NOT_FULLY)
    await house.tick(10)
    u400_lock.report_operation(
        LockOperationType.NON_ACCESS_USER_EVENT, OperationSource.KEYPAD, 1
    )
    u400_lock.emit(EventId.LOCK_OPERATION, {"lockOperationType": 99})
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": 1})
    await house.tick(10)
    assert house.lock.state == "jammed"
    assert await teller.openings() == []


@pytest.mark.parametrize(
    ("freed", "told"),
    [(LOCKED, "locked"), (UNLOCKED, "unlocked"), (UNLATCHED, "unlatched")],
)
async def test_a_locked_door_that_jams_and_comes_free(
    house: House, u400_lock: FakeLock, begin: Begin, freed: LockState, told: str
) -> None:
    """It was locked before: that it is open now is an opening, and told only now."""
    teller = await begin(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    await house.tick(0.1)
    jam(u400_lock)
    await house.tick(60)
    u400_lock.report_state(freed)
    await house.tick(10)
    assert house.lock.state == SHOWN[freed]
    assert await teller.told() == ["jammed", told]


@pytest.mark.parametrize("alarm_first", [True, False])
@pytest.mark.parametrize("freed", [LOCKED, UNLOCKED])
async def test_a_bolt_that_is_freed_within_a_second_is_free(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    freed: LockState,
    alarm_first: bool,
) -> None:
    teller = await begin(u400_lock)
    steps = [lambda: jam(u400_lock), lambda: u400_lock.report_state(NOT_FULLY)]
    for step in steps if alarm_first else reversed(steps):
        step()
        await house.tick(0.2)
    assert house.lock.state == "jammed"
    u400_lock.report_state(freed)
    await house.tick(10)
    assert house.lock.state == SHOWN[freed]
    assert await teller.told() == ["jammed", SHOWN[freed]]


@pytest.mark.parametrize("freed", [UNLOCKED, LOCKED])
async def test_an_open_door_that_jams_and_comes_free(
    house: House, u400_lock: FakeLock, begin: Begin, freed: LockState
) -> None:
    teller = await begin(u400_lock, UNLOCKED)
    u400_lock.report_state(NOT_FULLY)
    jam(u400_lock)
    await house.tick(60)
    u400_lock.report_state(freed)
    await house.tick(10)
    assert house.lock.state == SHOWN[freed]
    assert await teller.openings() == []


@pytest.mark.parametrize("state_first", [True, False])
@pytest.mark.parametrize("kind", [LockOperationType.UNLOCK, LockOperationType.UNLATCH])
async def test_an_unlock_ends_a_jam_and_is_the_only_opening(
    house: House,
    u400_lock: FakeLock,
    begin: Begin,
    kind: LockOperationType,
    state_first: bool,
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    jam(u400_lock)
    await house.tick(60)
    steps = [lambda: u400_lock.report_state(UNLOCKED), lambda: unlock(u400_lock, kind)]
    for step in steps if state_first else reversed(steps):
        step()
        await house.tick(0.1)
    await house.tick(10)
    assert (house.lock.state, house.changed_by) == ("unlocked", "Ben")
    assert len(await teller.openings()) == 1


@pytest.mark.parametrize("state", STATES)
async def test_a_successful_operation_ends_a_jam_though_no_state_follows(
    house: House, u400_lock: FakeLock, begin: Begin, state: LockState | None
) -> None:
    await begin(u400_lock, state)
    jam(u400_lock)
    await house.tick(60)
    lock_by_hand(u400_lock)
    await house.settle()
    await house.tick(1)
    assert house.lock.state == SHOWN[state]


@pytest.mark.parametrize("jammed", [False, True])
async def test_a_state_right_behind_its_operation_is_written_once_with_who(
    house: House, u400_lock: FakeLock, begin: Begin, jammed: bool
) -> None:
    """The operation is told once it is on the disk, and its state comes before that."""
    await begin(u400_lock)
    if jammed:
        jam(u400_lock)
    await house.tick(60)
    before = len(house.written(house.lock_id))
    unlock(u400_lock)
    u400_lock.report_state(UNLOCKED)
    await house.settle()
    await house.tick(10)
    shown = house.written(house.lock_id)[before:]
    assert [(x.state, x.attributes["changed_by"]) for x in shown] == [
        ("unlocked", "Ben")
    ]


async def test_an_operation_that_ends_a_jam_never_shows_the_state_before_it(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    await begin(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    jam(u400_lock)
    await house.tick(60)
    lock_by_hand(u400_lock)
    await house.tick(0.2)
    u400_lock.report_state(LOCKED)
    await house.tick(10)
    shown = [state.state for state in house.written(house.lock_id)]
    assert "unlocked" not in shown
    assert shown[-1] == "locked"


async def test_an_operation_before_the_alarm_does_not_end_it(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    teller = await begin(u400_lock, UNLOCKED)
    lock_by_hand(u400_lock)
    jam(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    await house.tick(10)
    assert house.lock.state == "jammed"
    assert await teller.told() == ["locked", "jammed"]


async def test_a_bolt_that_was_half_out_for_seconds_before_the_alarm_is_no_opening(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    await house.tick(4)
    jam(u400_lock)
    await house.tick(10)
    assert house.lock.state == "jammed"
    assert await teller.told() == ["jammed"]


async def test_a_door_that_was_opened_before_the_alarm_was_opened(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    teller = await begin(u400_lock)
    u400_lock.report_state(UNLOCKED)
    await house.tick(3)
    jam(u400_lock)
    await house.tick(10)
    assert house.lock.state == "jammed"
    assert sorted(await teller.told()) == ["jammed", "unlocked"]


async def test_every_alarm_counts_from_the_value_at_that_alarm(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    await begin(u400_lock, UNLOCKED)
    jam(u400_lock)
    await house.tick(10)
    u400_lock.report_state(NOT_FULLY)
    jam(u400_lock)
    await house.tick(10)
    u400_lock.report_state(UNLOCKED)
    await house.tick(10)
    assert house.lock.state == "unlocked"


# A jam that the door sensor tells of.


@pytest.mark.parametrize("moved", [0, 1, 5])
async def test_a_jam_of_the_door_sensor_ends_with_its_next_word(
    house: House, u400_lock: FakeLock, begin: Begin, moved: int
) -> None:
    teller = await begin(u400_lock)
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": 2})
    await house.settle()
    assert house.lock.state == "jammed"
    assert (await teller.told())[-1] == "jammed"
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": moved})
    await house.settle()
    assert house.lock.state == "locked"
    assert await teller.openings() == []


@pytest.mark.parametrize("error", [3, 4, 99])
async def test_a_jam_of_the_door_sensor_does_not_end_with_another_fault(
    house: House, u400_lock: FakeLock, begin: Begin, error: int
) -> None:
    await begin(u400_lock)
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": 2})
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": error})
    await house.tick(10)
    assert house.lock.state == "jammed"
    u400_lock.report_state(UNLOCKED)
    await house.tick(1)
    assert house.lock.state == "unlocked"


@pytest.mark.parametrize("at_start", [True, False])
async def test_the_door_sensor_says_once_that_the_lock_is_jammed(
    house: House, u400_lock: FakeLock, begin: Begin, at_start: bool
) -> None:
    door_state = u400_lock.path(3)
    if at_start:
        u400_lock.attributes[door_state] = 2
    teller = await begin(u400_lock)
    if not at_start:
        u400_lock.set_attribute(door_state, 2)
        await house.settle()
    assert house.lock.state == "jammed"
    u400_lock.report_state(UNLOCKED)
    unlock(u400_lock)
    await house.tick(10)
    assert house.lock.state == "unlocked"
    assert await teller.openings() == ["unlocked"]
    await house.reload()
    assert house.lock.state == "unlocked"
    u400_lock.set_attribute(door_state, 1)
    u400_lock.set_attribute(door_state, 2)
    await house.settle()
    assert house.lock.state == "jammed"


# A jam that outlives Home Assistant.


async def away(house: House, while_away: Callable[[], None]) -> None:
    """Let something happen while the product is stopped."""
    await house.stop()
    house.clock.tick(600)
    while_away()
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.tick(1)


@pytest.fixture
async def jammed(house: House, u400_lock: FakeLock, begin: Begin) -> Teller:
    """Let a locked door jam, on a server that keeps what is missed."""
    house.matter.schema_version = 14
    teller = await begin(u400_lock)
    u400_lock.report_state(NOT_FULLY)
    jam(u400_lock)
    await house.tick(10)
    assert house.lock.state == "jammed"
    return teller


async def test_a_jam_survives_a_reload(
    house: House, u400_lock: FakeLock, jammed: Teller
) -> None:
    await house.reload()
    assert house.lock.state == "jammed"
    await away(house, lambda: None)
    assert house.lock.state == "jammed"
    u400_lock.report_state(LOCKED)
    await house.tick(10)
    assert house.lock.state == "locked"


async def test_a_jam_survives_a_new_connection_to_the_server(
    house: House, u400_lock: FakeLock, jammed: Teller
) -> None:
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert house.lock.state == "jammed"


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (NOT_FULLY, "jammed"),
        (None, "jammed"),
        (LOCKED, "locked"),
        (UNLOCKED, "unlocked"),
        (UNLATCHED, "open"),
    ],
)
async def test_a_jam_ends_by_the_state_that_is_found(
    house: House,
    u400_lock: FakeLock,
    jammed: Teller,
    found: LockState | None,
    shown: str,
) -> None:
    def moves() -> None:
        u400_lock.report_state(found)

    await away(house, moves)
    await house.tick(10)
    assert house.lock.state == shown
    assert await jammed.openings() == []


async def test_a_jam_ends_by_an_operation_that_was_missed(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    """The lock was jammed while it was locked, and is locked again."""
    house.matter.schema_version = 14
    teller = await begin(u400_lock)
    jam(u400_lock)
    await house.tick(10)

    def moves() -> None:
        for kind in (LockOperationType.UNLOCK, LockOperationType.LOCK):
            u400_lock.report_operation(kind, OperationSource.KEYPAD, 1, silently=True)

    await away(house, moves)
    assert house.lock.state == "locked"
    assert [event.data["type"] for event in teller.bus] == ["jammed"]


async def test_a_refusal_that_was_missed_ends_no_jam(
    house: House, u400_lock: FakeLock, jammed: Teller
) -> None:
    def refuses() -> None:
        data = {"lockOperationType": 1, "operationSource": 3, "operationError": 1}
        u400_lock.emit(EventId.LOCK_OPERATION_ERROR, data, silently=True)

    await away(house, refuses)
    assert house.lock.state == "jammed"


@pytest.mark.parametrize(
    ("found", "shown"), [(NOT_FULLY, "jammed"), (LOCKED, "locked")]
)
async def test_a_jam_that_was_missed_is_shown_while_the_bolt_is_not_home(
    house: House, u400_lock: FakeLock, begin: Begin, found: LockState, shown: str
) -> None:
    house.matter.schema_version = 14
    await begin(u400_lock)

    def jams() -> None:
        u400_lock.report_state(found)
        data = {"alarmCode": AlarmCode.LOCK_JAMMED.value}
        u400_lock.emit(EventId.DOOR_LOCK_ALARM, data, silently=True)

    await away(house, jams)
    assert house.lock.state == shown


async def test_a_jam_that_was_missed_and_cleared_is_not_shown(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    house.matter.schema_version = 14
    await begin(u400_lock)

    def jams() -> None:
        u400_lock.report_state(NOT_FULLY)
        data = {"alarmCode": AlarmCode.LOCK_JAMMED.value}
        u400_lock.emit(EventId.DOOR_LOCK_ALARM, data, silently=True)
        u400_lock.report_operation(
            LockOperationType.UNLOCK, OperationSource.KEYPAD, 1, silently=True
        )

    await away(house, jams)
    assert house.lock.state == "unlocked"


async def test_nobody_is_shown_for_a_jam(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    await begin(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    jam(u400_lock)
    await house.settle()
    assert (house.lock.state, house.changed_by) == ("jammed", None)
    await house.reload()
    assert (house.lock.state, house.changed_by) == ("jammed", None)


async def test_a_bolt_that_never_rests_is_shown_all_the_same(
    house: House, u400_lock: FakeLock, begin: Begin
) -> None:
    """Each report put the writing off for 0.3 s: closer ones were never shown."""
    await begin(u400_lock)
    before = len(house.written(house.lock_id))
    for number in range(10):
        u400_lock.report_state(LOCKED if number % 2 else UNLOCKED)
        await house.tick(0.2)
    assert 2 <= len(house.written(house.lock_id)) - before <= 4
    await house.tick(10)
    assert house.lock.state == "locked"

"""A lock whose clock runs behind is followed like any other."""

from datetime import timedelta

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    DataOperationType,
    EventId,
    LockDataType,
    LockOperationType,
    LockState,
    OperationSource,
)

from ...callers import activity
from ...fake_matter import FakeLock
from ...house import House
from .test_gap_entries import start_server, stop_server


def unlock_late(lock: FakeLock, user: int, behind: float) -> None:
    """Unlock just now, by a clock that is behind."""
    lock.report_state(LockState.UNLOCKED)
    lock.emit(
        EventId.LOCK_OPERATION,
        {
            "lockOperationType": LockOperationType.UNLOCK,
            "operationSource": OperationSource.BIOMETRIC,
            "userIndex": user,
        },
        at=dt_util.utcnow() - timedelta(seconds=behind),
    )


@pytest.mark.parametrize("behind", [20, 61, 100, 121])
async def test_operation_of_now_is_told(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """Between one minute and two it was late for ever and its clock never wrong."""
    await house.start(u400_lock)
    await house.tick(300)
    unlock_late(u400_lock, 2, behind)
    await house.settle()
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("behind", [20, 61, 100, 121])
async def test_slot_is_read_again_after_a_gap(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """More than ten seconds behind, and nobody was named any more after a gap."""
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    await stop_server(house)
    await start_server(house, forgetful=True)
    await house.tick(300)
    unlock_late(u400_lock, 2, behind)
    await house.settle()
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("behind", [100, 7200])
async def test_operation_soon_after_a_start_is_told(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """Nobody can know yet that the clock is wrong; the state that comes with it is new."""
    await house.start(u400_lock)
    await house.tick(40)
    unlock_late(u400_lock, 2, behind)
    await house.settle()
    await house.tick(10)
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Ben"


SETTLED = 150
HOUR = 3600


def refuse(lock: FakeLock, off: float) -> int:
    """Refuse a code just now, by a clock that is off by these seconds."""
    return lock.emit(
        EventId.LOCK_OPERATION_ERROR,
        {"lockOperationType": 1, "operationSource": 3, "operationError": 1},
        at=dt_util.utcnow() + timedelta(seconds=off),
    )


@pytest.mark.parametrize(
    "off",
    [-61, -90, -120, -HOUR, -2 * HOUR, -24 * HOUR, HOUR, 24 * HOUR, -1.7e9],
    ids=[
        "61 s",
        "90 s",
        "120 s",
        "1 h slow",
        "local time",
        "1 day slow",
        "1 h fast",
        "1 day fast",
        "no clock",
    ],
)
async def test_what_comes_without_a_break_is_news(
    house: House, u400_lock: FakeLock, off: float
) -> None:
    """A refusal, an alarm and the door change no state that could prove them."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    at = dt_util.utcnow()
    refuse(u400_lock, off)
    then = at + timedelta(seconds=off)
    u400_lock.emit(EventId.DOOR_LOCK_ALARM, {"alarmCode": 6}, at=then)
    u400_lock.emit(EventId.DOOR_STATE_CHANGE, {"doorState": 0}, at=then)
    await house.settle()
    assert house.types() == ["denied", "forced_open", "door_opened"]
    for line in await activity(house):
        told = dt_util.parse_datetime(line["occurred_at"])
        assert told is not None
        assert abs(told - at) < timedelta(seconds=1)


async def test_clock_that_jumps_loses_nothing(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    for off in (0, -HOUR, -HOUR, 0, HOUR, -2 * HOUR, 0):
        await house.tick(100)
        refuse(u400_lock, off)
        await house.settle()
    assert house.types() == ["denied"] * 7
    times = [line["occurred_at"] for line in await activity(house)]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("off", [0, -HOUR])
async def test_what_a_lock_kept_while_it_was_away_is_no_news(
    house: House, u400_lock: FakeLock, off: float
) -> None:
    """Neither by a right clock nor by one that is known to be wrong."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    refuse(u400_lock, off)
    await house.settle()
    u400_lock.become(available=False)
    await house.tick(600)
    u400_lock.become(available=True)
    await house.settle()
    refuse(u400_lock, off - 300)
    await house.settle()
    assert house.types() == ["denied"]
    await house.pass_time(SETTLED, 30)
    refuse(u400_lock, off)
    await house.settle()
    assert house.types() == ["denied"] * 2
    assert len(await activity(house)) == 3


async def test_what_was_kept_in_a_break_that_nobody_noticed_lands_at_its_own_time(
    house: House, u400_lock: FakeLock
) -> None:
    """The server still calls the lock available; the lock's clock was right until now."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    refuse(u400_lock, 0)
    await house.settle()
    await house.tick(300)
    refuse(u400_lock, -200)
    await house.settle()
    assert house.types() == ["denied"]
    assert len(await activity(house)) == 2


async def test_report_that_was_held_up_lands_at_its_own_time_with_its_state(
    house: House, u400_lock: FakeLock
) -> None:
    """A radio that is off for a minute: the state comes with the event, and as late.

    The clock was called wrong for it: this and all that was kept with it were dated by
    when they arrived.
    """
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    u400_lock.lock_by_hand()
    await house.settle()
    await house.tick(300)
    at = dt_util.utcnow().replace(microsecond=0)
    u400_lock.report_state(LockState.UNLOCKED)
    for behind in (72, 70, 41):
        u400_lock.report_operation(
            LockOperationType.UNLOCK,
            OperationSource.BIOMETRIC,
            2,
            at=at - timedelta(seconds=behind),
        )
    await house.settle()
    lines = list(reversed(await activity(house)))[1:]
    assert [line["time_source"] for line in lines] == ["device"] * len(lines)
    assert lines[0]["occurred_at"] == (at - timedelta(seconds=72)).isoformat()
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("behind", [61, 200])
async def test_clock_that_falls_a_little_behind_loses_no_operation(
    house: House, u400_lock: FakeLock, behind: float
) -> None:
    """The state that comes with it is news; the second one shows that it is the clock."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    u400_lock.lock_by_hand()
    await house.settle()
    for _ in range(2):
        await house.tick(1000)
        unlock_late(u400_lock, 2, behind)
        await house.settle()
        await house.tick(10)
        assert house.fired("activity")[-1]["person"] == "Ben"
        u400_lock.report_state(LockState.LOCKED)
        u400_lock.report_operation(
            LockOperationType.LOCK,
            OperationSource.MANUAL,
            at=dt_util.utcnow() - timedelta(seconds=behind),
        )
        await house.settle()
    assert house.types() == ["locked", *["unlocked", "locked"] * 2]
    newest = (await activity(house))[0]
    assert newest["time_source"] == "received"


async def test_clock_that_runs_slow_loses_no_refusal(
    house: House, u400_lock: FakeLock
) -> None:
    """It agreed until it was half a minute behind, and that is no reason to believe it."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    for behind in (0, 20, 40, 62, 70, 90):
        await house.tick(1000)
        refuse(u400_lock, -behind)
        await house.settle()
    assert house.types() == ["denied"] * 6


async def test_replay_of_what_was_never_heard_is_no_news(
    house: House, u400_lock: FakeLock
) -> None:
    """A server that subscribes anew delivers events of before the lock was added."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    number = refuse(u400_lock, 0)
    await house.settle()
    for before in (3, 2, 1):
        u400_lock.report_operation(
            LockOperationType.UNLOCK,
            OperationSource.KEYPAD,
            1,
            number=number - before,
            at=dt_util.utcnow() - timedelta(hours=before),
        )
    await house.settle()
    assert house.types() == ["denied"]
    u400_lock.event_number = number
    u400_lock.lock_by_hand()
    await house.settle()
    sources = [line["time_source"] for line in await activity(house)]
    assert sources == ["device"] * 5


async def test_user_change_of_a_slow_lock_is_told(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    u400_lock.emit(
        EventId.LOCK_USER_CHANGE,
        {
            "lockDataType": LockDataType.USER_INDEX,
            "dataOperationType": DataOperationType.MODIFY,
            "operationSource": OperationSource.REMOTE,
            "userIndex": 2,
            "dataIndex": 2,
        },
        at=dt_util.utcnow() - timedelta(seconds=HOUR),
    )
    await house.tick(15)
    assert house.types() == ["user_changed"]

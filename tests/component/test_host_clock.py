"""A host whose clock is wrong dates nothing wrong for good, and prunes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.network.host.clock import read_synchronised

from .callers import act, activity, add_person, options
from .disk import Disk
from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .flow_steps import bind
from .host_kernel import Kernel, unset_clock
from .house import House
from .locks.activity.test_gap_entries import gaps, lines, unlock
from .locks.connectivity.test_lock_returns import come_back


@pytest.fixture(autouse=True)
def kernel() -> Iterator[Kernel]:
    """Give a host whose clock nobody has set yet."""
    with unset_clock() as made:
        yield made


async def jump(house: House, **by: float) -> None:
    """Set the clock; timers and elapsed seconds do not care."""
    house.clock.tick(timedelta(**by))


def elapsed(house: House, **by: float) -> Any:
    """Hold elapsed seconds where they were though the clock was set."""
    loop_time = house.hass.loop.time
    seconds = timedelta(**by).total_seconds()
    return patch.object(house.hass.loop, "time", lambda: loop_time() - seconds)


async def start(house: House) -> None:
    """Start the home again."""
    assert await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()


async def dates(house: House) -> dict[int, str]:
    """Give when each event happened."""
    every = [x for x in await lines(house) if x["kind"] == "event"]
    return {x["event_number"]: x["occurred_at"] for x in every}


def undated(lock: FakeLock, user: int) -> None:
    """Unlock, of a lock that has no time of its own."""
    lock.report_state(LockState.UNLOCKED)
    lock.emit(
        EventId.LOCK_OPERATION,
        {
            "lockOperationType": LockOperationType.UNLOCK,
            "operationSource": OperationSource.BIOMETRIC,
            "userIndex": user,
        },
        at=dt_util.utc_from_timestamp(7),
    )


@pytest.mark.parametrize("hours", [-1, -20, -24 * 365 * 10, 1, 24 * 31, 24 * 365 * 10])
@pytest.mark.parametrize("dated", [True, False])
async def test_replay_dates_nothing_anew(
    house: House, u400_lock: FakeLock, hours: int, dated: bool
) -> None:
    """Started without a clock: what the server tells once more looked as if received earlier."""
    await house.start(u400_lock)
    for user in (1, 2):
        await unlock(house, u400_lock, user) if dated else undated(u400_lock, user)
        await house.tick(20)
    before = await dates(house)
    await house.stop()
    await jump(house, hours=hours)
    await start(house)
    assert await dates(house) == before
    await jump(house, hours=-hours, minutes=1)
    await house.tick(70)
    await house.reload()
    assert await dates(house) == before


@pytest.mark.parametrize("hours", [24 * 31, 24 * 365 * 10])
async def test_clock_far_ahead_prunes_nothing(
    house: House, u400_lock: FakeLock, hours: int
) -> None:
    await house.start(u400_lock)
    options(house, journal_days=30)
    await unlock(house, u400_lock, 1)
    await house.settle()
    before = await dates(house)
    await house.stop()
    house.matter.recent_events.clear()
    await jump(house, hours=hours)
    await start(house)
    options(house, journal_days=29)
    await house.settle()
    assert await dates(house) == before


async def test_clock_far_ahead_is_believed_after_an_hour(
    house: House, u400_lock: FakeLock
) -> None:
    """The house stood empty for months."""
    await house.start(u400_lock)
    options(house, journal_days=30)
    await unlock(house, u400_lock, 1)
    await house.stop()
    house.matter.recent_events.clear()
    await jump(house, days=90)
    await start(house)
    assert len(await dates(house)) == 2
    await house.pass_time(7 * 3600, 600)
    assert await dates(house) == {}


async def test_operation_before_the_clock_is_set_gets_its_date_afterwards(
    house: House, u400_lock: FakeLock, kernel: Kernel
) -> None:
    """No battery behind the clock: it goes on where it stood, or years earlier."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    before = await dates(house)
    stopped_at = dt_util.utcnow()
    await house.stop()
    away = timedelta(hours=6)
    await jump(house, days=-300)
    await start(house)
    await house.tick(60)
    undated(u400_lock, 2)
    await house.settle()
    estimated = (await lines(house))[-1]["occurred_at"]
    assert datetime.fromisoformat(estimated) >= stopped_at
    await jump(house, hours=300 * 24 + 6)
    with elapsed(house, hours=300 * 24 + 6):
        kernel.synchronised = True
        await house.tick(61)
        found = await dates(house)
    assert {key: found[key] for key in before} == before
    (new,) = (at for key, at in found.items() if key not in before)
    expected = stopped_at + away + timedelta(seconds=60)
    assert abs(datetime.fromisoformat(new) - expected) <= timedelta(seconds=2)


async def test_clock_that_is_set_back_while_running_dates_nothing_earlier(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.tick(300)
    undated(u400_lock, 1)
    await house.pass_time(10, 5)
    first = max((await dates(house)).values())
    await jump(house, hours=-3)
    with elapsed(house, hours=-3):
        undated(u400_lock, 2)
        await house.pass_time(10, 5)
        found = await dates(house)
    assert min(found.values()) == first
    assert len(found) == 2


async def test_wrong_clock_of_the_host_is_not_taken_for_one_of_the_lock(
    house: House, u400_lock: FakeLock
) -> None:
    """Its past entries would have been dated by when they were received from then on."""
    await house.start(u400_lock)
    await house.tick(300)
    await unlock(house, u400_lock, 1)
    await house.tick(10)
    await house.stop()
    right = dt_util.utcnow()
    await jump(house, hours=-1)
    await start(house)
    await house.tick(300)
    u400_lock.report_state(LockState.LOCKED)
    u400_lock.emit(
        EventId.LOCK_OPERATION,
        {"lockOperationType": LockOperationType.LOCK, "operationSource": 1},
        at=right + timedelta(seconds=300),
    )
    await house.settle()
    journal = house.home.runtime_data.locks[house.subentry_id()].journal
    assert journal.as_dict()["distrusted"] == []


async def started_behind(house: House, lock: FakeLock) -> str:
    """Start with a clock that is six hours behind; return the moment it cannot be before."""
    await house.start(lock)
    add_person(house, "Anna")
    await unlock(house, lock, 1)
    await house.tick(10)
    stopped_at = dt_util.utcnow()
    await house.stop()
    await jump(house, hours=-6)
    await start(house)
    await house.tick(60)
    return stopped_at.isoformat()


async def test_gap_ends_are_dated_by_the_time_that_passed(
    house: House, u400_lock: FakeLock
) -> None:
    """The lock restarted out of reach while the clock of the host was behind."""
    stopped_at = await started_behind(house, u400_lock)
    u400_lock.become(available=False)
    await house.tick(600)
    come_back(u400_lock, restarted=True)
    await house.settle()
    gap = (await gaps(house))[-1]
    assert gap["gap_reason"] == "lock_unreachable"
    assert gap["until"] >= stopped_at
    # It may have been away for a while before its server noticed.
    noticed = datetime.fromisoformat(stopped_at) - timedelta(minutes=15)
    assert noticed.isoformat() <= gap["occurred_at"] < gap["until"]


async def test_what_was_said_by_hand_is_dated_by_the_time_that_passed(
    house: House, u400_lock: FakeLock
) -> None:
    stopped_at = await started_behind(house, u400_lock)
    line = (await activity(house))[0]["key"]
    await act(house, "assign_operation", line=line, person="Anna")
    entry = (await activity(house))[0]
    assert entry["person"] == "Anna"
    assert entry["assigned_at"] >= stopped_at


async def test_check_is_dated_by_the_time_that_passed(
    house: House, u400_lock: FakeLock
) -> None:
    stopped_at = await started_behind(house, u400_lock)
    await act(house, "check_connection", response=True)
    await house.settle()
    check = house.state(house.entity_id("sensor", "last_connection_check"))
    assert check.attributes["checked_at"].isoformat() >= stopped_at


async def test_users_and_hubs_are_dated_by_the_time_that_passed(
    files: Path, house: House, u400_lock: FakeLock
) -> None:
    """When a hub was first seen decides which one of two is believed."""
    stopped_at = await started_behind(house, u400_lock)
    hub = house.lan.add(FakeHub())
    await bind(house, "Mara", 2)
    await house.pass_time(60, 5)
    await house.stop()
    home = stored_data(files, house.home.entry_id)
    assert home["hubs"][hub.border_agent_id]["first_seen"] >= stopped_at
    lock = stored_data(files, f"lock.{house.subentry_id()}")
    (bound,) = (x["bound_at"] for x in lock["directory"]["bindings"])
    assert bound >= stopped_at


def stored_data(files: Path, key: str) -> dict[str, Any]:
    """Return the content of a file of the product."""
    text = (files / f"aqara_lock.{key}").read_text()
    content: dict[str, Any] = json.loads(text)["data"]
    return content


async def test_kill_and_a_clock_without_a_battery(
    house: House, u400_lock: FakeLock, files: Any
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await house.tick(2)
    before = await dates(house)
    disk = Disk(files)
    await jump(house, days=-1)
    await disk.start_again(house)
    assert await dates(house) == before
    assert len(await activity(house)) == len(before)


def test_kernel_is_asked_without_a_privilege() -> None:
    assert read_synchronised() in (True, False, None)


def test_no_process_is_started_to_ask_the_kernel() -> None:
    with patch("subprocess.Popen") as process:
        read_synchronised()
    process.assert_not_called()


def test_kernel_that_cannot_be_asked_says_nothing() -> None:
    target = "custom_components.aqara_lock.network.host.clock.ctypes.CDLL"
    with patch(target, side_effect=OSError):
        assert read_synchronised() is None
    with patch(target) as library:
        library.return_value.adjtimex.return_value = -1
        assert read_synchronised() is None
        library.return_value.adjtimex.return_value = 0
        assert read_synchronised() is True
        library.return_value.adjtimex.return_value = 5
        assert read_synchronised() is False

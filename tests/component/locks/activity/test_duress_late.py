"""Duress that could not be told when it happened is told afterwards: somebody may need help."""

from datetime import timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
    UserType,
)

from ...automations import Runs, attached
from ...callers import activity
from ...fake_matter import FakeLock
from ...house import House
from .test_gap_entries import RECORDS_ALL_THE_TIME, start_server, stop_server


@pytest.fixture
async def runs(house: House, u400_lock: FakeLock) -> Runs:
    """Wait for duress at a lock whose server remembers what nobody heard."""
    house.matter.schema_version = RECORDS_ALL_THE_TIME
    u400_lock.users[2].type = UserType.FORCED
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    return await wait_for_duress(house, u400_lock)


async def wait_for_duress(house: House, lock: FakeLock) -> Runs:
    """Attach the private trigger."""
    target = {"device_id": house.device_of(lock).id}
    return await attached(house.hass, "duress", target)


def force(lock: FakeLock, **more: Any) -> None:
    """Open with the finger that is kept for threats."""
    lock.report_operation(
        LockOperationType.FORCED_USER_EVENT, OperationSource.BIOMETRIC, 1, **more
    )


async def miss(house: House, lock: FakeLock, **more: Any) -> None:
    """Let it happen while the connection to the server is down."""
    await stop_server(house)
    force(lock, silently=True, **more)
    await start_server(house, forgetful=False)


async def test_missed_duress_is_told_with_its_own_time(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    """Nobody ever heard of it."""
    at = dt_util.utcnow() + timedelta(seconds=30)
    await miss(house, u400_lock, at=at)
    await house.tick(10)
    (told,) = runs.variables
    assert (told["late"], told["person"]) == (True, "Anna")
    assert dt_util.parse_datetime(told["occurred_at"]) == at.replace(
        microsecond=at.microsecond // 1000 * 1000
    )
    clock = dt_util.as_local(at).strftime("%-I:%M %p")
    assert f"This happened at {clock} and" in told["message"]
    assert house.types() == ["locked"]


async def test_alarm_and_user_kept_for_threats_count_as_well(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    await stop_server(house)
    u400_lock.emit(
        EventId.DOOR_LOCK_ALARM, {"alarmCode": AlarmCode.FORCED_USER}, silently=True
    )
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.KEYPAD, 2, silently=True
    )
    await start_server(house, forgetful=False)
    await house.tick(10)
    assert len(runs.variables) == 2


async def test_duress_of_a_lock_that_was_out_of_reach_is_told(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    u400_lock.become(available=False)
    await house.tick(3600)
    u400_lock.become(available=True)
    u400_lock.report_state(LockState.UNLOCKED)
    force(u400_lock, at=dt_util.utcnow() - timedelta(minutes=30))
    await house.settle()
    await house.tick(10)
    (told,) = runs.variables
    assert told["late"] is True


async def test_duress_of_an_unknown_time_is_told_without_one(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    uptime = dt_util.utc_from_timestamp(1000)
    await miss(house, u400_lock, at=uptime)
    await house.tick(10)
    (told,) = runs.variables
    assert "occurred_at" not in told
    assert "at an unknown time" in told["message"]


async def test_duress_of_long_ago_is_told_to_nobody(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    await miss(house, u400_lock, at=dt_util.utcnow() - timedelta(hours=25))
    await house.tick(10)
    assert runs.variables == []


async def test_late_duress_is_told_once(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    await miss(house, u400_lock)
    await house.tick(10)
    await house.reload()
    await house.tick(60)
    assert len(runs.variables) == 1


async def test_duress_of_now_is_not_late(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    u400_lock.report_state(LockState.UNLOCKED)
    force(u400_lock)
    await house.settle()
    (told,) = runs.variables
    assert "late" not in told
    assert "could only be told now" not in told["message"]


async def test_duress_while_home_assistant_starts_waits_for_the_automations(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """Automations listen only when everything has started."""
    await house.start(u400_lock)
    hass.set_state(CoreState.starting)
    force(u400_lock)
    await house.tick(30)
    runs = await wait_for_duress(house, u400_lock)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house.settle()
    assert runs.variables == []
    await house.tick(10)
    assert len(runs.variables) == 1


async def test_nothing_is_told_after_the_end(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    await miss(house, u400_lock)
    await house.stop()
    await house.tick(60)
    assert runs.variables == []


async def test_late_duress_reads_like_any_unlock(
    house: House, u400_lock: FakeLock, runs: Runs
) -> None:
    await miss(house, u400_lock)
    await house.tick(10)
    assert runs.variables
    newest = (await activity(house))[0]
    assert newest["type"] == "unlocked"
    assert "late" not in newest

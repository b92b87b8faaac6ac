"""A clock that is set back: what was noted before lies ahead of it, and was before all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from unittest.mock import patch

from homeassistant.helpers import issue_registry as ir

from custom_components.aqara_lock.domain.doorlock.cluster import LockState

from ...fake_lan import FakeHub, FakeLan
from ...fake_matter import FakeLock
from ...house import House

BACK: Final = timedelta(hours=3)


@contextmanager
def set_back(house: House) -> Iterator[None]:
    """Set the clock back; timers do not care."""
    loop_time = house.hass.loop.time
    with patch.object(
        house.hass.loop, "time", lambda: loop_time() + BACK.total_seconds()
    ):
        house.clock.tick(-BACK)
        yield


async def test_hub_is_the_cause_though_the_lock_seems_to_have_spoken_since(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    u400_lock.report_state(LockState.UNLOCKED)
    with set_back(house):
        lan.unplug(hub)
        await house.pass_time(30, 5)
        assert house.responsive == "off"
        assert house.problem.state == "hub_offline"


async def test_sign_of_life_ends_a_silence_that_seems_to_begin_later(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    assert house.responsive == "off"
    with set_back(house):
        lan.plug(hub)
        await house.pass_time(30, 5)
        assert house.responsive == "on"
        assert house.problem.state == "ok"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_ping_that_got_lost_does_not_outlast_a_sign_of_life(
    house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    button = house.entity_id("button", "check_connection")
    await house.hass.services.async_call(
        "button", "press", {"entity_id": button}, blocking=True
    )
    await house.settle()
    assert house.problem.state == "lock_unreachable"
    with set_back(house):
        u400_lock.report_state(LockState.UNLOCKED)
        await house.pass_time(10, 5)
        assert house.problem.state == "ok"


async def test_cause_that_seems_to_begin_later_becomes_a_repair(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    with set_back(house):
        await house.pass_time(240, 5)
    issues = ir.async_get(house.hass).issues.values()
    assert "hub_offline" in {x.translation_key for x in issues if x.active}

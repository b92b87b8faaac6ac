"""A reload of the home in the middle of a silence: it goes on, and nobody is told twice."""

from datetime import datetime
from typing import Final
from unittest.mock import patch

from custom_components.aqara_lock.const import RELOAD_TAKES
from custom_components.aqara_lock.domain.budget import PINGS_FOR_RETURNS

from ...fake_lan import FakeHub, FakeLan
from ...fake_matter import FakeLock
from ...house import House

REPEATED: Final = 14


async def fall_silent(house: House, lock: FakeLock) -> None:
    """Let a check of the user find the lock silent, though the server still has it."""
    await house.start(lock)
    await house.pass_time(65, 5)
    lock.answers_ping = False
    button = house.entity_id("button", "check_connection")
    await house.hass.services.async_call(
        "button", "press", {"entity_id": button}, blocking=True
    )
    await house.settle()
    assert house.responsive == "off"


def silent_since(house: House) -> datetime:
    """Give since when the first lock is silent."""
    since: datetime = house.problem.attributes["since"]
    return since


async def test_silence_goes_on(house: House, hub: FakeHub, u400_lock: FakeLock) -> None:
    await fall_silent(house, u400_lock)
    since = silent_since(house)
    await house.tick(5)
    await house.reload()
    assert house.responsive == "off"
    assert silent_since(house) == since
    await house.pass_time(300, 10)
    assert house.responsive == "off"
    assert house.types("connection") == ["unresponsive"]


async def test_lock_that_is_back_is_found_and_told(
    house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await fall_silent(house, u400_lock)
    since = silent_since(house)
    u400_lock.answers_ping = True
    await house.tick(5)
    await house.reload()
    await house.pass_time(10, 5)
    assert house.responsive == "on"
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert house.fired("connection")[-1]["since"] == since


async def test_lock_that_the_server_found_meanwhile_is_told(
    house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.become(available=False)
    await house.pass_time(70, 10)
    await house.stop()
    u400_lock.become(available=True)
    await house.reload()
    await house.tick(1)
    assert house.responsive == "on"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_hub_that_is_away_is_told_once(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(20, 5)
    assert house.responsive == "off"
    await house.reload()
    await house.pass_time(30, 5)
    assert "ping_node" not in u400_lock.asked
    lan.plug(hub)
    await house.pass_time(30, 5)
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_reloads_do_not_stretch_the_budget(
    house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await fall_silent(house, u400_lock)
    before = u400_lock.asked.count("ping_node")
    for _ in range(REPEATED):
        await house.reload()
        await house.pass_time(60, 5)
    assert u400_lock.asked.count("ping_node") - before == PINGS_FOR_RETURNS


async def test_silence_goes_on_in_a_home_that_was_away_for_long(
    house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    """A lock is not heard by a restart; what was seen of hubs and routes is too old."""
    await fall_silent(house, u400_lock)
    await house.stop()
    loop_time = house.hass.loop.time
    with patch.object(house.hass.loop, "time", lambda: loop_time() + RELOAD_TAKES + 1):
        await house.reload()
        assert house.responsive == "off"

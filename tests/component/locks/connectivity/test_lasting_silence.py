"""A lock that does not answer does not look healthy: at once, after a while, over a restart."""

from datetime import datetime
import json
from pathlib import Path
from typing import Any

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
import pytest

import custom_components.aqara_lock as product
from custom_components.aqara_lock.domain.doorlock.cluster import AlarmCode, LockState

from ...automations import attached
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock
from ...flow_steps import reconfigure
from ...house import House
from ..activity.test_clock_set_back import set_back

SILENT = "mdi:lock-alert"
CERTAIN = 30
LONG = 120
MEMORY = "aqara_lock_connections"
INTEGRATION = Path(product.__file__).parent


async def lose_hub(house: House, hub: FakeHub) -> None:
    """Unplug the hub and wait until the lock is called silent."""
    house.lan.unplug(hub)
    await house.seconds_until(lambda: house.responsive == "off", 60)


async def lose_radio(house: House, lock: FakeLock) -> None:
    """Let the lock fall silent for no known reason."""
    lock.answers_ping = False
    lock.become(available=False)
    await house.seconds_until(lambda: house.responsive == "off", 120)


async def started(house: House, lock: FakeLock) -> datetime:
    """Set a home up that was quiet for a while; gives when the lock was heard last."""
    await house.start(lock)
    await house.pass_time(65, 5)
    lock.unlock_by_finger(user=1)
    await house.settle()
    heard = dt_util.utcnow()
    await house.pass_time(65, 5)
    return heard


def icon_of_unknown() -> str:
    """Give the icon that the frontend shows for a lock whose state is unknown."""
    icons = json.loads((INTEGRATION / "icons.json").read_text())
    found: str = icons["entity"]["lock"]["lock"]["state"]["unknown"]
    return found


def unanswered(house: House) -> str:
    """Give whether the lock is said not to answer."""
    return house.state(house.entity_id("binary_sensor", "unanswered")).state


async def test_a_silent_lock_warns_at_once(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    assert "icon" not in house.lock.attributes
    assert unanswered(house) == "off"
    await lose_hub(house, hub)
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["icon"] == SILENT
    assert house.lock.attributes["assumed_state"] is True
    assert unanswered(house) == "on"
    await house.tick(5)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert "icon" not in house.lock.attributes
    assert unanswered(house) == "off"


async def test_with_a_certain_cause_nobody_knows_the_state_after_half_a_minute(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    heard = await started(house, u400_lock)
    await lose_hub(house, hub)
    await house.pass_time(CERTAIN - 2, 1)
    assert house.lock.state == "unlocked"
    await house.pass_time(3, 1)
    assert house.lock.state == "unknown"
    assert house.lock.attributes["last_known_state"] == "unlocked"
    assert house.lock.attributes["last_known_at"] == heard
    assert house.changed_by is None
    # The frontend has it for the state: as an attribute both buttons would bear it.
    assert "icon" not in house.lock.attributes
    assert icon_of_unknown() == SILENT
    with pytest.raises(HomeAssistantError):
        await house.call("lock")
    assert house.lock.state == "unknown"


async def test_without_one_it_takes_two_minutes_from_the_verdict(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    await lose_radio(house, u400_lock)
    await house.pass_time(LONG - 4, 2)
    assert house.lock.state == "unlocked"
    await house.pass_time(6, 1)
    assert house.lock.state == "unknown"
    # It stays controllable: what is sent may still arrive.
    assert house.lock.state != "unavailable"


async def test_a_jam_is_the_last_known_state(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.settle()
    assert house.lock.state == "jammed"
    await lose_hub(house, hub)
    await house.pass_time(CERTAIN + 2, 2)
    assert house.lock.state == "unknown"
    assert house.lock.attributes["last_known_state"] == "jammed"


async def test_a_state_that_the_lock_itself_does_not_know_is_none(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    u400_lock.report_state(None)
    await house.pass_time(10, 5)
    await lose_hub(house, hub)
    await house.pass_time(CERTAIN + 2, 2)
    assert house.lock.state == "unknown"
    assert "last_known_state" not in house.lock.attributes
    assert house.lock.attributes["last_known_at"] is not None


async def test_checking_is_no_answer(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The delay goes on while checking, and unknown ends only by a sign of life."""
    await started(house, u400_lock)
    await lose_hub(house, hub)
    u400_lock.answers_ping = False
    house.lan.plug(hub)
    reachable = house.entity_id("binary_sensor", "responsive")
    await house.seconds_until(lambda: house.state(reachable).attributes["checking"], 30)
    assert (house.responsive, unanswered(house)) == ("off", "on")
    await house.pass_time(LONG, 2)
    assert house.lock.state == "unknown"
    u400_lock.answers_ping = True
    await house.seconds_until(lambda: house.responsive == "on", 900)
    await house.tick(1)
    assert house.lock.state == "unlocked"
    assert "last_known_at" not in house.lock.attributes


async def test_what_the_lock_says_first_is_shown_first(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """It was locked meanwhile: "unlocked" is no state of this door any more."""
    await started(house, u400_lock)
    await lose_hub(house, hub)
    await house.pass_time(CERTAIN + 2, 2)
    before = len(house.written(house.lock_id))
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(7, 0.1)
    states = [state.state for state in house.written(house.lock_id)[before:]]
    assert set(states) == {"unknown", "locked"}
    assert states == sorted(states, reverse=True)


async def test_an_answer_without_a_word_brings_the_last_state_back(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    await lose_hub(house, hub)
    await house.pass_time(CERTAIN + 2, 2)
    assert house.lock.state == "unknown"
    house.lan.plug(hub)
    await house.seconds_until(lambda: house.responsive == "on", 60)
    await house.tick(0.4)
    assert house.lock.state == "unlocked"
    assert house.changed_by == "Anna"


async def test_a_short_silence_leaves_the_state(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    before = len(house.written(house.lock_id))
    await lose_hub(house, hub)
    await house.pass_time(10, 2)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.pass_time(LONG + 10, 5)
    states = {state.state for state in house.written(house.lock_id)[before:]}
    assert states == {"unlocked"}


async def test_the_last_known_state_stays_where_the_user_wants_it(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    flow = await reconfigure(house, "lock", house.subentry_id())
    await flow.choose("entity")
    assert flow.preset("keep_last_state") is False
    await flow.fill(replace_core_lock=True, under_hub=False, keep_last_state=True)
    await house.settle()
    await lose_hub(house, hub)
    await house.pass_time(CERTAIN + 2, 2)
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["icon"] == SILENT
    assert house.changed_by == "Anna"
    flow = await reconfigure(house, "lock", house.subentry_id())
    await flow.choose("entity")
    await flow.fill(replace_core_lock=True, under_hub=False, keep_last_state=False)
    await house.settle()
    assert house.lock.state == "unknown"


def restart(house: House) -> None:
    """Forget what a process knows; the caller loads the home again."""
    house.hass.data.pop(HassKey[Any](MEMORY), None)


@pytest.mark.usefixtures("files")
async def test_a_silence_goes_on_over_a_restart(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    heard = await started(house, u400_lock)
    await lose_radio(house, u400_lock)
    await house.pass_time(LONG + 5, 5)
    assert house.lock.state == "unknown"
    await house.stop()
    restart(house)
    await house.tick(600)
    before = len(house.written(house.lock_id))
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.pass_time(30, 5)
    states = [state.state for state in house.written(house.lock_id)[before:]]
    assert states[0] == "unknown"
    assert set(states) == {"unknown"}
    assert house.lock.attributes["last_known_at"] == heard
    assert (house.responsive, unanswered(house)) == ("off", "on")
    told = house.types("connection")
    u400_lock.answers_ping = True
    u400_lock.become(available=True)
    await house.seconds_until(lambda: house.responsive == "on", 60)
    await house.tick(1)
    assert house.lock.state == "unlocked"
    assert house.types("connection") == [*told, "recovered"]


@pytest.mark.usefixtures("files")
async def test_an_alarm_waits_anew_after_a_restart(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    """The message of before may have been taken back: the silence is told once more."""
    await started(house, u400_lock)
    target = {"entity_id": house.lock_id}
    await lose_radio(house, u400_lock)
    await house.pass_time(LONG + 5, 5)
    await house.stop()
    restart(house)
    runs = await attached(house.hass, "unresponsive", target, {"for": {"minutes": 2}})
    await house.tick(3600)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    await house.pass_time(LONG - 10, 5)
    assert runs.variables == []
    await house.pass_time(15, 5)
    assert len(runs.variables) == 1
    runs.stop()


async def test_the_delay_knows_no_clock_that_is_set(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await started(house, u400_lock)
    await lose_hub(house, hub)
    with set_back(house):
        await house.pass_time(CERTAIN - 10, 2)
        assert house.lock.state == "unlocked"
        await house.pass_time(12, 2)
        assert house.lock.state == "unknown"


@pytest.mark.usefixtures("files")
async def test_a_lock_that_is_back_is_found_soon_after_a_restart(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await started(house, u400_lock)
    await lose_radio(house, u400_lock)
    await house.pass_time(LONG + 5, 5)
    await house.stop()
    restart(house)
    u400_lock.answers_ping = True
    u400_lock.become(available=True)
    before = u400_lock.asked.count("ping")
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.lock.state == "unknown"
    took = await house.seconds_until(lambda: house.responsive == "on", 60)
    assert took <= 15
    assert u400_lock.asked.count("ping") - before <= 1
    await house.tick(1)
    assert house.lock.state == "unlocked"


@pytest.mark.usefixtures("files")
async def test_a_lock_that_answered_is_not_silent_after_a_restart(
    house: House, u400_lock: FakeLock, hub: FakeHub, files: Path
) -> None:
    await started(house, u400_lock)
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.seconds_until(lambda: house.responsive == "on", 60)
    await house.stop()
    restart(house)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.responsive == "on"
    assert house.lock.state == "unlocked"


async def test_what_warns_is_no_diagnostic_entity(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Home Assistant leaves diagnostic entities out of dashboards and Security."""
    await house.start(u400_lock)
    registry = er.async_get(house.hass)
    for platform, key in (
        ("binary_sensor", "responsive"),
        ("binary_sensor", "unanswered"),
        ("sensor", "diagnosis"),
    ):
        entry = registry.async_get(house.entity_id(platform, key))
        assert entry is not None
        assert entry.entity_category is None, key
    shown = house.state(house.entity_id("binary_sensor", "unanswered"))
    assert shown.attributes["device_class"] == "safety"

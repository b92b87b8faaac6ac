"""Blueprints of hubs, refusals and nights, as automations that really run."""

from collections.abc import AsyncGenerator
from datetime import timedelta

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    OperationError,
    OperationSource,
)

from ..blueprints import automate
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

PHONE = {"notify": ["notify.mobile_app_phone"]}


@pytest.fixture
def phone(hass: HomeAssistant) -> list[ServiceCall]:
    """Give a phone that can be notified."""
    return async_mock_service(hass, "notify", "mobile_app_phone")


@pytest.fixture
async def home(house: House, u400_lock: FakeLock, hub: FakeHub) -> House:
    """Set up a home in which all is well."""
    await house.start(u400_lock)
    await house.pass_time(70, 10)
    return house


def told(phone: list[ServiceCall]) -> list[str]:
    """Return what the phone was told."""
    return [call.data["message"] for call in phone]


async def refuse(home: House, lock: FakeLock) -> None:
    """Type a wrong code."""
    lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    await home.settle()
    await home.tick(10)


async def night(home: House) -> None:
    """Let the time of the night lock come, and the minute that it waits pass."""
    await home.pass_time(310, 10)


async def test_hub_offline(home: House, hub: FakeHub, phone: list[ServiceCall]) -> None:
    hub_id = home.hub_entity_id("binary_sensor", "border_router", hub)
    inputs = PHONE | {"hubs": {"entity_id": hub_id}, "wait": {"minutes": 2}}
    await automate(home.hass, "hub_offline", inputs)
    home.lan.unplug(hub)
    await home.pass_time(60, 5)
    assert told(phone) == []
    await home.pass_time(120, 5)
    (said,) = told(phone)
    assert hub.name in said
    assert phone[0].data["title"] == hub.name


async def test_refused_often_is_told_once_for_each_series(
    home: House, u400_lock: FakeLock, phone: list[ServiceCall]
) -> None:
    device = {"device_id": home.device_of(u400_lock).id}
    await automate(home.hass, "refused_often", PHONE | {"locks": device})
    for count in range(1, 6):
        await refuse(home, u400_lock)
        assert len(told(phone)) == (1 if count >= 3 else 0)
    assert "denied access 3 times within 10 minutes" in told(phone)[0]
    await refuse(home, u400_lock)
    assert "denied access 6 times" in told(phone)[1]


async def test_refusals_of_another_hour_do_not_count(
    home: House, u400_lock: FakeLock, phone: list[ServiceCall]
) -> None:
    device = {"device_id": home.device_of(u400_lock).id}
    await automate(home.hass, "refused_often", PHONE | {"locks": device})
    for _ in range(4):
        await refuse(home, u400_lock)
        await home.pass_time(600, 60)
    assert told(phone) == []


@pytest.fixture
async def night_lock(
    home: House, phone: list[ServiceCall]
) -> AsyncGenerator[list[ServiceCall]]:
    """Lock the door at a time that comes in two to three minutes."""
    at = dt_util.now() + timedelta(minutes=3)
    inputs = PHONE | {
        "locks": [home.lock_id],
        "doors": ["binary_sensor.front_door"],
        "time": f"{at:%H:%M}:00",
    }
    await automate(home.hass, "night_lock", inputs)
    yield phone
    await home.hass.services.async_call(
        AUTOMATION, "turn_off", {"entity_id": "automation.made"}, blocking=True
    )


async def test_night_lock_locks_and_says_nothing(
    home: House,
    u400_lock: FakeLock,
    night_lock: list[ServiceCall],
) -> None:
    u400_lock.unlock_by_finger(user=1)
    await home.settle()
    assert home.lock.state == "unlocked"
    await night(home)
    assert home.lock.state == "locked"
    assert told(night_lock) == []
    assert u400_lock.asked.count("LockDoor") == 1


async def test_a_door_that_is_locked_is_left_alone(
    home: House, u400_lock: FakeLock, night_lock: list[ServiceCall]
) -> None:
    assert home.lock.state == "locked"
    await night(home)
    assert "LockDoor" not in u400_lock.asked
    assert told(night_lock) == []


async def test_night_lock_leaves_an_open_door(
    home: House,
    u400_lock: FakeLock,
    night_lock: list[ServiceCall],
) -> None:
    home.hass.states.async_set(
        "binary_sensor.front_door", "on", {"friendly_name": "The front door"}
    )
    u400_lock.unlock_by_finger(user=1)
    await home.settle()
    await night(home)
    assert home.lock.state == "unlocked"
    (said,) = told(night_lock)
    assert said.endswith("is not locked for the night: The front door is open.")


async def test_night_lock_leaves_a_jam(
    home: House,
    u400_lock: FakeLock,
    night_lock: list[ServiceCall],
) -> None:
    u400_lock.unlock_by_finger(user=1)
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await home.settle()
    assert home.lock.state == "jammed"
    await night(home)
    assert "LockDoor" not in u400_lock.asked
    assert told(night_lock)[0].endswith("it is jammed.")
    assert len(night_lock) == 1


async def test_night_lock_gives_up_on_a_lock_that_does_not_answer(
    home: House,
    u400_lock: FakeLock,
    night_lock: list[ServiceCall],
) -> None:
    u400_lock.become(available=False)
    await home.tick(61)
    await night(home)
    assert "LockDoor" not in u400_lock.asked
    assert told(night_lock)[0].endswith("it does not answer.")
    assert len(night_lock) == 1

"""Logbook lines, described as the logbook asks for them."""

from typing import Any

from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.aqara_lock.const import EVENT_ACTIVITY
from custom_components.aqara_lock.domain.activity import ActivityType
from custom_components.aqara_lock.domain.door_lock import (
    AlarmCode,
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.logbook import async_describe_events

from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House


def described(hass: HomeAssistant, event: Event[Any]) -> dict[str, Any]:
    """Describe an event as the logbook does."""
    describers: dict[str, Any] = {}

    def describe(domain: str, event_type: str, describer: Any) -> None:
        assert domain == "aqara_lock"
        describers[event_type] = describer

    async_describe_events(hass, describe)
    line: dict[str, Any] = describers[event.event_type](event)
    return line


async def test_an_unlock_is_a_line_of_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    events = async_capture_events(house.hass, EVENT_ACTIVITY)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert [described(house.hass, event) for event in events] == [
        {
            "name": house.device_of(u400_lock).name,
            "message": "was unlocked by Ben with a fingerprint",
            "entity_id": house.entity_id("lock", "lock"),
        }
    ]


async def test_a_duress_code_is_an_ordinary_line(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    events = async_capture_events(house.hass, EVENT_ACTIVITY)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(
        LockOperationType.FORCED_USER_EVENT, OperationSource.KEYPAD, 2
    )
    u400_lock.report_alarm(AlarmCode.FORCED_USER)
    await house.settle()
    lines = [described(house.hass, event)["message"] for event in events]
    await house.tick(60)
    events.clear()
    u400_lock.report_state(LockState.LOCKED)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, 2)
    await house.settle()
    ordinary = [described(house.hass, event)["message"] for event in events]
    assert lines == ordinary[-1:]
    assert lines == ["was unlocked by Ben with a code"]


@pytest.mark.parametrize("kind", ActivityType)
async def test_every_type_is_described(
    house: House, u400_lock: FakeLock, hub: FakeHub, kind: ActivityType
) -> None:
    await house.start(u400_lock)
    event = Event(EVENT_ACTIVITY, {"name": "Front door", "type": kind.value})
    line = described(house.hass, event)
    assert line["name"] == "Front door"
    assert " " in line["message"]
    assert "entity_id" not in line


async def test_an_entity_that_the_event_names_is_taken(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    data = {"name": "Door", "type": "jammed", "entity_id": "event.named"}
    line = described(house.hass, Event(EVENT_ACTIVITY, data))
    assert line == {
        "name": "Door",
        "message": "is jammed",
        "entity_id": "event.named",
    }


async def test_a_type_of_a_later_version_is_shown_as_it_is(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    data = {"name": "Door", "type": "teleported"}
    line = described(house.hass, Event(EVENT_ACTIVITY, data))
    assert line["message"] == "teleported"

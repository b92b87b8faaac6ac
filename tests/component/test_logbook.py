"""Logbook lines, described as the logbook asks for them."""

from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.aqara_lock.const import EVENT_ACTIVITY, EVENT_CONNECTION
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.domain.journal.activity import ActivityType
from custom_components.aqara_lock.domain.thread.routing import RouteState
from custom_components.aqara_lock.logbook import async_describe_events

from .fake_host import FakeHost, publish
from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House

DIAGNOSIS: Final = "custom_components.aqara_lock.domain.diagnosis.Diagnosis"
OUTAGE: Final = 65


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


async def test_an_outage_is_a_line_that_says_why_and_what_to_do(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(OUTAGE, 5)
    events = async_capture_events(house.hass, EVENT_CONNECTION)
    house.lan.unplug(hub)
    await house.pass_time(OUTAGE, 5)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    gone, back = (described(house.hass, event) for event in events)
    door = house.entity_id("lock", "lock")
    name = house.device_of(u400_lock).name
    assert (gone["name"], gone["entity_id"]) == (name, door)
    assert gone["message"] == (
        f"stopped answering: {hub.name} is offline. "
        f"What to do: Look whether {hub.name} has power and its light is on."
    )
    assert (back["name"], back["entity_id"]) == (name, door)
    assert back["message"].startswith("answers again after ")


async def test_an_outage_without_a_known_cause_says_so(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(OUTAGE, 5)
    events = async_capture_events(house.hass, EVENT_CONNECTION)
    with patch(f"{DIAGNOSIS}.error_of", return_value=None):
        u400_lock.become(available=False)
        await house.pass_time(OUTAGE, 5)
    (line,) = (described(house.hass, event) for event in events)
    assert line["message"] == (
        "stopped answering, and the cause is not known yet. "
        "Keypad, fingerprint and key still work at the door."
    )


async def test_what_is_told_of_an_outage_finds_its_device(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The page of a device asks for events by the device's id."""
    await house.start(u400_lock)
    await house.pass_time(OUTAGE, 5)
    events = async_capture_events(house.hass, EVENT_CONNECTION)
    house.lan.unplug(hub)
    await house.pass_time(OUTAGE, 5)
    (told,) = (event.data for event in events)
    assert told["device_id"] == house.device_of(u400_lock).id
    assert (told["type"], told["cause"]) == ("unresponsive", "hub_offline")


async def test_a_cause_that_is_not_sure_is_told_with_its_doubt(
    house: House, u400_lock: FakeLock, host: FakeHost, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::9")
    await house.start(u400_lock)
    await house.pass_time(OUTAGE, 5)
    events = async_capture_events(house.hass, EVENT_CONNECTION)
    u400_lock.answers_ping = False
    u400_lock.become(available=False)
    host.changes = {"matter_server_elsewhere": True}
    host.way, host.addresses = RouteState.NO_ROUTE, ("10.10.10.10/24",)
    await house.pass_time(2 * OUTAGE, 5)
    (line,) = (described(house.hass, event) for event in events)
    assert "IPv6 is off on the Home Assistant host. This is what" in line["message"]
    assert "the Matter server runs on another one" in line["message"]
    assert "What to do: " in line["message"]

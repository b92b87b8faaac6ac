"""Names that others chose are no markup in repairs, dialogs, messages and sentences."""

from typing import Any, Final

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.aqara_lock.const import DOMAIN, EVENT_ACTIVITY
from custom_components.aqara_lock.domain.access.people import UserSlot
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.domain.foreign_names import foreign_name
from custom_components.aqara_lock.hubs.conflicts import HubConflicts

from ..automations import attached
from ..callers import activity, add_person
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock, User
from ..flow_steps import open_options
from ..house import House
from ..nodes import OWN_FABRIC
from ..test_logbook import described

IMAGE: Final = "![x](http://evil.example/p.png)"
ALERT: Final = "<ha-alert>\n\u202egone"
THREAD_OFF: Final = bytes.fromhex("00000009")


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """List the repairs of the product."""
    every = ir.async_get(hass).issues.values()
    return [issue for issue in every if issue.domain == DOMAIN and issue.active]


async def test_name_of_a_hub_is_no_image_in_a_repair(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    house.lan.add(
        FakeHub(
            name=IMAGE,
            host="e.local.",
            border_agent_id="9" * 32,
            addresses=("10.10.10.66",),
            state=THREAD_OFF,
        )
    )
    await house.pass_time(200, 5)
    told = [
        x for x in issues(house.hass) if x.translation_key == "thread_interface_off"
    ]
    assert [x.translation_placeholders["hub"] for x in told] == [foreign_name(IMAGE)]  # type: ignore[index]
    messages = [
        finding
        for state in house.hass.states.async_all("sensor")
        for finding in state.attributes.get("findings", ())
    ]
    assert [x for x in messages if "![x](" in str(x)] == []
    assert messages


async def test_name_of_a_hub_that_goes_is_no_markup_in_a_message(
    house: House, u400_lock: FakeLock
) -> None:
    hub = house.lan.add(FakeHub(name=IMAGE))
    await house.start(u400_lock)
    device = house.hub_device(hub)
    target = {"device_id": device.id}
    runs = await attached(house.hass, "hub_offline", target)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(60, 5)
    (message,) = runs.of("message")
    assert foreign_name(IMAGE) in message
    assert "![x](" not in message
    silent = [x["message"] for x in house.fired("connection")]
    assert [x for x in silent if "![x](" in x] == []
    runs.stop()

    dr.async_get(house.hass).async_update_device(device.id, name_by_user="My *hub*")
    house.lan.plug(hub)
    runs = await attached(house.hass, "hub_offline", target)
    await house.pass_time(60, 5)
    house.lan.unplug(hub)
    await house.pass_time(60, 5)
    (message,) = runs.of("message")
    assert "My *hub*" in message
    runs.stop()


async def test_label_of_a_fabric_is_no_markup(
    house: House, u400_lock: FakeLock
) -> None:
    stranger = {"1": "", "2": 0xFFF1, "3": 9, "4": 7, "5": ALERT, "254": 4}
    u400_lock.fabrics = [OWN_FABRIC, stranger]
    await house.start(u400_lock)
    events: list[Event[Any]] = async_capture_events(house.hass, EVENT_ACTIVITY)
    u400_lock.fabrics = [*u400_lock.fabrics, stranger | {"2": 0xFFF2, "254": 5}]
    u400_lock.set_attribute("0/62/3", 3)
    await house.settle()
    (issue,) = (x for x in issues(house.hass) if x.translation_key == "new_app")
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["app"] == "&lt;ha-alert&gt; gone"
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.REMOTE, fabric=4, node=5
    )
    await house.settle()
    (line,) = await activity(house)
    assert "&lt;ha-alert&gt; gone" in line["sentence"]
    assert "<ha-alert>" not in line["sentence"]
    assert "<ha-alert>" not in described(house.hass, events[0])["message"]
    flow = await (await open_options(house)).choose("controllers")
    assert "<ha-alert>" not in str(flow.shown["description_placeholders"])
    assert "&lt;ha-alert&gt; gone" in str(flow.shown["description_placeholders"])


async def test_name_that_a_lock_gives_its_user_is_no_markup_in_a_sentence(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users[2] = User(IMAGE)
    await house.start(u400_lock)
    target = {"entity_id": house.entity_id("event", "activity")}
    runs = await attached(house.hass, "unlocked", target)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    (message,) = runs.of("message")
    assert foreign_name(IMAGE) in message
    assert "![x](" not in message
    assert runs.of("person") == [IMAGE]
    runs.stop()


@pytest.mark.parametrize("name", ["*Star*", "[A](b)"])
async def test_names_that_the_user_gave_are_unchanged(
    house: House, u400_lock: FakeLock, name: str
) -> None:
    await house.start(u400_lock)
    person_id = add_person(house, name)
    lock = house.home.runtime_data.locks[house.subentry_id()]
    lock.log.directory.bind(UserSlot(2), person_id)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    (line,) = await activity(house)
    assert f"by {name}" in line["sentence"]


async def test_no_repair_carries_a_name_of_a_user_of_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.users[2] = User("Benedikta")
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.KEYPAD, user=7)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(200, 5)
    told = issues(house.hass)
    assert {x.translation_key for x in told} >= {"unknown_user", "hub_offline"}
    assert "Benedikta" not in str(told)


async def test_disputed_hub_is_no_markup_in_its_repair(hass: HomeAssistant) -> None:
    conflicts = HubConflicts(hass)
    conflicts.follow({"9" * 32: IMAGE})
    (issue,) = issues(hass)
    assert issue.translation_placeholders == {"hub": foreign_name(IMAGE)}
    conflicts.forget()
    assert issues(hass) == []

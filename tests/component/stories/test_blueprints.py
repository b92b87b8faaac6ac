"""Blueprints, as automations that really run."""

from pathlib import Path
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.components.persistent_notification import UpdateType
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)

from ..blueprints import FILES, automate
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House


@pytest.fixture
def phone(hass: HomeAssistant) -> list[ServiceCall]:
    """Give a phone that can be notified."""
    return async_mock_service(hass, "notify", "mobile_app_phone")


@pytest.fixture
async def inputs(house: House, u400_lock: FakeLock, hub: FakeHub) -> dict[str, Any]:
    """Set the home up; give the inputs that everybody fills in."""
    await house.start(u400_lock)
    people = [{"id": name.lower(), "name": name} for name in ("Anna", "Ben")]
    assert await async_setup_component(house.hass, "person", {"person": people})
    device = house.device_of(u400_lock)
    return {
        "locks": {"device_id": device.id},
        "notify": ["notify.mobile_app_phone"],
    }


async def unlock(house: House, lock: FakeLock, user: int) -> None:
    lock.unlock_by_finger(user=user)
    await house.settle()
    await house.tick(10)
    lock.lock_by_hand()
    await house.settle()
    await house.tick(10)


def told(phone: list[ServiceCall]) -> list[str]:
    return [call.data["message"] for call in phone]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_source_is_where_it_says(path: Path) -> None:
    blueprint = load_yaml_dict(str(path))["blueprint"]
    url = blueprint["source_url"]
    assert url.startswith("https://github.com/aqara-lock/aqara-lock/blob/main/")
    assert url.endswith(f"blueprints/automation/aqara_lock/{path.name}")


def test_all_are_there() -> None:
    assert [path.stem for path in FILES] == [
        "guest_arrived",
        "hub_offline",
        "lock_unresponsive",
        "night_lock",
        "refused_often",
        "unexpected_entry",
        "who_unlocked",
    ]


async def test_who_unlocked(
    house: House, u400_lock: FakeLock, inputs: dict[str, Any], phone: list[ServiceCall]
) -> None:
    await automate(house.hass, "who_unlocked", inputs)
    await unlock(house, u400_lock, 2)
    name = house.device_of(u400_lock).name
    assert told(phone) == [f"{name} was unlocked by Ben with a fingerprint."]
    assert phone[0].data["title"] == name
    u400_lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    await house.settle()
    assert told(phone)[1:] == [f"{name} refused a wrong code."]


@pytest.mark.parametrize(
    "quiet", [{"quiet_persons": ["person.anna"]}, {"quiet_names": ["anna"]}]
)
async def test_quiet_people_come_home_without_a_message(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    quiet: dict[str, Any],
) -> None:
    await automate(house.hass, "who_unlocked", inputs | quiet)
    await unlock(house, u400_lock, 1)
    assert told(phone) == []
    await unlock(house, u400_lock, 2)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.MANUAL)
    await house.settle()
    assert len(told(phone)) == 2
    assert "by Ben" in told(phone)[0]
    assert "by hand" in told(phone)[1]


async def test_who_locked_and_nothing_else(
    house: House, u400_lock: FakeLock, inputs: dict[str, Any], phone: list[ServiceCall]
) -> None:
    actions = async_mock_service(house.hass, "test", "act")
    more = {
        "tell_locked": True,
        "tell_denied": False,
        "actions": [
            {"action": "test.act", "data": {"how": "{{ trigger.method }}"}},
        ],
    }
    await automate(house.hass, "who_unlocked", inputs | more)
    await unlock(house, u400_lock, 2)
    u400_lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    await house.settle()
    assert [call.data["how"] for call in actions] == ["fingerprint", "manual"]
    assert len(phone) == 2
    assert told(phone)[1].endswith(" was locked by hand.")


@pytest.fixture
async def shown(hass: HomeAssistant) -> dict[str, str]:
    """Follow Home Assistant's own notifications: messages by id."""
    assert await async_setup_component(hass, "persistent_notification", {})
    messages: dict[str, str] = {}

    @callback
    def note(
        change: UpdateType,
        notifications: dict[str, persistent_notification.Notification],
    ) -> None:
        for notification_id, notification in notifications.items():
            if change is UpdateType.REMOVED:
                del messages[notification_id]
            else:
                messages[notification_id] = notification["message"]

    persistent_notification.async_register_callback(hass, note)
    return messages


async def test_lock_unresponsive(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    shown: dict[str, str],
) -> None:
    """Told after two minutes, taken back, and told again the next time."""
    await automate(house.hass, "lock_unresponsive", inputs)
    for count in (1, 2):
        phone.clear()
        u400_lock.become(available=False)
        await house.pass_time(170, 10)
        assert (phone, shown) == ([], {}), count
        await house.pass_time(20, 10)
        assert [*shown.values()] == [house.problem.attributes["message"]]
        assert told(phone) == [house.problem.attributes["summary"]]
        u400_lock.become(available=True)
        await house.pass_time(10, 5)
        assert shown == {}
        assert told(phone)[1:] == ["clear_notification"]
        assert phone[0].data["data"] == phone[1].data["data"]
        assert phone[0].data["data"]["tag"].startswith("aqara_lock_unresponsive_")


async def test_a_short_silence_is_not_told(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    shown: dict[str, str],
) -> None:
    await automate(house.hass, "lock_unresponsive", inputs | {"quiet_recovery": False})
    u400_lock.become(available=False)
    await house.pass_time(120, 10)
    u400_lock.become(available=True)
    await house.pass_time(300, 10)
    assert (phone, shown) == ([], {})


async def test_recovery_is_told_on_request(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    shown: dict[str, str],
) -> None:
    actions = async_mock_service(house.hass, "test", "act")
    more = {
        "quiet_recovery": False,
        "wait": {"seconds": 30},
        "actions": [{"action": "test.act", "data": {"why": "{{ trigger.cause }}"}}],
    }
    await automate(house.hass, "lock_unresponsive", inputs | more)
    u400_lock.become(available=False)
    await house.pass_time(100, 10)
    assert (len(phone), len(shown)) == (1, 1)
    u400_lock.become(available=True)
    await house.pass_time(10, 5)
    assert shown == {}
    assert "answers again" in told(phone)[1]
    assert [call.data["why"] for call in actions] == ["lock_unreachable"]


@pytest.fixture
def device(hass: HomeAssistant) -> str:
    """Give the device of a phone that its owner gave another name."""
    entry = MockConfigEntry(domain="mobile_app")
    entry.add_to_hass(hass)
    registry = dr.async_get(hass)
    made = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={("mobile_app", "phone")},
        name="Phone",
    )
    registry.async_update_device(made.id, name_by_user="Anna's")
    return made.id


async def go_silent(house: House, lock: FakeLock) -> None:
    lock.become(available=False)
    await house.pass_time(190, 10)


@pytest.mark.usefixtures("shown")
async def test_a_chosen_phone_is_told_and_its_message_taken_back(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    device: str,
) -> None:
    chosen = inputs | {"notify": [], "phones": [device]}
    await automate(house.hass, "lock_unresponsive", chosen)
    await go_silent(house, u400_lock)
    assert told(phone) == [house.problem.attributes["summary"]]
    lock_name = house.device_of(u400_lock).name
    assert phone[0].data["title"] == f"{lock_name} does not answer"
    u400_lock.become(available=True)
    await house.pass_time(10, 5)
    assert told(phone)[1:] == ["clear_notification"]


@pytest.mark.usefixtures("shown")
async def test_only_a_phone_can_take_a_message_back(
    house: House, u400_lock: FakeLock, inputs: dict[str, Any], phone: list[ServiceCall]
) -> None:
    """Anything else would show the command as a message."""
    family = async_mock_service(house.hass, "notify", "family")
    both = inputs | {"notify": ["notify.family", "notify.mobile_app_phone"]}
    await automate(house.hass, "lock_unresponsive", both)
    await go_silent(house, u400_lock)
    u400_lock.become(available=True)
    await house.pass_time(10, 5)
    assert len(told(family)) == 1
    assert told(phone)[1:] == ["clear_notification"]


async def test_a_place_that_cannot_be_told_keeps_no_other_from_hearing(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    shown: dict[str, str],
) -> None:
    """A phone that was sold, and an action of an integration that was removed."""
    house.expects_errors = True
    async_mock_service(
        house.hass, "notify", "mobile_app_sold", raise_exception=HomeAssistantError()
    )
    places = ["notify.mobile_app_sold", "notify.gone", "notify.mobile_app_phone"]
    await automate(house.hass, "lock_unresponsive", inputs | {"notify": places})
    await go_silent(house, u400_lock)
    assert told(phone) == [house.problem.attributes["summary"]]
    assert [*shown.values()] == [house.problem.attributes["message"]]
    u400_lock.become(available=True)
    await house.pass_time(10, 5)
    assert told(phone)[1:] == ["clear_notification"]


@pytest.mark.usefixtures("shown")
async def test_a_message_from_before_a_restart_is_taken_back(
    house: House, u400_lock: FakeLock, inputs: dict[str, Any], phone: list[ServiceCall]
) -> None:
    family = async_mock_service(house.hass, "notify", "family")
    both = inputs | {"notify": ["notify.family", "notify.mobile_app_phone"]}
    await automate(house.hass, "lock_unresponsive", both)
    await go_silent(house, u400_lock)
    (before,) = phone
    phone.clear()
    family.clear()
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house.settle()
    assert told(phone) == ["clear_notification"]
    assert phone[0].data["data"] == before.data["data"]
    assert told(family) == []


async def test_a_chosen_phone_hears_who_unlocked(
    house: House,
    u400_lock: FakeLock,
    inputs: dict[str, Any],
    phone: list[ServiceCall],
    device: str,
) -> None:
    chosen = inputs | {"notify": [], "phones": [device]}
    await automate(house.hass, "who_unlocked", chosen)
    await unlock(house, u400_lock, 2)
    name = house.device_of(u400_lock).name
    assert told(phone) == [f"{name} was unlocked by Ben with a fingerprint."]


async def test_who_unlocked_shows_its_message_here_where_nothing_is_chosen(
    house: House, u400_lock: FakeLock, inputs: dict[str, Any], shown: dict[str, str]
) -> None:
    nobody = {"phones": [], "notify": []}
    await automate(house.hass, "who_unlocked", inputs | nobody)
    await unlock(house, u400_lock, 2)
    name = house.device_of(u400_lock).name
    assert list(shown.values()) == [f"{name} was unlocked by Ben with a fingerprint."]

"""Conditions, checked as an automation checks them."""

from typing import Any

from homeassistant.helpers import condition
from homeassistant.setup import async_setup_component
import probatio
import pytest

from custom_components.aqara_lock.condition import CONDITIONS
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)

from .automations import holds
from .fake_lan import FakeHub
from .fake_matter import FakeLock
from .house import House
from .locks.activity.test_gap_entries import start_server, stop_server


@pytest.fixture
async def target(house: House, u400_lock: FakeLock, hub: FakeHub) -> dict[str, Any]:
    """Set the home up and point at its lock entity."""
    await house.start(u400_lock)
    return {"entity_id": house.lock_id}


async def test_is_responsive(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    assert await holds(house.hass, "is_responsive", target) is True
    u400_lock.become(available=False)
    await house.tick(61)
    assert await holds(house.hass, "is_responsive", target) is False


async def test_is_responsive_of_several_locks(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    both = {"entity_id": [house.entity_id("lock", "lock", n) for n in (0, 1)]}
    u200_lock.become(available=False)
    await house.tick(61)
    assert await holds(house.hass, "is_responsive", both) is True
    everyone = {"behavior": "all"}
    assert await holds(house.hass, "is_responsive", both, everyone) is False


async def test_a_lock_that_is_not_ours_is_not_responsive(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    core = {"entity_id": house.core_lock(u400_lock).entity_id}
    for behavior in ("any", "all"):
        options = {"behavior": behavior}
        assert await holds(house.hass, "is_responsive", core, options) is False


async def test_a_home_that_is_not_loaded_answers_no(
    house: House, target: dict[str, Any]
) -> None:
    await house.hass.config_entries.async_unload(house.home.entry_id)
    assert await holds(house.hass, "is_responsive", target) is False


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name": "Ben"}, True),
        ({"name": ["Anna"]}, False),
        ({"person": "person.ben"}, True),
        ({"person": ["person.anna"]}, False),
        ({"person": ["person.anna"], "name": ["Ben"]}, True),
        ({"name": "Ben", "method": "fingerprint"}, True),
        ({"name": "Ben", "method": "pin"}, False),
        ({"name": "Ben", "within": {"minutes": 10}}, True),
        ({"name": "Ben", "within": {"minutes": 4}}, False),
        ({"name": "Ben", "confidence": ["inferred"]}, False),
    ],
)
async def test_last_unlocked_by(
    house: House,
    u400_lock: FakeLock,
    target: dict[str, Any],
    options: dict[str, Any],
    expected: bool,
) -> None:
    people = [{"id": name.lower(), "name": name} for name in ("Anna", "Ben")]
    assert await async_setup_component(house.hass, "person", {"person": people})
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    await house.tick(200)
    u400_lock.lock_by_hand()
    await house.tick(100)
    assert await holds(house.hass, "last_unlocked_by", target, options) is expected


async def test_only_the_last_one_counts(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    options = {"name": "Ben"}
    assert await holds(house.hass, "last_unlocked_by", target, options) is False
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert await holds(house.hass, "last_unlocked_by", target, options) is True
    await house.tick(60)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(LockOperationType.UNLOCK, OperationSource.MANUAL)
    await house.settle()
    assert await holds(house.hass, "last_unlocked_by", target, options) is False


async def test_what_was_missed_counts_too(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    """The journal knows more than the events that were fired."""
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    fired = house.types()
    await house.hass.config_entries.async_unload(house.home.entry_id)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.BIOMETRIC, 2, silently=True
    )
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.types() == fired
    options = {"name": "Ben"}
    assert await holds(house.hass, "last_unlocked_by", target, options) is True


@pytest.mark.parametrize("options", [{}, {"method": "pin"}, {"person": []}])
async def test_last_unlocked_by_asks_for_somebody(
    house: House, target: dict[str, Any], options: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await holds(house.hass, "last_unlocked_by", target, options)


async def test_editor_finds_every_condition(
    house: House, target: dict[str, Any]
) -> None:
    found = await condition.async_get_all_descriptions(house.hass)
    ours = {key: value for key, value in found.items() if "aqara_lock" in key}
    assert set(ours) == {f"aqara_lock.{key}" for key in CONDITIONS}
    for key, described in ours.items():
        assert described is not None, key
        assert described["target"]["entity"][0]["integration"] == "aqara_lock", key
        for name, field in described["fields"].items():
            assert field["selector"], f"{key}.{name}"


async def test_nobody_was_the_last_one_where_the_record_has_a_gap_since(
    house: House, u400_lock: FakeLock, target: dict[str, Any]
) -> None:
    """Somebody else may have opened meanwhile."""
    u400_lock.unlock_by_finger(1)
    await house.settle()
    anna = {"name": ["Anna"]}
    assert await holds(house.hass, "last_unlocked_by", target, anna) is True
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert await holds(house.hass, "last_unlocked_by", target, anna) is False
    await house.tick(60)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(1)
    await house.settle()
    assert await holds(house.hass, "last_unlocked_by", target, anna) is True

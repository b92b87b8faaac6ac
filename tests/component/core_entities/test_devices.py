"""Devices and core's entities: what is changed there, and that it is put back."""

from dataclasses import replace

from homeassistant.components.homeassistant.exposed_entities import (
    async_expose_entity,
    async_should_expose,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
import pytest

from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..house import House, subentry
from ..locks.connectivity.test_connection import second_hub
from ..nodes import U400_NODE, u400

SETTLED = 6.0
"""Seconds, a little more than a lock without a place waits for its hub."""
STABLE = 600.0


async def test_entities_stand_on_cores_device(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    entries = er.async_entries_for_config_entry(er.async_get(hass), house.home.entry_id)
    device = house.device_of(u400_lock)
    of_lock = [e for e in entries if e.config_subentry_id == house.subentry_id()]
    assert {entry.device_id for entry in of_lock} == {device.id}
    assert {"lock", "event", "sensor"} <= {entry.domain for entry in of_lock}
    others = {entry.domain for entry in entries} - {entry.domain for entry in of_lock}
    assert "lock" not in others
    assert device.config_entry_id == house.matter_entry.entry_id


async def test_lock_hangs_under_its_hub_soon(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    assert house.device_of(u400_lock).via_device_id is None
    await house.tick(SETTLED)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id


async def test_lock_hangs_under_a_hub_that_comes_later(
    house: House, u400_lock: FakeLock, lan: FakeLan
) -> None:
    await house.start(u400_lock)
    assert house.device_of(u400_lock).via_device_id is None
    hub = lan.add(FakeHub())
    await house.settle()
    await house.tick(SETTLED)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id


async def test_lock_of_two_routers_hangs_under_none(
    house: House, u400_lock: FakeLock, hub: FakeHub, lan: FakeLan
) -> None:
    lan.add(second_hub())
    await house.start()
    hass = house.hass
    added = ConfigSubentry(**subentry(u400_lock))
    hass.config_entries.async_add_subentry(house.home, added)
    await house.pass_time(STABLE + 60, 60)
    assert house.device_of(u400_lock).via_device_id is None


async def test_move_to_another_hub_waits_until_it_is_stable(
    house: House, u400_lock: FakeLock, hub: FakeHub, lan: FakeLan
) -> None:
    other = lan.add(second_hub())
    u400_lock.attributes["0/53/7"] = parent(hub)
    await house.start(u400_lock)
    await house.tick(SETTLED)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    u400_lock.set_attribute("0/53/7", parent(other))
    await house.settle()
    await house.pass_time(STABLE - 20, 60)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    await house.tick(30)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(other).id


async def test_move_to_a_third_hub_waits_as_long(
    house: House, u400_lock: FakeLock, hub: FakeHub, lan: FakeLan
) -> None:
    other = lan.add(second_hub())
    third = lan.add(
        replace(
            second_hub(),
            name="Bedroom Speaker",
            host="Bedroom.local.",
            border_agent_id="ee" * 16,
            extended_address="bb99b425a67abed0",
            addresses=("10.10.10.31",),
        )
    )
    u400_lock.attributes["0/53/7"] = parent(hub)
    await house.start(u400_lock)
    await house.tick(SETTLED)
    u400_lock.set_attribute("0/53/7", parent(other))
    await house.pass_time(STABLE - 60, 60)
    u400_lock.set_attribute("0/53/7", parent(third))
    await house.pass_time(STABLE - 60, 60)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    await house.pass_time(120, 60)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(third).id


async def test_late_change_of_a_lock_that_was_removed_does_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    assert house.core_lock(u400_lock).hidden_by is not None
    home = house.home.runtime_data
    (removed,) = home.locks.values()
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is None
    removed.updated.send()
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is None


async def test_move_that_is_taken_back_never_happens(
    house: House, u400_lock: FakeLock, hub: FakeHub, lan: FakeLan
) -> None:
    other = lan.add(second_hub())
    u400_lock.attributes["0/53/7"] = parent(hub)
    await house.start(u400_lock)
    await house.tick(SETTLED)
    u400_lock.set_attribute("0/53/7", parent(other))
    await house.tick(300)
    u400_lock.set_attribute("0/53/7", parent(hub))
    await house.pass_time(1200, 60)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id


async def test_via_device_survives_a_reload_of_matter(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(SETTLED)
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id


async def test_core_entity_that_comes_after_its_device_is_hidden(
    house: House, u400_lock: FakeLock
) -> None:
    """Core makes the device of a lock first, and may say no word more after its entity."""
    await house.start(u400_lock)
    house.matter.remove(u400_lock)
    await house.settle()
    fresh = house.matter.add(U400_NODE + 20, u400())
    await house.settle()
    assert house.core_lock(fresh).hidden_by is er.RegistryEntryHider.INTEGRATION


@pytest.mark.parametrize("whole", [True, False], ids=["entry", "subentry"])
async def test_removal_leaves_everything_as_before(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub, whole: bool
) -> None:
    await house.start(u400_lock)
    assert house.core_lock(u400_lock).hidden_by is er.RegistryEntryHider.INTEGRATION
    assert house.core_lock(u400_lock).disabled_by is None
    if whole:
        await hass.config_entries.async_remove(house.home.entry_id)
    else:
        hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is None
    device = house.device_of(u400_lock)
    assert device.via_device_id is None
    assert hass.states.get(house.core_lock(u400_lock).entity_id) is not None
    ours = [
        entry
        for entry in er.async_entries_for_device(er.async_get(hass), device.id)
        if entry.platform == "aqara_lock"
    ]
    assert ours == []


async def test_previous_hub_is_put_back(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start_matter()
    registry = dr.async_get(hass)
    bridge = registry.async_get_or_create(
        config_entry_id=house.matter_entry.entry_id, identifiers={("matter", "before")}
    )
    device = house.device_of(u400_lock)
    registry.async_update_device(device.id, via_device_id=bridge.id)
    await house.start(u400_lock, matter=False)
    await house.pass_time(STABLE + 60, 60)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert house.device_of(u400_lock).via_device_id == bridge.id


async def test_previous_hub_that_is_gone_is_not_put_back(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start_matter()
    registry = dr.async_get(hass)
    bridge = registry.async_get_or_create(
        config_entry_id=house.matter_entry.entry_id, identifiers={("matter", "before")}
    )
    registry.async_update_device(house.device_of(u400_lock).id, via_device_id=bridge.id)
    await house.start(u400_lock, matter=False)
    await house.pass_time(STABLE + 60, 60)
    registry.async_remove_device(bridge.id)
    await hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert house.device_of(u400_lock).via_device_id is None


async def test_lock_that_the_user_hid_stays_hidden(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    core = house.core_lock(u400_lock)
    er.async_get(hass).async_update_entity(
        core.entity_id, hidden_by=er.RegistryEntryHider.USER
    )
    await house.start(u400_lock, matter=False)
    await hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is er.RegistryEntryHider.USER


async def test_lock_that_the_user_shows_again_stays_shown(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    core = house.core_lock(u400_lock)
    er.async_get(hass).async_update_entity(core.entity_id, hidden_by=None)
    u400_lock.set_attribute("0/40/10", "078")
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is None
    await house.reload()
    assert house.core_lock(u400_lock).hidden_by is None


async def test_removed_lock_is_put_back_on_the_next_start(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await hass.config_entries.async_unload(house.home.entry_id)
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    assert house.core_lock(u400_lock).hidden_by is not None
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.core_lock(u400_lock).hidden_by is None
    assert house.device_of(u400_lock).via_device_id is None


async def test_name_area_aliases_and_exposure_are_copied_once(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    registry = er.async_get(hass)
    area = ar.async_get(hass).async_create("Hall")
    core = house.core_lock(u400_lock)
    registry.async_update_entity(
        core.entity_id, name="Front door", area_id=area.id, aliases=["the door"]
    )
    async_expose_entity(hass, "conversation", core.entity_id, True)
    await house.start(u400_lock, matter=False)
    ours = registry.async_get(house.lock_id)
    assert ours is not None
    assert (ours.name, ours.area_id) == ("Front door", area.id)
    assert list(ours.aliases) == ["the door"]
    assert async_should_expose(hass, "conversation", house.lock_id)
    registry.async_update_entity(house.lock_id, name="Mine")
    await house.reload()
    again = registry.async_get(house.lock_id)
    assert again is not None
    assert again.name == "Mine"


def parent(hub: FakeHub) -> list[dict[str, int | bool]]:
    """Give a neighbour table in which a hub is the parent."""
    return [{"0": int(hub.extended_address, 16), "1": 3, "5": 3, "6": -54, "13": False}]

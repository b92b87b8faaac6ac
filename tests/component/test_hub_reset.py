"""A hub that was reset announces its old name with another id: it is one hub, not two."""

from dataclasses import replace
from typing import Any, Final

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.aqara_lock.domain.hub_names import STABLE

from .callers import options
from .fake_lan import FakeHub, FakeLan
from .fake_matter import FakeLock
from .house import House
from .test_binding import mean

NEW_ID: Final = "ff" * 16
NEW_NETWORK: Final = "0102030405060708"


def reset(lan: FakeLan, hub: FakeHub, **changes: Any) -> FakeHub:
    """Reset a hub: name and address stay, id and network are new."""
    lan.hubs.remove(hub)
    fresh = replace(hub, border_agent_id=NEW_ID, extended_pan_id=NEW_NETWORK, **changes)
    return lan.add(fresh)


def hub_ids(house: House) -> set[str]:
    """Give the hubs that the home knows."""
    return set(house.home.runtime_data.routers)


def unique_ids(house: House) -> set[str]:
    """Give the unique ids of our entities."""
    registry = er.async_get(house.hass)
    every = er.async_entries_for_config_entry(registry, house.home.entry_id)
    return {entry.unique_id for entry in every}


async def test_hub_that_was_reset_is_one_hub_after_a_while(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    reset(lan, hub)
    await house.pass_time(STABLE + 35, 5)
    assert hub_ids(house) == {NEW_ID}
    assert not {x for x in unique_ids(house) if x.startswith(hub.border_agent_id)}
    devices = dr.async_entries_for_config_entry(
        dr.async_get(house.hass), house.home.entry_id
    )
    known = {text for device in devices for _, text in device.identifiers}
    assert hub.border_agent_id not in known
    assert NEW_ID in known


async def test_lock_is_meant_for_the_hub_under_its_new_id(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await mean(house, hub)
    options(house, hub_switches={hub.border_agent_id: "switch.hub"})
    await house.pass_time(65, 5)
    reset(lan, hub)
    await house.pass_time(STABLE + 35, 5)
    assert house.home.subentries[house.subentry_id()].data["hub"] == NEW_ID
    assert house.home.options["hub_switches"] == {NEW_ID: "switch.hub"}
    assert house.problem.state == "wrong_thread_network"


async def test_old_id_of_an_earlier_run_goes_too(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    await house.stop()
    reset(lan, hub)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert hub.border_agent_id in hub_ids(house)
    await house.pass_time(STABLE + 35, 5)
    assert hub_ids(house) == {NEW_ID}


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [({"addresses": ("10.10.10.99",)}, STABLE + 35), ({}, STABLE - 60)],
    ids=["at another address", "not for long"],
)
async def test_namesake_is_another_hub_until_it_is_sure(
    house: House,
    hub: FakeHub,
    lan: FakeLan,
    u400_lock: FakeLock,
    changes: dict[str, Any],
    seconds: float,
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    reset(lan, hub, **changes)
    await house.pass_time(seconds, 5)
    assert hub_ids(house) == {hub.border_agent_id, NEW_ID}


async def test_old_id_is_not_heard_under_the_name_of_the_new_one(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    await house.pass_time(65, 5)
    reset(lan, hub, addresses=("10.10.10.99",))
    await house.pass_time(120, 5)
    assert house.hub_online(hub) == "off"

"""A hub that was reset announces its old name with another id: it is one hub, not two."""

from dataclasses import replace
from typing import Any, Final

from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
import pytest

from custom_components.aqara_lock.domain.thread.hub_names import STABLE

from ..callers import options
from ..fake_lan import FakeHub, FakeLan
from ..fake_matter import FakeLock
from ..house import House
from ..preflight.test_binding_report import mean

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


def renamed(lan: FakeLan, hub: FakeHub, number: int) -> FakeHub:
    """Let a hub announce itself with another id under another name; it is one hub."""
    lan.hubs.remove(hub)
    fresh = replace(
        hub, border_agent_id=f"{number:x}" * 32, name=f"{hub.name} ({number})"
    )
    return lan.add(fresh)


def repairs(house: House) -> set[str]:
    """Give the translation keys of our repairs."""
    issues = ir.async_get(house.hass).issues.values()
    return {x.translation_key or "" for x in issues if x.domain == "aqara_lock"}


@pytest.mark.parametrize("same_radio", [True, False])
async def test_hub_that_changes_id_and_name_is_one_hub(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock, same_radio: bool
) -> None:
    """Three ids in a row at one host name, address and network: three hubs, three repairs."""
    await house.start(u400_lock)
    await mean(house, hub)
    await house.pass_time(65, 5)
    latest = hub
    for number in (2, 3):
        latest = renamed(lan, latest, number)
        if not same_radio:
            latest.extended_address = f"{number:x}" * 16
            lan.announce(latest)
        await house.pass_time(STABLE + 300, 10)
        assert repairs(house) == set()
        assert house.problem.state == "ok"
    assert hub_ids(house) == {latest.border_agent_id}
    subentry = house.home.subentries[house.subentry_id()]
    assert subentry.data["hub"] == latest.border_agent_id
    assert house.hub_online(latest) == "on"


async def test_ids_of_an_earlier_run_at_one_place_are_one_hub(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    await house.stop()
    latest = renamed(lan, renamed(lan, hub, 2), 3)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.pass_time(STABLE + 300, 10)
    assert hub_ids(house) == {latest.border_agent_id}
    assert repairs(house) == set()


async def test_two_border_routers_of_one_host_stay_two(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    """A computer with two radios announces both all the time."""
    second = lan.add(
        replace(
            hub,
            name="Hub second radio",
            border_agent_id=NEW_ID,
            extended_address="1" * 16,
        )
    )
    await house.start(u400_lock)
    await house.pass_time(STABLE + 300, 10)
    assert hub_ids(house) == {hub.border_agent_id, second.border_agent_id}


async def test_hub_that_is_off_is_not_the_one_at_its_old_address(
    house: House, hub: FakeHub, lan: FakeLan, u400_lock: FakeLock
) -> None:
    """The address was given to another hub, which has a name of its own."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    other = replace(
        hub,
        name="Hub M3-9999",
        host="Hub-M3-9999.local.",
        border_agent_id=NEW_ID,
        extended_address="1" * 16,
        plugged=True,
    )
    lan.add(other)
    await house.pass_time(STABLE + 300, 10)
    assert hub_ids(house) == {hub.border_agent_id, other.border_agent_id}

"""A hub that is also a Matter bridge in core stands on core's device, and locks under it."""

from collections.abc import Iterator
import logging

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.aqara_lock.const import DOMAIN

from ..fake_lan import FakeHub, FakeLan, FakeService
from ..fake_matter import COMPRESSED_FABRIC, FakeLock, FakeMatterServer
from ..house import House
from ..locks.state.test_telemetry import restart
from ..nodes import bridge_with_lock

BRIDGE_NODE = 21
ENDPOINT = 5
HUB_ADDRESS = "10.10.10.20"
SOON = 6
"""Seconds until a lock without a place hangs under its hub."""
OWN = ("border_router", "locks", "thread_network", "thread_role")


@pytest.fixture
def bridge(matter: FakeMatterServer) -> FakeLock:
    """Commission the hub's Matter bridge with one Zigbee lock."""
    return matter.add(BRIDGE_NODE, bridge_with_lock(HUB_ADDRESS), ENDPOINT)


@pytest.fixture(autouse=True)
def without_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail where the product, or core because of it, warns."""
    yield
    records = caplog.get_records("call")
    texts = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    assert [
        text for text in texts if DOMAIN in text and "not been tested" not in text
    ] == []


def core_device(house: House) -> dr.DeviceEntry | None:
    """Give core's device of the bridge."""
    node = f"deviceid_{COMPRESSED_FABRIC:016X}-{BRIDGE_NODE:016X}-MatterNodeDevice"
    return dr.async_get(house.hass).async_get_device_by_identifier(
        ("matter", node), house.matter_entry.entry_id
    )


def core_id(house: House) -> str:
    """Give the id of core's device of the bridge."""
    found = core_device(house)
    assert found is not None
    return found.id


def own_device(house: House, hub: FakeHub) -> dr.DeviceEntry | None:
    """Give our own device of a hub."""
    return dr.async_get(house.hass).async_get_device_by_identifier(
        (DOMAIN, hub.border_agent_id), house.home.entry_id
    )


def stands_on(house: House, hub: FakeHub) -> set[str | None]:
    """Give the devices of the hub's entities, disabled ones included."""
    registry = er.async_get(house.hass)
    entries = er.async_entries_for_config_entry(registry, house.home.entry_id)
    ours = [e for e in entries if e.unique_id.startswith(f"{hub.border_agent_id}_")]
    assert len(ours) == len(OWN)
    return {entry.device_id for entry in ours}


async def test_one_device_carries_bridge_and_border_router(
    house: House, hub: FakeHub, bridge: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock, bridge)
    await house.tick(SOON)
    assert stands_on(house, hub) == {core_id(house)}
    assert own_device(house, hub) is None
    assert house.device_of(u400_lock).via_device_id == core_id(house)
    assert house.device_of(bridge).via_device_id == core_id(house)
    assert house.hub_online(hub) == "on"


async def test_addresses_on_mdns_are_enough(
    house: House, hub: FakeHub, lan: FakeLan, matter: FakeMatterServer
) -> None:
    matter.add(BRIDGE_NODE, bridge_with_lock(), ENDPOINT)
    name = f"{COMPRESSED_FABRIC:016X}-{BRIDGE_NODE:016X}"
    lan.show(FakeService(name, host="M100.local.", addresses=(HUB_ADDRESS,)))
    await house.start()
    assert stands_on(house, hub) == {core_id(house)}


async def test_another_hub_at_another_address_keeps_its_own_device(
    house: House, hub: FakeHub, matter: FakeMatterServer
) -> None:
    matter.add(BRIDGE_NODE, bridge_with_lock("10.10.10.99"), ENDPOINT)
    await house.start()
    assert stands_on(house, hub) == {house.hub_device(hub).id}


async def test_programs_of_this_host_are_not_one_hub(
    house: House, lan: FakeLan, matter: FakeMatterServer
) -> None:
    hub = lan.add(FakeHub(addresses=("10.10.10.10",)))
    matter.add(BRIDGE_NODE, bridge_with_lock("10.10.10.10"), ENDPOINT)
    await house.start()
    await house.tick(31)
    assert stands_on(house, hub) == {house.hub_device(hub).id}


async def test_bridge_that_is_added_later_takes_hub_and_lock(
    house: House, hub: FakeHub, u400_lock: FakeLock, matter: FakeMatterServer
) -> None:
    await house.start(u400_lock)
    await house.tick(SOON)
    own = house.hub_device(hub).id
    assert house.device_of(u400_lock).via_device_id == own
    entity_id = house.hub_entity_id("binary_sensor", "border_router", hub)
    matter.add(BRIDGE_NODE, bridge_with_lock(HUB_ADDRESS), ENDPOINT)
    await house.settle()
    assert stands_on(house, hub) == {core_id(house)}
    assert own_device(house, hub) is None
    assert house.device_of(u400_lock).via_device_id == core_id(house)
    assert house.hub_entity_id("binary_sensor", "border_router", hub) == entity_id
    assert house.hub_online(hub) == "on"


async def test_bridge_that_is_removed_gives_hub_and_lock_back(
    house: House, hub: FakeHub, bridge: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.tick(SOON)
    entity_id = house.hub_entity_id("binary_sensor", "border_router", hub)
    house.matter.remove(bridge)
    await house.settle()
    assert core_device(house) is None
    assert stands_on(house, hub) == {house.hub_device(hub).id}
    await house.tick(SOON)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    assert house.hub_entity_id("binary_sensor", "border_router", hub) == entity_id
    assert house.hub_online(hub) == "on"


async def test_hub_stays_on_core_device_while_nobody_is_there(
    house: House, hub: FakeHub, bridge: FakeLock, lan: FakeLan
) -> None:
    await house.start()
    await house.hass.config_entries.async_unload(house.matter_entry.entry_id)
    lan.unplug(hub)
    await house.reload()
    assert stands_on(house, hub) == {core_id(house)}
    assert own_device(house, hub) is None


async def test_bridge_at_a_new_address_stays_with_its_hub(
    house: House, hub: FakeHub, bridge: FakeLock, lan: FakeLan
) -> None:
    await house.start()
    hub.addresses = ("10.10.10.77",)
    lan.announce(hub)
    await house.settle()
    assert stands_on(house, hub) == {core_id(house)}


async def test_bridge_that_turns_out_to_be_another_hub_changes_over(
    house: House, hub: FakeHub, bridge: FakeLock, lan: FakeLan
) -> None:
    await house.start()
    hub.addresses = ("10.10.10.77",)
    lan.announce(hub)
    other = FakeHub(
        name="Hub M3",
        host="M3.local.",
        border_agent_id="22" * 16,
        extended_address="2222222222222222",
        addresses=(HUB_ADDRESS,),
    )
    lan.add(other)
    await house.settle()
    await house.tick(31)
    assert stands_on(house, other) == {core_id(house)}
    assert stands_on(house, hub) == {house.hub_device(hub).id}


async def test_removal_leaves_core_as_it_was(
    house: House, hub: FakeHub, bridge: FakeLock, u400_lock: FakeLock
) -> None:
    await house.start_matter()
    before = of_core(house)
    await house.start(u400_lock, bridge, matter=False)
    await house.tick(SOON)
    assert of_core(house) != before
    await house.hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert of_core(house) == before


def of_core(house: House) -> dict[str, tuple[object, ...]]:
    """Give what a user sees of core's devices."""
    devices = dr.async_entries_for_config_entry(
        dr.async_get(house.hass), house.matter_entry.entry_id
    )
    return {x.id: (x.name, x.area_id, x.via_device_id, x.identifiers) for x in devices}


# A lock behind the bridge.


async def test_bridged_lock_is_silent_with_its_hub(
    house: House, hub: FakeHub, bridge: FakeLock, lan: FakeLan
) -> None:
    await house.start(bridge)
    await house.pass_time(65, 5)
    assert house.responsive == "on"
    lan.unplug(hub)
    await house.pass_time(20, 5)
    assert house.responsive == "off"
    assert house.problem.state == "hub_offline"
    (notice,) = house.fired("connection")
    assert notice["cause"] == "hub_offline"


async def test_bridged_lock_that_its_hub_does_not_reach(
    house: House, hub: FakeHub, bridge: FakeLock
) -> None:
    await house.start(bridge)
    bridge.set_attribute(f"{ENDPOINT}/57/17", False)
    await house.pass_time(70, 10)
    assert house.responsive == "off"
    assert house.problem.state == "bridged_lock_unreachable"
    await house.tick(1)
    bridge.set_attribute(f"{ENDPOINT}/57/17", True)
    await house.tick(1)
    assert house.responsive == "on"


async def test_bridged_lock_whose_hub_is_away_and_is_no_border_router(
    house: House, bridge: FakeLock
) -> None:
    await house.start(bridge)
    bridge.become(available=False)
    await house.pass_time(70, 10)
    assert house.responsive == "off"
    assert house.problem.state == "bridge_unreachable"
    (fired,) = house.fired("connection")
    assert "has power" in fired["message"]


async def test_bridged_lock_that_its_hub_does_not_reach_at_a_start(
    house: House, hub: FakeHub, bridge: FakeLock
) -> None:
    await house.start(bridge)
    bridge.set_attribute(f"{ENDPOINT}/57/17", False)
    await house.tick(1)
    await house.reload()
    await house.pass_time(70, 10)
    assert house.responsive == "off"
    assert house.fired("connection")[-1]["cause"] == "bridged_lock_unreachable"


async def test_bridged_lock_has_its_own_facts_and_no_users(
    house: House, hub: FakeHub, bridge: FakeLock
) -> None:
    await house.start(bridge)
    lock = next(iter(house.home.runtime_data.locks.values()))
    assert (lock.node.product_name, lock.node.software_version) == ("U100", "0029")
    assert house.state(house.entity_id("sensor", "reports_who")).state == "no"
    assert "get_user" not in [name.lower() for name in bridge.asked]
    keys = {e.unique_id.split("_", 1)[1] for e in entries_of(house)}
    assert not keys & {"connected_apps", "served_by", "link_quality", "rssi"}


async def test_restart_of_the_hub_is_none_of_the_lock(
    house: House, hub: FakeHub, bridge: FakeLock
) -> None:
    await house.start(bridge)
    restart(bridge)
    await house.settle()
    lock = next(iter(house.home.runtime_data.locks.values()))
    assert lock.history.reboots == ()


def entries_of(house: House) -> list[er.RegistryEntry]:
    """Give the entities of the first lock."""
    registry = er.async_get(house.hass)
    entries = er.async_entries_for_config_entry(registry, house.home.entry_id)
    return [e for e in entries if e.unique_id.startswith(house.subentry_id())]


async def test_hub_keeps_its_bridge_from_who_claims_more_of_its_addresses(
    house: House, hub: FakeHub, bridge: FakeLock, lan: FakeLan
) -> None:
    """Anybody can announce the addresses of a bridge, those that the hub left out, too."""
    await house.start()
    await house.tick(SOON)
    assert stands_on(house, hub) == {core_id(house)}
    node = f"{COMPRESSED_FABRIC:016X}-{BRIDGE_NODE:016X}"
    addresses = (HUB_ADDRESS, "fd00:10::20")
    lan.show(FakeService(node, host="bridge.local.", addresses=addresses))
    forged = lan.add(
        FakeHub(
            name="Forged",
            host="forged.local.",
            border_agent_id="0" * 32,
            extended_address="0" * 16,
            addresses=addresses,
        )
    )
    await house.pass_time(95, 5)
    assert stands_on(house, hub) == {core_id(house)}
    assert core_id(house) not in stands_on(house, forged)

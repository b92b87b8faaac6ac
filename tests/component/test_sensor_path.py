"""The way to a lock as sensors: hub, radio link, apps; and what a hub says of its network."""

from typing import Any

from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.core import State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.const import DOMAIN

from .fake_lan import FakeHub, FakeLan
from .fake_matter import FakeLock, FakeMatterServer
from .house import House
from .nodes import (
    APPLE_FABRIC,
    OTHER_FABRIC_INDEX,
    OWN_FABRIC,
    U400_NODE,
    bridge_with_lock,
    u400,
)

PARENT = "f6a99b425a67abed"
"""Extended address of the hub that the tests plug in."""
GOOGLE = {"1": "", "2": 0x6006, "3": 99, "4": 7, "5": "Kitchen", "254": 4}
NEIGHBORS = "0/53/7"
FABRICS_COUNTED = "0/62/3"


@pytest.fixture
def lock(matter: FakeMatterServer) -> FakeLock:
    """Commission a U400 that tells its Thread parent."""
    return matter.add(U400_NODE, u400(PARENT))


def second_hub() -> FakeHub:
    """Give another border router of the same network."""
    return FakeHub(
        name="Camera Hub G410",
        host="G410.local.",
        border_agent_id="ffeeddccbbaa99887766554433221100",
        extended_address="1122334455667788",
        addresses=("10.10.10.21",),
    )


def of_lock(house: House, key: str) -> State:
    """Give one of the lock's sensors."""
    return house.state(house.entity_id(SENSOR, key))


def exists(house: House, key: str) -> bool:
    """Tell whether a lock has a sensor."""
    unique_id = f"{house.subentry_id()}_{key}"
    registry = er.async_get(house.hass)
    return registry.async_get_entity_id(SENSOR, DOMAIN, unique_id) is not None


async def enable(house: House, *entity_ids: str) -> None:
    """Enable entities as a user does."""
    for entity_id in entity_ids:
        assert house.hass.states.get(entity_id) is None
        er.async_get(house.hass).async_update_entity(entity_id, disabled_by=None)
    await house.reload()


# Connected through.


async def test_only_hub_of_the_network_serves_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    served_by = of_lock(house, "served_by")
    assert served_by.state == hub.name
    assert served_by.attributes["evidence"] == "only_router"
    assert "read_at" not in served_by.attributes


async def test_parent_says_which_of_two_hubs_serves_the_lock(
    house: House, lock: FakeLock, hub: FakeHub
) -> None:
    house.lan.add(second_hub())
    await house.start(lock)
    served_by = of_lock(house, "served_by")
    assert served_by.state == hub.name
    assert served_by.attributes["evidence"] == "parent"
    await house.tick(60)
    neighbor = {**lock.attributes[NEIGHBORS][0], "0": 0x1122334455667788}
    lock.set_attribute(NEIGHBORS, [neighbor])
    await house.settle()
    served_by = of_lock(house, "served_by")
    assert served_by.state == second_hub().name
    assert served_by.attributes["read_at"] == dt_util.utcnow()


async def test_all_hubs_are_named_where_none_is_sure(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    house.lan.add(second_hub())
    await house.start(u400_lock)
    served_by = of_lock(house, "served_by")
    assert served_by.state == f"{second_hub().name}, {hub.name}"
    assert served_by.attributes["evidence"] == "several_routers"


async def test_without_a_hub_it_is_not_known(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    assert of_lock(house, "served_by").state == "not known"
    assert of_lock(house, "served_by").attributes["evidence"] == "no_router"
    found = house.lan.add(FakeHub())
    await house.settle()
    assert of_lock(house, "served_by").state == found.name


async def test_bridged_lock_hangs_on_no_thread_hub(
    house: House, matter: FakeMatterServer
) -> None:
    attributes = bridge_with_lock()
    attributes["0/49/65532"] = 4
    del attributes["0/49/1"]
    bridge = matter.add(21, attributes, endpoint_id=5)
    await house.start_matter()
    await house.start(bridge, matter=False)
    assert not exists(house, "served_by")
    assert not exists(house, "link_quality")


# The radio link.


async def test_radio_link_is_off_until_it_is_enabled(
    house: House, lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(lock)
    entity_ids = [house.entity_id(SENSOR, key) for key in ("link_quality", "rssi")]
    await enable(house, *entity_ids)
    quality, rssi = (house.state(entity_id) for entity_id in entity_ids)
    assert (quality.state, rssi.state) == ("3", "-54")
    assert rssi.attributes["unit_of_measurement"] == "dBm"


async def test_radio_link_says_when_it_was_read(
    house: House, lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(lock)
    entity_ids = [house.entity_id(SENSOR, key) for key in ("link_quality", "rssi")]
    await enable(house, *entity_ids)
    await house.tick(60)
    neighbor = {**lock.attributes[NEIGHBORS][0], "5": 1, "6": -91}
    lock.set_attribute(NEIGHBORS, [neighbor])
    await house.settle()
    read_at = dt_util.utcnow()
    await house.tick(60)
    quality, rssi = (house.state(entity_id) for entity_id in entity_ids)
    assert (quality.state, rssi.state) == ("1", "-91")
    for state in (quality, rssi):
        assert state.attributes["read_at"] == read_at


async def test_lock_without_thread_diagnostics_has_no_radio_link(
    house: House, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u200_lock)
    assert exists(house, "served_by")
    assert not exists(house, "link_quality")
    assert not exists(house, "rssi")


async def test_router_as_neighbor_of_a_child_is_no_parent(
    house: House, lock: FakeLock, hub: FakeHub
) -> None:
    child = {**lock.attributes[NEIGHBORS][0], "13": True}
    lock.set_attribute(NEIGHBORS, [child])
    await house.start(lock)
    assert not exists(house, "rssi")
    assert of_lock(house, "served_by").attributes["evidence"] == "only_router"


# Apps.


async def test_apps_are_counted_and_named(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    apps = of_lock(house, "connected_apps")
    assert apps.state == "2"
    assert apps.attributes["apps"] == ["Home Assistant", "Apple Home"]
    u400_lock.fabrics = [OWN_FABRIC, APPLE_FABRIC, GOOGLE]
    u400_lock.set_attribute(FABRICS_COUNTED, 3)
    await house.settle()
    apps = of_lock(house, "connected_apps")
    assert apps.state == "3"
    assert apps.attributes["apps"][-1] == "Google Home"


async def test_app_is_named_as_soon_as_its_name_was_read(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """A lock answers some time after it has reported the count."""
    await house.start(u400_lock)
    u400_lock.fabrics = [OWN_FABRIC, APPLE_FABRIC, GOOGLE]
    house.matter.hold("read_attribute")
    u400_lock.set_attribute(FABRICS_COUNTED, 3)
    await house.turn(1)
    assert "Google Home" not in of_lock(house, "connected_apps").attributes["apps"]
    house.matter.release()
    await house.settle()
    assert "Google Home" in of_lock(house, "connected_apps").attributes["apps"]


@pytest.mark.parametrize(
    ("label", "shown"), [("Basement", "Basement"), ("", "Matter vendor 0xFFF1")]
)
async def test_app_that_nobody_knows_is_named_by_its_label(
    house: House, u400_lock: FakeLock, hub: FakeHub, label: str, shown: str
) -> None:
    other: dict[str, Any] = {**APPLE_FABRIC, "2": 0xFFF1, "5": label}
    u400_lock.fabrics = [OWN_FABRIC, other]
    await house.start(u400_lock)
    assert other["254"] == OTHER_FABRIC_INDEX
    assert of_lock(house, "connected_apps").attributes["apps"][1] == shown


async def test_our_own_app_is_known_whatever_its_vendor_id(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.fabrics = [{**OWN_FABRIC, "2": 0xFFF1}, APPLE_FABRIC]
    await house.start(u400_lock)
    apps = of_lock(house, "connected_apps").attributes["apps"]
    assert apps == ["Home Assistant", "Apple Home"]


# Hubs.


async def test_hub_tells_its_network(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    network = house.hub_entity_id(SENSOR, "thread_network", hub)
    assert house.state(network).state == "AqaraHome-f8c4"
    hub.network_name = "Renamed"
    house.lan.announce(hub)
    await house.settle()
    assert house.state(network).state == "Renamed"


@pytest.mark.parametrize(
    ("bitmap", "role"),
    [
        ("000001b1", "detached"),
        ("000003b1", "child"),
        ("000005b1", "router"),
        ("000007b1", "leader"),
        ("01", "unknown"),
    ],
)
async def test_hub_tells_its_role_once_that_is_enabled(
    house: House, u400_lock: FakeLock, lan: FakeLan, bitmap: str, role: str
) -> None:
    hub = lan.add(FakeHub(state=bytes.fromhex(bitmap)))
    await house.start(u400_lock)
    entity_id = house.hub_entity_id(SENSOR, "thread_role", hub)
    await enable(house, entity_id)
    assert house.state(entity_id).state == role


async def test_a_hub_says_which_locks_it_serves(
    house: House, lan: FakeLan, lock: FakeLock, hub: FakeHub
) -> None:
    other = lan.add(second_hub())
    await house.start(lock)
    await house.tick(10)
    shown = house.state(house.hub_entity_id(SENSOR, "locks", hub))
    name = house.device_of(lock).name
    assert (shown.state, shown.attributes["names"]) == ("1", [name])
    idle = house.state(house.hub_entity_id(SENSOR, "locks", other))
    assert (idle.state, idle.attributes["names"]) == ("0", [])
    assert house.state(house.entity_id(SENSOR, "served_by")).state == hub.name


async def test_a_hub_claims_no_lock_that_may_be_connected_elsewhere(
    house: House, lan: FakeLan, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Without the lock's word every hub of its network may be the one."""
    other = lan.add(second_hub())
    await house.start(u400_lock)
    await house.tick(10)
    for one in (hub, other):
        shown = house.state(house.hub_entity_id(SENSOR, "locks", one))
        assert shown.state == "0"

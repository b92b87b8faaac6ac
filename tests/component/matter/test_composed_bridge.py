"""A bridged lock of several parts: the bolt is one level below what core calls the device."""

import pytest

from custom_components.aqara_lock.matter.devices import find_locks

from ..fake_matter import FakeLock, FakeMatterServer
from ..flow_steps import add_lock
from ..house import House
from ..nodes import bridge_with_lock_of_parts

BRIDGE = 12


@pytest.fixture
def parts_lock(matter: FakeMatterServer) -> FakeLock:
    """Commission a hub with such a lock."""
    return matter.add(BRIDGE, bridge_with_lock_of_parts(), endpoint_id=6)


async def test_lock_of_parts_is_found(house: House, parts_lock: FakeLock) -> None:
    """It was not among the locks that could be added."""
    await house.start_matter()
    (found,) = find_locks(house.hass)
    assert found.identity.endpoint_id == parts_lock.endpoint_id
    assert found.identity.address.bridged_endpoint == 5
    assert found.identity.serial == "54EF4410AAAAAAAA"
    assert found.name == "U100"


@pytest.fixture
async def home(house: House, parts_lock: FakeLock) -> House:
    """Add it to the home."""
    await house.start()
    flow = await add_lock(house)
    await flow.choose("found")
    await flow.fill(replace_core_lock=True)
    return house


async def test_lock_of_parts_works_like_any_other(
    home: House, parts_lock: FakeLock
) -> None:
    assert home.lock.state == "locked"
    lock = home.home.runtime_data.locks[home.subentry_id()]
    assert (lock.node.product_name, lock.node.serial) == ("U100", "54EF4410AAAAAAAA")
    assert lock.node.battery_percent == 40
    await home.call("unlock")
    await home.settle()
    assert home.lock.state == "unlocked"
    assert home.types() == ["unlocked"]
    assert parts_lock.asked[-1] == "UnlockDoor"


async def test_lock_of_parts_is_silent_when_its_bridge_says_so(
    home: House, parts_lock: FakeLock
) -> None:
    """The bridge says it of the whole device, not of its parts."""
    parts_lock.set_attribute("5/57/17", False)
    await home.pass_time(120, 10)
    assert home.responsive == "off"

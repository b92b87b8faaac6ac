"""A lock that was reset and commissioned again: nothing read of it before is believed."""

from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.matter.devices import (
    find_core_lock_entities,
    find_locks,
)

from ..fake_matter import FakeLock, User
from ..flow_steps import bind
from ..house import House
from ..locks.activity.test_gap_entries import gaps, unlock
from ..nodes import APPLE_FABRIC, OWN_FABRIC, U400_NODE, u400

GOOGLE_FABRIC = APPLE_FABRIC | {"2": 0x6006}


async def test_event_of_the_same_number_joins_no_record(
    house: House, u400_lock: FakeLock
) -> None:
    """The new node had counted up to the old one's last event: it passed for seamless."""
    house.matter.schema_version = 11
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    assert house.changed_by == "Mara"
    last = u400_lock.event_number
    house.matter.remove(u400_lock)
    await house.settle()
    house.matter.recent_events.clear()
    house.matter.hold("diagnostics")
    fresh = house.matter.add(U400_NODE + 20, u400())
    fresh.users = {2: User("Zoe")}
    fresh.event_number = last - 1
    fresh.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, silently=True
    )
    await house.wait_for(lambda: house.matter.held)
    house.matter.release()
    await house.settle()
    told = await unlock(house, fresh, 2)
    assert told["person"] == "Zoe"
    assert "person_id" not in told
    assert len(await gaps(house)) == 1


async def test_index_of_an_app_begins_anew(house: House, u400_lock: FakeLock) -> None:
    """As many apps as before: the list was not read again, and the old name was told."""
    await house.start(u400_lock)
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.REMOTE, fabric=3, node=9
    )
    await house.settle()
    assert house.fired("activity")[-1]["ecosystem"] == "Apple Home"
    house.matter.remove(u400_lock)
    await house.tick(60)
    house.matter.hold("read_attribute")
    fresh = house.matter.add(U400_NODE + 20, u400())
    fresh.fabrics = [OWN_FABRIC, GOOGLE_FABRIC]
    house.matter.release()
    await house.tick(60)
    fresh.report_operation(
        LockOperationType.LOCK, OperationSource.REMOTE, fabric=3, node=9
    )
    await house.settle()
    assert house.fired("activity")[-1]["ecosystem"] == "Google Home"


@pytest.mark.parametrize("order", ["lost_first", "added_first", "comes_late"])
async def test_lock_is_followed_to_its_new_node(
    house: House, u400_lock: FakeLock, order: str
) -> None:
    """The old node stays on the server: the new one is found whatever happens first."""
    await house.start(u400_lock)
    if order == "lost_first":
        u400_lock.become(available=False)
        await house.settle()
    fresh = commission_again(house)
    if order == "comes_late":
        fresh.become(available=False)
        await house.settle()
    u400_lock.become(available=False)
    await house.settle()
    fresh.become(available=True)
    await house.tick(60)
    await house.call("unlock")
    assert "UnboltDoor" in fresh.asked
    assert "UnboltDoor" not in u400_lock.asked
    await house.settle()
    assert house.lock.state == "unlocked"


@pytest.mark.parametrize("unique_id", [None, "NEW"], ids=["same", "reset"])
async def test_old_node_that_returns_takes_nothing_back(
    house: House, u400_lock: FakeLock, unique_id: str | None
) -> None:
    """A reset may give the lock another unique id: what was followed is remembered."""
    await house.start(u400_lock)
    fresh = commission_again(house, unique_id)
    u400_lock.become(available=False)
    await house.tick(60)
    u400_lock.become(available=True)
    await house.tick(60)
    await house.call("unlock")
    assert "UnboltDoor" in fresh.asked
    await house.reload()
    await house.call("lock")
    assert "LockDoor" in fresh.asked
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.tick(60)
    await house.call("unlock")
    assert fresh.asked.count("UnboltDoor") == 2
    assert {"UnboltDoor", "LockDoor"}.isdisjoint(u400_lock.asked)


async def test_old_node_that_is_removed_leaves_the_new_one(
    house: House, u400_lock: FakeLock
) -> None:
    """Core removes the device that both share; it makes it again for the node it hears."""
    await house.start(u400_lock)
    fresh = commission_again(house)
    u400_lock.become(available=False)
    await house.tick(60)
    house.matter.remove(u400_lock)
    await house.settle()
    fresh.become(available=True)
    await house.tick(60)
    await house.call("unlock")
    assert "UnboltDoor" in fresh.asked


async def test_other_lock_of_the_same_serial_number_is_left_alone(
    house: House, u400_lock: FakeLock
) -> None:
    """A maker may print one serial number twice: a command must not reach that door."""
    await house.start(u400_lock)
    other = commission_again(house, unique_id="ANOTHER")
    await house.settle()
    u400_lock.lock_by_hand()
    await house.settle()
    u400_lock.become(available=False)
    await house.tick(60)
    await house.call("unlock")
    assert other.asked == []
    assert "UnboltDoor" in u400_lock.asked


async def test_new_node_is_told_of_with_its_names(
    house: House, u400_lock: FakeLock
) -> None:
    """The followed node changes while the link stands: it is read like any new one."""
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    u400_lock.become(available=False)
    await house.tick(60)
    fresh = commission_again(house)
    fresh.users = {2: User("Zoe")}
    fresh.report_state(LockState.UNLOCKED)
    await house.tick(60)
    told = await unlock(house, fresh, 2)
    assert told["person"] == "Zoe"
    assert house.changed_by == "Zoe"


async def test_every_lock_entity_of_core_is_known(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    fresh = commission_again(house)
    u400_lock.become(available=False)
    await house.settle()
    device = house.device_of(u400_lock)
    assert device == house.device_of(fresh)
    found = find_core_lock_entities(hass, device, 1)
    assert [node_of(entry) for entry in found] == [fresh.node_id, u400_lock.node_id]
    er.async_get(hass).async_update_entity(
        found[0].entity_id, disabled_by=er.RegistryEntryDisabler.USER
    )
    again = find_core_lock_entities(hass, device, 1)
    assert [node_of(entry) for entry in again] == [fresh.node_id, u400_lock.node_id]


def commission_again(house: House, unique_id: str | None = None) -> FakeLock:
    """Commission a lock of the same serial number; the old node stays."""
    attributes = u400()
    if unique_id is not None:
        attributes["0/40/18"] = unique_id
    return house.matter.add(U400_NODE + 20, attributes)


def node_of(entry: er.RegistryEntry) -> int:
    """Give the node in the unique id of one of core's entities."""
    return int(entry.unique_id.split("-")[1], 16)


async def test_same_number_of_another_server_is_another_device(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """A server that was set up anew counts from the start: its node may be any door."""
    await house.start(u400_lock)
    stranger = u400() | {"0/40/15": "ANOTHER", "0/40/18": "ANOTHER"}
    with patch(f"{FakeLock.__module__}.COMPRESSED_FABRIC", 0x1):
        house.matter.stop()
        await house.settle()
        house.matter.locks.clear()
        other = house.matter.add(u400_lock.node_id, stranger)
        house.matter.start()
        await hass.config_entries.async_reload(house.matter_entry.entry_id)
        await house.tick(60)
        await house.call("unlock")
        assert other.asked == []


async def test_lock_on_another_server_is_followed_there(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """Its serial number is the same; the number of its node means nothing there."""
    await house.start(u400_lock)
    with patch(f"{FakeLock.__module__}.COMPRESSED_FABRIC", 0x1):
        house.matter.stop()
        await house.settle()
        house.matter.locks.clear()
        other = house.matter.add(
            u400_lock.node_id, u400() | {"0/40/15": "ANOTHER", "0/40/18": "ANOTHER"}
        )
        fresh = house.matter.add(3, u400())
        house.matter.start()
        await hass.config_entries.async_reload(house.matter_entry.entry_id)
        await house.tick(60)
        await house.call("unlock")
    assert "UnboltDoor" in fresh.asked
    assert other.asked == []


async def test_device_of_another_server_is_no_lock_to_add(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """Core keeps the device of the server of before; its number is a lamp's or another lock's."""
    await house.start(u400_lock)
    with patch(f"{FakeLock.__module__}.COMPRESSED_FABRIC", 0x1):
        house.matter.stop()
        await house.settle()
        house.matter.locks.clear()
        house.matter.add(
            u400_lock.node_id, u400() | {"0/40/15": "ANOTHER", "0/40/18": "ANOTHER"}
        )
        house.matter.start()
        await hass.config_entries.async_reload(house.matter_entry.entry_id)
        await house.settle()
        assert [lock.identity.serial for lock in find_locks(hass)] == ["ANOTHER"]

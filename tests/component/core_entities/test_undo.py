"""What was changed at others' entities and devices is put back, and nothing else is touched."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.core_entities.undo import UndoLedger
from custom_components.aqara_lock.store.home_store import HomeStore

LOCK = "lock-1"


@pytest.fixture
def owner(hass: HomeAssistant) -> MockConfigEntry:
    """Give the entry whose things are changed."""
    entry = MockConfigEntry(domain="matter")
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def ledger(hass: HomeAssistant) -> UndoLedger:
    """Give an empty ledger."""
    return UndoLedger(hass, HomeStore(hass, "home"))


def device(hass: HomeAssistant, owner: MockConfigEntry, name: str) -> dr.DeviceEntry:
    """Add a device."""
    return dr.async_get(hass).async_get_or_create(
        config_entry_id=owner.entry_id, identifiers={("matter", name)}, name=name
    )


def core_lock(hass: HomeAssistant, owner: MockConfigEntry) -> er.RegistryEntry:
    """Add core's lock entity."""
    return er.async_get(hass).async_get_or_create(
        "lock", "matter", "front-door", config_entry=owner
    )


def hidden_by(hass: HomeAssistant, entity: er.RegistryEntry) -> str | None:
    """Tell who hides an entity now."""
    found = er.async_get(hass).async_get(entity.entity_id)
    assert found is not None
    return found.hidden_by


def hub_of(hass: HomeAssistant, lock: dr.DeviceEntry) -> str | None:
    """Tell under which device a lock hangs now."""
    found = dr.async_get(hass).async_get(lock.id)
    assert found is not None
    return found.via_device_id


async def test_hidden_entity_is_shown_again(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    entity = core_lock(hass, owner)
    ledger.hide(LOCK, entity)
    assert hidden_by(hass, entity) is er.RegistryEntryHider.INTEGRATION
    ledger.unhide(LOCK)
    assert hidden_by(hass, entity) is None


async def test_entity_that_was_not_hidden_by_us_stays_hidden(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    entity = core_lock(hass, owner)
    registry = er.async_get(hass)
    by_user = registry.async_update_entity(
        entity.entity_id, hidden_by=er.RegistryEntryHider.USER
    )
    ledger.hide(LOCK, by_user)
    ledger.unhide(LOCK)
    ledger.restore(LOCK)
    assert hidden_by(hass, entity) is er.RegistryEntryHider.USER


async def test_entity_that_the_user_hid_since_stays_hidden(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    entity = core_lock(hass, owner)
    ledger.hide(LOCK, entity)
    er.async_get(hass).async_update_entity(
        entity.entity_id, hidden_by=er.RegistryEntryHider.USER
    )
    ledger.restore(LOCK)
    assert hidden_by(hass, entity) is er.RegistryEntryHider.USER


async def test_entity_that_the_user_shows_again_is_not_hidden_anew(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    entity = core_lock(hass, owner)
    ledger.hide(LOCK, entity)
    shown = er.async_get(hass).async_update_entity(entity.entity_id, hidden_by=None)
    ledger.hide(LOCK, shown)
    assert hidden_by(hass, entity) is None


async def test_lock_hangs_again_where_it_hung_before(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    before, hub, other = (device(hass, owner, x) for x in ("before", "hub", "other"))
    lock = device(hass, owner, "lock")
    lock = dr.async_get(hass).async_update_device(lock.id, via_device_id=before.id)
    assert lock is not None
    ledger.link(LOCK, lock, hub.id)
    moved = dr.async_get(hass).async_get(lock.id)
    assert moved is not None
    ledger.link(LOCK, moved, other.id)
    assert hub_of(hass, lock) == other.id
    ledger.restore(LOCK)
    assert hub_of(hass, lock) == before.id


async def test_lock_that_somebody_else_moved_since_is_left_there(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    before, hub, other = (device(hass, owner, x) for x in ("before", "hub", "other"))
    registry = dr.async_get(hass)
    lock = device(hass, owner, "lock")
    placed = registry.async_update_device(lock.id, via_device_id=before.id)
    assert placed is not None
    ledger.link(LOCK, placed, hub.id)
    registry.async_update_device(lock.id, via_device_id=other.id)
    ledger.restore(LOCK)
    assert hub_of(hass, lock) == other.id


async def test_lock_hangs_again_where_it_hung_before_though_its_hub_is_gone(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    registry = dr.async_get(hass)
    before, hub = device(hass, owner, "before"), device(hass, owner, "hub")
    lock = device(hass, owner, "lock")
    placed = registry.async_update_device(lock.id, via_device_id=before.id)
    assert placed is not None
    ledger.link(LOCK, placed, hub.id)
    registry.async_remove_device(hub.id)
    ledger.restore(LOCK)
    assert hub_of(hass, lock) == before.id


async def test_lock_that_hung_there_by_itself_is_left_there(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    hub, lock = device(hass, owner, "hub"), device(hass, owner, "lock")
    lock = dr.async_get(hass).async_update_device(lock.id, via_device_id=hub.id)
    assert lock is not None
    ledger.link(LOCK, lock, hub.id)
    ledger.restore(LOCK)
    assert hub_of(hass, lock) == hub.id


async def test_lock_hangs_free_when_its_place_before_is_gone(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    registry = dr.async_get(hass)
    before, hub = device(hass, owner, "before"), device(hass, owner, "hub")
    lock = device(hass, owner, "lock")
    placed = registry.async_update_device(lock.id, via_device_id=before.id)
    assert placed is not None
    ledger.link(LOCK, placed, hub.id)
    registry.async_remove_device(before.id)
    ledger.restore(LOCK)
    assert hub_of(hass, lock) is None


async def test_what_is_gone_stays_gone(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    entity, hub = core_lock(hass, owner), device(hass, owner, "hub")
    lock = device(hass, owner, "lock")
    ledger.hide(LOCK, entity)
    ledger.link(LOCK, lock, hub.id)
    er.async_get(hass).async_remove(entity.entity_id)
    dr.async_get(hass).async_remove_device(lock.id)
    ledger.restore(LOCK)
    assert er.async_get(hass).async_get(entity.entity_id) is None
    assert dr.async_get(hass).async_get(lock.id) is None


async def test_only_locks_that_left_are_restored(
    hass: HomeAssistant, owner: MockConfigEntry, ledger: UndoLedger
) -> None:
    hub = device(hass, owner, "hub")
    stays, leaves = device(hass, owner, "stays"), device(hass, owner, "leaves")
    ledger.link("stays", stays, hub.id)
    ledger.link("leaves", leaves, hub.id)
    ledger.restore_others({"stays"})
    assert hub_of(hass, stays) == hub.id
    assert hub_of(hass, leaves) is None

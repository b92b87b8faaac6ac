"""Our lock entity has the entity id of core's, which has it back when ours goes."""

from random import Random

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House, subentry
from ..nodes import U400_NODE, u400
from .test_replacement import replace

DOOR = "lock.front_door"
STEPS = 12


@pytest.fixture
async def core(house: House, u400_lock: FakeLock, hub: FakeHub) -> er.RegistryEntry:
    """Return core's lock entity, which the user has given an id."""
    await house.start_matter()
    registry = er.async_get(house.hass)
    found = registry.async_update_entity(
        house.core_lock(u400_lock).entity_id, new_entity_id=DOOR
    )
    await house.settle()
    return found


def now(house: House, entry: er.RegistryEntry) -> er.RegistryEntry:
    """Return what the registry has of an entity by now."""
    found = er.async_get(house.hass).entities.get_entry(entry.id)
    assert found is not None
    return found


def facts(entry: er.RegistryEntry) -> tuple[object, ...]:
    """Return what was changed on core's entity, and must be as before."""
    return entry.entity_id, entry.hidden_by, entry.options.get("aqara_lock")


async def test_ours_has_the_id_and_core_another(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    await house.start(u400_lock, matter=False)
    assert house.lock_id == DOOR
    assert now(house, core).entity_id == f"{DOOR}_matter"
    for entity_id in (DOOR, f"{DOOR}_matter"):
        assert house.state(entity_id).state == "locked"
    assert sorted(hass.states.async_entity_ids("lock")) == [DOOR, f"{DOOR}_matter"]
    await house.call("unlock")
    assert u400_lock.asked[-1] == "UnboltDoor"


async def test_both_keep_their_ids_over_a_reload(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    await house.start(u400_lock, matter=False)
    await house.reload()
    assert house.lock_id == DOOR
    assert now(house, core).entity_id == f"{DOOR}_matter"


@pytest.mark.parametrize(
    "how", ["not replaced", "lock removed", "home removed", "stopped home removed"]
)
async def test_core_has_its_id_back(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry, how: str
) -> None:
    before = facts(core)
    await house.start(u400_lock, matter=False)
    entries = house.hass.config_entries
    if how == "stopped home removed":
        await house.stop()
    if how == "not replaced":
        await replace(house, by_ours=False)
    elif how == "lock removed":
        entries.async_remove_subentry(house.home, house.subentry_id())
    else:
        await entries.async_remove(house.home.entry_id)
    await house.settle()
    assert facts(now(house, core)) == before
    assert house.state(DOOR).state == "locked"
    assert house.hass.states.async_entity_ids("lock") == [DOOR]


async def test_an_id_that_the_user_gave_core_meanwhile_stays(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    await house.start(u400_lock, matter=False)
    er.async_get(house.hass).async_update_entity(
        now(house, core).entity_id, new_entity_id="lock.by_matter"
    )
    await house.settle()
    await house.reload()
    await replace(house, by_ours=False)
    assert facts(now(house, core)) == ("lock.by_matter", None, None)


async def test_an_id_that_the_user_gave_ours_stays(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    await house.start(u400_lock, matter=False)
    er.async_get(house.hass).async_update_entity(DOOR, new_entity_id="lock.mine")
    await house.settle()
    await house.reload()
    assert house.lock_id == "lock.mine"
    await replace(house, by_ours=False)
    assert now(house, core).entity_id == DOOR


async def test_an_id_that_somebody_else_took_stays_with_them(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    await house.start(u400_lock, matter=False)
    registry = er.async_get(house.hass)
    registry.async_update_entity(DOOR, new_entity_id="lock.mine")
    await house.settle()
    registry.async_get_or_create("lock", "shed", "1", suggested_object_id="front_door")
    assert registry.async_get(DOOR).platform == "shed"
    await replace(house, by_ours=False)
    assert now(house, core).entity_id == f"{DOOR}_matter"
    assert registry.async_get(DOOR).platform == "shed"


async def test_entity_that_was_there_before_keeps_its_id(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    """One that an earlier version made is known by its own id to the dashboards."""
    await house.start(u400_lock, replace=False, matter=False)
    registry = er.async_get(house.hass)
    ours = registry.async_get_or_create(
        "lock",
        "aqara_lock",
        f"{house.subentry_id()}_lock",
        suggested_object_id="mine",
        config_entry=house.home,
        config_subentry_id=house.subentry_id(),
    )
    registry.async_update_entity_options(
        ours.entity_id, "aqara_lock", {"settings_copied_from": core.id}
    )
    await replace(house, by_ours=True)
    assert house.lock_id == "lock.mine"
    assert now(house, core).entity_id == DOOR


async def test_core_entity_that_comes_after_ours_keeps_its_id(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start_matter()
    registry = er.async_get(house.hass)
    gone = house.core_lock(u400_lock)
    registry.async_remove(gone.entity_id)
    await house.start(u400_lock, matter=False)
    ours = house.lock_id
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()
    came = house.core_lock(u400_lock).entity_id
    await house.reload()
    assert house.lock_id == ours
    assert house.core_lock(u400_lock).entity_id == came


async def test_ours_stands_behind_core_also_after_a_new_commissioning(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry
) -> None:
    """Matter's dialog for codes opens the first lock entity of the device."""
    await house.start(u400_lock, matter=False)
    registry = er.async_get(house.hass)
    registry.async_update_entity(DOOR, name="Front", icon="mdi:door")
    before = registry.async_get(DOOR)
    house.matter.add(U400_NODE + 20, u400())
    await house.pass_time(30, 5)
    device = house.device_of(u400_lock).id
    locks = [
        entry.platform
        for entry in er.async_entries_for_device(registry, device)
        if entry.domain == "lock"
    ]
    assert locks == ["matter", "matter", "aqara_lock"]
    after = registry.async_get(DOOR)
    assert before is not None
    assert after is not None
    assert (after.id, after.name, after.icon) == (before.id, "Front", "mdi:door")
    assert after.platform == "aqara_lock"
    assert house.state(DOOR).state == "locked"
    await house.reload()
    assert house.lock_id == DOOR


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_changes_leaves_core_as_it_was(
    house: House, u400_lock: FakeLock, core: er.RegistryEntry, seed: int
) -> None:
    random, before = Random(seed), facts(core)
    await house.start(u400_lock, matter=False)
    entries, registry = house.hass.config_entries, er.async_get(house.hass)
    for number in range(STEPS):
        has_lock = bool(house.home.subentries)
        steps = ["reload", "reload matter"]
        steps += ["replace", "give back", "remove lock"] if has_lock else ["add lock"]
        match random.choice(steps):
            case "reload":
                await house.reload()
            case "reload matter":
                await entries.async_reload(house.matter_entry.entry_id)
            case "replace":
                await replace(house, by_ours=True)
                if random.random() < 0.5:
                    registry.async_update_entity(
                        house.lock_id, new_entity_id=f"lock.mine_{number}"
                    )
            case "give back":
                await replace(house, by_ours=False)
            case "remove lock":
                entries.async_remove_subentry(house.home, house.subentry_id())
            case "add lock":
                new = ConfigSubentry(**subentry(u400_lock))
                entries.async_add_subentry(house.home, new)
        await house.settle()
    await entries.async_remove(house.home.entry_id)
    await house.settle()
    assert facts(now(house, core)) == before
    assert house.hass.states.async_entity_ids("lock") == [DOOR]

"""Our lock entity in the place of core's: its options come along, and go back."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, label_registry as lr
import pytest

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House
from ..nodes import U400_NODE, u400

CODE = "2468"
OTHER_CODE = "86420"
PIN_FOR_REMOTE = "1/257/51"


async def with_code(house: House, lock: FakeLock, code: str | None) -> str:
    """Set core's Matter up with a lock that wants a code; gives core's entity."""
    lock.attributes[PIN_FOR_REMOTE] = True
    await house.start_matter()
    core = house.core_lock(lock).entity_id
    if code is not None:
        set_code(house, core, code)
    return core


def set_code(house: House, entity_id: str, code: str | None) -> None:
    """Set the default code of a lock entity, as its settings do."""
    options = None if code is None else {"default_code": code}
    er.async_get(house.hass).async_update_entity_options(entity_id, "lock", options)


def options(house: House, entity_id: str, domain: str = "lock") -> Mapping[str, Any]:
    """Give the options of an entity."""
    entry = er.async_get(house.hass).async_get(entity_id)
    assert entry is not None
    return entry.options.get(domain, {})


def sent_code(lock: FakeLock) -> object:
    """Give the code that the last command carried, as the client writes it."""
    return lock.requests[-1].payload["PINCode"]


async def replace(house: House, *, by_ours: bool) -> None:
    """Let ours take the place of core's entity, or give it back."""
    subentry = house.home.subentries[house.subentry_id()]
    house.hass.config_entries.async_update_subentry(
        house.home, subentry, data={**subentry.data, "replace_core_lock": by_ours}
    )
    await house.settle()


async def test_default_code_of_core_is_used(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await with_code(house, u400_lock, CODE)
    await house.start(u400_lock, matter=False)
    await house.call("unlock")
    assert u400_lock.asked[-1] == "UnboltDoor"
    assert options(house, house.lock_id) == {"default_code": CODE}


async def test_entity_that_an_earlier_version_made_gets_the_code_once(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    core = await with_code(house, u400_lock, None)
    await house.start(u400_lock, matter=False)
    registry, core_id = er.async_get(house.hass), house.core_lock(u400_lock).id
    registry.async_update_entity_options(
        house.lock_id, "aqara_lock", {"settings_copied_from": core_id}
    )
    registry.async_update_entity(house.lock_id, name="Mine")
    set_code(house, core, CODE)
    await house.reload()
    await house.call("unlock")
    entry = registry.async_get(house.lock_id)
    assert entry is not None
    assert entry.name == "Mine"
    set_code(house, house.lock_id, None)
    await house.reload()
    with pytest.raises(ServiceValidationError):
        await house.call("unlock")


async def test_code_that_the_user_set_for_ours_stands(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await with_code(house, u400_lock, CODE)
    await house.start(u400_lock, matter=False)
    set_code(house, house.lock_id, OTHER_CODE)
    await house.reload()
    assert options(house, house.lock_id) == {"default_code": OTHER_CODE}


async def test_code_is_used_as_soon_as_the_lock_wants_one(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start_matter()
    set_code(house, house.core_lock(u400_lock).entity_id, CODE)
    await house.start(u400_lock, matter=False)
    u400_lock.set_attribute(PIN_FOR_REMOTE, True)
    await house.settle()
    await house.call("unlock")
    assert u400_lock.asked[-1] == "UnboltDoor"


async def test_what_else_the_user_set_comes_along(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start_matter()
    core, registry = house.core_lock(u400_lock).entity_id, er.async_get(hass)
    label = lr.async_get(hass).async_create("Doors").label_id
    registry.async_update_entity(core, icon="mdi:door", labels={label})
    google = {"should_expose": True, "disable_2fa": True}
    registry.async_update_entity_options(core, "cloud.google_assistant", google)
    await house.start(u400_lock, matter=False)
    ours = registry.async_get(house.lock_id)
    assert ours is not None
    assert (ours.icon, ours.labels) == ("mdi:door", {label})
    copied = options(house, house.lock_id, "cloud.google_assistant")
    assert copied["disable_2fa"] is True


@pytest.mark.parametrize(
    ("before", "since", "left"),
    [
        (CODE, CODE, CODE),
        (CODE, OTHER_CODE, OTHER_CODE),
        (CODE, None, None),
        (None, CODE, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("goes", ["switched", "removed"])
async def test_code_goes_back_as_the_user_left_it(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    before: str | None,
    since: str | None,
    left: str | None,
    goes: str,
) -> None:
    """A change is not lost, and no code is left where there was none."""
    core = await with_code(house, u400_lock, before)
    await house.start(u400_lock, matter=False)
    set_code(house, house.lock_id, since)
    await house.settle()
    if goes == "switched":
        await replace(house, by_ours=False)
    else:
        house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
        await house.settle()
    assert options(house, core).get("default_code") == left
    entry = er.async_get(house.hass).async_get(core)
    assert entry is not None
    assert entry.hidden_by is None


async def test_code_that_was_set_for_core_since_stays(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await with_code(house, u400_lock, None)
    await house.start(u400_lock, matter=False)
    set_code(house, house.core_lock(u400_lock).entity_id, CODE)
    await replace(house, by_ours=False)
    core = house.core_lock(u400_lock).entity_id
    assert options(house, core) == {"default_code": CODE}


async def test_entity_that_comes_back_takes_what_core_has_then(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    core = await with_code(house, u400_lock, CODE)
    await house.start(u400_lock, matter=False)
    await replace(house, by_ours=False)
    set_code(house, core, OTHER_CODE)
    await replace(house, by_ours=True)
    assert options(house, house.lock_id) == {"default_code": OTHER_CODE}


async def test_every_lock_entity_that_core_has_of_the_lock_is_hidden(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """A lock that was commissioned again has one for each of its nodes."""
    await house.start(u400_lock)
    registry = er.async_get(hass)
    house.matter.add(U400_NODE + 20, u400())
    await house.pass_time(30, 5)
    of_core = [
        entry
        for entry in er.async_entries_for_device(
            registry, house.device_of(u400_lock).id, include_disabled_entities=True
        )
        if (entry.platform, entry.domain) == ("matter", "lock")
    ]
    assert [entry.hidden_by for entry in of_core] == ["integration"] * 2
    await replace(house, by_ours=False)
    now = [registry.entities.get_entry(entry.id) for entry in of_core]
    assert [entry.hidden_by for entry in now if entry] == [None, None]


async def turn_core_off(house: House, *, off: bool) -> None:
    """Choose in the settings whether core's entity is off altogether."""
    subentry = house.home.subentries[house.subentry_id()]
    house.hass.config_entries.async_update_subentry(
        house.home, subentry, data={**subentry.data, "core_lock_off": off}
    )
    await house.settle()


def disabled_by(house: House, lock: FakeLock) -> er.RegistryEntryDisabler | None:
    """Give who turned core's entity off."""
    return house.core_lock(lock).disabled_by


INTEGRATION = er.RegistryEntryDisabler.INTEGRATION


async def test_core_is_off_only_where_that_is_wanted(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Ours goes on; nothing of the door is added a second time."""
    await house.start(u400_lock)
    assert disabled_by(house, u400_lock) is None
    ours, core = house.lock_id, house.core_lock(u400_lock).entity_id
    await turn_core_off(house, off=True)
    assert disabled_by(house, u400_lock) is INTEGRATION
    assert house.hass.states.get(core) is None
    assert house.lock_id == ours
    await house.call("unlock")
    assert u400_lock.asked[-1] == "UnboltDoor"
    await house.reload()
    assert disabled_by(house, u400_lock) is INTEGRATION
    await turn_core_off(house, off=False)
    assert disabled_by(house, u400_lock) is None
    assert house.lock_id == ours


async def test_core_that_was_off_is_on_when_it_has_its_place_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Nothing of ours is left at it."""
    await house.start(u400_lock)
    await turn_core_off(house, off=True)
    await replace(house, by_ours=False)
    core = house.core_lock(u400_lock)
    assert (core.disabled_by, core.hidden_by) == (None, None)
    assert core.options.get("aqara_lock", {}) == {}
    await replace(house, by_ours=True)
    assert disabled_by(house, u400_lock) is INTEGRATION


async def test_core_is_on_again_when_the_home_is_removed(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await turn_core_off(house, off=True)
    await house.hass.config_entries.async_remove(house.home.entry_id)
    assert disabled_by(house, u400_lock) is None


async def test_core_is_on_again_when_its_lock_left_while_the_home_was_off(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The mark at the entity alone says whose it is."""
    await house.start(u400_lock)
    await turn_core_off(house, off=True)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    subentry_id = house.subentry_id()
    house.hass.config_entries.async_remove_subentry(house.home, subentry_id)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert disabled_by(house, u400_lock) is None


async def test_what_the_user_turns_on_or_off_stays_so(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    registry = er.async_get(house.hass)
    await house.start(u400_lock)
    await turn_core_off(house, off=True)
    core = house.core_lock(u400_lock).entity_id
    registry.async_update_entity(core, disabled_by=None)
    await house.reload()
    assert disabled_by(house, u400_lock) is None
    by_user = er.RegistryEntryDisabler.USER
    registry.async_update_entity(core, disabled_by=by_user)
    await turn_core_off(house, off=False)
    await turn_core_off(house, off=True)
    assert disabled_by(house, u400_lock) is by_user
    await replace(house, by_ours=False)
    assert disabled_by(house, u400_lock) is by_user

"""Users that are on the locks already become people; a removed lock keeps what it has."""

import logging
from unittest.mock import patch

from homeassistant.components.diagnostics import DOMAIN as DIAGNOSTICS
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.aqara_lock.access import AccessStore
from custom_components.aqara_lock.store import NotKeptError
from tests.component.fake_matter import FakeLock
from tests.component.flow_steps import open_options
from tests.component.house import House

from .doors import CODE, OTHER_CODE, access, apply, grant, state, table_of, written


def put(lock: FakeLock, index: int, name: str, code: str, fabric: int = 3) -> None:
    """Have a user on a lock that another app made."""
    table_of(lock).set_user(fabric, 0, index, name, None, 1, 0)
    table_of(lock).set_credential(fabric, 0, index, code, index)


async def read(house: House) -> None:
    """Read both doors."""
    for door in access(house).doors.values():
        await door.async_check()
    await house.settle()


async def test_people_on_two_doors_become_one(
    home: House, front: FakeLock, garage: FakeLock
) -> None:
    """Prefilled by name over the doors, also for who is not in the home yet."""
    for lock in (front, garage):
        put(lock, 1, "Ann", CODE)
    put(front, 2, "Zoe", OTHER_CODE)
    await read(home)
    flow = await open_options(home)
    await flow.fill(next="adopt")
    ann, zoe = [x for x in flow.fields if x != "next"]
    assert ann == (
        "Ann: Lock FRONT (user 1, made by another app), "
        "Lock GARAGE (user 1, made by another app)"
    )
    assert (flow.preset(ann), flow.preset(zoe)) == ("Ann", "Zoe")
    count = (len(written(front)), len(written(garage)))
    await flow.fill(**{ann: "Ann", zoe: "Zoe"})
    assert (len(written(front)), len(written(garage))) == count
    for number in (0, 1):
        assert state(home, grant(home, "ann", number)) == "in_place"
    (new,) = [x for x in home.home.subentries.values() if x.title == "Zoe"]
    assert len(access(home).of_person(new.data["person_id"])) == 1
    front.unlock_by_code(2, 2)
    await home.settle()
    await home.tick(1)
    assert home.changed_by == "Zoe"
    flow = await open_options(home)
    await flow.fill(next="adopt")
    assert flow.aborted == "nobody_to_adopt"


async def test_who_is_left_empty_stays_as_it_is(home: House, front: FakeLock) -> None:
    """Nobody is anybody's by a name alone."""
    put(front, 1, "Zoe", CODE)
    await read(home)
    flow = await open_options(home)
    await flow.fill(next="adopt")
    (zoe,) = [x for x in flow.fields if x != "next"]
    await flow.fill(**{zoe: ""})
    assert access(home).grants == {}
    assert [x for x in home.home.subentries.values() if x.title == "Zoe"] == []


async def test_a_removed_lock_is_told_without_names(
    home: House, front: FakeLock
) -> None:
    """Its users stay; the notification says so, and who they are it does not."""
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    count = len(written(front))
    home.hass.config_entries.async_remove_subentry(home.home, home.subentry_id())
    await home.settle()
    shown = home.hass.data["persistent_notification"]
    (told,) = [x for key, x in shown.items() if key == "aqara_lock_removed_door"]
    assert "Lock FRONT" in told["message"] and "Ann" not in str(told)
    assert len(written(front)) == count


async def test_diagnostics_count_and_name_nobody(
    home: House,
    front: FakeLock,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """How access stands is in the file; who it is about, and codes, are not."""
    # The access log cannot tell the time of a test.
    caplog.set_level(logging.CRITICAL, "aiohttp.access")
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    assert await async_setup_component(home.hass, "system_log", {})
    assert await async_setup_component(home.hass, DIAGNOSTICS, {})
    found = await get_diagnostics_for_config_entry(home.hass, hass_client, home.home)
    assert isinstance(found, dict)
    door = found["access"]["doors"][0]
    assert (door["grants"], door["users"], door["known"]) == (["in_place"], 1, True)
    assert CODE not in str(found)
    assert "Ann" not in str(found["access"])


async def test_nobody_is_left_of_an_adoption_that_was_not_kept(
    home: House, front: FakeLock
) -> None:
    """A new person without what it was added for is hard to find again."""
    put(front, 1, "Zoe", CODE)
    await read(home)
    flow = await open_options(home)
    await flow.fill(next="adopt")
    (zoe,) = [x for x in flow.fields if x != "next"]
    refused = NotKeptError("access_not_written")
    with patch.object(AccessStore, "async_save", side_effect=refused):
        await flow.fill(**{zoe: "Zoe"})
    assert flow.aborted == "access_not_written"
    assert [x.title for x in home.home.subentries.values() if x.title == "Zoe"] == []
    assert access(home).grants == {}
    flow = await open_options(home)
    await flow.fill(next="adopt")
    await flow.fill(**{zoe: "Zoe"})
    assert len(access(home).grants) == 1

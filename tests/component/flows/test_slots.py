"""How the users of a lock are named to choose from, and how long a list is waited for."""

import asyncio

from homeassistant.core import HomeAssistant
import pytest

from custom_components.aqara_lock.domain.access.people import LockUser
from custom_components.aqara_lock.flows import slots
from custom_components.aqara_lock.flows.people import PeopleTable
from custom_components.aqara_lock.texts.translations import async_load_messages

from ..fake_matter import FakeLock, User
from ..flow_steps import bind, person_id_of
from ..house import House


async def test_user_without_a_name_is_known_by_its_number(hass: HomeAssistant) -> None:
    await async_load_messages(hass)
    assert slots.label(hass, LockUser(index=3)).startswith("User 3")
    assert "Anna" in slots.label(hass, LockUser(index=3, name="Anna"))


async def test_list_that_does_not_come_is_not_waited_for_any_longer(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.hold("GetUser")
    starts = asyncio.ensure_future(house.start(u400_lock))
    await house.wait_for(lambda: house.matter.held)
    lock = next(iter(house.home.runtime_data.locks.values()))
    assert slots.is_listing(lock)
    await slots.async_listed(lock, 0.0)
    assert slots.is_listing(lock)
    house.matter.release()
    await starts
    await house.settle()
    assert not slots.is_listing(lock)
    await slots.async_listed(lock, 60.0)


@pytest.mark.parametrize("is_shown", [True, False])
async def test_only_users_that_the_page_showed_are_decided_on(
    house: House, u400_lock: FakeLock, is_shown: bool
) -> None:
    """The lock may have listed its users while the page was open."""
    u400_lock.users[1] = User("M")
    await house.start(u400_lock)
    await bind(house, "Mara", 1)
    home = house.home.runtime_data
    lock = home.locks[house.subentry_id()]
    table = PeopleTable(house.hass, house.home, home, lock)
    assert len(table.labels) == 2
    await table.async_keep({}, table.labels if is_shown else ())
    mara = person_id_of(house, "Mara")
    assert bool(slots.bound_slots(home, mara)) is not is_shown

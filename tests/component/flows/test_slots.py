"""How the users of a lock are named to choose from, and how long a list is waited for."""

import asyncio

from homeassistant.core import HomeAssistant

from custom_components.aqara_lock.domain.access.people import LockUser
from custom_components.aqara_lock.flows import slots
from custom_components.aqara_lock.texts.translations import async_load_messages

from ..fake_matter import FakeLock
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

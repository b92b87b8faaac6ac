"""Who was removed from the home is named no more: not in lines, states or feeds."""

import json
from typing import Any

from homeassistant.helpers import issue_registry as ir
import pytest

from ..callers import activity, add_person, assign_to
from ..fake_matter import FakeLock
from ..flow_steps import bind, subentry_id_of
from ..house import House


async def remove(house: House, name: str) -> None:
    """Remove a person from the home."""
    subentry_id = subentry_id_of(house, name)
    house.hass.config_entries.async_remove_subentry(house.home, subentry_id)
    await house.settle()


async def unlock(house: House, lock: FakeLock, user: int) -> None:
    """Lock and unlock again."""
    lock.lock_by_hand()
    lock.unlock_by_finger(user)
    await house.settle()


def shown(house: House) -> str:
    """Give every state of the lock's entities as one text."""
    ours = (x for x in house.hass.states.async_all() if "aqara" in x.entity_id)
    return json.dumps([x.as_dict() for x in ours], default=str)


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Let Mara have unlocked last."""
    u400_lock.users[2].name = None
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    assert house.changed_by == "Mara"
    assert "Mara" in shown(house)
    return house


async def test_lines_and_states_lose_the_name(home: House) -> None:
    """It stayed in the history for a year."""
    await remove(home, "Mara")
    newest = (await activity(home))[0]
    assert (newest["type"], newest["user_index"]) == ("unlocked", 2)
    assert "Mara" not in json.dumps(await activity(home))
    assert "Mara" not in shown(home)
    assert home.changed_by is None


async def test_name_is_gone_from_the_store(
    home: House, hass_storage: dict[str, Any]
) -> None:
    await home.tick(6)
    stored = f"aqara_lock.lock.{home.subentry_id()}"
    assert "Mara" in json.dumps(hass_storage[stored])
    await remove(home, "Mara")
    await home.tick(6)
    assert "Mara" not in json.dumps(hass_storage[stored])


async def test_who_left_while_the_home_was_not_running_is_forgotten(
    home: House,
) -> None:
    await home.stop()
    subentry_id = subentry_id_of(home, "Mara")
    home.hass.config_entries.async_remove_subentry(home.home, subentry_id)
    await home.hass.config_entries.async_setup(home.home.entry_id)
    await home.settle()
    assert "Mara" not in json.dumps(await activity(home))
    assert "Mara" not in shown(home)


async def test_others_keep_their_names(home: House, u400_lock: FakeLock) -> None:
    await bind(home, "Omar", 1)
    await unlock(home, u400_lock, 1)
    await remove(home, "Mara")
    assert home.changed_by == "Omar"
    newest = (await activity(home))[0]
    assert newest["person"] == "Omar"


async def test_home_assistant_s_own_person_that_was_assigned_stays(
    home: House,
) -> None:
    """Such a person was never in the home."""
    home.hass.states.async_set("person.dora", "home", {"friendly_name": "Dora"})
    add_person(home, "Omar")
    await assign_to(home, "Dora")
    await remove(home, "Omar")
    assert (await activity(home))[0]["person"] == "Dora"


async def test_old_lines_ask_nobody_who_it_was(home: House) -> None:
    """The household just said that it does not want to know."""
    await remove(home, "Mara")
    issues = ir.async_get(home.hass).issues
    assert [key for key in issues if key[1].startswith("unknown_user_")] == []

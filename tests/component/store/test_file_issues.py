"""Repairs of files name what is concerned, and go when the last reason has gone."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.aqara_lock.store.file_issues import (
    file_is_sound,
    not_written,
    read_problem,
    written,
)

from ..fake_matter import FakeLock
from ..house import House


def repairs(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Give our repairs by their id."""
    every = ir.async_get(hass).issues.values()
    return {x.issue_id: x for x in every if x.domain == "aqara_lock" and x.active}


async def test_full_disk_is_one_repair_until_every_file_is_written(
    hass: HomeAssistant,
) -> None:
    written(hass, "one")
    not_written(hass, "one")
    not_written(hass, "two")
    assert set(repairs(hass)) == {"not_written"}
    written(hass, "other")
    written(hass, "one")
    assert set(repairs(hass)) == {"not_written"}
    written(hass, "two")
    assert repairs(hass) == {}
    written(hass, "two")
    assert repairs(hass) == {}


async def test_repair_names_what_the_file_is_of(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    lock_id = house.subentry_id()
    titles = {
        f"aqara_lock.{house.home.entry_id}": "Home",
        f"aqara_lock.lock.{lock_id}": house.home.subentries[lock_id].title,
        f"aqara_lock.lock.{lock_id}.told": house.home.subentries[lock_id].title,
        "aqara_lock.lock.gone": "aqara_lock.lock.gone",
    }
    for key, title in titles.items():
        read_problem(hass, key, "unreadable", None)
        repair = repairs(hass)[f"file_unreadable_{key}"]
        assert repair.translation_placeholders is not None
        assert repair.translation_placeholders["of"] == title
        assert not repair.is_fixable
        file_is_sound(hass, key)
    assert repairs(hass) == {}

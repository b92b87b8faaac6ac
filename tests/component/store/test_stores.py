"""What is remembered: read back after a restart, and begun anew where it is damaged."""

import json
from pathlib import Path
import threading
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import DataOperationType
from custom_components.aqara_lock.locks.state.store import LockStore
from custom_components.aqara_lock.locks.state.stored_lock import StoredLock

from ..callers import activity, options
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House
from ..locks.activity.test_gap_entries import unlock


def lock_key(house: House) -> str:
    """Key of the first lock's store."""
    return f"aqara_lock.lock.{house.subentry_id()}"


async def test_users_and_journal_survive_a_restart(
    hass_storage: dict[str, Any], house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    await house.reload()
    stored = hass_storage[lock_key(house)]["data"]
    assert stored["users_read"] is True
    assert stored["last_event_number"] == u400_lock.event_number
    u400_lock.requests.clear()
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert u400_lock.asked == []
    assert house.changed_by == "Ben"


async def test_code_is_in_no_store(
    hass_storage: dict[str, Any], house: House, u400_lock: FakeLock
) -> None:
    u400_lock.attributes["1/257/51"] = True
    await house.start(u400_lock)
    await house.call("unlock", code="86420975")
    await house.settle()
    await house.reload()
    assert "86420975" not in str(hass_storage)


@pytest.mark.parametrize(
    "part", ["journal", "directory", "fabrics", "jam", "door_state"]
)
async def test_damaged_part_is_reported_and_begun_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    house: House,
    u400_lock: FakeLock,
    part: str,
) -> None:
    house.expects_errors = True
    await house.start(u400_lock)
    await hass.config_entries.async_unload(house.home.entry_id)
    hass_storage[lock_key(house)]["data"][part] = {
        "version": "nonsense",
        "users": 3,
        "spans": 4,
    }
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert f"Stored {part} of lock" in caplog.text
    assert house.home.state is ConfigEntryState.LOADED
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.types() == ["unlocked"]


async def test_damaged_view_of_the_node_is_read_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    house: House,
    u400_lock: FakeLock,
) -> None:
    await house.start(u400_lock)
    await hass.config_entries.async_unload(house.home.entry_id)
    hass_storage[lock_key(house)]["data"]["node"] = {"node_id": 9}
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert "stored view of a lock is damaged" in caplog.text
    assert house.lock.state == "locked"


@pytest.mark.parametrize(
    "damage",
    [
        {"instance": None},
        {"omr_prefix": "?"},
        {"addresses": None},
        {"addresses": ["somewhere"]},
        {"border_agent_id": "another"},
        {"extended_pan_id": []},
        {"vendor_name": 5},
        {"first_seen": 5},
        {"macs": 3},
        {"method": "smell"},
        {"serves": 5},
        {"ignored": "no"},
        {"replaces": 5},
        {"replaces": {}},
        {"replaces": {"hub": {}}},
        {"replaces": {"hub": {"border_agent_id": "x"}, "locks": [5]}},
        {"replaces": {"hub": {"border_agent_id": "x"}, "home": "yes"}},
    ],
)
async def test_damaged_hub_is_found_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    hub: FakeHub,
    damage: dict[str, Any],
) -> None:
    entry = await house.start()
    house.expects_errors = "border_agent_id" in damage
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"aqara_lock.{entry.entry_id}"
    hass_storage[key]["data"]["hubs"][hub.border_agent_id] |= damage
    await hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    await house.tick(0)
    assert house.hub_online(hub) == "on"


@pytest.mark.parametrize("part", ["hubs", "undo", "bridges", "router"])
@pytest.mark.parametrize("damage", [None, 5, "x", [5], {"x": 5}])
async def test_damaged_part_of_the_home_is_begun_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    hub: FakeHub,
    part: str,
    damage: object,
) -> None:
    house.expects_errors = True
    entry = await house.start()
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[f"aqara_lock.{entry.entry_id}"]["data"][part] = damage
    await hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    await house.tick(0)
    assert entry.state is ConfigEntryState.LOADED
    assert house.hub_online(hub) == "on"


async def test_empty_stores_are_no_failure(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
) -> None:
    entry = await house.start(u400_lock)
    await hass.config_entries.async_unload(entry.entry_id)
    for key in (lock_key(house), f"aqara_lock.{entry.entry_id}"):
        hass_storage[key]["data"] = {}
    await hass.config_entries.async_setup(entry.entry_id)
    await house.settle()
    assert entry.state is ConfigEntryState.LOADED
    assert house.lock.state == "locked"


async def test_removal_erases_every_store(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
) -> None:
    entry = await house.start(u400_lock)
    await house.tick(10)
    assert [key for key in hass_storage if key.startswith("aqara_lock")]
    await hass.config_entries.async_remove(entry.entry_id)
    await house.settle()
    assert [key for key in hass_storage if key.startswith("aqara_lock")] == []


async def test_removed_lock_leaves_its_store_until_it_is_forgotten(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
) -> None:
    await house.start(u400_lock)
    await house.tick(10)
    key = lock_key(house)
    assert key in hass_storage
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    await house.tick(10)
    assert key in hass_storage
    retained = house.home.runtime_data.retained
    await retained.async_forget([kept.lock_id for kept in retained.all])
    await house.tick(10)
    assert key not in hass_storage


async def test_read_that_is_under_way_brings_no_removed_store_back(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
) -> None:
    await house.start(u400_lock)
    await house.tick(10)
    key = lock_key(house)
    u400_lock.report_user_change(DataOperationType.MODIFY, 1)
    await house.settle()
    house.matter.hold("GetUser")
    await house.turn(11)
    await house.wait_for(lambda: house.matter.held)
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.wait_for(lambda: house.home.runtime_data.retained.all)
    retained = house.home.runtime_data.retained
    await retained.async_forget([kept.lock_id for kept in retained.all])
    assert key not in hass_storage
    house.matter.release()
    await house.settle()
    await house.tick(10)
    assert key not in hass_storage


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("flips", 5),
        ("flips", None),
        ("addresses", 3),
        ("addresses", ["somewhere"]),
        ("last_event_number", "x"),
        ("watched_until", 7),
        ("watched_until", "2026-01-01T00:00:00"),
        ("node", 5),
        ("node", []),
        ("server_kind", 3),
    ],
)
async def test_damaged_plain_fact_is_begun_anew(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
    part: str,
    value: object,
) -> None:
    house.expects_errors = True
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await hass.config_entries.async_unload(house.home.entry_id)
    house.matter.recent_events.clear()
    hass_storage[lock_key(house)]["data"][part] = value
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert house.home.state is ConfigEntryState.LOADED
    await unlock(house, u400_lock, 2)
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("of_the_home", [True, False])
async def test_store_of_a_newer_version_is_not_written_over(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
    of_the_home: bool,
) -> None:
    """Somebody went back to an older version: what it cannot read must stay.

    The home starts without it, and says so.
    """
    house.expects_errors = True
    entry = await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"aqara_lock.{entry.entry_id}" if of_the_home else lock_key(house)
    hass_storage[key]["version"] = 99
    before = dict(hass_storage[key])
    assert await hass.config_entries.async_setup(entry.entry_id)
    await house.pass_time(60, 5)
    await house.reload()
    assert hass_storage[key] == before
    issue = ir.async_get(hass).async_get_issue("aqara_lock", f"file_newer_{key}")
    assert issue is not None


async def test_what_happens_while_the_store_is_written_is_written_too(
    hass: HomeAssistant, files: Path
) -> None:
    store = LockStore(hass, "lock-1")
    await store.async_load()
    threads: list[int] = []
    changed = threading.Event()

    def change() -> None:
        store.memory.addresses = ["fd00::2"]
        store.async_schedule_save()
        changed.set()

    def write(memory: StoredLock, _at: dict[str, Any]) -> dict[str, Any]:
        threads.append(threading.get_ident())
        hass.loop.call_soon_threadsafe(lambda: changed.is_set() or change())
        assert changed.wait(10)
        return {"addresses": memory.addresses}

    store.memory.addresses = ["fd00::1"]
    with patch("custom_components.aqara_lock.locks.state.store.content_of", write):
        await store.async_save()
    data = json.loads((files / "aqara_lock.lock.lock-1").read_text())["data"]
    assert data["addresses"] == ["fd00::2"]
    assert threading.get_ident() not in threads
    await store.async_remove()


async def test_store_whose_reading_broke_off_is_not_written_over(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    u400_lock: FakeLock,
) -> None:
    house.expects_errors = True
    entry = await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await hass.config_entries.async_unload(entry.entry_id)
    before = dict(hass_storage[lock_key(house)])
    part = "custom_components.aqara_lock.locks.state.stored_lock.directory_from_dict"
    with patch(part, side_effect=RuntimeError("a part that fails")):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await house.pass_time(60, 5)
        await house.stop()
    assert hass_storage[lock_key(house)] == before


async def test_line_that_grew_too_old_goes_without_a_restart(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    options(house, journal_days=30)
    await house.settle()
    await unlock(house, u400_lock, 1)
    await house.pass_time(31 * 86400, 86400)
    assert await activity(house) == []

"""One unlock through the real client over an emulated server: core alone, then both, in turns."""

from collections.abc import Iterator
import json
import logging
from pathlib import Path
from statistics import median
import sys
from tempfile import TemporaryDirectory
from time import thread_time
from unittest.mock import MagicMock

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from tests.component.conftest import lan, matter, ready_for_custom, u400_lock
from tests.component.fake_lan import FakeLan
from tests.component.fake_matter import FakeLock, FakeMatterServer
from tests.component.house import House

from .journal import full_journal
from .measure_diagnosis import hass_storage

__all__ = ["hass_storage", "lan", "matter", "ready_for_custom", "u400_lock"]
MEMORY = Path("/dev/shm")
"""Files here are in memory."""
ROUNDS, OPERATIONS = 4, 60
"""Turns of core alone and both; operations in each."""


@pytest.fixture
def hass_config_dir() -> Iterator[str]:
    """Let Home Assistant have a folder of its own, in memory if possible."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield folder


@pytest.mark.parametrize("journal", ["empty journal", "full journal"])
async def test_measure(
    hass: HomeAssistant,
    matter: FakeMatterServer,
    lan: FakeLan,
    u400_lock: FakeLock,
    journal: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    logging.getLogger().setLevel(logging.WARNING)
    entry = MockConfigEntry(
        domain="matter", data={"url": "ws://127.0.0.1:5580/ws"}, minor_version=2
    )
    entry.add_to_hass(hass)
    house = House(hass, MagicMock(), matter, lan, entry)
    await house.start(u400_lock)
    (watched,) = house.home.runtime_data.locks.values()
    if journal == "full journal":
        watched.store.memory.journal = full_journal()
    home = house.home.entry_id
    times: dict[bool, list[float]] = {False: [], True: []}
    calls: dict[bool, int] = {}
    hass.loop.set_debug(False)
    for _ in range(ROUNDS):
        for with_ours in (False, True):
            setup = hass.config_entries.async_setup
            unload = hass.config_entries.async_unload
            if (house.home.state.value == "loaded") is not with_ours:
                await (setup if with_ours else unload)(home)
            await house.settle()
            times[with_ours] += [
                await _unlock(house, u400_lock) for _ in range(OPERATIONS)
            ]
            calls[with_ours] = await _calls_of(house, u400_lock)
    (watched,) = house.home.runtime_data.locks.values()
    lines = len(watched.journal.lines())
    found = {
        "journal": f"{journal} ({lines} lines at the end)",
        "core": median(times[False]) * 1e6,
        "both": median(times[True]) * 1e6,
        "n": len(times[True]),
        "calls_core": calls[False],
        "calls_both": calls[True],
    }
    with capsys.disabled():
        print("MEASURED", json.dumps(found))
    await hass.config_entries.async_unload(home)
    await hass.config_entries.async_unload(entry.entry_id)


async def _calls_of(house: House, lock: FakeLock) -> int:
    """Return how many functions one unlock calls: the same on every machine, at any load."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    await _unlock(house, lock)
    sys.setprofile(None)
    return calls


async def _unlock(house: House, lock: FakeLock) -> float:
    """Return the CPU of one unlock; the way back to locked is not counted.

    Only of the event loop's thread: what else runs on this machine is not in it.
    """
    begin = thread_time()
    lock.unlock_by_finger(user=2)
    await house.hass.async_block_till_done(wait_background_tasks=True)
    spent = thread_time() - begin
    lock.lock_by_hand()
    await house.settle()
    assert lock.attributes[lock.path(0)] == LockState.LOCKED.value
    return spent

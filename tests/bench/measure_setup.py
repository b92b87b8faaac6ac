"""Set-up of a home with many locks: core's Matter entry, then ours, in turns."""

import json
import logging
from statistics import median
from time import process_time
from unittest.mock import MagicMock

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.hubs import hub
from tests.component.conftest import host, lan, matter, ready_for_custom
from tests.component.fake_host import FakeHost
from tests.component.fake_lan import FakeLan
from tests.component.fake_matter import FakeMatterServer
from tests.component.house import House, subentry

from .big_home import BigHome, long_ago
from .journal import full_journal
from .measure_diagnosis import hass_config_dir, hass_storage

__all__ = [
    "hass_config_dir",
    "hass_storage",
    "host",
    "lan",
    "matter",
    "ready_for_custom",
]
LOCKS, ENTRIES, ROUNDS = 100, 1000, 3


@pytest.mark.parametrize("entries", [0, ENTRIES])
async def test_measure(
    hass: HomeAssistant,
    matter: FakeMatterServer,
    lan: FakeLan,
    host: FakeHost,
    entries: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each round sets up both, and unloads both; registries are filled before."""
    assert await async_setup_component(hass, "homeassistant", {})
    logging.getLogger().setLevel(logging.WARNING)
    hass.loop.set_debug(False)
    hass.data[hub._SINCE] = long_ago()
    core = MockConfigEntry(
        domain="matter", data={"url": "ws://127.0.0.1:5580/ws"}, minor_version=2
    )
    core.add_to_hass(hass)
    house = House(hass, MagicMock(), matter, lan, core)
    big = BigHome(house, host, LOCKS)
    big.furnish()
    await house.start_matter()
    ours = MockConfigEntry(
        domain="aqara_lock",
        unique_id="aqara_lock",
        title="Home",
        subentries_data=[subentry(lock) for lock in big.locks],
        options={"journal_lines": ENTRIES, "journal_days": 3650},
    )
    ours.add_to_hass(hass)
    await hass.config_entries.async_setup(ours.entry_id)
    if entries:
        for lock in ours.runtime_data.locks.values():
            node = lock.link.identity.address.node_id
            lock.store.memory.journal = full_journal(node, entries)
    times: dict[str, list[float]] = {"core": [], "ours": []}
    for _ in range(ROUNDS):
        for entry in (ours, core):
            await hass.config_entries.async_unload(entry.entry_id)
            await house.settle()
        for name, entry in (("core", core), ("ours", ours)):
            begin = process_time()
            await hass.config_entries.async_setup(entry.entry_id)
            await house.settle()
            times[name].append(process_time() - begin)
    found = {"entries": entries, "n": ROUNDS, "locks": LOCKS}
    with capsys.disabled():
        print(
            "MEASURED",
            json.dumps(found | {x: median(y) * 1e3 for x, y in times.items()}),
        )
    for entry in (ours, core):
        await hass.config_entries.async_unload(entry.entry_id)

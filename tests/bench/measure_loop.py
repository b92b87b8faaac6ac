"""A home with long journals in a running Home Assistant: what its scenes cost the loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
import json
import logging
import os
from typing import Any
from unittest.mock import MagicMock

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed_exact,
)

from custom_components.aqara_lock.diagnostics import async_get_config_entry_diagnostics
from custom_components.aqara_lock.home import Home
from custom_components.aqara_lock.hubs import hub
from tests.component.callers import add_person, options
from tests.component.conftest import host, lan, matter, ready_for_custom
from tests.component.fake_host import FakeHost
from tests.component.fake_lan import FakeLan
from tests.component.fake_matter import FakeMatterServer
from tests.component.house import House, subentry

from .big_home import BigHome, long_ago
from .journal import varied_journal
from .loop_blocks import watched_loop
from .measure_diagnosis import PATIENCE, hass_config_dir, hass_storage, short_waits

__all__ = [
    "hass_config_dir",
    "hass_storage",
    "host",
    "lan",
    "matter",
    "ready_for_custom",
    "short_waits",
]
LOCKS, ENTRIES = map(int, os.environ.get("BENCH_SIZE", "20 5000").split())
QUIET = 0.5
"""Seconds without anything left to do that end a scene."""


class Case:
    """Leads the home through its scenes and prints what each held the loop for."""

    def __init__(self, big: BigHome, capsys: pytest.CaptureFixture[str]) -> None:
        """Take a home that is furnished."""
        self._big = big
        self._house = big.house
        self._hass = big.house.hass
        self._capsys = capsys

    @property
    def _home(self) -> Home:
        home: Home = self._house.home.runtime_data
        return home

    @asynccontextmanager
    async def scene(
        self,
        what: str,
        ends: Callable[[], bool] = lambda: True,
        *,
        alone: bool = False,
        seconds: float = QUIET,
    ) -> AsyncIterator[None]:
        """Measure every callback until the scene has ended and what follows is done."""
        await asyncio.sleep(QUIET)
        with watched_loop() as blocks:
            # What has begun is not measured.
            await asyncio.sleep(0)
            yield
            async with asyncio.timeout(PATIENCE):
                while not ends():
                    await asyncio.sleep(0.05)
            await asyncio.sleep(seconds)
        found = {
            "scene": what,
            "alone": alone,
            "cpu": blocks.worst.cpu * 1e3,
            "what": blocks.worst.what,
            "turn": blocks.worst_turn * 1e3,
        }
        with self._capsys.disabled():
            print("MEASURED", json.dumps(found), flush=True)

    async def core_alone(self) -> None:
        """What the same costs without the integration."""
        async with self.scene("set up", alone=True):
            await self._house.start_matter()
        async with self.scene("all locks operated at once", alone=True):
            self.operate()
        async with self.scene("all locks lost", alone=True, seconds=5):
            self._big.tell(available=False, at_once=True)
        async with self.scene("all locks back", alone=True, seconds=5):
            self._big.tell(available=True, at_once=True)
        async with self.scene("unload", alone=True):
            await self._hass.config_entries.async_unload(
                self._house.matter_entry.entry_id
            )
        await self._house.start_matter()

    async def move_in(self) -> None:
        """Set the home up and give every lock a long journal."""
        entry = MockConfigEntry(
            domain="aqara_lock",
            unique_id="aqara_lock",
            title="Home",
            subentries_data=[subentry(lock) for lock in self._big.locks],
            options={"journal_lines": ENTRIES, "journal_days": 3650},
        )
        entry.add_to_hass(self._hass)
        self._house.entry = entry
        await self._hass.config_entries.async_setup(entry.entry_id)
        for lock in self._home.locks.values():
            node = lock.link.identity.address.node_id
            journal = varied_journal(node, ENTRIES)
            lock.store.memory.journal = journal
        # A journal that grew here was never counted; one that is loaded is counted by page.
        await self._home.diagnosis.async_refresh()
        async with self.scene("unload"):
            await self._hass.config_entries.async_unload(entry.entry_id)
        async with self.scene("set up"):
            await self._hass.config_entries.async_setup(entry.entry_id)
        kept = {len(lock.journal.lines()) for lock in self._home.locks.values()}
        assert min(kept) > ENTRIES * 0.9

    def operate(self) -> None:
        """Let somebody unlock every door; one packet brings it all."""
        for lock in self._big.locks:
            self._hass.loop.call_soon(lock.unlock_by_finger, 2)

    async def act(self, action: str, **data: Any) -> Any:
        """Call an action on every lock."""
        response = action in ("get_activity", "export_activity")
        return await self._hass.services.async_call(
            "aqara_lock",
            action,
            data,
            target={"entity_id": "all"},
            blocking=True,
            return_response=response,
        )

    async def ask(self, user: MockUser) -> None:
        """Read in every way there is."""
        async with self.scene("get_activity, limit 1"):
            await self.act("get_activity", limit=1)
        async with self.scene("get_activity, limit 1000, denied attempts grouped"):
            await self.act("get_activity", limit=1000, group_denied=True)
        async with self.scene("get_activity of one person"):
            await self.act("get_activity", limit=50, person=["Ben"])
        for kind in ("csv", "json"):
            async with self.scene(f"export as {kind}"):
                await self.act("export_activity", format=kind)
        told: list[Any] = []
        socket = ActiveConnection(
            logging.getLogger(__name__), self._hass, told.append, user, None, None
        )
        async with self.scene("card: list of locks"):
            socket.async_handle({"id": 1, "type": "aqara_lock/locks"})
        async with self.scene("card: subscribe, 500 lines of each lock"):
            socket.async_handle(
                {"id": 2, "type": "aqara_lock/activity/subscribe", "limit": 500}
            )
        asked = {"type": "aqara_lock/activity/list", "limit": 500}
        async with self.scene("card: a page of 500 lines"):
            lock_id = next(iter(self._home.locks))
            socket.async_handle({"id": 3, "lock_id": lock_id, **asked})
        async with self.scene("diagnostics"):
            await async_get_config_entry_diagnostics(self._hass, self._house.home)

    async def live(self) -> None:
        """Operate, lose and change everything, with a card that follows."""
        async with self.scene("all locks operated at once"):
            self.operate()
        async with self.scene("journals written"):
            await asyncio.gather(
                *(lock.async_save() for lock in self._home.locks.values())
            )
        self._big.answer_pings(answers=False)
        async with self.scene("all locks lost", self._all_silent, seconds=5):
            self._big.tell(available=False, at_once=True)
        async with self.scene("a minute later", seconds=5):
            async_fire_time_changed_exact(
                self._hass, dt_util.utcnow() + timedelta(minutes=1)
            )
        self._big.answer_pings(answers=True)
        async with self.scene("all locks back", self._all_well, seconds=5):
            self._big.tell(available=True, at_once=True)
        async with self.scene("names for administrators only"):
            options(self._house, names_visible_to="admins")
        async with self.scene("a person added"):
            person = add_person(self._house, "Carl")
        (subentry_id,) = (
            key
            for key, x in self._house.home.subentries.items()
            if x.data.get("person_id") == person
        )
        for lock in self._home.locks.values():
            for line in lock.journal.lines()[-500:]:
                lock.journal.assign(
                    line.key, self._home.household.people[person], dt_util.utcnow()
                )
            lock.entries_changed.send()
        async with self.scene("a person with 500 entries at every lock removed"):
            self._hass.config_entries.async_remove_subentry(
                self._house.home, subentry_id
            )
        async with self.scene("journals made shorter"):
            options(self._house, journal_lines=ENTRIES // 2)
        async with self.scene("erase"):
            await self.act("erase_activity")

    def _all_silent(self) -> bool:
        return not any(x.connection.responsive for x in self._home.locks.values())

    def _all_well(self) -> bool:
        return all(x.connection.responsive for x in self._home.locks.values())


async def test_measure(
    hass: HomeAssistant,
    matter: FakeMatterServer,
    lan: FakeLan,
    host: FakeHost,
    hass_admin_user: MockUser,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "websocket_api", {})
    logging.getLogger().setLevel(logging.WARNING)
    hass.loop.set_debug(False)
    hass.data[hub._SINCE] = long_ago()
    entry = MockConfigEntry(
        domain="matter", data={"url": "ws://127.0.0.1:5580/ws"}, minor_version=2
    )
    entry.add_to_hass(hass)
    big = BigHome(House(hass, MagicMock(), matter, lan, entry), host, LOCKS)
    big.furnish()
    case = Case(big, capsys)
    await case.core_alone()
    await case.move_in()
    await case.ask(hass_admin_user)
    await case.live()
    await hass.config_entries.async_unload(big.house.home.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)

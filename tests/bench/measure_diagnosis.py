"""A home of 20 locks in a running Home Assistant: what a diagnosis costs the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
import json
import logging
from time import process_time
from unittest.mock import MagicMock, patch

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.diagnosis.engine import DiagnosisEngine
from custom_components.aqara_lock.domain.diagnosis.reasoning import Diagnosis
from custom_components.aqara_lock.home import Home
from custom_components.aqara_lock.hubs import hub
from tests.component.conftest import host, lan, matter, ready_for_custom
from tests.component.fake_host import FakeHost
from tests.component.fake_lan import FakeLan
from tests.component.fake_matter import FakeMatterServer
from tests.component.house import House, subentry

from .big_home import BigHome, long_ago
from .journal import full_journal
from .loop_blocks import watched_loop

__all__ = ["host", "lan", "matter", "ready_for_custom"]
RUNS = 100
PATIENCE = 30.0
PACKAGE = "custom_components.aqara_lock"
SHORT = timedelta(seconds=2)
"""In place of the minutes that a silence or a cause has to last; the work is the same."""


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Let Home Assistant have a folder of its own."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let stores be files, as in a home."""
    return {}


@pytest.fixture(autouse=True)
def short_waits() -> Iterator[None]:
    """Shorten how long a silence and a cause have to last."""
    with (
        patch(f"{PACKAGE}.domain.connectivity.connection.LOCK_GRACE", SHORT),
        patch(f"{PACKAGE}.domain.connectivity.connection.SERVER_GRACE", SHORT),
        patch(f"{PACKAGE}.diagnosis.issues.LASTS", SHORT),
        patch(f"{PACKAGE}.store.file.SAVE_DELAY", SHORT.total_seconds() / 2),
    ):
        yield


class Case:
    """Leads the home through its trouble and prints what it cost."""

    def __init__(self, big: BigHome, capsys: pytest.CaptureFixture[str]) -> None:
        """Take a home that is furnished."""
        self._big = big
        self._house = big.house
        self._capsys = capsys

    @property
    def _home(self) -> Home:
        home: Home = self._house.home.runtime_data
        return home

    @property
    def _watch(self) -> DiagnosisEngine:
        return self._home.diagnosis

    def _print(self, **found: object) -> None:
        with self._capsys.disabled():
            print("MEASURED", json.dumps(found), flush=True)

    @asynccontextmanager
    async def scene(
        self, what: str, ends: Callable[[], bool] = lambda: True, *, alone: bool = False
    ) -> AsyncIterator[None]:
        """Measure every callback until the scene has ended and what follows is done."""
        with watched_loop() as blocks:
            yield
            async with asyncio.timeout(PATIENCE):
                while not ends():
                    await asyncio.sleep(0.05)
            await asyncio.sleep(SHORT.total_seconds() + 0.5)
        self._print(
            scene=what,
            alone=alone,
            cpu=blocks.worst.cpu * 1e3,
            seconds=blocks.worst.seconds * 1e3,
            what=blocks.worst.what,
            turn=blocks.worst_turn * 1e3,
            garbage=blocks.worst_garbage * 1e3,
            total=blocks.cpu * 1e3,
        )

    def spend(self, what: str) -> None:
        """Diagnose a case again and again, as if it were new and as if it were known."""
        self._print(of=f"{what}, appears", times=[self._new() for _ in range(RUNS)])
        self._print(of=f"{what}, goes on", times=[self._old() for _ in range(RUNS)])

    def _new(self) -> float:
        watch = self._watch
        watch.diagnosis = Diagnosis()
        watch._suspected = frozenset()
        watch.changed.send()
        return self._old()

    def _old(self) -> float:
        begin = process_time()
        self._watch._diagnose()
        return (process_time() - begin) * 1e3

    async def refresh(self, what: str) -> None:
        """Read the host and diagnose, as every tick does."""
        times = []
        for _ in range(RUNS):
            begin = process_time()
            await self._watch.async_refresh()
            times.append((process_time() - begin) * 1e3)
        self._print(of=f"{what}, whole refresh", times=times)

    def all_silent(self) -> bool:
        """Whether every lock is called unresponsive."""
        return not any(x.connection.responsive for x in self._home.locks.values())

    def all_well(self) -> bool:
        """Whether no lock is, and nothing is found."""
        locks = self._home.locks.values()
        return all(x.connection.responsive for x in locks)

    async def core_alone(self) -> None:
        """What the same costs without the integration."""
        async with self.scene("set up, new", alone=True):
            await self._house.start_matter()
        for at_once in (False, True):
            how = " in one packet" if at_once else ""
            async with self.scene(f"all locks lost{how}", alone=True):
                self._big.tell(available=False, at_once=at_once)
            async with self.scene(f"all locks back{how}", alone=True):
                self._big.tell(available=True, at_once=at_once)

    async def set_up(self) -> None:
        """Begin with 20 new locks, then with 20 full journals."""
        entry = MockConfigEntry(
            domain="aqara_lock",
            unique_id="aqara_lock",
            title="Home",
            subentries_data=[subentry(lock) for lock in self._big.locks],
        )
        entry.add_to_hass(self._house.hass)
        self._house.entry = entry
        setup = self._house.hass.config_entries.async_setup
        async with self.scene("set up, new"):
            await setup(entry.entry_id)
        for lock in self._home.locks.values():
            lock.store.memory.journal = full_journal(lock.link.identity.address.node_id)
        async with self.scene("unload, full journals"):
            await self._house.hass.config_entries.async_unload(entry.entry_id)
        async with self.scene("set up, full journals"):
            await setup(entry.entry_id)

    async def silence(self, *, at_once: bool) -> None:
        """Lose all locks and find them."""
        how = " in one packet" if at_once else ""
        self._big.answer_pings(answers=False)
        async with self.scene(f"all locks lost{how}", self.all_silent):
            self._big.tell(available=False, at_once=at_once)
        if not at_once:
            self.spend("all silent")
            await self.refresh("all silent")
        self._big.answer_pings(answers=True)
        async with self.scene(f"all locks back{how}", self.all_well):
            self._big.tell(available=True, at_once=at_once)

    async def outage(self) -> None:
        """Lose all hubs, and with them the locks."""
        self._big.answer_pings(answers=False)
        async with self.scene("all hubs lost", self.all_silent):
            self._big.unplug()
        async with self.scene("all locks lost with the hubs", self.all_silent):
            self._big.tell(available=False, at_once=False)
        self.spend("hubs gone")
        await self.refresh("hubs gone")
        self._big.answer_pings(answers=True)
        async with self.scene("all hubs back"):
            self._big.plug()
        async with self.scene("all locks back with the hubs", self.all_well):
            self._big.tell(available=True, at_once=False)

    async def peace(self) -> None:
        """Diagnose while all is well."""
        self.spend("all well")
        async with self.scene("refreshes in peace"):
            await self.refresh("all well")


async def test_measure(
    hass: HomeAssistant,
    matter: FakeMatterServer,
    lan: FakeLan,
    host: FakeHost,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    logging.getLogger().setLevel(logging.WARNING)
    hass.loop.set_debug(False)
    hass.data[hub._SINCE] = long_ago()
    entry = MockConfigEntry(
        domain="matter", data={"url": "ws://127.0.0.1:5580/ws"}, minor_version=2
    )
    entry.add_to_hass(hass)
    big = BigHome(House(hass, MagicMock(), matter, lan, entry), host)
    big.furnish()
    case = Case(big, capsys)
    await case.core_alone()
    await case.set_up()
    await case.peace()
    await case.silence(at_once=False)
    await case.silence(at_once=True)
    await case.outage()
    await hass.config_entries.async_unload(big.house.home.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)

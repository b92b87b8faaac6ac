"""Fixtures: a household whose Matter server and network live in memory."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
import logging
from pathlib import Path
from unittest.mock import MagicMock, patch

# Ours before the harness brings its own folder of that name.
import custom_components  # noqa: F401  # isort: skip

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .disk import real_files
from .fake_host import FakeHost, emulated_host
from .fake_lan import FakeHub, FakeLan, emulated_lan
from .fake_matter import FakeLock, FakeMatterServer, User, emulated
from .house import House
from .nodes import U200_NODE, U400_NODE, u200, u400


@pytest.fixture(autouse=True)
def ready_for_custom(
    enable_custom_integrations: None, mock_network: None
) -> Iterator[None]:
    """Let Home Assistant find the product; show it one adapter with a usable IPv6."""
    addresses = [
        MagicMock(is_IPv6=False, ip="10.10.10.10", network_prefix=24),
        MagicMock(is_IPv6=True, ip=("fe80::10", 0, 2), network_prefix=64),
        MagicMock(is_IPv6=True, ip=("fd00:10::10", 0, 2), network_prefix=64),
    ]
    adapter = MagicMock(nice_name="eth5", ips=addresses, index=1)
    with patch(
        "homeassistant.components.network.util.ifaddr.get_adapters",
        return_value=[adapter],
    ):
        yield


@pytest.fixture(autouse=True)
async def enable_event_loop_debug(request: pytest.FixtureRequest) -> None:
    """Let the event loop check its callers on the newest Home Assistant alone.

    Its debug mode keeps the stack of each future, which takes half of a test's time.
    """
    is_newest = request.config.pluginmanager.has_plugin("harness_next")
    asyncio.get_running_loop().set_debug(is_newest)


@pytest.fixture
def matter() -> Iterator[FakeMatterServer]:
    """Give a Matter server without nodes."""
    with emulated(FakeMatterServer()) as server:
        yield server


@pytest.fixture
def lan(mock_async_zeroconf: MagicMock) -> Iterator[FakeLan]:
    """Give a home network without border routers."""
    with emulated_lan(mock_async_zeroconf) as network:
        yield network


@pytest.fixture
async def house(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    matter: FakeMatterServer,
    lan: FakeLan,
    caplog: pytest.LogCaptureFixture,
) -> AsyncGenerator[House]:
    """Give a household in which nothing is set up yet, and clear it away at the end.

    A test in which the product logs an error fails, unless it says that it expects one.
    """
    assert await async_setup_component(hass, "homeassistant", {})
    entry = MockConfigEntry(
        domain="matter", data={"url": "ws://127.0.0.1:5580/ws"}, minor_version=2
    )
    entry.add_to_hass(hass)
    made = House(hass, freezer, matter, lan, entry)
    yield made
    for domain in ("aqara_lock", "matter"):
        for configured in hass.config_entries.async_entries(domain):
            if configured.state.recoverable:
                await hass.config_entries.async_unload(configured.entry_id)
    await made.settle()
    if not made.expects_errors:
        assert errors_in(caplog) == []


def errors_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Give what was logged as an error; core's own about its server are left out."""
    records = caplog.get_records("setup") + caplog.get_records("call")
    return [
        record.getMessage()
        for record in records
        if record.levelno >= logging.ERROR and "components.matter" not in record.name
    ]


@pytest.fixture
def u400_lock(matter: FakeMatterServer) -> FakeLock:
    """Commission a synthetic U400 with two users."""
    lock = matter.add(U400_NODE, u400())
    lock.users = {1: User("Anna"), 2: User("Ben")}
    return lock


@pytest.fixture
def u200_lock(matter: FakeMatterServer) -> FakeLock:
    """Commission a U200 with one user."""
    lock = matter.add(U200_NODE, u200())
    lock.users = {1: User("Clara")}
    return lock


@pytest.fixture
def host() -> Iterator[FakeHost]:
    """Give a host on which all is well."""
    with emulated_host() as made:
        yield made


@pytest.fixture
def files(hass: HomeAssistant, tmp_path: Path) -> Iterator[Path]:
    """Let stores be files in a folder of this test."""
    with real_files(hass, tmp_path) as folder:
        yield folder


@pytest.fixture
def hub(lan: FakeLan) -> FakeHub:
    """Plug in a hub of the locks' Thread network."""
    return lan.add(FakeHub())

"""Fixtures: a household whose Matter server and network live in memory."""

from collections.abc import AsyncGenerator, Iterator
from unittest.mock import MagicMock

# Ours before the harness brings its own folder of that name.
import custom_components  # noqa: F401  # isort: skip

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .fake_lan import FakeHub, FakeLan, emulated_lan
from .fake_matter import FakeLock, FakeMatterServer, User, emulated
from .house import House
from .nodes import U200_NODE, U400_NODE, u200, u400


@pytest.fixture(autouse=True)
def ready_for_custom(enable_custom_integrations: None, mock_network: None) -> None:
    """Let Home Assistant find the product; show it one plain network adapter."""


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
) -> AsyncGenerator[House]:
    """Give a household in which nothing is set up yet, and clear it away at the end."""
    freezer.move_to("2026-11-20 08:00:00+00:00")
    entry = MockConfigEntry(
        domain="matter", data={"url": "ws://emulated/ws"}, minor_version=2
    )
    entry.add_to_hass(hass)
    made = House(hass, freezer, matter, lan, entry)
    yield made
    for domain in ("aqara_lock", "matter"):
        for configured in hass.config_entries.async_entries(domain):
            if configured.state.recoverable:
                await hass.config_entries.async_unload(configured.entry_id)
    await made.settle()


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
def hub(lan: FakeLan) -> FakeHub:
    """Plug in a hub of the locks' Thread network."""
    return lan.add(FakeHub())

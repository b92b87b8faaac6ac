"""After an unload nothing is planned or asked, whatever was under way."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
import threading
from types import MappingProxyType
from typing import Final
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.aqara_lock.network.host.reading import Question, Reading

from ..callers import act
from ..fake_host import MODULE, FakeHost, publish
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House, subentry
from ..leftovers import left_over

PACKAGE: Final = "custom_components.aqara_lock"
MODULES: Final = {"HomeStore": "store.home_store", "LockStore": "locks.state.store"}
"""Stores that are closed last, and where each stands."""
LOCK_ADDRESS: Final = "fd20:be89:495a:1::190"


@contextmanager
def held(host: FakeHost) -> Iterator[threading.Event]:
    """Hold every reading of the host until the event is set."""
    released = threading.Event()

    def read(question: Question) -> Reading:
        assert released.wait(5)
        return host.read(question)

    with patch(MODULE, read):
        try:
            yield released
        finally:
            released.set()


async def unload(house: House) -> None:
    """Unload the home, and let nothing be waited for that is held."""
    await house.hass.config_entries.async_unload(house.home.entry_id)
    assert house.home.state is ConfigEntryState.NOT_LOADED


@contextmanager
def slow_file(
    house: House, store: str, meanwhile: Callable[[], object]
) -> Iterator[None]:
    """Let something happen, with all that follows from it, while a file is written last."""
    kind = getattr(import_module(f"{PACKAGE}.{MODULES[store]}"), store)
    close = kind.async_close

    async def slow_close(self: object) -> None:
        meanwhile()
        await house.settle()
        await close(self)

    with patch.object(kind, "async_close", slow_close):
        yield


def new(lock: FakeLock) -> ConfigSubentry:
    """Describe a lock that is added."""
    data = subentry(lock)
    return ConfigSubentry(
        data=MappingProxyType(data["data"]),
        subentry_type=data["subentry_type"],
        title=data["title"],
        unique_id=data["unique_id"],
    )


async def tick(house: House, _lock: FakeLock) -> None:
    """Let the host be read because its time has come."""
    await house.turn(31)


async def change(house: House, lock: FakeLock) -> None:
    """Let the host be read because a lock changed."""
    lock.become(available=False)
    await house.turn(0)


async def command(house: House, _lock: FakeLock) -> None:
    """Let the host be read before a command."""
    house.hass.async_create_task(expect_failure(house.call("unlock")))
    await house.turn(0)


async def expect_failure(call: Awaitable[None]) -> None:
    """Wait for a command that cannot be sent any more."""
    with pytest.raises(Exception, match="command_|unload|started anew|reload"):
        await call


@pytest.fixture
async def home(
    house: House, u400_lock: FakeLock, hub: FakeHub, host: FakeHost
) -> House:
    """Give a home whose lock stands under its hub."""
    await house.start(u400_lock)
    publish(house.lan, u400_lock, LOCK_ADDRESS)
    await house.pass_time(65, 5)
    assert house.device_of(u400_lock).via_device_id == house.hub_device(hub).id
    return house


def set_free(house: House, lock: FakeLock) -> None:
    """Take a lock from under its hub: it is to be put there again in five seconds."""
    registry = dr.async_get(house.hass)
    registry.async_update_device(house.device_of(lock).id, via_device_id=None)


@pytest.mark.parametrize("store", MODULES)
@pytest.mark.parametrize("asks", [tick, change, command])
async def test_reading_of_the_host_that_outlasts_the_home(
    home: House,
    host: FakeHost,
    u400_lock: FakeLock,
    asks: Callable[[House, FakeLock], Awaitable[None]],
    store: str,
) -> None:
    with held(host) as released:
        await asks(home, u400_lock)
        set_free(home, u400_lock)
        with slow_file(home, store, released.set):
            await unload(home)
        await home.settle()
        assert left_over(home.hass) == []


@pytest.mark.parametrize("asks", [tick, change, command])
async def test_reading_of_the_host_ends_with_the_home(
    home: House,
    host: FakeHost,
    u400_lock: FakeLock,
    asks: Callable[[House, FakeLock], Awaitable[None]],
) -> None:
    with held(host) as released:
        await asks(home, u400_lock)
        await unload(home)
        released.set()
        await home.settle()
        assert left_over(home.hass) == []
    probes = len(home.lan.probes)
    await home.pass_time(60, 5)
    assert len(home.lan.probes) == probes


@pytest.mark.parametrize("store", MODULES)
async def test_lock_that_changes_while_files_are_written(
    home: House, u400_lock: FakeLock, store: str
) -> None:
    def leave() -> None:
        u400_lock.become(available=False)
        set_free(home, u400_lock)

    with slow_file(home, store, leave):
        await unload(home)
    assert left_over(home.hass) == []


@pytest.mark.parametrize("store", MODULES)
async def test_hub_that_changes_while_files_are_written(
    home: House, hub: FakeHub, store: str
) -> None:
    def change_hub() -> None:
        home.lan.announce(hub)
        home.lan.add(FakeHub(name="Other", host="o.local.", border_agent_id="7" * 32))
        home.lan.unplug(hub)

    with slow_file(home, store, change_hub):
        await unload(home)
    assert left_over(home.hass) == []


@pytest.mark.parametrize("store", MODULES)
async def test_lock_that_is_added_while_files_are_written(
    home: House, u200_lock: FakeLock, store: str
) -> None:
    def add() -> None:
        home.hass.config_entries.async_add_subentry(home.home, new(u200_lock))

    with slow_file(home, store, add):
        await unload(home)
    assert left_over(home.hass) == []


async def test_lock_that_is_removed_while_files_are_written_leaves_what_is_kept(
    files: Path, home: House
) -> None:
    gone = home.subentry_id()
    await home.home.runtime_data.locks[gone].async_save()
    assert list(files.glob(f"*{gone}*"))

    def remove() -> None:
        home.hass.config_entries.async_remove_subentry(home.home, gone)

    hubs = home.home.runtime_data.watch
    stop = hubs.async_stop

    async def slow_stop() -> None:
        remove()
        await home.settle()
        await stop()

    with patch.object(hubs, "async_stop", slow_stop):
        await unload(home)
    assert left_over(home.hass) == []
    await home.hass.config_entries.async_setup(home.home.entry_id)
    await home.settle()
    retained = home.home.runtime_data.retained
    assert [kept.lock_id for kept in retained.all] == [gone]
    await retained.async_forget([gone])
    assert list(files.glob(f"*{gone}*")) == []


async def by_button(house: House) -> None:
    """Ask for a check with the button of the lock."""
    button = house.entity_id("button", "check_connection")
    await house.hass.services.async_call(
        "button", "press", {"entity_id": button}, blocking=True
    )


async def by_action(house: House) -> None:
    """Ask for a check with the action."""
    await act(house, "check_connection", response=True)


async def reload(house: House) -> None:
    """Reload the home, and let nothing be waited for that is held."""
    await house.hass.config_entries.async_reload(house.home.entry_id)


async def remove(house: House) -> None:
    """Remove the home."""
    await house.hass.config_entries.async_remove(house.home.entry_id)


async def remove_lock(house: House) -> None:
    """Remove the lock from the home."""
    house.hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.wait_for(lambda: not house.home.runtime_data.locks)


@pytest.mark.parametrize("ends", [reload, unload, remove, remove_lock])
@pytest.mark.parametrize("asks", [by_button, by_action])
async def test_check_of_the_connection_ends_with_its_home(
    home: House,
    u400_lock: FakeLock,
    asks: Callable[[House], Awaitable[None]],
    ends: Callable[[House], Awaitable[None]],
) -> None:
    home.matter.hold("ping_node")
    asked = asyncio.ensure_future(asks(home))
    await home.wait_for(lambda: home.matter.held)
    before = len(u400_lock.asked)
    await ends(home)
    with pytest.raises(HomeAssistantError) as told:
        await asked
    assert told.value.translation_key == "check_ended"
    home.matter.release()
    await home.settle()
    assert "ping_node" not in u400_lock.asked[before + 1 :]


async def test_check_of_several_locks_goes_on_at_none_after_an_unload(
    home: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    home.hass.config_entries.async_add_subentry(home.home, new(u200_lock))
    await home.settle()
    home.matter.hold("ping_node")
    locks = [home.entity_id("event", "activity", x) for x in range(2)]
    call = act(home, "check_connection", response=True, target={"entity_id": locks})
    asked = asyncio.ensure_future(call)
    await home.wait_for(lambda: home.matter.held)
    home.matter.release()
    home.matter.hold("ping_node")
    await home.wait_for(lambda: home.matter.held)
    await unload(home)
    with pytest.raises(HomeAssistantError, match="Check again"):
        await asked
    home.matter.release()
    await home.settle()
    assert u400_lock.asked.count("ping_node") == 2
    assert "ping_node" not in u200_lock.asked


async def test_check_after_a_reload_has_a_result(
    home: House, u400_lock: FakeLock
) -> None:
    home.matter.hold("ping_node")
    asked = asyncio.ensure_future(by_action(home))
    await home.wait_for(lambda: home.matter.held)
    await reload(home)
    with pytest.raises(HomeAssistantError):
        await asked
    home.matter.release()
    answer = await act(home, "check_connection", response=True)
    assert answer["checks"][0]["sent"] == 5

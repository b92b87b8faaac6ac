"""Every page of both flows, whatever way leads there: none without its text, no text unused."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.commissioning.arrival import (
    Arrival,
    ArrivalPlace,
)
from custom_components.aqara_lock.domain.commissioning.outcome import (
    Commissioned,
    CommissioningFailure as Failure,
    Failed,
)
from custom_components.aqara_lock.domain.identity import LockIdentity
from custom_components.aqara_lock.flows.lock_flow import STAGES, WHERE_AM_I
from custom_components.aqara_lock.matter.devices import find_locks

from ..fake_lan import FakeHub, FakeLan
from ..flow_pages import Crawler, read_texts
from ..flow_steps import CODE, Flow, add_lock, begin_home, discover, reconfigure
from ..house import House
from ..nodes import U200_NODE, U200_SERIAL, U400_NODE, U400_SERIAL, u200, u400

INTEGRATION: Final = "custom_components.aqara_lock"
SELDOM: Final = {"look", "users"}
"""Shown only where it takes long: tested where that is so."""
SERIOUS: Final = {
    "access_not_written",
    "file_left_alone",
    "home_not_loaded",
    "lock_gone",
    "not_written",
    "reloaded_meanwhile",
}
"""How a flow ends when something is taken away from it: tested where that is done."""

type Begin = Callable[[], Awaitable[Flow]]
type Reset = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class World:
    """How things are, and how they turn out."""

    model: str = "u400"
    place: ArrivalPlace | None = ArrivalPlace.MEANT_NETWORK
    touch: object = None
    failure: Failure | None = None
    in_matter: bool = False
    hub: bool = True


NAMED: Final = SimpleNamespace(user_index=1)
SILENT: Final = SimpleNamespace(
    user_index=None, credential_type=None, credential_index=None
)
WORLDS: Final = (
    World(hub=False, failure=Failure.NOT_FOUND, place=ArrivalPlace.NETWORK_UNKNOWN),
    World(model="u100", failure=Failure.WRONG_THREAD_NETWORK),
    World(place=ArrivalPlace.OTHER_NETWORK, touch=SILENT),
    World(touch=NAMED, in_matter=True),
    World(place=None, in_matter=True, failure=Failure.ALREADY_COMMISSIONED),
    World(failure=Failure.WRONG_THREAD_NETWORK),
)


def arrival(place: ArrivalPlace) -> Arrival:
    """Give a device that came to a place."""
    return Arrival(
        host="lock.local.",
        instances=("a",),
        place=place,
    )


def identity(house: House, serial: str) -> LockIdentity:
    """Find a lock of Matter."""
    every = find_locks(house.hass)
    return next(x.identity for x in every if x.identity.serial == serial)


@contextmanager
def turned_out(house: House, world: World) -> Iterator[None]:
    """Let everything that is waited for turn out as in this world."""

    async def following(*_: object) -> Arrival:
        await asyncio.sleep(0)
        if world.place is None:
            raise TimeoutError
        return arrival(world.place)

    def present(*_: object) -> list[Arrival]:
        return [arrival(world.place)] if world.place else []

    async def operation(*_: object) -> object:
        await asyncio.sleep(0)
        return world.touch

    async def attempt(_: object) -> Commissioned | Failed:
        if world.failure is None:
            house.matter.add(U400_NODE, u400())
            return Commissioned(identity(house, U400_SERIAL))
        met = identity(house, U200_SERIAL) if world.in_matter else None
        return Failed(failure=world.failure, lock=met)

    watch = f"{INTEGRATION}.network.mdns.arrivals.ArrivalMonitor"
    run = f"{INTEGRATION}.commissioning.attempt.CommissioningAttempt.async_run"
    flows = f"{INTEGRATION}.flows"
    with ExitStack() as stack:
        for target, stand_in in (
            (f"{watch}.next", following),
            (f"{watch}.present", present),
            (f"{flows}.lock_arrival.LISTEN_SECONDS", 0),
            (f"{flows}.lock_who.next_local_operation", operation),
            (f"{flows}.lock_who.USERS_TAKE", 0),
            (run, attempt),
        ):
            stack.enter_context(patch(target, stand_in))
        yield


def lock_answers(world: World) -> dict[str, Any]:
    """Give what is filled in where the default does not do."""
    numbers = count(1)
    return {
        "where": {"model": world.model},
        "share": {"code": CODE},
        "share_other": {"code": CODE},
        "zigbee": {"code": CODE},
        "who_is_it": lambda: {"name": f"Mara {next(numbers)}"},
        "add_observer": {"entity_id": "sensor.door", "person": "says_name"},
    }


async def crawl(house: House, world: World, begin: Begin, reset: Reset) -> Crawler:
    """Walk through a flow of a lock."""
    texts = read_texts("config_subentries.lock")
    crawler = Crawler(texts, begin, lock_answers(world), reset)
    with turned_out(house, world):
        await crawler.crawl()
    return crawler


async def crawl_adding(house: House, world: World, lan: FakeLan) -> Crawler:
    """Walk through adding a lock."""
    if world.hub and not lan.hubs:
        lan.add(FakeHub())
    commissioning = house.home.runtime_data.commissioning

    async def begin() -> Flow:
        if world.in_matter:
            house.matter.add(U200_NODE, u200())
            await house.settle()
            commissioning.outcome = Commissioned(identity(house, U200_SERIAL))
        return await add_lock(house)

    async def reset() -> None:
        for subentry_id in list(house.home.subentries):
            house.hass.config_entries.async_remove_subentry(house.home, subentry_id)
        for lock in list(house.matter.locks.values()):
            house.matter.remove(lock)
        commissioning.forget()
        house.home.runtime_data.keep_setup_place({})
        await house.settle()
        retained = house.home.runtime_data.retained
        await retained.async_forget([kept.lock_id for kept in retained.all])

    return await crawl(house, world, begin, reset)


async def crawl_settings(house: House, world: World) -> Crawler:
    """Walk through the settings of a lock whose hub was replaced."""
    entries, lock_id = house.hass.config_entries, house.subentry_id()
    seen = {"entity_id": "sensor.door", "person_id": None}
    changes = {
        "hub": "of a hub that is gone",
        "observations": [seen | {"attribute": None, "window": 30}],
    }
    data = {**house.home.subentries[lock_id].data, **changes}

    async def begin() -> Flow:
        return await reconfigure(house, "lock", lock_id)

    async def reset() -> None:
        for subentry_id in set(house.home.subentries) - {lock_id}:
            entries.async_remove_subentry(house.home, subentry_id)
        lock = house.home.subentries[lock_id]
        entries.async_update_subentry(house.home, lock, data=data)
        if (new := house.matter.locks.get(U400_NODE)) is not None:
            house.matter.remove(new)
        house.home.runtime_data.commissioning.forget()
        await house.settle()

    await reset()
    return await crawl(house, world, begin, reset)


def assert_all_shown(
    crawlers: list[Crawler], texts: dict[str, Any], lists: str | None = None
) -> None:
    """Check that there is no page, option or ending that nobody ever sees."""
    shown: dict[str, set[str]] = {}
    for crawler in crawlers:
        for step, options in crawler.shown.items():
            shown.setdefault(step, set()).update(options)
    assert set(texts["step"]) - set(shown) <= {"search", "check", "users"}
    assert set(shown) <= set(texts["step"])
    for step, offered in shown.items():
        page = texts["step"][step]
        assert set(page.get("menu_options", {})) <= offered, step
        none: dict[str, Any] = {"options": {}}
        listed = read_texts("selector").get(f"{lists}_{step}", none)["options"]
        assert set(listed) - {"back"} <= offered, step
    progress = {action for crawler in crawlers for action in crawler.progress}
    assert progress == set(texts.get("progress", {})) - SELDOM
    ended = {reason for crawler in crawlers for reason in crawler.ended}
    assert ended - {"create_entry"} == set(texts.get("abort", {})) - SERIOUS


def assert_all_have_their_place(crawlers: list[Crawler]) -> None:
    """Check that “Where am I?” knows every page that offers it, and no other."""
    offered = {
        step
        for crawler in crawlers
        for step, options in crawler.shown.items()
        if WHERE_AM_I in options
    }
    placed = [step for _, steps in STAGES for step in steps]
    assert offered <= set(placed)
    assert len(placed) == len(set(placed))
    assert set(placed) <= {step for crawler in crawlers for step in crawler.shown}


@pytest.mark.timeout(240)
async def test_every_page_of_the_lock_flow(house: House, lan: FakeLan) -> None:
    await house.start()
    crawlers = [await crawl_adding(house, world, lan) for world in WORLDS]
    await house.hass.config_entries.async_remove(house.home.entry_id)
    await house.start(house.matter.add(U200_NODE, u200()), matter=False)
    here = World(in_matter=True, failure=Failure.ALREADY_COMMISSIONED)
    crawlers += [await crawl_settings(house, world) for world in (World(), here)]
    assert_all_shown(crawlers, read_texts("config_subentries.lock"), "next")
    assert_all_have_their_place(crawlers)


async def test_every_page_of_the_home_flow(house: House, lan: FakeLan) -> None:
    await house.start_matter()
    entries, texts = house.hass.config_entries, read_texts("config")

    async def by_user() -> Flow:
        return await begin_home(house)

    async def by_hub() -> Flow:
        return await discover(house, lan.hubs[0])

    async def reset() -> None:
        for entry in entries.async_entries("aqara_lock"):
            await entries.async_remove(entry.entry_id)
        await house.settle()

    lan.add(FakeHub())
    crawlers = [Crawler(texts, begin, {}, reset) for begin in (by_user, by_hub)]
    for crawler in crawlers:
        await crawler.crawl()
    assert_all_shown(crawlers, texts)

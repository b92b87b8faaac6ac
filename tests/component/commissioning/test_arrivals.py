"""Waiting for a device to come onto a Thread network, over the emulated home network."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from unittest.mock import AsyncMock

import pytest
from zeroconf import BadTypeInNameException

from custom_components.aqara_lock.domain.commissioning.arrival import (
    Arrival,
    ArrivalPlace,
)
from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.network.mdns.arrivals import (
    NETWORK_GRACE,
    THERE_BEFORE,
    ArrivalMonitor,
)
from custom_components.aqara_lock.network.mdns.browser import (
    MOST_WAITING,
    RESOLVED_AT_ONCE,
)
from custom_components.aqara_lock.network.mdns.matter_services import (
    MOST_SERVICES,
    MatterServiceBrowser,
)

from ..fake_lan import FakeHub, FakeService
from ..fake_matter import COMPRESSED_FABRIC, FakeLock
from ..house import House
from ..nodes import U400_NODE

SERVICES: Final = "custom_components.aqara_lock.network.mdns.browser"
THEIRS: Final = "87E1B004E235A130-000000000000004D"


@asynccontextmanager
async def listening(house: House) -> AsyncGenerator[ArrivalMonitor]:
    """Listen, with what was there before already heard."""
    watch: ArrivalMonitor = house.home.runtime_data.watch_arrivals()
    await watch.async_start()
    await house.tick(THERE_BEFORE)
    try:
        yield watch
    finally:
        await watch.async_stop()


def router(house: House, hub: FakeHub) -> BorderRouter:
    """The hub as the home knows it."""
    found: BorderRouter = house.home.runtime_data.hubs[hub.border_agent_id].router
    return found


async def told(watch: ArrivalMonitor, hub: BorderRouter | None = None) -> Arrival:
    """Take the next arrival."""
    return await watch.next(hub)


async def nothing_comes(house: House, watch: ArrivalMonitor) -> bool:
    """Wait for the next arrival for a while; it must not come."""
    waiting = asyncio.create_task(told(watch))
    for _ in range(5):
        await asyncio.sleep(0)
        house.clock.tick(5)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    return waiting.cancelled()


async def test_a_lock_that_joins_the_network_is_told_once(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    async with listening(house) as watch:
        waiting = asyncio.create_task(told(watch, router(house, hub)))
        await asyncio.sleep(0)
        house.lan.show(FakeService(THEIRS))
        arrival = await waiting
        assert arrival.place is ArrivalPlace.MEANT_NETWORK
        assert arrival.hubs == (hub.border_agent_id,)
        assert arrival.network_name == hub.network_name
        assert await nothing_comes(house, watch)


async def test_what_was_there_before_is_present_only(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    house.lan.show(FakeService(THEIRS))
    async with listening(house) as watch:
        (present,) = watch.present(router(house, hub))
        assert present.place is ArrivalPlace.MEANT_NETWORK
        assert await nothing_comes(house, watch)


async def test_what_home_assistant_has_is_not_present(
    house: House, hub: FakeHub, u400_lock: FakeLock
) -> None:
    await house.start()
    house.lan.show(FakeService(f"{COMPRESSED_FABRIC:016X}-{U400_NODE:016X}"))
    async with listening(house) as watch:
        assert watch.present() == []


async def test_a_lock_that_moves_to_the_hubs_network_is_told(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    lock = house.lan.show(FakeService(THEIRS, addresses=("fd00:1::5",)))
    async with listening(house) as watch:
        lock.addresses = ("fd20:be89:495a:1::190",)
        house.lan.announce(lock)
        assert (await told(watch)).network == hub.extended_pan_id


async def test_another_network_is_told_with_its_border_routers(
    house: House, hub: FakeHub
) -> None:
    other = house.lan.add(
        replace(
            hub,
            name="Hub M3",
            host="Hub-M3.local.",
            border_agent_id="ff" * 16,
            extended_pan_id="64ec20cc16093cc8",
            network_name="MyHome42",
            addresses=("10.10.10.21",),
            more={b"omr": bytes.fromhex("40fd55006600770088")},
        )
    )
    await house.start()
    async with listening(house) as watch:
        house.lan.show(FakeService(THEIRS, addresses=("fd55:66:77:88::190",)))
        arrival = await told(watch, router(house, hub))
        assert arrival.place is ArrivalPlace.OTHER_NETWORK
        assert arrival.network_name == "MyHome42"
        assert arrival.hubs == (other.border_agent_id,)


async def test_an_unknown_network_is_told_late_and_again_once_it_is_known(
    house: House, hub: FakeHub
) -> None:
    await house.start()
    async with listening(house) as watch:
        lock = house.lan.show(FakeService(THEIRS, addresses=("fd00:1::5",)))
        waiting = asyncio.create_task(told(watch, router(house, hub)))
        await house.tick(NETWORK_GRACE / 2)
        assert not waiting.done()
        house.clock.tick(NETWORK_GRACE)
        assert (await waiting).place is ArrivalPlace.NETWORK_UNKNOWN
        lock.addresses = ("fd20:be89:495a:1::190",)
        house.lan.announce(lock)
        assert (await told(watch)).place is ArrivalPlace.MEANT_NETWORK


async def test_a_goodbye_ends_the_presence(house: House, hub: FakeHub) -> None:
    await house.start()
    lock = house.lan.show(FakeService(THEIRS))
    async with listening(house) as watch:
        assert len(watch.present()) == 1
        house.lan.withdraw(lock)
        house.lan.withdraw(house.lan.show(FakeService("gone before it was resolved")))
        assert watch.present() == []


async def test_after_the_end_nothing_is_heard(house: House) -> None:
    await house.start()
    before = list(house.lan.browsers)
    async with listening(house) as watch:
        assert house.lan.browsers != before
    house.lan.show(FakeService(THEIRS))
    await house.settle()
    assert watch.present() == []
    assert house.lan.browsers == before
    await watch.async_stop()


async def test_listening_asks_nobody(house: House, hub: FakeHub) -> None:
    await house.start()
    asked, probed = house.lan.queries, list(house.lan.probes)
    async with listening(house) as watch:
        house.lan.show(FakeService(THEIRS))
        await told(watch)
    assert (house.lan.queries, house.lan.probes) == (asked, probed)


async def test_a_device_with_a_malformed_name_is_no_device(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BadTypeInNameException

    await house.start()
    monkeypatch.setattr(f"{SERVICES}.AsyncServiceInfo", refuse)
    house.lan.show(FakeService(THEIRS))
    async with listening(house) as watch:
        assert watch.present() == []


async def test_a_device_that_never_says_where_it_is_is_no_device(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.start()
    silent = AsyncMock(return_value=False)
    monkeypatch.setattr(f"{SERVICES}.AsyncServiceInfo.async_request", silent)
    monkeypatch.setattr(
        f"{SERVICES}.AsyncServiceInfo.load_from_cache", lambda *_: False
    )
    house.lan.show(FakeService(THEIRS))
    async with listening(house) as watch:
        assert watch.present() == []
        house.lan.withdraw(house.lan.services[0])
    assert silent.await_count == 1


async def test_what_is_still_being_resolved_at_the_end_is_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.start()
    asked = asyncio.Event()

    async def never(*_: object) -> bool:
        asked.set()
        return await asyncio.Event().wait()

    monkeypatch.setattr(f"{SERVICES}.AsyncServiceInfo.async_request", never)
    monkeypatch.setattr(
        f"{SERVICES}.AsyncServiceInfo.load_from_cache", lambda *_: False
    )
    house.lan.show(FakeService(THEIRS))
    watch = house.home.runtime_data.watch_arrivals()
    await watch.async_start()
    assert asked.is_set()
    await watch.async_stop()
    await house.settle()


async def test_nobody_answers_who_was_not_asked(house: House) -> None:
    await house.start()
    services = MatterServiceBrowser(house.hass)
    assert not await services.async_is_there(FakeService(THEIRS).instance)
    await services.async_stop()


async def test_a_device_that_says_the_same_again_is_no_news(house: House) -> None:
    await house.start()
    told: list[int] = []
    services = MatterServiceBrowser(house.hass)
    services.changed.connect(lambda: told.append(1))
    await services.async_start()
    for _ in range(2):
        house.lan.show(FakeService(THEIRS))
        await house.settle()
    assert len(told) == 1
    await services.async_stop()


async def test_any_number_of_devices_hides_no_lock_that_arrives(
    house: House, hub: FakeHub
) -> None:
    """Anybody on the home network can announce devices; the latest are told apart."""
    await house.start()
    watch = house.home.runtime_data.watch_arrivals()
    await watch.async_start()
    await house.tick(THERE_BEFORE)
    for number in range(MOST_SERVICES + 50):
        address = f"fd20:be89:495a:1::{number + 1:x}"
        house.lan.announce(
            FakeService(
                f"{number:016X}-{1:016X}",
                host=f"{number:016X}.local.",
                addresses=(address,),
            )
        )
    assert len(watch.present()) == MOST_SERVICES
    house.lan.show(FakeService(THEIRS))
    present = {arrival.host for arrival in watch.present(router(house, hub))}
    assert "54ef441000000190.local." in present
    assert len(present) == MOST_SERVICES
    await watch.async_stop()


async def test_forged_name_of_a_device_is_one_device_with_it(
    house: House, hub: FakeHub
) -> None:
    """Who claims the name of a lock under another host takes it from the lock's host."""
    await house.start()
    async with listening(house) as watch:
        house.lan.show(FakeService(THEIRS))
        house.lan.announce(
            FakeService(THEIRS, host="forged.local.", addresses=("fd00:99::1",))
        )
        [arrival] = watch.present()
        assert arrival.host == "forged.local."
        assert arrival.place is ArrivalPlace.NETWORK_UNKNOWN
        house.lan.announce(house.lan.services[0])
        [arrival] = watch.present(router(house, hub))
        assert arrival.place is ArrivalPlace.MEANT_NETWORK


async def test_two_who_ask_for_one_service_are_both_answered(house: House) -> None:
    await house.start()
    services = MatterServiceBrowser(house.hass)
    await services.async_start()
    shown = house.lan.show(FakeService(THEIRS))
    asked = (services.async_is_there(shown.instance) for _ in range(2))
    assert await asyncio.gather(*asked) == [True, True]
    await services.async_stop()


async def test_services_without_details_are_asked_for_by_turns(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pointer costs a few bytes to forge, and each one asked for costs questions."""
    await house.start()
    asked: list[asyncio.Event] = []

    async def slow(*_: object) -> bool:
        asked.append(asyncio.Event())
        return await asked[-1].wait()

    monkeypatch.setattr(f"{SERVICES}.AsyncServiceInfo.async_request", slow)
    monkeypatch.setattr(
        f"{SERVICES}.AsyncServiceInfo.load_from_cache", lambda *_: False
    )
    watch = house.home.runtime_data.watch_arrivals()
    await watch.async_start()
    for number in range(MOST_WAITING + 100):
        house.lan.announce(FakeService(f"{number:016X}-{1:016X}"))
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(asked) == RESOLVED_AT_ONCE
    while any(not event.is_set() for event in asked):
        for event in asked:
            event.set()
        for _ in range(3):
            await asyncio.sleep(0)
    assert len(asked) <= RESOLVED_AT_ONCE + MOST_WAITING
    await watch.async_stop()

"""The live watch for the lock on the hub's Thread network, and what is seen instead."""

import asyncio
from dataclasses import replace
from typing import Final

import pytest

from custom_components.aqara_lock.flows.lock_arrival import (
    LISTEN_SECONDS,
    WATCH_SECONDS,
)
from custom_components.aqara_lock.network.mdns.arrivals import (
    NETWORK_GRACE,
    THERE_BEFORE,
)

from ..fake_lan import FakeHub, FakeLan, FakeService
from ..flow_steps import Flow, bind_lock
from ..house import House

LOCK: Final = FakeService("87E1B004E235A130-000000000000004D")
OTHER_PREFIX: Final = "fd55:66:77:88::190"
UNKNOWN_PREFIX: Final = "fd00:1::5"
PLACES: Final = {"in_aqara_app": "connect_hub", "on_hub": "listen"}


def the_lock(*addresses: str) -> FakeService:
    """Give the lock on mDNS; by default on the network of the hub."""
    return replace(LOCK, addresses=addresses) if addresses else replace(LOCK)


def tv(hub: FakeHub) -> FakeHub:
    """Give the border router of another network."""
    return replace(
        hub,
        name="Apple TV",
        host="AppleTV.local.",
        vendor="Apple Inc.",
        border_agent_id="aa" * 16,
        extended_pan_id="64ec20cc16093cc8",
        network_name="MyHome42",
        addresses=("10.10.10.30",),
        more={b"omr": bytes.fromhex("40fd55006600770088")},
    )


async def connecting(house: House) -> Flow:
    """Be at the page that tells how the lock joins the hub, for a while."""
    await house.start()
    flow = await bind_lock(house, "in_aqara_app")
    await house.tick(THERE_BEFORE)
    return flow


async def watching(house: House) -> Flow:
    """Watch for the lock."""
    flow = await connecting(house)
    await flow.choose("watch")
    assert (flow.waits, flow.step) == (True, "watch")
    assert flow.said["hub"] == "Hub M100-A1B2"
    assert await flow.still_waits()
    return flow


async def looked(house: House) -> Flow:
    """Say that the lock is on the hub already, and have that looked at."""
    await house.start()
    flow = await bind_lock(house, "on_hub")
    assert (flow.waits, flow.step) == (True, "listen")
    assert await flow.still_waits()
    await flow.let_time_pass(LISTEN_SECONDS)
    return await flow.wait()


async def test_lock_that_arrives_is_seen_live(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await watching(house)
    lan.show(the_lock())
    await flow.wait()
    assert flow.step == "arrived"
    assert flow.said["hub"] == "Hub M100-A1B2"
    assert flow.choices == ["share", "calibrate_failed", "where_am_i"]
    await flow.choose("share")
    assert (flow.step, "code" in flow.fields) == ("share", True)


async def test_lock_that_arrived_before_the_watch_is_seen_too(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await connecting(house)
    lan.show(the_lock())
    await flow.choose("where_am_i", "back", "watch")
    # It is there: no page says that it is waited for.
    assert flow.step == "arrived"


async def test_arrival_ends_the_listening(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    before = list(lan.browsers)
    flow = await bind_lock(house, "in_aqara_app")
    assert len(lan.browsers) == len(before) + 1
    await house.tick(THERE_BEFORE)
    await flow.choose("watch")
    lan.show(the_lock())
    await flow.wait()
    assert lan.browsers == before
    await flow.refresh_view()
    assert flow.step == "arrived"


async def test_what_was_there_before_is_no_arrival(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    lan.show(the_lock())
    flow = await watching(house)
    await flow.let_time_pass(WATCH_SECONDS)
    await flow.wait()
    assert flow.step == "not_arrived"


async def test_nothing_in_time_shows_what_is_seen_of_the_way(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await watching(house)
    await flow.let_time_pass(WATCH_SECONDS)
    await flow.wait()
    assert flow.choices == ["watch", "connect_hub_failed", "calibrate", "where_am_i"]
    assert "Hub M100-A1B2 answers." in flow.said["results"]
    await flow.choose("watch")
    assert flow.waits
    lan.show(the_lock())
    await flow.wait()
    assert flow.step == "arrived"


async def test_hub_that_left_meanwhile_is_named_as_the_cause(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await watching(house)
    lan.unplug(hub)
    for _ in range(18):
        await flow.let_time_pass(5)
        assert await flow.still_waits()
    await flow.let_time_pass(WATCH_SECONDS)
    await flow.wait()
    assert flow.step == "not_arrived"
    assert "Hub M100-A1B2 is offline." in flow.said["results"]


async def test_another_network_is_named(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    lan.add(tv(hub))
    flow = await watching(house)
    lan.show(lock := the_lock(OTHER_PREFIX))
    await flow.wait()
    assert flow.step == "arrived_elsewhere"
    assert (flow.said["network"], flow.said["hub"]) == ("MyHome42", "Hub M100-A1B2")
    assert flow.said["others"] == "Apple TV"
    assert flow.choices == ["connect_hub", "watch", "calibrate", "where_am_i"]
    await flow.choose("connect_hub", "watch")
    assert await flow.still_waits()
    lock.addresses = ("fd20:be89:495a:1::190",)
    lan.announce(lock)
    await flow.wait()
    assert flow.step == "arrived"


async def test_unknown_network_is_not_taken_for_the_hubs(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await watching(house)
    lan.show(the_lock(UNKNOWN_PREFIX))
    assert await flow.still_waits()
    await flow.let_time_pass(NETWORK_GRACE)
    await flow.wait()
    assert flow.step == "arrived_unknown"
    assert flow.choices == ["watch", "connect_hub", "calibrate", "where_am_i"]
    await flow.choose("watch")
    assert await flow.still_waits()
    flow.close()


async def test_lock_that_is_on_the_hub_already_is_found(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    lan.show(the_lock())
    flow = await looked(house)
    assert flow.step == "share"
    assert "is on the radio network of Hub M100-A1B2" in flow.said["intro"]
    assert flow.choices == ["commission", "share_failed", "where_am_i"]


async def test_lock_that_is_on_another_network_is_told(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    lan.add(tv(hub))
    lan.show(the_lock(OTHER_PREFIX))
    flow = await looked(house)
    assert flow.step == "arrived_elsewhere"
    await flow.choose("calibrate")
    assert flow.step == "calibrate"
    flow.close()


async def test_lock_that_is_set_up_and_announces_nothing_is_no_failure(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await looked(house)
    assert flow.step == "share"
    assert "That is normal for a lock that is set up" in flow.said["intro"]


async def test_lock_can_be_looked_for_again(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    lan.show(lock := the_lock())
    flow = await looked(house)
    assert "is on the radio network" in flow.said["intro"]
    lan.withdraw(lock)
    await flow.choose("where_am_i", "where", "on_hub")
    await flow.let_time_pass(LISTEN_SECONDS)
    await flow.wait()
    assert flow.step == "share"
    assert "No lock is waiting" in flow.said["intro"]


@pytest.mark.parametrize("place", PLACES)
async def test_closed_dialog_stops_to_listen(
    house: House, hub: FakeHub, lan: FakeLan, place: str
) -> None:
    await house.start()
    before, listeners = list(lan.browsers), list(lan.listeners)
    flow = await bind_lock(house, place)
    assert flow.step == PLACES[place]
    assert len(lan.browsers) == len(before) + 1
    flow.close()
    await house.settle()
    assert (lan.browsers, lan.listeners) == (before, listeners)


async def test_dialog_closed_while_it_watches_stops_to_listen(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    await house.start()
    before = list(lan.browsers)
    flow = await bind_lock(house, "in_aqara_app", "watch")
    assert await flow.still_waits()
    flow.close()
    await house.settle()
    assert lan.browsers == before


async def test_home_that_is_unloaded_ends_the_dialog(
    house: House, hub: FakeHub, lan: FakeLan
) -> None:
    flow = await watching(house)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    await flow.let_time_pass(WATCH_SECONDS)
    await flow.wait()
    assert flow.aborted == "home_not_loaded"
    assert lan.browsers == []


@pytest.mark.parametrize("page", ["watch", "listen"])
async def test_closed_dialog_waits_for_nothing_any_more(
    house: House, hub: FakeHub, lan: FakeLan, page: str
) -> None:
    await house.start()
    before = list(lan.browsers)
    if page == "watch":
        flow = await bind_lock(house, "in_aqara_app")
        await flow.choose("watch")
    else:
        flow = await bind_lock(house, "on_hub")
    assert (flow.waits, flow.step) == (True, page)
    flow.close()
    for _ in range(5):
        await asyncio.sleep(0)
    assert lan.browsers == before
    waiting = {task.get_name() for task in asyncio.all_tasks()}
    assert "aqara_lock arrival" not in waiting

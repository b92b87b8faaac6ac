"""Why a lock stopped answering: causes, events, recovery, and what it costs the lock."""

import asyncio
from ipaddress import IPv6Address
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.aqara_lock.domain.budget import (
    HOUR,
    PINGS_FOR_RETURNS,
    PINGS_ON_SUSPICION,
    SERVER_PATIENCE,
    SUSPICION_WINDOW,
)
from custom_components.aqara_lock.domain.connectivity.pings import RETURN
from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.thread.routing import RouteState
from custom_components.aqara_lock.locks.state.store import LockStore

from ...fake_host import FakeHost, publish
from ...fake_lan import THREAD_ACTIVE_LEADER, Echo, FakeHub, FakeLan, Port
from ...fake_matter import FakeLock, FakeMatterServer, Refusal, User
from ...house import House
from ...nodes import bridge_with_lock, u400

OFFLINE_AFTER = 20.0
OTHER_HOP = IPv6Address("fe80::2")
BATTERY_VOLTAGE = "0/47/11"
THREAD_OFF = bytes.fromhex("00000029")
STEP = 5.0


async def lose_hub(house: House, hub: FakeHub) -> None:
    """Pull the plug after the quiet first minute, and wait until it is noticed."""
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(OFFLINE_AFTER, 5)


async def test_all_is_well(house: House, u400_lock: FakeLock, hub: FakeHub) -> None:
    await house.start(u400_lock)
    assert house.responsive == "on"
    assert house.problem.state == "ok"
    assert "message" not in house.problem.attributes
    assert house.hub_online(hub) == "on"
    assert "assumed_state" not in house.lock.attributes


async def test_unplugged_hub_is_the_cause(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await lose_hub(house, hub)
    assert house.hub_online(hub) == "off"
    assert house.responsive == "off"
    assert house.problem.state == "hub_offline"
    fired = house.fired("connection")
    assert [item["event_type"] for item in fired] == ["unresponsive"]
    assert fired[0]["cause"] == "hub_offline"
    assert fired[0]["last_known_state"] == "locked"
    assert fired[0]["message"] == house.problem.attributes["message"]
    assert hub.name in fired[0]["message"]
    assert "{" not in fired[0]["message"]
    assert "happened_meanwhile" not in fired[0]


async def test_silent_lock_stays_controllable_with_an_assumed_state(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await lose_hub(house, hub)
    assert house.lock.state == "locked"
    assert house.lock.attributes["assumed_state"] is True
    with pytest.raises(HomeAssistantError) as raised:
        await house.call("lock")
    assert raised.value.translation_key == "command_not_sent"
    assert hub.name in str(raised.value)
    assert u400_lock.asked.count("LockDoor") == 0


async def test_hub_that_returns_is_no_proof_of_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.tick(5)
    assert house.hub_online(hub) == "on"
    assert house.responsive == "off"
    u400_lock.report_state(LockState.LOCKED)
    await house.settle()
    assert house.responsive == "on"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_ping_after_the_hub_returned_finds_the_lock(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await lose_hub(house, hub)
    pings = u400_lock.asked.count("ping_node")
    assert pings <= 1
    u400_lock.answers_ping = True
    house.lan.plug(hub)
    await house.pass_time(10, 5)
    assert u400_lock.asked.count("ping_node") == pings + 1
    fired = house.fired("connection")[-1]
    assert fired["event_type"] == "recovered"
    assert fired["cause"] == "hub_offline"
    assert fired["happened_meanwhile"] == []
    assert "{" not in fired["message"]
    assert house.problem.state == "ok"
    assert "assumed_state" not in house.lock.attributes


async def test_pings_lost_while_the_mesh_came_up_are_no_weak_link(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await lose_hub(house, hub)
    before = u400_lock.asked.count("ping_node")
    house.lan.plug(hub)
    await house.pass_time(10, 5)
    assert u400_lock.asked.count("ping_node") == before + 1
    u400_lock.answers_ping = True
    await house.pass_time(20, 5)
    assert u400_lock.asked.count("ping_node") == before + 2
    assert house.types("connection") == ["unresponsive", "recovered"]
    shown = {s.state for s in house.written(house.entity_id("sensor", "diagnosis"))}
    assert shown <= {"unknown", "ok", "hub_offline"}


async def test_pings_of_one_outage_after_the_other_are_no_weak_link(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    diagnosis = house.home.runtime_data.diagnosis
    for _ in range(2):
        for way in (RouteState.NO_ROUTE, RouteState.ROUTED):
            host.way, u400_lock.answers_ping = way, way is RouteState.ROUTED
            diagnosis.kernel_changed()
            await house.pass_time(22, 2)
    assert house.types("connection") == ["unresponsive", "recovered"] * 2
    shown = {s.state for s in house.written(house.entity_id("sensor", "diagnosis"))}
    assert "weak_link" not in shown


async def test_lock_that_was_heard_is_not_pinged_any_more(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.pass_time(10, 5)
    before = u400_lock.asked.count("ping_node")
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(600, 5)
    assert house.responsive == "on"
    assert u400_lock.asked.count("ping_node") == before


async def test_lock_that_reports_anything_is_heard(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.tick(5)
    assert house.responsive == "off"
    u400_lock.set_attribute(BATTERY_VOLTAGE, 7390)
    await house.settle()
    assert house.responsive == "on"


async def test_bridge_that_reports_something_is_not_its_lock(
    house: House, matter: FakeMatterServer, hub: FakeHub
) -> None:
    bridge = matter.add(21, bridge_with_lock(), endpoint_id=5)
    await house.start(bridge)
    bridge.answers_ping = False
    bridge.fail("UnlockDoor", Refusal(error_code=4))
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")
    await house.tick(1)
    assert house.responsive == "off"
    await house.tick(1)
    bridge.set_attribute(BATTERY_VOLTAGE, 7390)
    await house.settle()
    assert house.responsive == "off"


async def test_recovery_tells_what_happened_meanwhile(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await lose_hub(house, hub)
    await house.tick(5)
    u400_lock.users[1] = User("Anna")
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert house.types() == ["unlocked"]
    assert house.fired("connection")[-1]["happened_meanwhile"] == ["unlocked"]


async def test_ping_budget(house: House, u400_lock: FakeLock, hub: FakeHub) -> None:
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await lose_hub(house, hub)
    counts = [u400_lock.asked.count("ping_node")]
    for _ in range(20):
        house.lan.plug(hub)
        counts += await pings_in(house, u400_lock, 60)
        house.lan.unplug(hub)
        counts += await pings_in(house, u400_lock, 60)
    house.lan.plug(hub)
    counts += await pings_in(house, u400_lock, 3600)
    window = round(HOUR.total_seconds() / STEP)
    spent = [b - a for a, b in zip(counts, counts[window:], strict=False)]
    assert max(spent) == PINGS_FOR_RETURNS


async def test_lock_is_looked_for_as_soon_as_it_may_be_asked_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await lose_hub(house, hub)
    begun = house.hass.loop.time()
    before = u400_lock.asked.count("ping_node")
    for _ in range(PINGS_FOR_RETURNS // 2):
        house.lan.plug(hub)
        await house.pass_time(40, 5)
        house.lan.unplug(hub)
        await house.pass_time(30, 5)
    assert u400_lock.asked.count("ping_node") == before + PINGS_FOR_RETURNS
    u400_lock.answers_ping = True
    house.lan.plug(hub)
    await house.pass_time(60, 5)
    assert house.responsive == "off"
    u400_lock.become(available=False)
    await house.pass_time(begun + HOUR.total_seconds() - house.hass.loop.time(), 5)
    await house.pass_time(30, 5)
    assert house.responsive == "on"
    assert u400_lock.asked.count("ping_node") == before + PINGS_FOR_RETURNS + 1
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_a_return_is_told_soon_after_each_of_three_outages(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    for outage in range(1, PINGS_ON_SUSPICION + 1):
        house.lan.unplug(hub)
        await house.pass_time(60, 5)
        assert house.responsive == "off"
        house.lan.plug(hub)
        await house.pass_time(45, 5)
        assert house.types("connection") == ["unresponsive", "recovered"] * outage
    assert u400_lock.asked.count("ping_node") == PINGS_ON_SUSPICION


async def test_a_first_ping_in_vain_does_not_make_the_second_return_late(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """A hub is on the home network some seconds before its locks hear it again."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    for outage in range(1, 5):
        house.lan.unplug(hub)
        u400_lock.answers_ping = False
        await house.pass_time(60, 5)
        house.lan.plug(hub)
        await house.pass_time(5, 1)
        u400_lock.answers_ping = True
        await house.pass_time(20, 5)
        assert house.types("connection") == ["unresponsive", "recovered"] * outage
        assert u400_lock.asked.count("ping_node") == 2 * outage
        await house.pass_time(25, 5)


@pytest.mark.parametrize("pings", range(1, len(RETURN.moments) + 1))
async def test_a_lock_that_needs_longer_than_its_hub_is_found_by_the_next_ping(
    house: House, u400_lock: FakeLock, hub: FakeHub, pings: int
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await lose_hub(house, hub)
    u400_lock.become(available=False)
    before = u400_lock.asked.count("ping_node")
    house.lan.plug(hub)
    await house.seconds_until(
        lambda: u400_lock.asked.count("ping_node") == before + pings - 1, 1000
    )
    u400_lock.answers_ping = True
    await house.seconds_until(lambda: house.responsive == "on", 1000)
    u400_lock.become(available=True)
    await house.pass_time(1000, 10)
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert u400_lock.asked.count("ping_node") == before + pings


async def test_a_lock_that_never_returns_costs_five_pings(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await lose_hub(house, hub)
    u400_lock.become(available=False)
    before = u400_lock.asked.count("ping_node")
    house.lan.plug(hub)
    await house.pass_time(60, 5)
    await house.pass_time(3 * HOUR.total_seconds(), 30)
    assert u400_lock.asked.count("ping_node") == before + len(RETURN.moments)
    assert house.problem.state == "lock_unreachable"


async def test_causes_are_confirmed_from_another_budget_than_returns(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    for outage in range(1, PINGS_ON_SUSPICION + 1):
        await thread_is_off(house, hub, u400_lock, off=True)
        assert house.responsive == "off"
        await thread_is_off(house, hub, u400_lock, off=False)
        assert house.types("connection") == ["unresponsive", "recovered"] * outage


async def test_a_cause_that_lasts_is_confirmed_once_a_ping_is_left(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    for _ in range(PINGS_ON_SUSPICION):
        await thread_is_off(house, hub, u400_lock, off=True)
        await thread_is_off(house, hub, u400_lock, off=False)
    await thread_is_off(house, hub, u400_lock, off=True)
    assert house.responsive == "on"
    assert house.problem.state == "thread_interface_off"
    await house.pass_time(SUSPICION_WINDOW.total_seconds(), 10)
    assert house.responsive == "off"
    await thread_is_off(house, hub, u400_lock, off=False)
    outages = PINGS_ON_SUSPICION + 1
    assert house.types("connection") == ["unresponsive", "recovered"] * outages


async def thread_is_off(
    house: House, hub: FakeHub, lock: FakeLock, *, off: bool
) -> None:
    """Let the hub say that its Thread interface is off, or on again, for a minute."""
    lock.answers_ping = not off
    hub.state = THREAD_OFF if off else THREAD_ACTIVE_LEADER
    house.lan.announce(hub)
    await house.pass_time(60, 5)


async def test_nobody_pings_a_lock_whose_hubs_are_gone_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.tick(1)
    house.lan.unplug(hub, goodbye=True)
    await house.tick(0)
    assert house.hub_online(hub) == "off"
    before = u400_lock.asked.count("ping_node")
    await house.pass_time(60, 5)
    assert u400_lock.asked.count("ping_node") == before


async def test_ping_that_cannot_leave_this_host_is_not_counted(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    for _ in range(PINGS_ON_SUSPICION + 1):
        host.way, u400_lock.answers_ping = RouteState.NO_ROUTE, False
        await house.pass_time(60, 5)
        assert house.problem.state == "no_route_to_mesh"
        host.way, u400_lock.answers_ping = RouteState.ROUTED, True
        await house.pass_time(60, 5)
    wanted = ["unresponsive", "recovered"] * PINGS_ON_SUSPICION
    assert house.types("connection")[: len(wanted)] == wanted


async def test_lock_that_speaks_is_reached_whatever_its_known_address_says(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """What is known may be where the lock was in an earlier run."""
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    host.way = RouteState.NO_ROUTE
    await house.start(u400_lock)
    await house.pass_time(60, 5)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.pass_time(65, 5)
    u400_lock.answers_ping = False
    for _ in range(PINGS_ON_SUSPICION + 1):
        u400_lock.fail("LockDoor", Refusal(error_code=4))
        with pytest.raises(HomeAssistantError):
            await house.call("lock")
        await house.tick(1)
    assert house.problem.state == "lock_unreachable"
    assert u400_lock.asked.count("ping_node") == PINGS_ON_SUSPICION


async def test_ping_over_a_matter_server_elsewhere_is_counted(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    host.changes = {"matter_server_elsewhere": True}
    host.way, u400_lock.answers_ping = RouteState.NO_ROUTE, False
    await house.start(u400_lock)
    for _ in range(PINGS_ON_SUSPICION + 1):
        u400_lock.fail("UnboltDoor", Refusal(error_code=4))
        with pytest.raises(HomeAssistantError):
            await house.call("unlock")
        await house.tick(1)
    assert u400_lock.asked.count("ping_node") == PINGS_ON_SUSPICION


async def pings_in(house: House, lock: FakeLock, seconds: float) -> list[int]:
    """Let time pass; gives how many pings there were after each step."""
    counts = []
    for _ in range(round(seconds / STEP)):
        await house.tick(STEP)
        counts.append(lock.asked.count("ping_node"))
    return counts


async def test_unreachable_lock_although_the_hub_is_there(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.become(available=False)
    await house.pass_time(65, 5)
    assert house.responsive == "off"
    assert house.problem.state == "lock_unreachable"
    assert "{" not in house.problem.attributes["message"]
    assert house.fired("connection")[0]["cause"] == "lock_unreachable"
    await house.tick(1)
    u400_lock.become(available=True)
    await house.settle()
    assert house.responsive == "on"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_lock_that_a_server_does_not_have_yet_is_waited_for(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.data.available = False
    await house.start(u400_lock)
    await house.pass_time(170, 5)
    assert house.responsive == "on"
    assert house.problem.state == "ok"
    u400_lock.become(available=True)
    await house.settle()
    await house.pass_time(30, 5)
    assert house.types("connection") == []
    u400_lock.become(available=False)
    await house.pass_time(65, 5)
    assert house.types("connection") == ["unresponsive"]


async def test_lock_that_a_server_does_not_get_back_is_told_after_three_minutes(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.data.available = False
    await house.start(u400_lock)
    await house.pass_time(190, 5)
    assert house.responsive == "off"
    assert house.problem.state == "lock_unreachable"
    assert house.types("connection") == ["unresponsive"]


async def test_lock_that_was_away_before_its_server_is_not_waited_for_anew(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(5)
    u400_lock.become(available=False)
    await house.pass_time(40, 5)
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.pass_time(30, 5)
    assert house.types("connection") == ["unresponsive"]


async def test_blip_is_no_alarm(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.become(available=False)
    await house.tick(0.8)
    u400_lock.become(available=True)
    await house.tick(10)
    assert house.types("connection") == []
    assert house.responsive == "on"


async def test_cause_is_corrected_without_a_second_alarm(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    u400_lock.become(available=False)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(OFFLINE_AFTER, 5)
    assert house.problem.state == "hub_offline"
    assert house.types("connection") == ["unresponsive"]


async def test_failed_command_is_a_suspicion_that_a_ping_settles(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    u400_lock.fail("UnboltDoor", Refusal(error_code=4))
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")
    await house.tick(1)
    assert u400_lock.asked.count("ping_node") == 1
    assert house.problem.state == "lock_unreachable"
    await house.pass_time(50, 5)
    assert u400_lock.asked.count("ping_node") == 1
    await house.pass_time(3600, 60)
    assert u400_lock.asked.count("ping_node") == PINGS_ON_SUSPICION


async def test_lock_that_only_restarted_is_found_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    u400_lock.fail("UnboltDoor", Refusal(error_code=4))
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")
    await house.tick(1)
    assert house.responsive == "off"
    u400_lock.answers_ping = True
    await house.pass_time(65, 5)
    assert u400_lock.asked.count("ping_node") == 2
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert house.problem.state == "ok"


async def test_server_that_never_answers_a_ping_is_not_waited_for(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await suspect_unanswered(house, u400_lock)
    await house.turn(SERVER_PATIENCE + 1)
    await house.wait_for(lambda: house.problem.state == "lock_unreachable")
    assert house.responsive == "off"
    house.matter.release()


async def test_lock_that_the_server_hears_late_was_never_away(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The server waits a minute for an address that is gone, beside one that answers."""
    await house.start(u400_lock)
    await suspect_unanswered(house, u400_lock)
    await house.turn(SERVER_PATIENCE - 10)
    assert house.responsive == "on"
    house.matter.release()
    await house.settle()
    await house.pass_time(60, 5)
    assert house.types("connection") == []
    assert u400_lock.asked.count("ping_node") == 1


async def test_ping_by_a_dead_hub_says_nothing_once_another_one_carries(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Linux needs half a minute to change over; the server waits longer for an answer."""
    house.lan.add(second_hub())
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await suspect_unanswered(house, u400_lock)
    host.hop = OTHER_HOP
    await house.turn(SERVER_PATIENCE - 10)
    (lock,) = house.home.runtime_data.locks.values()
    await house.wait_for(lambda: lock.path.next_hop == OTHER_HOP)
    house.matter.release()
    u400_lock.answers_ping = True
    await house.settle()
    await house.pass_time(10, 1)
    assert house.types("connection") == []
    assert house.problem.state == "ok"
    assert u400_lock.asked.count("ping_node") == 2


async def test_late_answer_ends_a_silence(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await suspect_unanswered(house, u400_lock)
    await house.turn(SERVER_PATIENCE + 1)
    await house.wait_for(lambda: house.responsive == "off")
    await house.turn(1)
    house.matter.release()
    await house.settle()
    assert house.types("connection") == ["unresponsive", "recovered"]
    assert u400_lock.asked.count("ping_node") == 1


async def test_late_silence_is_no_answer(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.answers_ping = False
    await suspect_unanswered(house, u400_lock)
    await house.turn(SERVER_PATIENCE + 1)
    house.matter.release()
    await house.settle()
    assert house.types("connection") == ["unresponsive"]


async def test_nobody_listens_to_a_ping_of_a_home_that_was_unloaded(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    (lock,) = house.home.runtime_data.locks.values()
    await suspect_unanswered(house, u400_lock)
    await house.turn(SERVER_PATIENCE + 1)
    await house.wait_for(lambda: not lock.connection.responsive)
    assert await house.hass.config_entries.async_unload(house.home.entry_id)
    await house.turn(1)
    house.matter.release()
    await house.settle()
    assert not lock.connection.responsive


async def test_ping_that_outlasts_its_home_is_the_last_one(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    (lock,) = house.home.runtime_data.locks.values()
    await suspect_unanswered(house, u400_lock)
    await house.turn(1)
    assert await house.hass.config_entries.async_unload(house.home.entry_id)
    await house.turn(SERVER_PATIENCE + 1)
    house.matter.release()
    await house.settle()
    with patch.object(lock.commands, "async_ping", side_effect=AssertionError) as ping:
        await house.pass_time(600, 60)
    assert ping.call_count == 0
    assert lock.connection.responsive


async def test_address_that_the_server_did_not_ping_is_no_sign_of_life(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The Python server calls the address of its session good, as long as it is not given up."""
    u400_lock.session_address = "fd00::9"
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await fail_to_unlock(house, u400_lock)
    await house.tick(1)
    assert house.problem.state == "lock_unreachable"


@pytest.mark.parametrize("session", [None, "fd00::9"])
async def test_lock_that_the_server_does_not_find_is_away(
    house: House, u400_lock: FakeLock, hub: FakeHub, session: str | None
) -> None:
    """Thread was turned off before anybody had pinged the lock: nothing announces it."""
    u400_lock.addresses, u400_lock.session_address = [], session
    await house.start(u400_lock)
    await house.tick(1)
    await fail_to_unlock(house, u400_lock)
    await house.tick(1)
    assert house.problem.state == "lock_unreachable"
    assert house.types("connection") == ["unresponsive"]


@pytest.mark.parametrize("session", [None, "fd00::9"])
async def test_lock_without_a_known_address_cannot_be_pinged(
    house: House, u400_lock: FakeLock, hub: FakeHub, session: str | None
) -> None:
    u400_lock.addresses, u400_lock.session_address = [], session
    await house.start(u400_lock)
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.pass_time(60, 5)
    assert house.hub_online(hub) == "on"
    assert house.responsive == "off"
    u400_lock.become(available=False)
    await house.pass_time(SUSPICION_WINDOW.total_seconds(), 5)
    assert house.responsive == "off"
    u400_lock.addresses = ["fe80::8%eth0"]
    await fail_to_unlock(house, u400_lock)
    await house.tick(1)
    assert house.responsive == "on"


async def fail_to_unlock(house: House, lock: FakeLock) -> None:
    """Raise a suspicion: a command gets no answer."""
    lock.fail("UnboltDoor", Refusal(error_code=4))
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")


async def suspect_unanswered(house: House, lock: FakeLock) -> None:
    """Raise a suspicion whose ping the server does not answer until it is released."""
    house.matter.hold("ping_node")
    await fail_to_unlock(house, lock)
    await house.turn(1)
    assert house.matter.held


async def test_failed_command_of_a_lock_that_answers_pings(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.fail("UnboltDoor", Refusal(error_code=4))
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")
    await house.tick(1)
    assert house.responsive == "on"
    assert house.types("connection") == []


@pytest.mark.parametrize(
    ("failure", "problem"),
    [(Refusal(error_code=4), "lock_unreachable"), (Refusal(error_code=5), "ok")],
)
async def test_ping_that_cannot_be_sent_says_nothing(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    failure: Refusal,
    problem: str,
) -> None:
    await house.start(u400_lock)
    u400_lock.fail("UnboltDoor", Refusal(error_code=4))
    u400_lock.fail("ping_node", failure)
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")
    await house.tick(1)
    assert house.problem.state == problem


async def test_other_border_router_keeps_the_lock_reachable(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    house.lan.add(second_hub())
    await house.start(u400_lock)
    await lose_hub(house, hub)
    assert house.hub_online(hub) == "off"
    assert house.responsive == "on"
    assert house.types("connection") == []


async def test_all_border_routers_gone(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    other = house.lan.add(second_hub())
    await house.start(u400_lock)
    await lose_hub(house, hub)
    house.lan.unplug(other)
    await house.pass_time(OFFLINE_AFTER, 5)
    assert house.problem.state == "hub_offline"
    message = house.problem.attributes["message"]
    assert hub.name in message


async def test_idle_hour_costs_the_lock_nothing(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    await house.pass_time(60, 10)
    before = (list(u400_lock.requests), list(u200_lock.requests))
    probes = len(house.lan.probes)
    await house.pass_time(3600, 30)
    assert (u400_lock.requests, u200_lock.requests) == before
    assert len(house.lan.probes) > probes


async def test_silent_hour_costs_the_lock_no_more_than_its_budget(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await lose_hub(house, hub)
    before = len(u400_lock.requests)
    u400_lock.become(available=False)
    await house.pass_time(3600, 30)
    assert len(u400_lock.requests) == before


async def test_matter_away_for_a_moment_is_no_alarm(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.hass.config_entries.async_unload(house.matter_entry.entry_id)
    await house.tick(10)
    assert house.lock.state == "unavailable"
    assert house.types("connection") == []
    await house.hass.config_entries.async_setup(house.matter_entry.entry_id)
    await house.settle()
    assert house.lock.state == "locked"
    await house.pass_time(60, 5)
    assert house.types("connection") == []


async def test_matter_away_for_long_is_the_cause(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    house.matter.stop()
    await house.settle()
    await house.tick(31)
    assert house.matter_entry.state is ConfigEntryState.SETUP_RETRY
    assert house.problem.state == "matter_unavailable"
    assert "{" not in house.problem.attributes["message"]
    assert house.types("connection") == ["unresponsive"]
    house.matter.start()
    await house.pass_time(120, 10)
    assert house.matter_entry.state is ConfigEntryState.LOADED
    assert house.problem.state == "ok"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_lock_that_is_still_being_loaded_is_not_judged(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    house.matter.stop()
    await house.settle()
    await house.stop()
    goes_on, load = asyncio.Event(), LockStore.async_load

    async def load_slowly(store: LockStore) -> None:
        await goes_on.wait()
        await load(store)

    with patch.object(LockStore, "async_load", load_slowly):
        start = house.hass.async_create_task(
            house.hass.config_entries.async_setup(house.home.entry_id)
        )
        for _ in range(5):
            await house.turn(1)
        goes_on.set()
        assert await start
    await house.pass_time(10, 1)
    states = [state.state for state in house.written(house.problem.entity_id)]
    assert "matter_unavailable" not in states
    assert house.problem.state == "ok"
    await house.pass_time(40, 1)
    assert house.problem.state == "matter_unavailable"


def second_hub() -> FakeHub:
    """Give another border router of the same network."""
    return FakeHub(
        name="Kitchen Speaker",
        host="Kitchen.local.",
        border_agent_id="ff" * 16,
        extended_address="aa99b425a67abed0",
        vendor="Apple Inc.",
        addresses=("10.10.10.30",),
    )


async def test_hub_that_never_answered_a_probe_is_judged_with_the_lock(
    house: House, lan: FakeLan, u400_lock: FakeLock
) -> None:
    hub = lan.add(FakeHub(port=Port.SILENT, echo=Echo.SILENT))
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    lan.unplug(hub)
    await house.pass_time(600, 30)
    assert house.hub_online(hub) == "on"
    u400_lock.become(available=False)
    await house.pass_time(65, 5)
    assert house.hub_online(hub) == "off"
    assert house.problem.state == "hub_offline"


async def test_paused_lock_does_not_speak_for_a_hub_that_never_answered_a_probe(
    house: House, lan: FakeLan, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    hub = lan.add(FakeHub(port=Port.SILENT, echo=Echo.SILENT))
    await house.start(u400_lock, u200_lock)
    dr.async_get(house.hass).async_update_device(
        house.device_of(u200_lock).id, disabled_by=dr.DeviceEntryDisabler.USER
    )
    await house.pass_time(65, 5)
    lan.unplug(hub)
    u400_lock.become(available=False)
    await house.pass_time(300, 30)
    assert house.problem.state == "hub_offline"


async def test_lock_whose_parent_is_known_is_served_by_it(
    house: House, hub: FakeHub
) -> None:
    house.lan.add(second_hub())
    lock = house.matter.add(9, u400(parent=hub.extended_address))
    await house.start(lock)
    await house.tick(6)
    assert house.device_of(lock).via_device_id == house.hub_device(hub).id

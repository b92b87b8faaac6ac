"""After the fault: how soon a lock that can be reached is found, and what that costs it."""

import asyncio
from typing import Final

from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.budget import (
    CHECKS_ON_REQUEST,
    PINGS_FOR_RETURNS,
    PINGS_ON_REQUEST,
    SUSPICION_DELAY,
)
from custom_components.aqara_lock.domain.connectivity.connection import (
    LOCK_GRACE,
    SERVER_GRACE,
)
from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.thread.routing import RouteState

from ...fake_host import FakeHost, publish
from ...fake_lan import THREAD_ACTIVE_LEADER, FakeHub
from ...fake_matter import FakeLock, Refusal
from ...house import House
from ..state.test_telemetry import shut_down
from .test_check import last_check, press
from .test_connection import THREAD_OFF, fail_to_unlock, lose_hub, second_hub

BOUND: Final = 15
"""Seconds within which a lock that can be reached is no longer called unreachable."""
PING_TAKES: Final = 6.0
"""Seconds, measured with the OHF server: a search, the ping, and another search."""


@pytest.fixture
async def home(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> House:
    """A home that has been well for some minutes, with an address of its lock."""
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    await house.pass_time(120, 10)
    return house


def checking(house: House) -> bool:
    """Tell whether the first lock is being checked."""
    shown = house.state(house.entity_id("binary_sensor", "responsive"))
    found: bool = shown.attributes["checking"]
    return found


def pings(lock: FakeLock) -> int:
    """Count the pings to a lock."""
    return lock.asked.count("ping_node")


class Faults:
    """What cuts a lock off, each with its cure."""

    def __init__(
        self, house: House, host: FakeHost, lock: FakeLock, hub: FakeHub
    ) -> None:
        """Break things in one home."""
        self._house, self._host, self._lock, self._hub = house, host, lock, hub

    def hub(self, *, off: bool) -> None:
        """Pull the plug of the hub."""
        self._lock.answers_ping = not off
        (self._house.lan.unplug if off else self._house.lan.plug)(self._hub)

    def thread(self, *, off: bool) -> None:
        """Turn the Thread interface of the hub off."""
        self._lock.answers_ping = not off
        self._hub.state = THREAD_OFF if off else THREAD_ACTIVE_LEADER
        self._house.lan.announce(self._hub)

    def route(self, *, off: bool) -> None:
        """Take the route to the mesh away."""
        self._lock.answers_ping = not off
        self._host.way = RouteState.NO_ROUTE if off else RouteState.ROUTED
        self._house.home.runtime_data.diagnosis.kernel_changed()

    def source(self, *, off: bool) -> None:
        """Take the host's own address away."""
        self._lock.answers_ping = not off
        self._host.way = RouteState.NO_SOURCE if off else RouteState.ROUTED
        self._house.home.runtime_data.diagnosis.kernel_changed()


@pytest.fixture
def faults(home: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub) -> Faults:
    """Break the home."""
    return Faults(home, host, u400_lock, hub)


async def test_four_faults_within_five_minutes(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    for fault in (faults.hub, faults.thread, faults.source, faults.route):
        fault(off=True)
        await home.pass_time(30, 1)
        fault(off=False)
        await home.seconds_until(lambda: home.responsive == "on", BOUND)
        await home.pass_time(30, 1)
        assert home.problem.state == "ok"


async def test_faults_that_are_undone_before_all_is_found(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    for fault in (faults.hub, faults.thread, faults.source, faults.route):
        fault(off=True)
        await home.pass_time(8, 1)
        fault(off=False)
        await home.pass_time(4, 1)
    await home.seconds_until(lambda: home.responsive == "on", BOUND)


async def test_eight_flaps_and_a_blip(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    before = pings(u400_lock)
    for flap in range(1, 10):
        faults.hub(off=True)
        await home.pass_time(20, 1)
        assert home.responsive == "off"
        faults.hub(off=False)
        await home.seconds_until(lambda: home.responsive == "on", BOUND)
        assert pings(u400_lock) - before == flap
        assert home.types("connection") == ["unresponsive", "recovered"] * flap
        await home.pass_time(20, 1)


async def test_an_hour_has_twelve_returns(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    before = pings(u400_lock)
    for number in range(PINGS_FOR_RETURNS + 2):
        faults.hub(off=True)
        await home.pass_time(20, 1)
        faults.hub(off=False)
        await home.pass_time(BOUND + 10, 1)
        is_found = number < PINGS_FOR_RETURNS
        assert home.responsive == ("on" if is_found else "off")
        assert checking(home) is not is_found
        if not is_found:
            u400_lock.report_state(LockState.LOCKED)
            await home.settle()
            assert home.responsive == "on"
    assert pings(u400_lock) - before == PINGS_FOR_RETURNS


async def test_a_cured_lock_is_being_checked_and_nothing_else_changes(
    home: House, faults: Faults, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await home.pass_time(60, 10)
    faults.hub(off=True)
    await home.pass_time(200, 5)
    assert repairs(home) == {"hub_offline"}
    assert not checking(home)
    home.matter.hold("ping_node")
    faults.hub(off=False)
    await home.wait_for_time(lambda: home.matter.held, BOUND)
    await home.turn(5)
    await home.wait_for(lambda: checking(home))
    assert home.responsive == "off"
    assert home.hub_online(hub) == "on"
    assert home.problem.state == "hub_offline"
    assert repairs(home) == {"hub_offline"}
    home.matter.release()
    await home.pass_time(5, 1)
    assert (home.responsive, checking(home)) == ("on", False)
    assert home.problem.state == "ok"
    assert repairs(home) == set()
    assert home.types("connection") == ["unresponsive", "recovered"]
    assert shown(home, "diagnosis") == ["ok", "hub_offline", "ok"]


async def test_a_cause_stands_until_the_way_is_there_again(
    home: House, faults: Faults, host: FakeHost, u400_lock: FakeLock
) -> None:
    """The hub's Thread interface is on again a moment before its route is announced."""
    faults.route(off=True)
    faults.thread(off=True)
    await home.pass_time(30, 1)
    assert home.problem.state == "thread_interface_off"
    faults.thread(off=False)
    await home.pass_time(2, 1)
    assert (home.responsive, home.problem.state) == ("off", "thread_interface_off")
    faults.route(off=False)
    await home.seconds_until(lambda: home.responsive == "on", BOUND)
    await home.pass_time(5, 1)
    assert shown(home, "diagnosis")[-2:] == ["thread_interface_off", "ok"]


async def test_a_way_that_does_not_come_back_gets_its_own_cause(
    home: House, faults: Faults, host: FakeHost, u400_lock: FakeLock
) -> None:
    faults.route(off=True)
    faults.thread(off=True)
    await home.pass_time(30, 1)
    faults.thread(off=False)
    await home.pass_time(60, 1)
    assert home.problem.state == "no_route_to_mesh"


def repairs(house: House) -> set[str | None]:
    """Give the repairs that are shown."""
    every = ir.async_get(house.hass).issues.values()
    return {x.translation_key for x in every if x.active and x.domain == "aqara_lock"}


def shown(house: House, key: str) -> list[str]:
    """Give the states that a sensor of the first lock had, one after the other."""
    states: list[State] = house.written(house.entity_id("sensor", key))
    known = [x.state for x in states if x.state not in ("unknown", "unavailable")]
    return [x for n, x in enumerate(known) if n == 0 or known[n - 1] != x]


async def test_a_lock_that_does_not_answer_then_is_unreachable(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    await press(home)
    faults.hub(off=True)
    await home.pass_time(30, 1)
    faults.hub(off=False)
    u400_lock.answers_ping = False
    await home.pass_time(10, 1)
    assert checking(home)
    assert home.problem.state == "hub_offline"
    await home.pass_time(20, 1)
    assert not checking(home)
    assert home.problem.state == "lock_unreachable"
    assert home.types("connection") == ["unresponsive"]


@pytest.mark.parametrize("schema", [11, 14])
@pytest.mark.parametrize("fault", ["hub", "thread", "route", "source"])
async def test_pings_that_never_worked_are_no_answer_of_a_lock_that_is_checked(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    schema: int,
    fault: str,
) -> None:
    house.matter.schema_version = schema
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    await house.pass_time(120, 30)
    turn = getattr(Faults(house, host, u400_lock, hub), fault)
    turn(off=True)
    await house.pass_time(60, 5)
    assert house.responsive == "off"
    turn(off=False)
    u400_lock.answers_ping = False
    await house.pass_time(120, 5)
    assert (house.responsive, checking(house)) == ("off", True)
    await press(house)
    assert (house.responsive, checking(house)) == ("off", True)
    assert house.types("connection") == ["unresponsive"]
    assert "lock_unreachable" not in shown(house, "diagnosis")
    u400_lock.report_state(LockState.LOCKED)
    await house.settle()
    assert house.responsive == "on"


async def test_a_silence_without_a_cause_is_not_being_checked(
    home: House, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    await fail_to_unlock(home, u400_lock)
    await home.pass_time(300, 5)
    assert home.problem.state == "lock_unreachable"
    assert not checking(home)


async def test_a_ping_of_before_the_cure_makes_room(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    """python-matter-server waits a minute for a ping that was sent into the outage."""
    faults.hub(off=True)
    home.matter.hold("ping_node")
    await fail_to_unlock(home, u400_lock)
    await home.wait_for_time(lambda: home.matter.held, 5)
    await home.wait_for_time(lambda: home.responsive == "off", 30)
    faults.hub(off=False)
    await home.wait_for_time(lambda: len(home.matter.held) == 2, BOUND)
    lost, fresh = home.matter.held
    home.matter.held = [fresh]
    home.matter.release()
    await home.wait_for_time(lambda: home.responsive == "on", 3)
    u400_lock.answers_ping = False
    home.matter.held = [lost]
    home.matter.release()
    await home.pass_time(60, 5)
    assert home.responsive == "on"
    assert home.types("connection") == ["unresponsive", "recovered"]


async def test_a_confirmation_of_before_the_cure_says_nothing(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    home.matter.hold("ping_node")
    faults.thread(off=True)
    await home.wait_for_time(lambda: home.matter.held, 20)
    faults.thread(off=False)
    await home.wait_for_time(lambda: home.problem.state == "ok", 20)
    u400_lock.answers_ping = False
    home.matter.release()
    await home.settle()
    u400_lock.answers_ping = True
    await home.pass_time(60, 5)
    assert home.types("connection") == []
    assert home.responsive == "on"


async def test_one_ping_at_a_time_beside_a_check(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    faults.hub(off=True)
    await home.pass_time(30, 1)
    home.matter.hold("ping_node")
    pressed = asyncio.ensure_future(press(home))
    await home.wait_for(lambda: home.matter.held)
    u400_lock.answers_ping = True
    home.lan.plug(next(iter(home.lan.hubs)))
    for _ in range(12):
        await home.turn(1)
        if len(home.matter.held) > 1:
            break
    home.matter.release()
    await home.wait_for_time(lambda: home.responsive == "on", 5)
    await home.pass_time(5, 1)
    await pressed
    assert last_check(home).attributes["answered"] >= PINGS_ON_REQUEST - 1
    assert home.types("connection") == ["unresponsive", "recovered"]


async def test_a_check_is_shared(home: House, u400_lock: FakeLock) -> None:
    home.matter.hold("ping_node")
    both = [asyncio.ensure_future(press(home)), asyncio.ensure_future(call(home))]
    await home.wait_for(lambda: home.matter.held)
    await home.turn(1)
    home.matter.release()
    await asyncio.gather(*both)
    assert pings(u400_lock) == PINGS_ON_REQUEST


async def call(house: House) -> None:
    """Check the first lock by the action."""
    await house.hass.services.async_call(
        "aqara_lock",
        "check_connection",
        {"entity_id": house.lock_id},
        blocking=True,
        return_response=True,
    )


async def test_an_hour_has_six_checks_also_over_a_reload(
    home: House, u400_lock: FakeLock
) -> None:
    for number in range(CHECKS_ON_REQUEST):
        if number == 2:
            await home.reload()
        await press(home)
    sent = pings(u400_lock)
    assert sent == CHECKS_ON_REQUEST * PINGS_ON_REQUEST
    with pytest.raises(HomeAssistantError) as raised:
        await press(home)
    assert raised.value.translation_key == "check_limit"
    assert "6 times" in str(raised.value)
    assert pings(u400_lock) == sent
    await home.pass_time(3600, 60)
    await press(home)
    assert pings(u400_lock) == sent + PINGS_ON_REQUEST


@pytest.mark.parametrize(("schema", "timeout"), [(11, 640), (12, 340), (14, 340)])
async def test_a_server_that_still_has_the_lock_says_something_only_much_later(
    house: House, u400_lock: FakeLock, hub: FakeHub, schema: int, timeout: int
) -> None:
    house.matter.schema_version = schema
    await house.start(u400_lock)
    await lose_hub(house, hub)
    u400_lock.answers_ping = False
    house.lan.plug(hub)
    await house.pass_time(5, 1)
    outlives = timeout + SERVER_GRACE.total_seconds()
    await house.pass_time(outlives - 10, 10)
    assert house.responsive == "off"
    await house.pass_time(40, 10)
    assert house.responsive == "on"
    assert house.types("connection") == ["unresponsive", "recovered"]


async def test_a_lock_whose_radio_is_off_is_away_when_its_server_says_so(
    home: House, u400_lock: FakeLock
) -> None:
    u400_lock.report_state(LockState.LOCKED)
    heard = dt_util.utcnow()
    await home.pass_time(180, 10)
    u400_lock.become(available=False)
    await home.tick(2)
    await home.tick(0)
    assert home.responsive == "off"
    assert home.problem.state == "lock_unreachable"
    (fired,) = home.fired("connection")
    assert fired["since"] == home.problem.attributes["since"] == heard


@pytest.mark.parametrize("schema", [11, 14])
@pytest.mark.parametrize("quiet", [0, 900])
async def test_a_lock_that_restarts_is_no_alarm(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    schema: int,
    quiet: float,
) -> None:
    """python-matter-server calls it away at once, and tells why just after.

    However long it was silent before.
    """
    house.matter.schema_version = schema
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(quiet, 100)
    u400_lock.become(available=False)
    shut_down(u400_lock)
    await house.pass_time(LOCK_GRACE.total_seconds() - 5, 1)
    assert house.types("connection") == []
    u400_lock.become(available=True)
    await house.pass_time(30, 5)
    assert house.types("connection") == []


async def test_an_answered_ping_gives_the_server_time_to_have_the_lock_back(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    faults.hub(off=True)
    await home.pass_time(60, 5)
    u400_lock.become(available=False)
    await home.pass_time(300, 10)
    faults.hub(off=False)
    await home.seconds_until(lambda: home.responsive == "on", BOUND)
    await home.pass_time(SERVER_GRACE.total_seconds() - 30, 10)
    assert home.responsive == "on"
    await home.pass_time(60, 10)
    assert home.responsive == "off"
    u400_lock.become(available=True)
    await home.settle()
    assert home.responsive == "on"


async def test_a_command_without_an_answer_is_a_suspicion_before_the_server_says_so(
    home: House, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    home.matter.hold("UnboltDoor")
    asked = asyncio.ensure_future(home.call("unlock"))
    await home.wait_for(lambda: home.matter.held)
    await home.wait_for_time(lambda: home.responsive == "off", SUSPICION_DELAY + 5)
    assert home.problem.state == "lock_unreachable"
    u400_lock.fail("UnboltDoor", Refusal(error_code=4))
    home.matter.release()
    with pytest.raises(HomeAssistantError):
        await asked


async def test_a_report_of_the_last_minute_is_proof(
    home: House, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    u400_lock.lock_by_hand()
    await home.tick(1)
    await press(home)
    await home.pass_time(10, 1)
    assert home.responsive == "on"
    assert home.problem.state == "ok"
    assert last_check(home).state == "no_answer"
    assert "does not make it unreachable" in last_check(home).attributes["advice"]


async def test_a_command_that_fails_just_after_a_report_is_looked_at_again(
    home: House, u400_lock: FakeLock
) -> None:
    u400_lock.lock_by_hand()
    await home.tick(1)
    u400_lock.answers_ping = False
    await fail_to_unlock(home, u400_lock)
    await home.pass_time(55, 5)
    assert home.responsive == "on"
    await home.pass_time(15, 5)
    assert home.problem.state == "lock_unreachable"


async def test_a_cause_that_is_found_outweighs_a_report_from_before(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    u400_lock.lock_by_hand()
    await home.tick(1)
    faults.thread(off=True)
    await home.pass_time(30, 1)
    assert home.responsive == "off"
    assert home.problem.state == "thread_interface_off"


async def test_pings_that_never_work_are_learned_and_say_nothing(
    home: House, u400_lock: FakeLock
) -> None:
    u400_lock.answers_ping = False
    await press(home)
    await home.tick(1)
    assert home.responsive == "off"
    u400_lock.lock_by_hand()
    await home.tick(1)
    assert home.responsive == "on"
    await home.pass_time(300, 10)
    await home.reload()
    await home.pass_time(120, 10)
    await press(home)
    await home.pass_time(200, 5)
    assert home.responsive == "on"
    assert home.types("connection") == ["unresponsive", "recovered"]
    u400_lock.answers_ping = True
    await press(home)
    u400_lock.answers_ping = False
    await home.tick(1)
    await press(home)
    assert home.responsive == "off"


async def test_a_lock_that_was_really_away_once_is_believed_to_be_away_again(
    home: House, faults: Faults, u400_lock: FakeLock
) -> None:
    """A command and a ping had no answer, then it spoke: that is no lock without pings."""
    u400_lock.answers_ping = False
    await fail_to_unlock(home, u400_lock)
    await home.pass_time(60, 5)
    assert home.problem.state == "lock_unreachable"
    u400_lock.lock_by_hand()
    await home.tick(1)
    assert home.responsive == "on"
    faults.thread(off=True)
    await home.pass_time(30, 1)
    assert home.responsive == "off"
    assert home.problem.state == "thread_interface_off"


@pytest.mark.parametrize("dead", ["fe80::9", "fe80::9%eth1"])
@pytest.mark.parametrize(
    ("seconds", "answered"), [(0.4, True), (10.0, True), (0.4, False)]
)
async def test_a_link_local_address_of_another_network_does_not_hide_the_answer(
    home: House, u400_lock: FakeLock, dead: str, seconds: float, answered: bool
) -> None:
    u400_lock.addresses, u400_lock.dead_addresses = [dead, "fd00::8"], {dead}
    u400_lock.answers_ping = answered
    home.matter.hold("ping_node")
    pressed = asyncio.ensure_future(press(home))
    for _ in range(PINGS_ON_REQUEST):
        await home.wait_for(lambda: home.matter.held)
        await home.turn(seconds)
        home.matter.release()
        home.matter.hold("ping_node")
    home.matter.holding.clear()
    await pressed
    told = last_check(home)
    assert told.state == ("good" if answered else "no_answer")
    is_timed = answered and seconds < 1
    assert (told.attributes["worst_ms"] is not None) is is_timed
    assert ("cannot be told" in told.attributes["advice"]) is (
        answered and not is_timed
    )


async def test_a_server_that_restarts_is_no_word_of_a_silent_lock(
    home: House, faults: Faults, u400_lock: FakeLock, hub: FakeHub
) -> None:
    faults.hub(off=True)
    await home.pass_time(60, 5)
    assert home.responsive == "off"
    home.matter.stop()
    await home.settle()
    await home.pass_time(60, 5)
    home.lan.plug(hub)
    await home.pass_time(30, 5)
    home.matter.start()
    await home.seconds_until(lambda: home.matter_entry.state.value == "loaded", 200, 5)
    await home.tick(1)
    assert home.types("connection") == ["unresponsive"]
    u400_lock.answers_ping = True
    await home.pass_time(30, 1)
    assert home.types("connection") == ["unresponsive", "recovered"]


async def test_two_hubs_of_which_one_returns(
    home: House, faults: Faults, u400_lock: FakeLock, hub: FakeHub
) -> None:
    other = home.lan.add(second_hub())
    await home.pass_time(30, 5)
    faults.hub(off=True)
    home.lan.unplug(other)
    await home.pass_time(40, 1)
    assert home.responsive == "off"
    home.lan.plug(other)
    u400_lock.answers_ping = True
    await home.seconds_until(lambda: home.responsive == "on", BOUND)

"""A lock that the Matter server gets back: nothing turns off, whatever it is told first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.connectivity.connection import (
    LOCK_GRACE,
    SERVER_GRACE,
    TELLS_WHY,
)
from custom_components.aqara_lock.domain.doorlock.cluster import EventId, LockState

from ...fake_host import FakeHost, publish
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock
from ...house import House
from .test_returns import BOUND, Faults

SCHEMAS: Final = [11, 14]
"""python-matter-server, and the OHF server."""
A_MOMENT: Final = timedelta(seconds=0.5)
"""What nobody notices."""
TOLD: Final[dict[str, Callable[[FakeLock], object]]] = {
    "state": lambda lock: lock.report_state(LockState.LOCKED),
    "event": lambda lock: lock.emit(EventId(2), {}),
    "available": lambda lock: lock.become(available=True),
}
ORDERS: Final = [
    ("available", "state"),
    ("state", "available"),
    ("event", "available"),
    ("state", "event", "available"),
    ("state", "available", "event"),
]


@pytest.fixture
async def away(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub, schema: int
) -> House:
    """A home whose lock was called away five minutes ago, behind a hub without power."""
    house.matter.schema_version = schema
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    await house.pass_time(120, 30)
    Faults(house, host, u400_lock, hub).hub(off=True)
    await house.pass_time(60, 5)
    u400_lock.become(available=False)
    await house.pass_time(300, 50)
    assert house.responsive == "off"
    return house


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("apart", [0, 7])
@pytest.mark.parametrize("pinged", [True, False])
async def test_a_lock_that_is_told_to_be_back_is_back(
    away: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    order: tuple[str, ...],
    apart: int,
    pinged: bool,
) -> None:
    Faults(away, host, u400_lock, hub).hub(off=False)
    u400_lock.answers_ping = pinged
    if pinged:
        await away.seconds_until(lambda: away.responsive == "on", BOUND)
    await away.pass_time(7, 1)
    for told in order:
        TOLD[told](u400_lock)
        await away.settle()
        assert away.responsive == "on"
        await away.pass_time(apart, 1)
        assert away.responsive == "on"
    await away.pass_time(SERVER_GRACE.total_seconds() + 60, 20)
    assert away.responsive == "on"
    assert away.problem.state == "ok"
    assert away.types("connection") == ["unresponsive", "recovered"]


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_a_report_takes_no_time_from_a_server_that_has_yet_to_get_the_lock_back(
    away: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    Faults(away, host, u400_lock, hub).hub(off=False)
    await away.seconds_until(lambda: away.responsive == "on", BOUND)
    u400_lock.report_state(LockState.LOCKED)
    await away.pass_time(SERVER_GRACE.total_seconds() - 30, 10)
    assert away.responsive == "on"
    await away.pass_time(60, 10)
    assert away.responsive == "off"


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_a_report_of_a_lock_that_stays_away_is_proof_for_a_minute(
    away: House, u400_lock: FakeLock
) -> None:
    u400_lock.report_state(LockState.LOCKED)
    await away.settle()
    assert away.responsive == "on"
    await away.pass_time(LOCK_GRACE.total_seconds() - 5, 5)
    assert away.responsive == "on"
    await away.pass_time(10, 1)
    assert away.responsive == "off"


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_a_lock_that_is_away_and_back_in_one_moment_is_back(
    house: House, u400_lock: FakeLock, hub: FakeHub, schema: int
) -> None:
    house.matter.schema_version = schema
    await house.start(u400_lock)
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(700, 50)
    u400_lock.become(available=False)
    await house.settle()
    assert house.responsive == "on"
    u400_lock.become(available=True)
    await house.settle()
    assert house.responsive == "on"
    assert house.types("connection") == []


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_a_lock_that_is_away_is_told_when_core_tells_it(
    house: House, u400_lock: FakeLock, hub: FakeHub, schema: int
) -> None:
    house.matter.schema_version = schema
    await house.start(u400_lock)
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(700, 50)
    before = dt_util.utcnow()
    u400_lock.become(available=False)
    await house.settle()
    assert house.state(house.core_lock(u400_lock).entity_id).state == "unavailable"
    await house.tick(TELLS_WHY.total_seconds())
    assert house.responsive == "off"
    assert house.problem.state == "lock_unreachable"
    assert dt_util.utcnow() - before < A_MOMENT


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("fault", ["hub", "thread", "route", "source"])
async def test_a_blip_when_the_way_returns_is_no_alarm(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    schema: int,
    fault: str,
) -> None:
    """A server notices the cure by mDNS, and tries a moment before the route is there."""
    house.matter.schema_version = schema
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    await house.start(u400_lock)
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(400, 50)
    turn = getattr(Faults(house, host, u400_lock, hub), fault)
    turn(off=True)
    await house.pass_time(30, 1)
    turn(off=False)
    await house.seconds_until(lambda: house.responsive == "on", BOUND)
    told = house.types("connection")
    u400_lock.become(available=False)
    await house.tick(0.8)
    assert house.responsive == "on"
    u400_lock.become(available=True)
    await house.pass_time(30, 5)
    assert house.responsive == "on"
    assert house.types("connection") == told

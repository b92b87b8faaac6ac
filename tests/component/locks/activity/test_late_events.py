"""What a lock kept while it could not be reached is history, whenever it arrives."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
)

from ...callers import activity
from ...fake_host import FakeHost, publish
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, FakeMatterServer
from ...house import House
from ..connectivity.test_returns import Faults
from .test_gap_entries import start_server, stop_server

SETTLED: Final = 150
HOUR: Final = 3600
POWER_SOURCE: Final = 0x2F
SCHEMAS: Final = pytest.mark.parametrize("schema", [11, 13, 14])
"""python-matter-server, and the OHF server without and with reads of events."""


def unlocked(lock: FakeLock, at: datetime) -> None:
    """Deliver that the lock was unlocked at a time of its own clock."""
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.BIOMETRIC,
        2,
        (CredentialType.FINGERPRINT, 1),
        at=at,
    )


def locked(lock: FakeLock, at: datetime) -> None:
    """Deliver that the lock was locked by hand at a time of its own clock."""
    lock.report_state(LockState.LOCKED)
    lock.report_operation(LockOperationType.LOCK, OperationSource.MANUAL, at=at)


def refused(lock: FakeLock, at: datetime) -> None:
    """Deliver a refused code, which changes no state."""
    lock.emit(
        EventId.LOCK_OPERATION_ERROR,
        {"lockOperationType": 1, "operationSource": 3, "operationError": 1},
        at=at,
    )


def tell_its_number(lock: FakeLock) -> None:
    """Report an event of another cluster, after which the next number is known."""
    lock.emit(EventId.DOOR_LOCK_ALARM, {}, cluster_id=POWER_SOURCE, endpoint_id=2)


async def times(house: House) -> list[tuple[datetime, str]]:
    """Give when the lines of the journal took place, and by whose clock, oldest first."""
    found = []
    for line in reversed(await activity(house)):
        at = dt_util.parse_datetime(line["occurred_at"])
        assert at is not None
        found.append((at.replace(microsecond=0), line["time_source"]))
    return found


@SCHEMAS
@pytest.mark.parametrize("kept", [unlocked, refused])
@pytest.mark.parametrize("order", ["event first", "availability first"])
async def test_what_a_returning_lock_kept_is_dated_by_its_right_clock(
    house: House,
    matter: FakeMatterServer,
    u400_lock: FakeLock,
    order: str,
    kept: object,
    schema: int,
) -> None:
    """A server delivers it before or after it says that it has the lock again."""
    assert callable(kept)
    matter.schema_version = schema
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    first = dt_util.utcnow().replace(microsecond=0)
    locked(u400_lock, first)
    await house.settle()
    await house.tick(10)
    u400_lock.become(available=False)
    then = dt_util.utcnow().replace(microsecond=0)
    await house.pass_time(HOUR, 60)
    if order == "event first":
        kept(u400_lock, then)
        await house.settle()
        await house.tick(1)
        u400_lock.become(available=True)
    else:
        u400_lock.become(available=True)
        await house.settle()
        await house.tick(1)
        kept(u400_lock, then)
    await house.settle()
    await house.tick(1)
    assert house.types() == ["locked"]
    assert await times(house) == [(first, "device"), (then, "device")]


@SCHEMAS
@pytest.mark.parametrize("known", [True, False], ids=["known", "not known yet"])
@pytest.mark.parametrize("order", ["event first", "availability first"])
async def test_what_a_returning_lock_with_a_wrong_clock_kept_is_no_news(
    house: House,
    matter: FakeMatterServer,
    u400_lock: FakeLock,
    order: str,
    known: bool,
    schema: int,
) -> None:
    matter.schema_version = schema
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    if known:
        refused(u400_lock, dt_util.utcnow() - timedelta(hours=1))
        await house.settle()
    told = house.types()
    u400_lock.become(available=False)
    await house.pass_time(600, 60)
    kept = dt_util.utcnow() - timedelta(hours=1, seconds=300)
    if order == "event first":
        unlocked(u400_lock, kept)
        await house.settle()
        u400_lock.become(available=True)
    else:
        u400_lock.become(available=True)
        await house.settle()
        unlocked(u400_lock, kept)
    await house.settle()
    assert house.types() == told
    await house.pass_time(SETTLED, 30)
    refused(u400_lock, dt_util.utcnow() - timedelta(hours=1))
    await house.settle()
    assert house.types() == [*told, "denied"]


@pytest.mark.parametrize("order", ["event first", "availability first"])
async def test_what_comes_with_a_server_that_restarted_is_no_news_without_a_clock(
    house: House, u400_lock: FakeLock, order: str
) -> None:
    """Nothing dates it, and the lock may have kept it while the server was away."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    refused(u400_lock, dt_util.utcnow() - timedelta(hours=1))
    await house.settle()
    await stop_server(house)
    u400_lock.data.available = False
    await start_server(house, forgetful=False)
    kept = dt_util.utcnow() - timedelta(hours=1, seconds=30)
    if order == "event first":
        refused(u400_lock, kept)
        await house.turn(1)
        u400_lock.become(available=True)
    else:
        u400_lock.become(available=True)
        await house.turn(1)
        refused(u400_lock, kept)
    await house.settle()
    assert house.types() == ["denied"]
    assert len([line for line in await activity(house) if line["kind"] == "event"]) == 2


@pytest.fixture
def faults(house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub) -> Faults:
    """Break a home that knows an address of its lock."""
    publish(house.lan, u400_lock, "fd20:be89:495a:1::40")
    return Faults(house, host, u400_lock, hub)


@pytest.mark.parametrize(
    ("fault", "after", "schema"),
    [
        ("hub", 0, 11),
        ("hub", 100, 13),
        ("hub", 300, 14),
        ("thread", 3, 14),
        ("route", 0, 14),
        ("route", 3, 11),
        ("route", 200, 13),
        ("source", 100, 11),
    ],
)
async def test_silence_that_the_server_never_noticed_teaches_the_clock_nothing(
    house: House,
    matter: FakeMatterServer,
    u400_lock: FakeLock,
    faults: Faults,
    fault: str,
    after: float,
    schema: int,
) -> None:
    """Only the hub or the route tells of it; the lock keeps what nobody acknowledged."""
    matter.schema_version = schema
    await house.start(u400_lock)
    tell_its_number(u400_lock)
    await house.pass_time(SETTLED, 30)
    getattr(faults, fault)(off=True)
    await house.pass_time(60, 5)
    assert house.responsive == "off"
    then = dt_util.utcnow().replace(microsecond=0)
    await house.pass_time(600, 5)
    getattr(faults, fault)(off=False)
    if after:
        await house.pass_time(after, 1)
        assert after < 15 or house.responsive == "on"
    unlocked(u400_lock, then)
    await house.settle()
    assert house.types() == []
    assert await times(house) == [(then, "device")]
    assert house.responsive == "on"


@pytest.mark.parametrize("fault", ["hub", "route"])
async def test_what_a_wrong_clock_dates_after_a_silence_is_no_news(
    house: House, u400_lock: FakeLock, faults: Faults, fault: str
) -> None:
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    refused(u400_lock, dt_util.utcnow() - timedelta(hours=1))
    await house.settle()
    getattr(faults, fault)(off=True)
    await house.pass_time(60, 5)
    kept = dt_util.utcnow() - timedelta(hours=1)
    await house.pass_time(600, 5)
    getattr(faults, fault)(off=False)
    unlocked(u400_lock, kept)
    await house.settle()
    assert house.types() == ["denied"]
    await house.tick(40)
    locked(u400_lock, dt_util.utcnow() - timedelta(hours=1))
    await house.settle()
    assert house.types() == ["denied", "locked"]


@pytest.mark.parametrize("fault", ["hub", "route"])
async def test_operation_of_now_that_ends_a_silence_is_news(
    house: House, u400_lock: FakeLock, faults: Faults, fault: str
) -> None:
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    getattr(faults, fault)(off=True)
    await house.pass_time(120, 5)
    assert house.responsive == "off"
    getattr(faults, fault)(off=False)
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Ben"


@pytest.mark.parametrize("off", [-HOUR, -56 * 365 * 24 * HOUR], ids=["slow", "none"])
async def test_what_comes_after_a_newer_event_is_no_news_without_a_clock(
    house: House, u400_lock: FakeLock, off: int
) -> None:
    """A server brought it once more, and Home Assistant was away when it came first."""
    await house.start(u400_lock)
    await house.pass_time(SETTLED, 30)
    clock = timedelta(seconds=off)
    for _ in range(2):
        refused(u400_lock, dt_util.utcnow() + clock)
        await house.settle()
        await house.tick(30)
    u400_lock.event_number += 1
    refused(u400_lock, dt_util.utcnow() + clock)
    await house.settle()
    missed = u400_lock.event_number - 1
    await house.tick(10)
    u400_lock.emit(
        EventId.LOCK_OPERATION,
        {"lockOperationType": 0, "operationSource": 1},
        number=missed,
        at=dt_util.utcnow() + clock,
    )
    await house.settle()
    assert house.types() == ["denied"] * 3
    numbers = [line["event_number"] for line in reversed(await activity(house))]
    assert numbers == sorted(numbers)

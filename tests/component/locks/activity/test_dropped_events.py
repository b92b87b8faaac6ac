"""What a lock dropped while it was away is a gap, also where no number shows it."""

from datetime import timedelta

from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    OperationSource,
)

from ...callers import act
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, User
from ...flow_steps import bind
from ...house import House
from ...nodes import U400_NODE, u400
from ..connectivity.test_connection import lose_hub
from ..connectivity.test_lock_returns import (
    ROOT,
    START_UP,
    be_away,
    come_back,
    deliver_kept,
    kinds,
)
from .test_gap_entries import gaps, start_server, stop_server


@pytest.mark.parametrize("schema", [11, 13, 14])
@pytest.mark.parametrize("reloads", [0, 1])
async def test_first_event_of_a_fresh_home_after_an_absence_is_behind_a_gap(
    house: House, u400_lock: FakeLock, schema: int, reloads: int
) -> None:
    """No number was known before: it may be the last of many that the lock dropped."""
    house.matter.schema_version = schema
    await house.start(u400_lock)
    began_at = dt_util.utcnow()
    await bind(house, "Mara", 2)
    await house.tick(60)
    u400_lock.become(available=False)
    await house.pass_time(1800, 600)
    for _ in range(reloads):
        await house.reload()
    await house.pass_time(1800, 600)
    come_back(u400_lock)
    at = await deliver_kept(house, u400_lock, 12)
    found = await gaps(house)
    assert [gap["gap_reason"] for gap in found] == ["lock_unreachable"]
    assert found[0]["occurred_at"] <= (began_at + timedelta(seconds=60)).isoformat()
    assert found[0]["until"] >= at.isoformat()
    await house.tick(300)
    u400_lock.users[2] = User("Zoe")
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Zoe"
    assert len(await gaps(house)) == 1


async def test_gap_of_a_fresh_home_begins_no_earlier_than_the_home(
    house: House, u400_lock: FakeLock
) -> None:
    """A server may notice an absence after minutes, and the home is younger than that."""
    await house.start(u400_lock)
    began_at = dt_util.utcnow()
    await house.tick(60)
    u400_lock.become(available=False)
    await house.pass_time(1800, 600)
    come_back(u400_lock)
    await deliver_kept(house, u400_lock, 0)
    (gap,) = await gaps(house)
    assert gap["occurred_at"] == began_at.isoformat()


@pytest.mark.parametrize("away", [0, 60, 1800])
async def test_first_event_of_a_fresh_home_is_no_gap_where_nothing_was_delivered(
    house: House, u400_lock: FakeLock, away: float
) -> None:
    """A lock that was set up just now, or was away for a while and kept nothing."""
    await house.start(u400_lock)
    if away:
        await be_away(house, u400_lock, away)
        come_back(u400_lock)
        await house.pass_time(150, 30)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert [kind for kind, _ in await kinds(house)] == ["event", "event"]


async def test_first_event_after_erasing_the_journal_is_no_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """The numbers are known, whatever a user erased."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await act(house, "erase_activity")
    await be_away(house, u400_lock, 1800)
    come_back(u400_lock)
    await deliver_kept(house, u400_lock, 0)
    assert [kind for kind, _ in await kinds(house)] == ["event"]


async def test_node_that_was_commissioned_again_and_left_is_behind_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """Another node counts from another number, which nobody knows."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    house.matter.remove(u400_lock)
    await house.settle()
    fresh = house.matter.add(U400_NODE + 20, u400())
    await house.pass_time(150, 30)
    before = len(await gaps(house))
    await be_away(house, fresh, 1800)
    come_back(fresh)
    await deliver_kept(house, fresh, 5)
    found = await gaps(house)
    assert len(found) == before + 1
    assert found[-1]["gap_reason"] == "lock_unreachable"


@pytest.mark.parametrize("told", ["start", "numbers", "dropped"])
async def test_numbers_that_do_not_go_on_after_a_silence_are_behind_a_gap(
    house: House, u400_lock: FakeLock, hub: FakeHub, told: str
) -> None:
    """Its server had the lock all along, so that nothing but the silence tells of it."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await lose_hub(house, hub)
    assert house.responsive == "off"
    await house.pass_time(900, 60)
    house.lan.plug(hub)
    await house.pass_time(20, 5)
    if told == "start":
        u400_lock.event_number += 1000
        u400_lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)
    elif told == "numbers":
        u400_lock.event_number -= 1
    await deliver_kept(house, u400_lock, 3 if told == "dropped" else 0)
    assert [kind for kind, _ in await kinds(house)] == ["event", "gap", "event"]


async def test_restart_long_after_a_silence_is_no_gap(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """A battery is changed hours later: what the lock kept has long been delivered."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await lose_hub(house, hub)
    house.lan.plug(hub)
    await house.pass_time(900, 30)
    u400_lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)
    await house.settle()
    assert await gaps(house) == []


async def test_restart_out_of_reach_loses_what_was_done_before_that_was_noticed(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    heard_at = dt_util.utcnow()
    await house.tick(300)
    await be_away(house, u400_lock, 600)
    come_back(u400_lock, restarted=True)
    await house.settle()
    (gap,) = await gaps(house)
    assert gap["occurred_at"] == heard_at.isoformat()


@pytest.mark.parametrize("dropped", [0, 3])
async def test_what_a_lock_dropped_while_nobody_listened_is_a_gap(
    house: House, u400_lock: FakeLock, dropped: int
) -> None:
    """Its server recorded everything that came; only the numbers show what did not."""
    house.matter.schema_version = 11
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    heard_at = dt_util.utcnow()
    await house.tick(300)
    await be_away(house, u400_lock, 600)
    await stop_server(house)
    u400_lock.event_number += dropped
    at = dt_util.utcnow().replace(microsecond=0)
    for minutes in (0, 1):
        u400_lock.report_operation(
            LockOperationType.LOCK,
            OperationSource.MANUAL,
            silently=True,
            at=at + timedelta(minutes=minutes),
        )
    await house.tick(120)
    u400_lock.data.available = True
    await start_server(house, forgetful=False)
    found = [kind for kind, _ in await kinds(house)]
    assert found.count("event") == 3
    assert found.count("gap") == bool(dropped)
    for gap in await gaps(house):
        assert gap["gap_reason"] == "lock_unreachable"
        assert gap["occurred_at"] == heard_at.isoformat()
        assert gap["until"] == at.isoformat()


@pytest.mark.parametrize(
    ("jump", "cluster_id", "endpoint_id"),
    [(0, 0x2F, 2), (1000, 0x28, ROOT)],
    ids=["an event of another cluster", "a restart"],
)
async def test_numbers_that_are_accounted_for_are_none_that_were_dropped_meanwhile(
    house: House, u400_lock: FakeLock, jump: int, cluster_id: int, endpoint_id: int
) -> None:
    house.matter.schema_version = 11
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await stop_server(house)
    u400_lock.event_number += jump
    u400_lock.emit(
        START_UP, {}, cluster_id=cluster_id, endpoint_id=endpoint_id, silently=True
    )
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.MANUAL, silently=True
    )
    await start_server(house, forgetful=False)
    assert [kind for kind, _ in await kinds(house)] == ["event", "event"]


@pytest.mark.parametrize("schema", [11, 13, 14])
@pytest.mark.parametrize(("after", "is_gap"), [(3, False), (1800, True)])
async def test_server_that_subscribes_to_a_new_lock_last_makes_no_gap(
    house: House, u400_lock: FakeLock, after: float, schema: int, is_gap: bool
) -> None:
    """It tells of a new node first, and has it available some seconds later."""
    house.matter.schema_version = schema
    u400_lock.data.available = False
    await house.start(u400_lock)
    await house.tick(after)
    come_back(u400_lock)
    await house.tick(5)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(1)
    await house.settle()
    found = [kind for kind, _ in await kinds(house)]
    assert found.count("event") == 2
    assert ("gap" in found) is is_gap

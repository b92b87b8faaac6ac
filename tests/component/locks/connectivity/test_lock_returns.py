"""A lock that was out of reach delivers late what it kept, or lost what it had."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.doorlock.cluster import (
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
)

from ...callers import activity
from ...fake_matter import FakeLock, FakeMatterServer, User
from ...flow_steps import bind
from ...house import House
from ...nodes import CONTROLLER_NODE, OWN_FABRIC_INDEX
from ..activity.test_gap_entries import start_server, stop_server

START_UP = EventId.DOOR_LOCK_ALARM
"""Id 0; on endpoint 0 and cluster 0x28 it tells of a start."""
ROOT = 0
MODULE = "custom_components.aqara_lock"
READS_MISSED = f"{MODULE}.matter.reads.LockReads.async_recent_events"
READS_USERS = f"{MODULE}.locks.state.users.LockUsers.async_read_all_users"


def come_back(lock: FakeLock, *, restarted: bool = False) -> None:
    """Be heard again, after a start of its own where it had no power."""
    lock.become(available=True)
    if restarted:
        lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)


def deliver_late(
    lock: FakeLock, at: datetime, state: LockState, **operation: Any
) -> None:
    """Deliver an operation of before, with the state that it led to."""
    lock.report_state(state)
    kind = (
        LockOperationType.LOCK
        if state is LockState.LOCKED
        else LockOperationType.UNLOCK
    )
    lock.report_operation(kind, at=at, **operation)


async def be_away(house: House, lock: FakeLock, seconds: float) -> None:
    """Stay out of reach for a while."""
    lock.become(available=False)
    await house.pass_time(seconds, 600)


async def kinds(house: House) -> list[tuple[str, str | None]]:
    """Give kind and type of every line, oldest first."""
    found = reversed(await activity(house))
    return [(line["kind"], line.get("type")) for line in found]


async def test_late_operation_explains_the_state_that_it_led_to(
    house: House, u400_lock: FakeLock
) -> None:
    """It had a line, and the state a second one: as if somebody had just unlocked."""
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    await be_away(house, u400_lock, 3600)
    come_back(u400_lock)
    deliver_late(
        u400_lock,
        dt_util.utcnow() - timedelta(minutes=30),
        LockState.UNLOCKED,
        source=OperationSource.BIOMETRIC,
        user=2,
    )
    await house.settle()
    await house.tick(10)
    assert house.lock.state == "unlocked"
    assert await kinds(house) == [("event", "locked"), ("event", "unlocked")]
    assert house.types() == ["locked"]
    assert (await activity(house))[0]["person"] == "Ben"
    assert house.changed_by == "Ben"


def user_named(hass: HomeAssistant, name: str) -> Context:
    """Add a user; gives the context of what this one does."""
    return Context(user_id=MockUser(name=name, is_owner=True).add_to_hass(hass).id)


async def test_late_operation_is_not_that_of_who_commands_now(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """Anna's unlock of half an hour ago was told as Dora's, who just unlocked."""
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    await be_away(house, u400_lock, 3600)
    come_back(u400_lock)
    await house.settle()
    u400_lock.reacts = ()
    dora = user_named(hass, "Dora")
    await house.call("unlock", context=dora)
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OWN_FABRIC_INDEX,
        node=CONTROLLER_NODE,
        at=dt_util.utcnow() - timedelta(minutes=30),
    )
    await house.settle()
    (late,) = [x for x in await activity(house) if x.get("method") == "remote"]
    assert "person" not in late
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_own(LockOperationType.UNLOCK)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Dora"


async def test_restart_out_of_reach_leaves_a_gap_and_doubt(
    house: House, u400_lock: FakeLock
) -> None:
    """What the lock keeps while it is away is gone with a restart."""
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    u400_lock.lock_by_hand()
    await house.settle()
    left_at = dt_util.utcnow()
    await be_away(house, u400_lock, 1800)
    u400_lock.users[2] = User("Zoe")
    come_back(u400_lock, restarted=True)
    await house.settle()
    (gap,) = [x for x in await activity(house) if x["kind"] == "gap"]
    assert gap["gap_reason"] == "lock_unreachable"
    assert gap["occurred_at"] == left_at.isoformat()
    assert gap["until"] == dt_util.utcnow().isoformat()
    await house.tick(300)
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Zoe"


async def test_restart_that_is_told_before_the_lock_is_heard_again_counts(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await be_away(house, u400_lock, 1800)
    u400_lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)
    u400_lock.become(available=True)
    await house.settle()
    assert await kinds(house) == [("gap", None)]


async def test_restart_within_reach_is_no_gap(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)
    await be_away(house, u400_lock, 600)
    come_back(u400_lock)
    await house.tick(3600)
    u400_lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)
    await house.settle()
    assert await kinds(house) == []


async def test_short_absence_leaves_no_doubt(house: House, u400_lock: FakeLock) -> None:
    await house.start(u400_lock)
    await be_away(house, u400_lock, 600)
    come_back(u400_lock)
    await house.tick(300)
    u400_lock.requests.clear()
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Ben"
    assert u400_lock.asked == []


async def test_long_absence_has_the_slot_read_once(
    house: House, u400_lock: FakeLock
) -> None:
    """The lock drops changes of users first when it has to keep much."""
    await house.start(u400_lock)
    u400_lock.emit(START_UP, {}, cluster_id=0x2F, endpoint_id=2)
    await bind(house, "Mara", 2)
    await be_away(house, u400_lock, 7200)
    u400_lock.users[2] = User("Zoe")
    come_back(u400_lock)
    deliver_late(
        u400_lock,
        dt_util.utcnow() - timedelta(hours=1),
        LockState.UNLOCKED,
        source=OperationSource.BIOMETRIC,
        user=1,
    )
    await house.tick(300)
    assert (await activity(house))[0]["person"] == "Anna"
    u400_lock.requests.clear()
    for _ in range(2):
        u400_lock.lock_by_hand()
        u400_lock.unlock_by_finger(2)
        await house.settle()
        assert house.fired("activity")[-1]["person"] == "Zoe"
    assert u400_lock.asked == ["GetUser"]


@pytest.mark.parametrize("hours", [0, 2])
async def test_absence_alone_is_no_gap(
    house: House, u400_lock: FakeLock, hours: int
) -> None:
    await house.start(u400_lock)
    await be_away(house, u400_lock, 600 + hours * 3600)
    come_back(u400_lock)
    await house.tick(300)
    assert await kinds(house) == []


async def test_several_late_operations_explain_one_state(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await be_away(house, u400_lock, 3600)
    come_back(u400_lock)
    now = dt_util.utcnow()
    u400_lock.report_state(LockState.LOCKED)
    for minutes, kind, user in (
        (40, LockOperationType.LOCK, 1),
        (30, LockOperationType.UNLOCK, 2),
        (20, LockOperationType.LOCK, 2),
    ):
        u400_lock.report_operation(
            kind,
            OperationSource.KEYPAD,
            user,
            at=now - timedelta(minutes=minutes),
        )
    await house.tick(10)
    assert [kind for kind, _ in await kinds(house)] == ["event"] * 4
    assert house.types() == ["unlocked"]
    assert house.changed_by == "Ben"


async def deliver_kept(
    house: House, lock: FakeLock, dropped: int, *, user: int = 2
) -> datetime:
    """Deliver an unlock of ten minutes ago, after so many events that were dropped."""
    at = (dt_util.utcnow() - timedelta(minutes=10)).replace(microsecond=0)
    lock.event_number += dropped
    lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.BIOMETRIC, user, at=at
    )
    await house.tick(10)
    return at


async def test_what_a_lock_dropped_while_it_was_away_is_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """It keeps a few events; the numbers of those that it delivers jump over the rest."""
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    heard_at = dt_util.utcnow()
    await house.tick(60)
    u400_lock.become(available=False)
    await house.pass_time(3600, 600)
    come_back(u400_lock)
    at = await deliver_kept(house, u400_lock, 12)
    (gap,) = [x for x in await activity(house) if x["kind"] == "gap"]
    assert gap["gap_reason"] == "lock_unreachable"
    assert gap["occurred_at"] == heard_at.isoformat()
    assert gap["until"] == at.isoformat()
    await house.tick(300)
    u400_lock.users[2] = User("Zoe")
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Zoe"
    assert len([x for x in await activity(house) if x["kind"] == "gap"]) == 1


@pytest.mark.parametrize("hours", [-3, 3])
async def test_what_was_dropped_is_a_gap_though_the_clock_was_set_meanwhile(
    house: House, u400_lock: FakeLock, hours: int
) -> None:
    """Its begin is told by the clock of its end: what was recorded before stays before.

    A clock that is set back to before what was stored is not believed. The lock dates its
    events by such a clock, too: before the absence, in which they were.
    """
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    heard_at = dt_util.utcnow()
    await house.tick(60)
    u400_lock.become(available=False)
    await house.pass_time(1800, 600)
    jump = timedelta(hours=hours)
    loop_time = house.hass.loop.time
    with patch.object(
        house.hass.loop, "time", lambda: loop_time() - jump.total_seconds()
    ):
        house.clock.tick(jump)
        await house.pass_time(1800, 600)
        come_back(u400_lock)
        came_at = dt_util.utcnow() - jump
        at = await deliver_kept(house, u400_lock, 12)
        await house.tick(60)
        (gap,) = [x for x in await activity(house) if x["kind"] == "gap"]
    is_believed = hours > 0
    assert gap["gap_reason"] == "lock_unreachable"
    assert gap["until"] == (at if is_believed else came_at).isoformat()
    began = heard_at + jump if is_believed else heard_at
    assert gap["occurred_at"] == began.isoformat()


async def test_events_of_other_clusters_are_none_that_were_dropped(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await be_away(house, u400_lock, 1800)
    come_back(u400_lock)
    for _ in range(3):
        u400_lock.emit(START_UP, {}, cluster_id=0x2F, endpoint_id=2)
    await deliver_kept(house, u400_lock, 0)
    assert [kind for kind, _ in await kinds(house)] == ["event", "event"]


@pytest.mark.parametrize("restarted", [False, True])
async def test_numbers_that_jump_without_an_absence_are_no_gap(
    house: House, u400_lock: FakeLock, restarted: bool
) -> None:
    """A node does not tell every event to everybody, and goes on higher after a start."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await be_away(house, u400_lock, 600)
    come_back(u400_lock)
    u400_lock.lock_by_hand()
    await house.tick(3600)
    u400_lock.event_number += 1000
    if restarted:
        u400_lock.emit(START_UP, {}, cluster_id=0x28, endpoint_id=ROOT)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    assert [kind for kind, _ in await kinds(house)] == ["event"] * 3


async def test_who_moved_the_bolt_last_while_it_was_away_is_shown(
    house: House, u400_lock: FakeLock
) -> None:
    """The position is the same as before, so that no state is reported."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    assert house.changed_by == "Anna"
    context = house.lock.context
    await be_away(house, u400_lock, 1800)
    come_back(u400_lock)
    await deliver_kept(house, u400_lock, 0)
    assert house.types() == ["unlocked"]
    assert house.lock.state == "unlocked"
    assert house.changed_by == "Ben"
    assert house.lock.context != context


async def test_nobody_is_shown_where_the_last_late_operation_does_not_fit(
    house: House, u400_lock: FakeLock
) -> None:
    """A lock that says it was locked and is open: its last operation was dropped."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.unlock_by_finger(1)
    await house.settle()
    await be_away(house, u400_lock, 1800)
    come_back(u400_lock)
    u400_lock.report_operation(
        LockOperationType.LOCK,
        OperationSource.MANUAL,
        at=dt_util.utcnow() - timedelta(minutes=5),
    )
    await house.tick(10)
    assert (house.lock.state, house.changed_by) == ("unlocked", None)


@pytest.mark.parametrize("tells", [False, True])
async def test_who_moved_the_bolt_before_an_absence_is_shown_where_the_lock_tells_all(
    house: House, u400_lock: FakeLock, tells: bool
) -> None:
    """A U200 says nothing of operations at the door: it stands as before, moved or not."""
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    if tells:
        u400_lock.lock_by_hand()
        await house.settle()
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(
        LockOperationType.UNLOCK,
        OperationSource.REMOTE,
        fabric=OWN_FABRIC_INDEX + 1,
    )
    await house.settle()
    before = house.changed_by
    assert before is not None
    await be_away(house, u400_lock, 1800)
    come_back(u400_lock)
    await house.tick(10)
    assert house.changed_by == (before if tells else None)
    await house.reload()
    await house.tick(10)
    assert house.changed_by == (before if tells else None)


async def test_absence_and_a_server_that_forgot_are_one_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """What the lock kept while it was away went to a server that nobody heard."""
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    left_at = dt_util.utcnow()
    await be_away(house, u400_lock, 1800)
    await stop_server(house)
    u400_lock.data.available = True
    await start_server(house, forgetful=True)
    (gap,) = [x for x in await activity(house) if x["kind"] == "gap"]
    assert gap["occurred_at"] == left_at.isoformat()
    assert gap["gap_reason"] == "lock_unreachable"


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_paused_lock_says_so_in_its_gap(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, is_restarted: bool
) -> None:
    """It read as if the Matter server had been away."""
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    devices = dr.async_get(hass)
    device_id = house.device_of(u400_lock).id
    devices.async_update_device(device_id, disabled_by=dr.DeviceEntryDisabler.USER)
    await house.settle()
    if is_restarted:
        await house.reload()
    await house.tick(600)
    house.matter.recent_events.clear()
    devices.async_update_device(device_id, disabled_by=None)
    await house.settle()
    (gap,) = [x for x in await activity(house) if x["kind"] == "gap"]
    assert gap["gap_reason"] == "lock_paused"


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (READS_MISSED, "What was missed of the lock could not be understood"),
        (READS_USERS, "The users of the lock could not be understood"),
    ],
)
async def test_fault_in_a_backfill_silences_no_operation(
    house: House,
    u400_lock: FakeLock,
    caplog: pytest.LogCaptureFixture,
    read: str,
    said: str,
) -> None:
    """Whatever it is, every operation waits for the end of it."""
    house.expects_errors = True
    with patch(read, side_effect=KeyError("odd")):
        await house.start(u400_lock)
        assert said in caplog.text
        u400_lock.unlock_by_finger(2)
        await house.settle()
        assert house.types() == ["unlocked"]


async def test_odd_answer_of_the_server_silences_no_operation(
    house: House, u400_lock: FakeLock, caplog: pytest.LogCaptureFixture
) -> None:
    """Every operation waited for ever for a back-fill that had failed."""
    house.expects_errors = True
    await house.start(u400_lock)
    u400_lock.lock_by_hand()
    await house.settle()
    await stop_server(house)
    house.matter.failures["diagnostics"] = deque([TypeError("odd")])
    await start_server(house, forgetful=False)
    assert ("gap", None) in await kinds(house)
    u400_lock.unlock_by_finger(2)
    await house.settle()
    assert house.types() == ["locked", "unlocked"]
    assert "An answer of the Matter server cannot be read: TypeError" in caplog.text


@pytest.mark.parametrize("schema", [11, 13, 14])
@pytest.mark.parametrize("is_back", ["at once", "later"])
async def test_server_that_forgot_leaves_a_gap_though_the_lock_never_spoke(
    house: House,
    matter: FakeMatterServer,
    u400_lock: FakeLock,
    is_back: str,
    schema: int,
) -> None:
    """A lock that was just added had no last event to tie on to, and no gap line."""
    matter.schema_version = schema
    await house.start(u400_lock)
    if is_back == "later":
        await stop_server(house)
        u400_lock.data.available = False
        await start_server(house, forgetful=True)
        await house.tick(10)
        u400_lock.become(available=True)
        await house.settle()
        assert await kinds(house) == [("gap", None)]
        return
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert await kinds(house) == [("gap", None)]


@pytest.mark.parametrize("schema", [11, 13])
async def test_reload_leaves_no_gap_though_the_lock_never_spoke(
    house: House, matter: FakeMatterServer, u400_lock: FakeLock, schema: int
) -> None:
    """The server was there all along, and had nothing to tell."""
    matter.schema_version = schema
    await house.start(u400_lock)
    await house.tick(30)
    await house.reload()
    assert await kinds(house) == []


async def test_clock_that_is_right_again_dates_what_comes(
    house: House, u400_lock: FakeLock
) -> None:
    """A clock that was wrong once was never believed again."""
    await house.start(u400_lock)
    await house.tick(600)
    wrong = dt_util.utcnow() - timedelta(hours=2)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.BIOMETRIC, 1, at=wrong
    )
    await house.settle()
    await house.tick(600)
    u400_lock.lock_by_hand()
    await house.settle()
    await house.tick(60)
    late = dt_util.utcnow() - timedelta(seconds=200)
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.KEYPAD, 2, at=late
    )
    await house.settle()
    told = {x["event_number"]: x["time_source"] for x in await activity(house)}
    assert [told[number] for number in sorted(told)] == ["received", "device", "device"]

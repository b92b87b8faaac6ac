"""What becomes of a command: never late, never behind a read, in doubt only when accepted."""

import asyncio
from collections.abc import Callable
from datetime import datetime
import random
import threading
from typing import Any
from unittest.mock import patch

from aiohttp import ClientConnectionResetError
from homeassistant.core import Context, Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.budget import (
    ANSWER_LIMIT,
    READ_LIMIT,
    SEND_LIMIT,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    DataOperationType,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)
from custom_components.aqara_lock.domain.thread.routing import RouteState
from custom_components.aqara_lock.matter.errors import Failure, LinkError
from custom_components.aqara_lock.network.host.reading import Question, Reading

from ...callers import hide_names
from ...fake_host import MODULE, FakeHost, publish
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, Refusal
from ...house import House
from ...test_logbook import described
from ..connectivity.test_connection import lose_hub

OMR_ADDRESS = "fd20:be89:495a:1::40"
SERVICES = {"lock": "LockDoor", "unlock": "UnboltDoor", "open": "UnlockDoor"}


def asked_for(lock: FakeLock) -> list[str]:
    """Give the commands that reached a lock."""
    return [name for name in lock.asked if name in SERVICES.values()]


def attempts(house: House) -> list[dict[str, Any]]:
    """Give the journal's entries of commands that failed."""
    lines = house.home.runtime_data.locks[house.subentry_id()].journal.lines()
    return [line.attributes() for line in lines if line.kind == "attempt"]


def left_of_commands(hass: HomeAssistant) -> list[str]:
    """Give the tasks and timers that commands left."""
    tasks = [task.get_name() for task in asyncio.all_tasks(hass.loop)]
    scheduled = hass.loop._scheduled  # type: ignore[attr-defined]
    timers = [repr(timer) for timer in scheduled if not timer.cancelled()]
    return [
        *(name for name in tasks if "command" in name or "request to the" in name),
        *(text for text in timers if "give_up" in text or "_suspect" in text),
    ]


def shown(house: House) -> tuple[str, datetime, bool]:
    """Give what a failed command must leave alone, and whether it is doubted."""
    lock = house.lock
    return lock.state, lock.last_changed, "assumed_state" in lock.attributes


async def start(house: House, service: str, **more: Any) -> asyncio.Task[None]:
    """Call a service, and go on once it is under way."""
    call = asyncio.ensure_future(house.call(service, **more))
    for _ in range(10):
        await asyncio.sleep(0)
    return call


async def fails(call: asyncio.Task[None]) -> HomeAssistantError:
    """Give why a call failed."""
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert "{" not in str(raised.value)
    return raised.value


async def hold(house: House, lock: FakeLock, service: str) -> asyncio.Task[None]:
    """Call a service whose command the server does not answer."""
    house.matter.hold(SERVICES[service])
    call = await start(house, service)
    await house.wait_for(lambda: house.matter.held)
    return call


async def test_nothing_is_logged_of_a_command_whose_caller_gave_up(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The command fails after its caller was cancelled; the fixture looks at the log."""
    await house.start(u400_lock)
    call = await hold(house, u400_lock, "unlock")
    call.cancel()
    await asyncio.wait({call})
    u400_lock.fail("UnboltDoor", Refusal(status=0x85))
    house.matter.release()
    await house.settle()
    assert len(attempts(house)) == 1


async def test_nothing_is_logged_of_a_read_that_fails_after_its_limit(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    house.matter.hold("GetUser")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    await house.turn(0.1)
    await house.turn(11)
    assert house.matter.held
    await house.turn(READ_LIMIT + 1)
    u400_lock.fail("GetUser", Refusal(status=0x94))
    house.matter.release()
    await house.settle()
    assert house.lock.state == "locked"


# Success without a report.


@pytest.mark.parametrize(
    ("service", "state"),
    [
        ("lock", LockState.LOCKED),
        ("unlock", LockState.UNLOCKED),
        ("unlock", LockState.UNLATCHED),
        ("unlock", LockState.NOT_FULLY_LOCKED),
        ("open", LockState.UNLATCHED),
        ("open", LockState.UNLOCKED),
        ("lock", None),
        ("unlock", None),
    ],
)
async def test_success_that_changes_nothing_needs_no_report(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    service: str,
    state: LockState | None,
) -> None:
    """Of a state that the lock does not know nothing is claimed, so nothing is doubted."""
    u400_lock.attributes["1/257/0"] = None if state is None else state.value
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    before = house.lock.state
    u400_lock.reacts = ()
    await house.call(service)
    assert asked_for(u400_lock) == [SERVICES[service]]
    await house.pass_time(240, 5)
    assert house.problem.state == "ok"
    assert (house.lock.state, "assumed_state" in house.lock.attributes) == (
        before,
        False,
    )


@pytest.mark.parametrize(
    ("service", "state"),
    [
        ("lock", LockState.UNLOCKED),
        ("lock", LockState.NOT_FULLY_LOCKED),
        ("lock", LockState.UNLATCHED),
        ("unlock", LockState.LOCKED),
        ("open", LockState.LOCKED),
    ],
)
async def test_success_that_must_change_something_is_doubted_without_a_report(
    house: House, u400_lock: FakeLock, hub: FakeHub, service: str, state: LockState
) -> None:
    u400_lock.attributes["1/257/0"] = state.value
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.reacts = ()
    await house.call(service)
    await house.pass_time(100, 5)
    assert house.problem.state == "stale_subscription"
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["assumed_state"] is True
    u400_lock.report_state(state)
    await house.tick(1)
    assert "assumed_state" not in house.lock.attributes


@pytest.mark.parametrize("first", ["state", "operation"])
async def test_report_that_comes_before_the_answer_is_the_report(
    house: House, u400_lock: FakeLock, hub: FakeHub, first: str
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    call = await hold(house, u400_lock, "unlock")
    u400_lock.report_state(LockState.UNLOCKED)
    if first == "operation":
        u400_lock.report_own(LockOperationType.UNLOCK)
    u400_lock.reacts = ()
    house.matter.release()
    await call
    await house.settle()
    await house.pass_time(120, 5)
    assert (house.lock.state, house.problem.state) == ("unlocked", "ok")
    assert "unlocking" not in [state.state for state in house.written(house.lock_id)]


async def test_door_that_locks_again_before_the_answer_is_locked(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    call = await hold(house, u400_lock, "unlock")
    u400_lock.report_state(LockState.UNLOCKED)
    await house.turn(6)
    u400_lock.report_state(LockState.LOCKED)
    await house.turn(6)
    u400_lock.reacts = ()
    house.matter.release()
    await call
    await house.pass_time(120, 5)
    assert (house.lock.state, house.problem.state) == ("locked", "ok")
    assert "assumed_state" not in house.lock.attributes


async def test_door_that_locks_itself_again_is_locked_though_no_state_was_reported(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """One report of the subscription has both changes of the state: it has none."""
    u400_lock.reacts = ("operation",)
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    await house.call("unlock")
    await house.pass_time(10, 1)
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.AUTO)
    await house.pass_time(120, 5)
    assert (house.lock.state, house.problem.state) == ("locked", "ok")
    assert "assumed_state" not in house.lock.attributes


async def test_operation_without_its_state_is_no_lost_subscription(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The lock said that it was unlocked: it is not shown locked."""
    u400_lock.reacts = ("operation",)
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    await house.call("unlock")
    await house.pass_time(120, 5)
    assert (house.lock.state, house.problem.state) == ("unlocked", "ok")


async def test_jam_is_an_answer_to_a_command(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes["1/257/0"] = LockState.UNLOCKED.value
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    await house.call("lock")
    await house.tick(1)
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.pass_time(120, 5)
    assert house.lock.state == "jammed"
    assert "assumed_state" not in house.lock.attributes
    assert house.problem.state == "ok"


async def test_refusal_after_the_answer_leaves_no_doubt(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    await house.call("unlock")
    await house.tick(1)
    u400_lock.report_denied(OperationError.RESTRICTED, OperationSource.REMOTE)
    await house.pass_time(120, 5)
    assert (house.lock.state, house.problem.state) == ("locked", "ok")
    assert "assumed_state" not in house.lock.attributes


async def test_command_that_is_joined_is_in_doubt_once(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.attributes["1/257/0"] = LockState.UNLOCKED.value
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    first = await hold(house, u400_lock, "unlock")
    second = await start(house, "unlock")
    await house.turn(1)
    house.matter.release()
    await asyncio.gather(first, second)
    await house.pass_time(120, 5)
    assert asked_for(u400_lock) == ["UnboltDoor"]
    assert house.problem.state == "ok"


async def test_another_code_is_another_command(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Whoever types the right code must not share the failure of a wrong one."""
    u400_lock.fail("UnboltDoor", Refusal(status=1))
    await house.start(u400_lock)
    house.matter.hold("UnboltDoor")
    first = await start(house, "unlock", code="1111")
    await house.wait_for(lambda: house.matter.held)
    second = await start(house, "unlock", code="2468")
    await house.turn(1)
    house.matter.release()
    assert (await fails(first)).translation_key == "command_refused"
    await second
    assert asked_for(u400_lock) == ["UnboltDoor"] * 2


# Doubt outlives whatever ends this run, and no report.


@pytest.mark.parametrize("waited", [1, 40])
async def test_doubt_outlives_a_restart(
    house: House, u400_lock: FakeLock, hub: FakeHub, waited: int
) -> None:
    """The server still has the state of before: it is not shown as the door's."""
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.tick(60)
    await house.call("unlock")
    await house.pass_time(waited, 1)
    await house.reload()
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["assumed_state"] is True
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(6)
    assert (house.lock.state, "assumed_state" in house.lock.attributes) == (
        "locked",
        False,
    )
    await house.reload()
    assert (house.lock.state, "assumed_state" in house.lock.attributes) == (
        "locked",
        False,
    )


@pytest.mark.parametrize("state", [LockState.LOCKED, LockState.UNLOCKED])
async def test_interview_ends_a_doubt(
    house: House, u400_lock: FakeLock, hub: FakeHub, state: LockState
) -> None:
    """It is what the repair asks for: the server has read the lock anew."""
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.tick(60)
    await house.call("unlock")
    await house.pass_time(95, 5)
    assert house.problem.state == "stale_subscription"
    u400_lock.attributes["1/257/0"] = state.value
    u400_lock.interview()
    await house.pass_time(35, 5)
    wanted = "locked" if state is LockState.LOCKED else "unlocked"
    assert (house.lock.state, house.problem.state) == (wanted, "ok")
    assert "assumed_state" not in house.lock.attributes


@pytest.mark.parametrize("how", ["interview", "return"])
async def test_lock_that_is_read_while_its_report_is_due_is_shown_as_it_is(
    house: House, u400_lock: FakeLock, hub: FakeHub, how: str
) -> None:
    """The server has read the bolt, and it is where it was: nothing is under way."""
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.tick(60)
    await house.call("unlock")
    await house.tick(3)
    assert house.lock.state == "unlocking"
    if how == "interview":
        u400_lock.interview()
    else:
        u400_lock.become(available=False)
        await house.tick(1)
        u400_lock.become(available=True)
    await house.settle()
    assert house.lock.state == "locked"
    await house.pass_time(120, 5)
    assert (house.lock.state, house.problem.state) == ("locked", "ok")
    assert "assumed_state" not in house.lock.attributes


@pytest.mark.parametrize("how", ["interview", "report"])
async def test_door_in_doubt_is_never_shown_as_before_while_its_report_is_held(
    house: House, u400_lock: FakeLock, hub: FakeHub, how: str
) -> None:
    """A report waits for its operation; what else is written meanwhile is no "locked"."""
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.tick(60)
    await house.call("unlock")
    await house.pass_time(100, 5)
    assert house.lock.attributes["assumed_state"] is True
    house.changes.clear()
    if how == "interview":
        u400_lock.attributes["1/257/0"] = LockState.UNLOCKED.value
        u400_lock.interview()
    else:
        u400_lock.report_state(LockState.UNLOCKED)
        u400_lock.set_attribute("2/47/12", 100)
    await house.tick(1)
    written = house.written(house.lock_id)
    assert {state.state for state in written} == {"unlocked"}
    assert "assumed_state" not in house.lock.attributes


async def test_report_that_is_held_when_the_home_stops_ends_a_doubt(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.reacts = ()
    await house.start(u400_lock)
    await house.tick(60)
    await house.call("unlock")
    await house.pass_time(100, 5)
    u400_lock.report_state(LockState.UNLOCKED)
    await house.reload()
    await house.tick(1)
    assert (house.lock.state, "assumed_state" in house.lock.attributes) == (
        "unlocked",
        False,
    )


@pytest.mark.parametrize("waited", [1, 100])
@pytest.mark.parametrize(
    ("service", "before", "after"),
    [
        ("unlock", LockState.LOCKED, LockState.UNLOCKED),
        ("lock", LockState.UNLOCKED, LockState.LOCKED),
    ],
)
async def test_report_that_came_while_no_client_listened_ends_a_doubt(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    waited: int,
    service: str,
    before: LockState,
    after: LockState,
) -> None:
    """The Matter server has another position than before: the lock has reported it."""
    u400_lock.reacts = ()
    u400_lock.attributes["1/257/0"] = before.value
    await house.start(u400_lock)
    await house.tick(60)
    await house.call(service)
    await house.pass_time(waited, 5)
    await hass.config_entries.async_unload(house.matter_entry.entry_id)
    u400_lock.attributes["1/257/0"] = after.value
    await hass.config_entries.async_setup(house.matter_entry.entry_id)
    await house.settle()
    await house.pass_time(120, 5)
    wanted = "unlocked" if after is LockState.UNLOCKED else "locked"
    assert (house.lock.state, house.problem.state) == (wanted, "ok")
    assert "assumed_state" not in house.lock.attributes


# Commands and reads.


async def test_command_does_not_wait_for_a_read_that_is_never_answered(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    house.matter.hold("GetUser")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    await house.turn(0.1)
    await house.turn(11)
    assert u400_lock.asked[-1] == "GetUser"
    call = await start(house, "unlock")
    await house.wait_for(call.done)
    for _ in range(20):
        await house.turn(30)
    assert asked_for(u400_lock) == ["UnboltDoor"]
    assert house.lock.state == "unlocked"
    house.matter.release()
    await house.settle()


async def test_read_waits_for_a_command(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    before = u400_lock.asked.count("GetUser")
    call = await hold(house, u400_lock, "unlock")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    await house.turn(0.1)
    await house.turn(11)
    assert u400_lock.asked.count("GetUser") == before
    house.matter.release()
    await call
    await house.settle()
    assert u400_lock.asked.count("GetUser") == before + 1


async def test_read_without_an_answer_fails_and_is_done_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """No answer is no empty slot, and one that comes late is not believed."""
    await house.start(u400_lock)
    directory = house.home.runtime_data.locks[house.subentry_id()].log.memory
    known = dict(directory.directory.users)
    house.matter.hold("GetUser")
    u400_lock.report_user_change(DataOperationType.MODIFY, 2)
    await house.turn(0.1)
    await house.turn(11)
    await house.turn(READ_LIMIT + 1)
    await house.turn(1)
    assert dict(directory.directory.users) == known
    u400_lock.users[2].name = "Late"
    house.matter.release()
    await house.settle()
    assert "Late" not in str(directory.directory.users)
    u400_lock.users[2].name = "Bea"
    u400_lock.lock_by_hand()
    await house.pass_time(15, 1)
    assert "Bea" in str(directory.directory.users)


async def test_reads_and_commands_have_a_limit_at_the_server(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.call("unlock")
    asked = {request.name: request.patience_ms for request in u400_lock.requests}
    assert (asked["UnboltDoor"], asked["GetUser"]) == (15_000, 15_000)


# Never late.


async def test_command_behind_an_unanswered_one_is_dropped(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    first = await hold(house, u400_lock, "unlock")
    second = await start(house, "lock")
    await house.turn(SEND_LIMIT - 1)
    assert not second.done()
    await house.turn(1.1)
    assert (await fails(second)).translation_key == "command_waiting"
    assert not first.done()
    house.matter.release()
    await first
    await house.settle()
    await house.tick(60)
    assert asked_for(u400_lock) == ["UnboltDoor"]
    await house.call("lock")
    assert asked_for(u400_lock) == ["UnboltDoor", "LockDoor"]
    assert [item["outcome"] for item in attempts(house)] == ["waiting"]


async def test_command_whose_turn_comes_late_is_sent_in_time_or_not_at_all(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    host: FakeHost,
) -> None:
    """The host's tables are not read in time: that makes no command later than it may be."""
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.reacts = ()
    first = await hold(house, u400_lock, "unlock")
    begun = hass.loop.time()
    second = await start(house, "lock")
    await house.turn(SEND_LIMIT - 0.2)
    may_read = threading.Event()

    def read_late(question: Question) -> Reading:
        may_read.wait(10)
        return host.read(question)

    with patch(MODULE, read_late):
        house.matter.holding.clear()
        house.matter.release()
        while "LockDoor" not in asked_for(u400_lock):
            await house.turn(0.1)
        sent_after = hass.loop.time() - begun
        may_read.set()
        await asyncio.wait({first, second})
    # A turn of the test's clock is a tenth of a second.
    assert sent_after < SEND_LIMIT + 0.2


async def test_same_command_after_a_failure_waits_for_the_answer_to_the_first(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    first = await hold(house, u400_lock, "unlock")
    await house.turn(ANSWER_LIMIT + 1)
    assert (await fails(first)).translation_key == "command_unreachable"
    second = await start(house, "unlock")
    await house.turn(SEND_LIMIT + 0.1)
    assert (await fails(second)).translation_key == "command_waiting"
    assert asked_for(u400_lock) == ["UnboltDoor"]
    house.matter.release()
    await house.settle()
    await house.call("lock")
    assert asked_for(u400_lock) == ["UnboltDoor", "LockDoor"]


async def test_command_without_an_answer_keeps_its_turn_over_a_reload(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Nobody hears the answer any more: the next one waits as long as there may be one."""
    await house.start(u400_lock)
    first = await hold(house, u400_lock, "unlock")
    assert await hass.config_entries.async_reload(house.home.entry_id)
    assert (await fails(first)).translation_key == "command_not_followed"
    second = await start(house, "lock")
    await house.turn(SEND_LIMIT + 0.1)
    assert (await fails(second)).translation_key == "command_waiting"
    house.matter.release()
    await house.settle()
    await house.turn(ANSWER_LIMIT)
    await house.call("lock")
    assert asked_for(u400_lock) == ["UnboltDoor", "LockDoor"]
    outcomes = [item["outcome"] for item in attempts(house)]
    assert outcomes == ["not_followed", "waiting"]


async def test_unload_leaves_nothing_of_a_command_that_is_out(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Every caller has its failure, and neither a task nor a timer goes on."""
    await house.start(u400_lock)
    first = await hold(house, u400_lock, "unlock")
    waiting = await start(house, "lock")
    await house.turn(1)
    assert await hass.config_entries.async_unload(house.home.entry_id)
    assert (await fails(first)).translation_key == "command_not_followed"
    assert (await fails(waiting)).translation_key == "command_unloaded"
    await house.settle()
    assert left_of_commands(hass) == []
    house.matter.release()
    await house.settle()
    await house.turn(ANSWER_LIMIT)
    assert asked_for(u400_lock) == ["UnboltDoor"]


async def test_unload_ends_a_command_whose_caller_was_told_already(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    first = await hold(house, u400_lock, "unlock")
    await house.turn(ANSWER_LIMIT + 1)
    assert (await fails(first)).translation_key == "command_unreachable"
    assert await hass.config_entries.async_unload(house.home.entry_id)
    await house.settle()
    assert left_of_commands(hass) == []


async def test_unload_during_a_look_before_a_command_sends_nothing(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    host: FakeHost,
) -> None:
    await house.start(u400_lock)
    may_read = threading.Event()

    def read_late(question: Question) -> Reading:
        may_read.wait(10)
        return host.read(question)

    with patch(MODULE, read_late):
        call = await start(house, "unlock")
        unload = asyncio.ensure_future(
            hass.config_entries.async_unload(house.home.entry_id)
        )
        assert (await fails(call)).translation_key == "command_unloaded"
        may_read.set()
        await unload
    assert asked_for(u400_lock) == []


async def test_command_that_the_connection_does_not_take_is_dropped(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    (client,) = house.matter.clients
    client.link.is_blocked = True
    call = await start(house, "unlock")
    await house.turn(1)
    await house.turn(SEND_LIMIT)
    assert (await fails(call)).translation_key == "command_not_taken"
    client.link.is_blocked = False
    await house.tick(30)
    assert asked_for(u400_lock) == []
    assert house.lock.state == "locked"
    await house.call("unlock")
    assert asked_for(u400_lock) == ["UnboltDoor"]


async def test_command_in_a_buffer_that_does_not_empty_is_not_called_dropped(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """It was written and may arrive, so that no other one goes out beside it."""
    await house.start(u400_lock)
    (client,) = house.matter.clients
    client.link.is_full = True
    first = await hold(house, u400_lock, "unlock")
    await house.turn(SEND_LIMIT + 0.1)
    assert not first.done()
    second = await start(house, "lock")
    await house.turn(SEND_LIMIT + 0.1)
    assert (await fails(second)).translation_key == "command_waiting"
    client.link.is_full = False
    house.matter.release()
    await first
    assert asked_for(u400_lock) == ["UnboltDoor"]


async def test_reload_during_a_read_fails_it_and_cancels_nobody(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Who asked, as a flow may, is told that the Matter server is not there."""
    await house.start(u400_lock)
    await house.tick(60)
    house.matter.hold("GetUser")
    lock = house.home.runtime_data.locks[house.subentry_id()]
    read = asyncio.ensure_future(lock.commands.async_walk_users())
    await house.wait_for(lambda: house.matter.held)
    entry_id = house.home.entry_id
    reload = asyncio.ensure_future(hass.config_entries.async_reload(entry_id))
    await house.wait_for(reload.done)
    await house.wait_for(read.done)
    with pytest.raises(LinkError) as raised:
        read.result()
    assert raised.value.failure is Failure.MATTER_UNAVAILABLE
    house.matter.release()
    await house.settle()


async def test_connection_that_closes_just_now_is_told_as_such(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """Core's client passes on what aiohttp raises then."""
    await house.start(u400_lock)
    closing = ClientConnectionResetError("Cannot write to closing transport")
    u400_lock.fail("UnboltDoor", closing)
    call = await start(house, "unlock")
    assert (await fails(call)).translation_key == "command_matter_unavailable"
    assert len(attempts(house)) == 1


async def test_an_error_that_nobody_knows_is_told_without_its_text(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It may repeat the request, and with it the code."""
    house.expects_errors = True
    u400_lock.attributes["1/257/51"] = True
    await house.start(u400_lock)
    u400_lock.fail("UnboltDoor", ValueError("not encoded: 864213"))
    call = await start(house, "unlock", code="864213")
    failed = await fails(call)
    assert failed.translation_key == "command_server_fault"
    assert failed.__cause__ is None
    assert [item["outcome"] for item in attempts(house)] == ["server_fault"]
    assert "cannot be read: ValueError" in caplog.text
    assert "864213" not in caplog.text


async def test_locking_is_shown_though_an_earlier_report_is_held_back(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.reacts = ()
    await house.call("lock")
    await house.tick(1)
    assert house.lock.state == "locking"
    u400_lock.report_state(LockState.LOCKED)
    await house.tick(1)
    assert house.lock.state == "locked"


async def test_refused_access_is_not_tried_again_late(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    u400_lock.fail("UnboltDoor", Refusal(status=0x7E))
    await house.start(u400_lock)
    call = await hold(house, u400_lock, "unlock")
    await house.turn(SEND_LIMIT + 1)
    house.matter.release()
    assert "0x7E" in str(await fails(call))
    await house.settle()
    assert asked_for(u400_lock) == ["UnboltDoor"]


# A failure leaves state, time and names alone.


async def test_failure_after_a_long_wait_leaves_no_doubt(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """As the matter.js server: it says after 50 s that the lock did not answer."""
    u400_lock.fail("UnboltDoor", Refusal(error_code=0))
    u400_lock.answers_ping = True
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    before = shown(house)
    call = await hold(house, u400_lock, "unlock")
    for _ in range(10):
        await house.turn(5)
        assert shown(house) == before
    house.matter.release()
    assert (await fails(call)).translation_key == "command_unreachable"
    await house.settle()
    await house.pass_time(120, 5)
    assert shown(house) == before
    assert house.problem.state == "ok"
    assert len(attempts(house)) == 1


async def test_failure_is_not_the_users_deed(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    u400_lock.fail("UnboltDoor", Refusal(error_code=0))
    u400_lock.answers_ping = False
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    before = shown(house)
    call = await start(house, "unlock", context=Context(user_id=user.id))
    await fails(call)
    await house.pass_time(40, 1)
    assert house.responsive == "off"
    assert shown(house)[:2] == before[:2]
    users = {state.context.user_id for state in house.written(house.lock_id)}
    assert users == {None}


async def test_failure_is_one_entry_of_the_journal_and_nothing_else(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    u400_lock.fail("UnboltDoor", Refusal(status=1))
    await house.start(u400_lock)
    told: list[Event] = []
    hass.bus.async_listen("aqara_lock_activity", told.append)
    last_unlocked = house.state(house.entity_id("sensor", "last_unlocked_by")).state
    await fails(await start(house, "unlock", context=Context(user_id=user.id)))
    await house.settle()
    (attempt,) = attempts(house)
    assert (attempt["operation"], attempt["outcome"]) == ("unlock", "refused")
    assert (attempt["person"], attempt["confidence"]) == ("Dora", "matched")
    (event,) = told
    assert event.data["type"] == "attempt"
    assert event.context.user_id is None
    assert house.types() == []
    assert (
        house.state(house.entity_id("sensor", "last_unlocked_by")).state
        == last_unlocked
    )
    await house.reload()
    assert attempts(house) == [attempt]


async def test_logbook_says_what_failed_and_names_nobody_to_everybody(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    user = MockUser(name="Dora", is_owner=True).add_to_hass(hass)
    await house.start(u400_lock)
    await lose_hub(house, hub)
    told: list[Event[Any]] = []
    said: list[str] = []
    hass.bus.async_listen("aqara_lock_activity", told.append)
    for hides in (False, True):
        if hides:
            hide_names(house)
            await house.settle()
        context = Context(user_id=user.id)
        await fails(await start(house, "unlock", context=context))
        await house.settle()
        said.append(described(hass, told[-1])["message"])
    cause = "The hub is offline"
    assert said == [
        f"did not answer when {who} tried to unlock it through Home Assistant"
        f" ({cause}); nothing was sent"
        for who in ("Dora", "somebody in Home Assistant")
    ]
    assert "Dora" not in str(told[1].data)


async def test_command_without_an_answer_claims_no_cause_that_is_not_known(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    u400_lock.fail("UnboltDoor", Refusal(error_code=0))
    err = await fails(await start(house, "unlock"))
    assert err.translation_key == "command_unreachable"
    assert "the cause is not known yet" in str(err)
    assert "no route" not in str(err)


# A cause that is certain.


async def test_nothing_is_sent_while_the_hub_is_known_to_be_gone(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await lose_hub(house, hub)
    before = house.lock
    call = await start(house, "unlock")
    await house.turn(1)
    await house.wait_for(call.done)
    err = await fails(call)
    assert err.translation_key == "command_not_sent"
    assert hub.name in str(err)
    await house.settle()
    assert asked_for(u400_lock) == []
    assert u400_lock.asked.count("ping_node") == 0
    assert house.lock == before
    (attempt,) = attempts(house)
    assert (attempt["outcome"], attempt["cause"]) == ("not_sent", "hub_offline")


@pytest.mark.parametrize(
    ("way", "addresses", "cause"),
    [
        (RouteState.NO_ROUTE, None, "no_route_to_mesh"),
        (RouteState.NO_ROUTE, ("10.10.10.10/24",), None),
        (RouteState.NO_SOURCE, None, None),
    ],
)
async def test_nothing_is_sent_where_this_host_has_no_way_now(
    house: House,
    host: FakeHost,
    u400_lock: FakeLock,
    hub: FakeHub,
    way: RouteState,
    addresses: tuple[str, ...] | None,
    cause: str | None,
) -> None:
    """Nobody was told of it yet: it is seen by looking afresh."""
    publish(house.lan, u400_lock, OMR_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(150, 30)
    before = shown(house)
    host.way, host.addresses = way, addresses or host.addresses
    call = await start(house, "unlock")
    await house.wait_for(call.done)
    assert (await fails(call)).translation_key == "command_not_sent"
    assert asked_for(u400_lock) == []
    assert shown(house) == before
    (attempt,) = attempts(house)
    assert cause in (None, attempt["cause"])
    host.way, host.addresses = RouteState.ROUTED, FakeHost().addresses
    await house.call("unlock")
    assert asked_for(u400_lock) == ["UnboltDoor"]


async def test_route_that_is_missing_though_the_lock_is_heard_stops_nothing(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    publish(house.lan, u400_lock, OMR_ADDRESS)
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    host.way = RouteState.NO_ROUTE
    await house.pass_time(60, 5)
    u400_lock.report_state(LockState.LOCKED)
    await house.settle()
    await house.call("unlock")
    assert asked_for(u400_lock) == ["UnboltDoor"]


@pytest.mark.parametrize("arrives", [True, False])
async def test_command_that_is_out_when_the_cause_becomes_certain(
    house: House, u400_lock: FakeLock, hub: FakeHub, arrives: bool
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    if not arrives:
        u400_lock.fail("UnboltDoor", Refusal(error_code=0))
    before = shown(house)
    house.lan.unplug(hub)
    call = await hold(house, u400_lock, "unlock")
    await house.wait_for_time(lambda: house.hub_online(hub) == "off", 30)
    for _ in range(5):
        await house.turn(1)
    assert call.done()
    err = await fails(call)
    assert err.translation_key == "command_may_arrive"
    assert "may still arrive" in str(err)
    second = await start(house, "unlock")
    await house.turn(SEND_LIMIT + 0.1)
    assert (await fails(second)).translation_key == "command_waiting"
    assert shown(house)[:2] == before[:2]
    house.lan.plug(hub)
    house.matter.release()
    await house.settle()
    await house.pass_time(60, 5)
    assert asked_for(u400_lock) == ["UnboltDoor"]
    assert house.lock.state == ("unlocked" if arrives else "locked")
    assert house.types() == (["unlocked"] if arrives else [])
    assert house.problem.state == "ok"
    outcomes = [item["outcome"] for item in attempts(house)]
    assert outcomes == ["may_arrive", "waiting"]


# Whatever the order.


class Story:
    """A random sequence of what people, server and lock may do, checked at every step."""

    def __init__(self, house: House, lock: FakeLock, seed: int) -> None:
        """Begin with a lock that reports nothing by itself."""
        self._house = house
        self._lock = lock
        self._random = random.Random(seed)
        self._calls: list[tuple[str, float, asyncio.Task[None]]] = []
        self._now = 0.0
        self._seen = 0
        self._open_before: list[str] = []
        lock.reacts = ()

    async def run(self, steps: int) -> None:
        """Do so many things, then let everything come to its end."""
        acts: tuple[Callable[[], object], ...] = (
            self._call,
            self._call,
            self._hold,
            self._house.matter.release,
            self._fail,
            self._report,
            self._tell,
        )
        for _ in range(steps):
            self._note_open()
            self._random.choice(acts)()
            await self._turn(self._random.choice((0.1, 1, 4, 31)))
        self._house.matter.release()
        for _ in range(3):
            self._note_open()
            await self._turn(1)
        await asyncio.gather(*(x[2] for x in self._calls), return_exceptions=True)
        await self._house.settle()

    def _note_open(self) -> None:
        """Remember which calls may still send something from now on."""
        self._open_before = [
            SERVICES[service]
            for service, begun, call in self._calls
            if not call.done() and self._now - begun <= SEND_LIMIT
        ]

    async def _turn(self, seconds: float) -> None:
        for part in (0.0, min(seconds, 1.0), max(seconds - 1.0, 0.0)):
            await self._house.turn(part)
            self._now += part
            for _ in range(20):
                await asyncio.sleep(0)
            self._check_sent()

    def _check_sent(self) -> None:
        """What reaches the lock was asked for within seconds, and had not failed."""
        sent = asked_for(self._lock)
        for name in sent[self._seen :]:
            assert name in self._open_before, (name, self._open_before)
            self._open_before.remove(name)
        self._seen = len(sent)

    def _call(self) -> None:
        service = self._random.choice(list(SERVICES))
        call = asyncio.ensure_future(self._house.call(service))
        call.add_done_callback(lambda done: done.exception())
        self._calls.append((service, self._now, call))
        self._open_before.append(SERVICES[service])

    def _hold(self) -> None:
        self._house.matter.hold(*SERVICES.values())

    def _fail(self) -> None:
        name = self._random.choice(list(SERVICES.values()))
        self._lock.fail(name, Refusal(error_code=0))

    def _report(self) -> None:
        self._lock.report_state(self._random.choice(list(LockState)))

    def _tell(self) -> None:
        kinds = (LockOperationType.LOCK, LockOperationType.UNLOCK)
        self._lock.report_own(self._random.choice(kinds))


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_is_late_or_twice_and_no_doubt_outlives_a_report(
    house: House, u400_lock: FakeLock, hub: FakeHub, seed: int
) -> None:
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    story = Story(house, u400_lock, seed)
    for _ in range(4):
        await story.run(10)
        await house.tick(31)
        u400_lock.report_state(LockState.LOCKED)
        await house.tick(6)
        assert (house.lock.state, "assumed_state" in house.lock.attributes) == (
            "locked",
            False,
        )

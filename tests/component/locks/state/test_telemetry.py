"""What is remembered of the way to a lock: dropouts, restarts, failed and lost commands."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from matter_server.common.errors import UnknownError
from matter_server.common.models import EventType
import pytest

from custom_components.aqara_lock.domain.connectivity.dropouts import AvailabilityChange
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    LockEvidence,
    PingSeries,
    Refusal,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    LockState,
    OperationSource,
)
from custom_components.aqara_lock.locks.state.telemetry import (
    MOST_FAILURES,
    MOST_FLIPS,
    LockTelemetry,
)
from custom_components.aqara_lock.matter.errors import Failure, LinkError

from ...fake_lan import FakeHub
from ...fake_matter import FakeLock
from ...house import House


def evidence(house: House) -> LockEvidence:
    """Give what the last diagnosis knew of the first lock."""
    (found,) = house.home.runtime_data.diagnosis.evidence.locks
    assert isinstance(found, LockEvidence)
    return found


def restart(lock: FakeLock) -> None:
    """Let a lock tell that it started (BasicInformation, event StartUp)."""
    _tell_of_itself(lock, 0, {"softwareVersion": 77})


def shut_down(lock: FakeLock) -> None:
    """Let a lock tell that it is about to restart (BasicInformation, event ShutDown)."""
    _tell_of_itself(lock, 1, {})


def _tell_of_itself(lock: FakeLock, event_id: int, data: dict[str, int]) -> None:
    lock.event_number += 1
    event = {
        "node_id": lock.node_id,
        "endpoint_id": 0,
        "cluster_id": 0x28,
        "event_id": event_id,
        "event_number": lock.event_number,
        "priority": 2,
        "timestamp": 0,
        "timestamp_type": 0,
        "data": data,
    }
    lock.server.tell(EventType.NODE_EVENT, event)


async def drop_out(
    house: House, lock: FakeLock
) -> tuple[AvailabilityChange, AvailabilityChange]:
    """Let a lock be away for ten seconds."""
    await house.tick(60)
    lock.become(available=False)
    await house.settle()
    gone = AvailabilityChange(dt_util.utcnow(), available=False)
    await house.tick(10)
    lock.become(available=True)
    await house.settle()
    return gone, AvailabilityChange(dt_util.utcnow(), available=True)


async def fail_command(house: House, lock: FakeLock, *failures: Exception) -> None:
    """Let a command fail, the second try of it too where there is one."""
    lock.fail("UnboltDoor", *failures)
    with pytest.raises(HomeAssistantError):
        await house.call("unlock")
    await house.settle()


def refused(status: int) -> Exception:
    """Refuse with a status in the text, as clients before 1.5 tell it."""
    return UnknownError(f"InteractionModelError: Failure (0x{status:02x})")


# Dropouts.


async def test_dropouts_are_remembered_over_a_reload(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    first = await drop_out(house, u400_lock)
    await house.reload()
    second = await drop_out(house, u400_lock)
    await house.pass_time(30, 5)
    assert evidence(house).flips.flips == (*first, *second)


async def test_lock_that_stays_is_no_dropout(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(1)
    await house.reload()
    await house.pass_time(60, 5)
    assert evidence(house).flips.flips == ()


async def test_dropouts_that_follow_a_beat_are_the_locks_problem(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    for _ in range(5):
        await drop_out(house, u400_lock)
        await house.tick(timedelta(hours=24).total_seconds() - 70)
    await house.pass_time(30, 5)
    assert house.problem.state == "daily_dropout"
    await house.reload()
    await house.pass_time(30, 5)
    assert house.problem.state == "daily_dropout"


def test_only_the_latest_dropouts_are_kept() -> None:
    history = LockTelemetry()
    for number in range(MOST_FLIPS + 1):
        history.availability_flipped(available=bool(number))
    flips = history.flips.flips
    assert len(flips) == MOST_FLIPS
    assert all(flip.available for flip in flips)


def test_damaged_memory_is_left_out() -> None:
    history, at = LockTelemetry(), dt_util.utcnow()
    good = [at.isoformat(), False]
    history.load_availability(
        [good, None, "x", [at.isoformat()], ["never", True], good]
    )
    history.load_availability(
        [["2026-11-22T18:30:00", True], ["0001-01-01T00:00:00+14:00", True]]
    )
    assert history.flips.flips == (AvailabilityChange(at, available=False),) * 2
    assert history.availability_as_list() == [good, good]


# Restarts.


async def test_restart_is_remembered_with_its_time(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    restart(u400_lock)
    await house.settle()
    at = dt_util.utcnow()
    await house.pass_time(30, 5)
    assert evidence(house).reboots == (at,)
    assert evidence(house).last_sign_of_life == at


async def test_lock_that_tells_nothing_of_operations_since_its_restart(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    restart(u400_lock)
    for state in (LockState.UNLOCKED, LockState.LOCKED) * 3:
        await house.tick(60)
        u400_lock.report_state(state)
        await house.pass_time(10, 5)
    await house.pass_time(30, 5)
    found = evidence(house)
    assert (found.silent_changes, found.operations_since_reboot) == (6, 0)
    assert house.problem.state == "operations_missing"
    u400_lock.unlock_by_finger(1)
    await house.pass_time(35, 5)
    assert evidence(house).operations_since_reboot == 1
    assert house.problem.state == "ok"


# Failed commands.


@pytest.mark.parametrize(
    ("failures", "refusal"),
    [
        ([refused(0x7E)] * 2, Refusal.UNSUPPORTED_ACCESS),
        ([refused(0x85)], Refusal.INVALID_FIELD),
        ([refused(0x89)], Refusal.RESOURCE_EXHAUSTED),
        ([refused(0x8B)], Refusal.NOT_FOUND),
        ([refused(0x94)], Refusal.TIMEOUT),
        ([refused(0x9C)], Refusal.OTHER),
        ([TimeoutError()], Refusal.TIMEOUT),
    ],
)
async def test_refusal_is_read_from_the_text_of_older_clients(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    failures: list[Exception],
    refusal: Refusal,
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    await fail_command(house, u400_lock, *failures)
    at = dt_util.utcnow()
    await house.pass_time(30, 5)
    (failed,) = evidence(house).failed_commands
    assert failed.refusal == refusal
    assert timedelta() <= at - failed.at <= timedelta(seconds=1)
    assert failed.after_previous is None


async def test_refused_access_is_the_locks_problem(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await fail_command(house, u400_lock, refused(0x7E), refused(0x7E))
    await house.pass_time(30, 5)
    assert house.problem.state == "command_access_refused"


async def test_commands_that_come_too_close_are_told(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(120, 30)
    await house.call("unlock")
    await house.tick(2)
    u400_lock.fail("LockDoor", TimeoutError())
    with pytest.raises(HomeAssistantError):
        await house.call("lock")
    await house.pass_time(60, 5)
    (failed,) = evidence(house).failed_commands
    assert failed.after_previous == 2
    assert failed.is_crowded
    assert house.problem.state == "commands_too_close"
    (told,) = house.problem.attributes["findings"][:1]
    assert told["parameters"]["seconds"] == "2"


@pytest.mark.parametrize("away", [True, False], ids=["was away", "just started"])
async def test_lock_that_is_just_back_is_not_said_to_have_too_many_commands(
    house: House, u400_lock: FakeLock, hub: FakeHub, away: bool
) -> None:
    """The session that a hub took along leaves a command unanswered as well."""
    await house.start(u400_lock)
    if away:
        await house.pass_time(300, 30)
        u400_lock.become(available=False)
        await house.tick(20)
        u400_lock.become(available=True)
        await house.settle()
    await house.call("unlock")
    await house.tick(2)
    u400_lock.fail("LockDoor", TimeoutError())
    with pytest.raises(HomeAssistantError):
        await house.call("lock")
    await house.pass_time(60, 5)
    (failed,) = evidence(house).failed_commands
    assert not failed.is_crowded
    assert house.problem.state == "ok"


async def test_command_into_a_silence_that_is_found_later_is_not_too_close(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """The server still had a lock whose radio was off when the commands went out."""
    await house.start(u400_lock)
    await house.pass_time(120, 30)
    await house.call("unlock")
    await house.tick(2)
    u400_lock.fail("LockDoor", TimeoutError())
    u400_lock.answers_ping = False
    with pytest.raises(HomeAssistantError):
        await house.call("lock")
    await house.pass_time(60, 5)
    assert house.responsive == "off"
    u400_lock.answers_ping = True
    await house.tick(1)
    u400_lock.report_state(LockState.LOCKED)
    await house.pass_time(300, 30)
    assert house.responsive == "on"
    assert house.problem.state == "ok"


def test_only_the_latest_failures_are_kept() -> None:
    history = LockTelemetry()
    for number in range(MOST_FAILURES + 5):
        history.command_failed(LinkError(Failure.REFUSED, 1), float(number))
    kept = [failed.after_previous for failed in history.failed_commands]
    assert kept == [float(number) for number in range(5, MOST_FAILURES + 5)]


# Commands that nothing confirms.


async def test_command_that_no_report_follows_is_a_stale_subscription(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.reacts = ()
    await house.call("unlock")
    await house.pass_time(30, 5)
    assert house.problem.state == "ok"
    await house.pass_time(60, 5)
    assert house.problem.state == "stale_subscription"
    assert house.responsive == "on"
    assert "{" not in house.problem.attributes["message"]
    u400_lock.report_state(LockState.UNLOCKED)
    await house.pass_time(30, 5)
    assert house.problem.state == "ok"


async def test_command_that_changes_nothing_needs_no_report(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """A lock that was silent is asked to lock although it was locked when last heard."""
    await house.start(u400_lock)
    await house.tick(60)
    watch = house.home.runtime_data.locks[house.subentry_id()].connections
    watch.checked(PingSeries(at=dt_util.utcnow(), sent=5))
    await house.tick(1)
    u400_lock.reacts = ()
    sent = len(u400_lock.asked)
    await house.call("lock")
    assert len(u400_lock.asked) > sent
    await house.pass_time(90, 5)
    assert evidence(house).unconfirmed_at is None
    assert house.problem.state == "ok"


async def test_command_that_is_confirmed_late_is_well(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.reacts = ()
    await house.call("unlock")
    await house.pass_time(35, 5)
    assert evidence(house).unconfirmed_at is not None
    u400_lock.report_state(LockState.UNLOCKED)
    await house.pass_time(90, 5)
    assert evidence(house).unconfirmed_at is None
    assert house.problem.state == "ok"


async def test_door_that_may_be_open_is_not_called_locked(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.reacts = ()
    await house.call("unlock")
    await house.pass_time(35, 5)
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["assumed_state"] is True
    sent = u400_lock.asked.count("LockDoor")
    await house.call("lock")
    assert u400_lock.asked.count("LockDoor") == sent + 1
    u400_lock.report_state(LockState.UNLOCKED)
    await house.tick(6)
    assert house.lock.state == "unlocked"
    assert "assumed_state" not in house.lock.attributes


async def test_door_that_was_told_to_lock_and_is_silent_is_not_called_locked(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.tick(60)
    u400_lock.reacts = ()
    await house.call("lock")
    await house.pass_time(35, 5)
    assert house.lock.state == "unlocked"
    assert house.lock.attributes["assumed_state"] is True


async def test_lock_that_tells_of_locking_is_locked_again(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """It was unlocked and locked itself again while nobody heard it."""
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.reacts = ()
    await house.call("unlock")
    await house.pass_time(35, 5)
    assert house.lock.state == "unlocked"
    before = dt_util.utcnow() - timedelta(seconds=60)
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.AUTO, at=before)
    await house.tick(6)
    assert house.lock.state == "unlocked"
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.AUTO)
    await house.tick(6)
    assert house.lock.state == "locked"
    assert "assumed_state" not in house.lock.attributes


@pytest.mark.parametrize(("read", "shown"), [(1, "locked"), (2, "unlocked")])
async def test_lock_that_a_server_read_anew_is_as_it_was_read(
    house: House, u400_lock: FakeLock, hub: FakeHub, read: int, shown: str
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.reacts = ()
    await house.call("unlock")
    await house.pass_time(95, 5)
    assert house.problem.state == "stale_subscription"
    u400_lock.become(available=False)
    await house.tick(1)
    u400_lock.attributes["1/257/0"] = read
    u400_lock.become(available=True)
    await house.pass_time(35, 5)
    assert house.lock.state == shown
    assert "assumed_state" not in house.lock.attributes
    assert house.problem.state == "ok"

"""What could not be recorded is said, and names nobody until it is known again."""

import asyncio
from collections import deque
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from matter_server.client import MatterClient
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    DataOperationType,
    EventId,
    LockOperationType,
    LockState,
    OperationSource,
)

from ...callers import activity
from ...fake_matter import FakeLock, Refusal, User
from ...flow_steps import bind
from ...house import House

RECORDS_ALL_THE_TIME = 11
"""Schema of python-matter-server."""
READS_EVENTS = 14
CAN_READ = hasattr(MatterClient, "read")
"""From client 1.5 on; an older one can only tell that something is missing."""


async def lines(house: House) -> list[dict[str, Any]]:
    """Give the journal, oldest first."""
    return list(reversed(await activity(house)))


async def gaps(house: House) -> list[dict[str, Any]]:
    """Give the gap lines."""
    return [line for line in await lines(house) if line["kind"] == "gap"]


async def unlock(house: House, lock: FakeLock, user: int) -> dict[str, Any]:
    """Unlock at the door; gives what is told."""
    lock.lock_by_hand()
    lock.unlock_by_finger(user)
    await house.settle()
    return dict(house.fired("activity")[-1])


async def stop_server(house: House) -> None:
    """Let the Matter server go away."""
    house.matter.stop()
    await house.settle()
    await house.tick(60)


async def start_server(house: House, *, forgetful: bool) -> None:
    """Let the Matter server come back, with or without its recent events."""
    if forgetful:
        house.matter.recent_events.clear()
    house.matter.start()
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.settle()


async def test_server_that_forgot_leaves_one_gap(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    await start_server(house, forgetful=True)
    (gap,) = await gaps(house)
    assert gap["gap_reason"] == "matter_server_away"
    assert gap["occurred_at"] < gap["until"]
    assert "person" not in gap
    assert house.types() == ["locked", "unlocked"]


async def test_user_is_read_once_after_a_gap_and_named_only_then(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert u400_lock.asked.count("GetUser") == 2
    u400_lock.requests.clear()
    house.matter.hold("GetUser")
    fired = len(house.types())
    u400_lock.unlock_by_finger(user=2)
    await house.wait_for(lambda: house.matter.held)
    assert len(house.types()) == fired
    house.matter.release()
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Ben"
    await unlock(house, u400_lock, 2)
    asked = [dict(r.payload) for r in u400_lock.requests if r.name == "GetUser"]
    assert asked == [{"userIndex": 2}]


async def test_nobody_is_named_when_the_slot_cannot_be_read_after_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    await stop_server(house)
    await start_server(house, forgetful=True)
    u400_lock.fail("GetUser", Refusal(error_code=4))
    told = await unlock(house, u400_lock, 2)
    assert told["event_type"] == "unlocked"
    assert "person" not in told
    assert told["user_index"] == 2
    assert house.changed_by is None
    assert (await unlock(house, u400_lock, 2))["person"] == "Mara"


async def test_lock_without_any_event_is_read_again_all_the_same(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await stop_server(house)
    u400_lock.users[2] = User("Zoe")
    await start_server(house, forgetful=True)
    assert (await unlock(house, u400_lock, 2))["person"] == "Zoe"


async def test_slot_that_changed_hands_in_a_gap_names_the_new_user(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    assert (await unlock(house, u400_lock, 2))["person"] == "Mara"
    await stop_server(house)
    u400_lock.users[2] = User("Zoe")
    await start_server(house, forgetful=True)
    told = await unlock(house, u400_lock, 2)
    assert told["person"] == "Zoe"
    assert "person_id" not in told


async def test_binding_holds_over_a_gap_where_nothing_changed(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock(house, u400_lock, 2)
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert (await unlock(house, u400_lock, 2))["person"] == "Mara"


async def test_seamless_record_has_no_gap(house: House, u400_lock: FakeLock) -> None:
    house.matter.schema_version = RECORDS_ALL_THE_TIME
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    u400_lock.requests.clear()
    await stop_server(house)
    await start_server(house, forgetful=False)
    assert await gaps(house) == []
    assert (await unlock(house, u400_lock, 1))["person"] == "Anna"
    assert "GetUser" not in u400_lock.asked


async def test_what_was_missed_is_journaled_but_not_fired(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.schema_version = RECORDS_ALL_THE_TIME
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    fired = house.types()
    await stop_server(house)
    u400_lock.attributes["1/257/0"] = LockState.LOCKED.value
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.KEYPAD, 2, silently=True
    )
    await house.tick(60)
    await start_server(house, forgetful=False)
    assert house.types() == fired
    missed = (await lines(house))[-1]
    assert (missed["type"], missed["person"]) == ("locked", "Ben")
    assert house.state(house.entity_id("sensor", "last_locked_by")).state == "Ben"
    assert await gaps(house) == []


async def unlock_while_nobody_listens(house: House, lock: FakeLock) -> None:
    """Cut the connection to the server, which goes on, and unlock meanwhile."""
    await unlock(house, lock, 1)
    lock.requests.clear()
    await house.hass.config_entries.async_unload(house.matter_entry.entry_id)
    lock.lock_by_hand()
    lock.unlock_by_finger(2)
    await house.tick(60)
    await house.hass.config_entries.async_setup(house.matter_entry.entry_id)
    await house.settle()


async def test_server_that_records_for_a_listener_only_leaves_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """matter.js still had the last event, so it looked as if nothing had been missed."""
    house.matter.schema_version = 13
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await unlock_while_nobody_listens(house, u400_lock)
    (gap,) = await gaps(house)
    assert gap["gap_reason"] == "matter_server_away"
    assert gap["occurred_at"] < gap["until"]
    assert [line["kind"] for line in await lines(house)] == ["event", "event", "gap"]
    u400_lock.users[2] = User("Zoe")
    assert (await unlock(house, u400_lock, 2))["person"] == "Zoe"


async def test_reload_misses_nothing_while_core_goes_on_listening(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.schema_version = 13
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    u400_lock.lock_by_hand()
    await house.tick(60)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert await gaps(house) == []
    types = [line["type"] for line in await lines(house)]
    assert types == ["locked", "unlocked", "locked"]


async def test_what_the_lock_kept_closes_the_gap_without_a_line(
    house: House, u400_lock: FakeLock
) -> None:
    """Every restart left a gap line where the server can read events by number."""
    house.matter.schema_version = READS_EVENTS
    await house.start(u400_lock)
    await unlock_while_nobody_listens(house, u400_lock)
    kinds = [line["kind"] for line in await lines(house)][2:]
    assert kinds == (["event", "event"] if CAN_READ else ["gap"])
    assert (await lines(house))[-1].get("person") == ("Ben" if CAN_READ else None)
    assert u400_lock.asked == (["read"] if CAN_READ else [])


async def test_restart_with_nothing_in_between_has_no_gap_where_the_lock_can_be_read(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.schema_version = READS_EVENTS
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert bool(await gaps(house)) is not CAN_READ
    assert (await unlock(house, u400_lock, 1))["person"] == "Anna"


async def test_more_than_the_lock_kept_leaves_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    house.matter.schema_version = READS_EVENTS
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    u400_lock.lock_by_hand()
    u400_lock.unlock_by_finger(2)
    del u400_lock.record[:-1]
    await start_server(house, forgetful=True)
    assert len(await gaps(house)) == 1
    assert sum(line["kind"] == "event" for line in await lines(house)) == 2 + CAN_READ


@pytest.mark.parametrize("error_code", [4, 9], ids=["silent lock", "unknown command"])
async def test_lock_that_cannot_be_read_leaves_what_the_server_remembers(
    house: House, u400_lock: FakeLock, error_code: int
) -> None:
    """The first servers of schema 14 did not know how to read events."""
    house.matter.schema_version = READS_EVENTS
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.KEYPAD, 2, silently=True
    )
    u400_lock.fail("read", Refusal(error_code=error_code))
    await start_server(house, forgetful=False)
    assert len(await gaps(house)) == 1
    missed = next(x for x in await lines(house) if x.get("method") == "pin")
    assert missed["type"] == "locked"


async def test_more_than_the_server_remembers_leaves_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    for _ in range(30):
        u400_lock.report_operation(
            LockOperationType.LOCK, OperationSource.MANUAL, silently=True
        )
    await start_server(house, forgetful=False)
    assert len(await gaps(house)) == 1
    assert len(await lines(house)) == 2 + 25 + 1


async def test_gap_ends_with_the_first_event_that_was_recovered(
    house: House, u400_lock: FakeLock
) -> None:
    """It covered what the server remembered as well."""
    house.matter.schema_version = 11
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await house.hass.config_entries.async_unload(house.home.entry_id)
    left_at = dt_util.utcnow()
    for number in range(30):
        u400_lock.report_operation(
            LockOperationType.LOCK,
            OperationSource.MANUAL,
            silently=True,
            at=left_at + timedelta(seconds=60 * number),
        )
    await house.tick(3600)
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    (gap,) = await gaps(house)
    until = dt_util.parse_datetime(gap["until"])
    recovered = left_at + timedelta(seconds=60 * 5)
    assert abs(until - recovered) < timedelta(seconds=1)


async def test_home_assistant_away_is_its_own_reason(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await hass.config_entries.async_unload(house.home.entry_id)
    house.matter.recent_events.clear()
    await house.tick(300)
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    (gap,) = await gaps(house)
    assert gap["gap_reason"] == "home_assistant_away"
    assert [line["kind"] for line in await lines(house)] == ["event", "event", "gap"]


async def test_events_that_cannot_be_read_after_a_restart_are_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    house.matter.failures["diagnostics"] = deque([Refusal()])
    await start_server(house, forgetful=False)
    assert len(await gaps(house)) == 1
    u400_lock.requests.clear()
    await unlock(house, u400_lock, 1)
    assert u400_lock.asked == ["GetUser"]


async def test_first_start_has_no_past_to_miss(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.reload()
    assert await gaps(house) == []


async def test_credential_is_read_by_its_user_after_a_gap(
    house: House, u400_lock: FakeLock
) -> None:
    tag = (CredentialType.RFID, 4)
    u400_lock.users[2] = User("Ben", [tag])
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    await start_server(house, forgetful=True)
    u400_lock.requests.clear()
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.RFID, credential=tag
    )
    await house.settle()
    assert u400_lock.asked == ["GetUser"]
    assert house.fired("activity")[-1]["person"] == "Ben"


async def test_user_that_the_lock_refuses_is_asked_for_once(
    house: House, u400_lock: FakeLock
) -> None:
    """Every operation by an index that the lock does not know cost a message more."""
    await house.start(u400_lock)
    u400_lock.fail("GetUser", Refusal(error_code=7, status=0x85))
    await unlock(house, u400_lock, 77)
    asked = u400_lock.asked.count("GetUser")
    await unlock(house, u400_lock, 77)
    assert u400_lock.asked.count("GetUser") == asked


async def test_late_operation_is_not_named_by_who_holds_the_slot_now(
    house: House, u400_lock: FakeLock
) -> None:
    """The slot changed hands between the operation and its late delivery."""
    await house.start(u400_lock)
    await stop_server(house)
    u400_lock.users[2] = User("Zoe")
    await start_server(house, forgetful=True)
    u400_lock.lock_by_hand()
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.emit(
        EventId.LOCK_OPERATION,
        {
            "lockOperationType": LockOperationType.UNLOCK,
            "operationSource": OperationSource.BIOMETRIC,
            "userIndex": 2,
        },
        at=dt_util.utcnow() - timedelta(seconds=30),
    )
    await house.settle()
    assert "person" not in house.fired("activity")[-1]
    assert (await unlock(house, u400_lock, 2))["person"] == "Zoe"


async def test_who_was_missed_is_shown_as_who_moved_the_bolt(
    house: House, u400_lock: FakeLock
) -> None:
    """It stayed empty until the next reload."""
    house.matter.schema_version = RECORDS_ALL_THE_TIME
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    u400_lock.attributes["1/257/0"] = LockState.LOCKED.value
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.KEYPAD, 2, silently=True
    )
    await start_server(house, forgetful=False)
    assert (house.lock.state, house.changed_by) == ("locked", "Ben")


async def test_who_moved_the_bolt_before_a_gap_is_not_shown_after_it(
    house: House, u400_lock: FakeLock
) -> None:
    """Somebody else may have locked and unlocked meanwhile."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    assert house.changed_by == "Anna"
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert (house.lock.state, house.changed_by) == ("unlocked", None)


async def test_what_is_done_during_the_back_fill_is_shown_and_not_what_was_missed(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    u400_lock.attributes["1/257/0"] = LockState.LOCKED.value
    u400_lock.report_operation(
        LockOperationType.LOCK, OperationSource.KEYPAD, 2, silently=True
    )
    house.matter.start()
    house.matter.hold("diagnostics")
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.wait_for(lambda: house.matter.held)
    u400_lock.report_state(LockState.UNLOCKED)
    house.matter.release()
    await house.settle()
    await house.tick(1)
    assert (house.lock.state, house.changed_by) == ("unlocked", None)


async def test_restarts_with_nothing_in_between_are_one_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """Every restart until the next operation added a line of its own."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    await start_server(house, forgetful=True)
    (first,) = await gaps(house)
    await house.tick(60)
    await house.reload()
    await house.reload()
    (gap,) = await gaps(house)
    assert gap["key"] == first["key"]
    assert gap["occurred_at"] == first["occurred_at"]
    assert gap["until"] > first["until"]


async def test_an_operation_between_two_gaps_keeps_them_apart(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    for _ in range(2):
        await stop_server(house)
        await start_server(house, forgetful=True)
        await unlock(house, u400_lock, 1)
    assert len(await gaps(house)) == 2


async def test_change_of_another_user_that_waits_leaves_this_one_named(
    house: House, u400_lock: FakeLock
) -> None:
    """Nobody was named while any change of the table waited its turn."""
    await house.start(u400_lock)
    await bind(house, "Mara", 2)
    await stop_server(house)
    await start_server(house, forgetful=True)
    house.matter.hold("GetUser")
    u400_lock.unlock_by_finger(user=1)
    u400_lock.unlock_by_finger(user=2)
    u400_lock.report_user_change(DataOperationType.MODIFY, 3)
    await house.wait_for(lambda: house.matter.held)
    house.matter.release()
    await house.settle()
    told = [item for item in house.fired("activity") if "user_index" in item]
    assert [item.get("person") for item in told[-3:-1]] == ["Anna", "Mara"]


async def test_change_of_this_user_that_waits_leaves_it_unnamed(
    house: House, u400_lock: FakeLock
) -> None:
    """What the slot holds now is not what it held when it was used."""
    await house.start(u400_lock)
    await stop_server(house)
    await start_server(house, forgetful=True)
    house.matter.hold("GetUser")
    u400_lock.unlock_by_finger(user=1)
    u400_lock.unlock_by_finger(user=2)
    u400_lock.users[2] = User("Zoe")
    u400_lock.report_user_change(DataOperationType.ADD, 2)
    await house.wait_for(lambda: house.matter.held)
    house.matter.release()
    await house.settle()
    told = [item for item in house.fired("activity") if item.get("user_index") == 2]
    assert "person" not in told[0]


async def test_slot_that_changes_hands_while_it_is_read_names_nobody(
    house: House, u400_lock: FakeLock
) -> None:
    """The lock answered with who holds the slot after the change."""
    await house.start(u400_lock)
    await stop_server(house)
    await start_server(house, forgetful=True)
    house.matter.hold("GetUser")
    u400_lock.unlock_by_finger(user=2)
    await house.wait_for(lambda: house.matter.held)
    u400_lock.users[2] = User("Zoe")
    u400_lock.report_user_change(DataOperationType.ADD, 2)
    house.matter.release()
    await house.settle()
    told = [item for item in house.fired("activity") if item.get("user_index") == 2]
    assert "person" not in told[0]
    assert (await unlock(house, u400_lock, 2))["person"] == "Zoe"


async def test_server_that_goes_away_while_it_is_asked_leaves_its_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """The gap began anew with the second loss: what was missed before had no line."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    lost_at = dt_util.utcnow() - timedelta(seconds=60)
    house.matter.recent_events.clear()
    house.matter.start()
    house.matter.hold("diagnostics")
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.wait_for(lambda: house.matter.held)
    await stop_server(house)
    house.matter.held.clear()
    house.matter.holding.clear()
    await start_server(house, forgetful=True)
    await house.tick(60)
    (gap,) = await gaps(house)
    assert dt_util.parse_datetime(gap["occurred_at"]) <= lost_at
    assert (await unlock(house, u400_lock, 1))["person"] == "Anna"


async def test_lock_that_is_gone_for_a_moment_during_the_back_fill_is_followed_on(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    house.matter.start()
    house.matter.hold("diagnostics")
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.wait_for(lambda: house.matter.held)
    u400_lock.become(available=False)
    u400_lock.become(available=True)
    house.matter.release()
    await house.settle()
    assert (await unlock(house, u400_lock, 2))["person"] == "Ben"


async def test_change_that_was_missed_counts_for_what_is_done_during_the_back_fill(
    house: House, u400_lock: FakeLock
) -> None:
    """The new operation was named first, by who held the slot before the change."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 2)
    await stop_server(house)
    u400_lock.users[2] = User("Zoe")
    u400_lock.report_user_change(DataOperationType.ADD, 2, silently=True)
    house.matter.start()
    house.matter.hold("diagnostics")
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.wait_for(lambda: house.matter.held)
    u400_lock.unlock_by_finger(user=2)
    house.matter.release()
    await house.settle()
    assert house.fired("activity")[-1]["person"] == "Zoe"


async def test_users_that_cannot_be_read_are_no_gap(
    house: House, u400_lock: FakeLock
) -> None:
    """Every event was there; only the walk through the users failed."""
    u400_lock.fail("GetUser", *[Refusal(error_code=4)] * 9)
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await house.reload()
    assert await gaps(house) == []


async def test_users_that_could_not_be_read_are_read_when_the_lock_is_awake(
    house: House, u400_lock: FakeLock
) -> None:
    """Nobody was named until the next restart."""
    u400_lock.fail("GetUser", Refusal(error_code=4))
    await house.start(u400_lock)
    assert "person" not in await unlock(house, u400_lock, 1)
    await house.tick(10)
    assert (await unlock(house, u400_lock, 1))["person"] == "Anna"
    u400_lock.requests.clear()
    await house.tick(10)
    assert "GetUser" not in u400_lock.asked


async def test_gap_does_not_end_before_it_began(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    """A host without a clock of its own starts in the past."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await hass.config_entries.async_unload(house.home.entry_id)
    house.matter.recent_events.clear()
    house.clock.move_to(dt_util.utcnow() - timedelta(minutes=17))
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    (gap,) = await gaps(house)
    assert gap["occurred_at"] <= gap["until"]


async def test_operation_that_waited_for_hours_is_no_news(
    house: House, u400_lock: FakeLock
) -> None:
    """It was told as if it happened when the server came back."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    await stop_server(house)
    house.matter.start()
    house.matter.hold("diagnostics")
    await house.hass.config_entries.async_reload(house.matter_entry.entry_id)
    await house.wait_for(lambda: house.matter.held)
    u400_lock.lock_by_hand()
    fired = len(house.types())
    house.matter.stop()
    for _ in range(20):
        await asyncio.sleep(0)
    house.matter.held.clear()
    house.matter.holding.clear()
    house.clock.tick(timedelta(seconds=3600))
    await start_server(house, forgetful=False)
    await house.settle()
    assert len(house.types()) == fired
    assert (await lines(house))[-1]["type"] == "locked"


async def test_gap_ends_where_the_lock_was_watched_again(
    house: House, u400_lock: FakeLock
) -> None:
    """The line of the first gap grew over the hour in which the lock was watched."""
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    for _ in range(2):
        await stop_server(house)
        await start_server(house, forgetful=True)
        await house.pass_time(3600, 600)
    first, second = await gaps(house)
    ended, began = (
        dt_util.parse_datetime(first["until"]),
        dt_util.parse_datetime(second["occurred_at"]),
    )
    assert began - ended >= timedelta(hours=1)


async def test_server_that_comes_and_goes_makes_one_gap(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await unlock(house, u400_lock, 1)
    for _ in range(3):
        await stop_server(house)
        await start_server(house, forgetful=True)
        await house.tick(30)
    assert len(await gaps(house)) == 1

"""A home of many locks keeps the event loop free: nothing is looked at or written for nothing."""

import asyncio
from threading import current_thread, main_thread
from unittest.mock import patch

import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.journal.journal import Journal

from ..callers import activity
from ..fake_host import FakeHost
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

LOW = 10
"""Battery charge in half percents."""


async def be_lost(house: House, *locks: FakeLock) -> None:
    """Be out of reach until it is shown."""
    for lock in locks:
        lock.become(available=False)
    await house.pass_time(180, 10)


async def test_locks_that_ask_during_a_look_share_the_next_one(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    watch = house.home.runtime_data.diagnosis
    looks: list[None] = []
    watch.host_read.connect(lambda: looks.append(None))
    await asyncio.gather(*(watch.async_refresh() for _ in range(20)))
    assert len(looks) == 2


async def test_who_shared_a_look_that_was_broken_off_looks_itself(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    watch = house.home.runtime_data.diagnosis
    looks: list[None] = []
    watch.host_read.connect(lambda: looks.append(None))
    first, second, third = (
        asyncio.ensure_future(watch.async_refresh()) for _ in range(3)
    )
    await first
    second.cancel()
    await third
    assert len(looks) == 2


async def test_whatever_changes_in_one_turn_updates_each_lock_once(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    home = house.home.runtime_data
    with patch.object(home.paths, "follow", wraps=home.paths.follow) as followed:
        for _ in range(20):
            home.request_update()
        updated = []
        for _ in range(3):
            await asyncio.sleep(0)
            updated.append(followed.call_count)
        assert updated == [1, 2, 2], "one lock in a turn of the event loop"
        await house.settle()
        # The diagnosis reads the host, by which every path is judged once more.
        assert followed.call_count == 4


async def test_problem_of_one_lock_is_not_written_for_another(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    await house.pass_time(35, 5)
    first = house.entity_id("sensor", "diagnosis", 0)
    second = house.entity_id("sensor", "diagnosis", 1)
    before = house.state(first).last_reported
    await house.tick(1)
    u200_lock.set_attribute("2/47/12", LOW)
    await house.settle()
    assert house.state(second).state == "low_battery"
    assert house.state(first).last_reported == before


async def test_the_way_to_a_lock_is_not_written_as_long_as_it_is_the_same(
    house: House, host: FakeHost, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await house.pass_time(35, 5)
    served_by = house.entity_id("sensor", "served_by")
    before = house.state(served_by).last_reported
    await house.tick(1)
    await house.home.runtime_data.diagnosis.async_refresh()
    assert house.state(served_by).last_reported == before
    house.lan.unplug(hub, goodbye=True)
    hub.name = "Hub M100-NEW"
    house.lan.plug(hub)
    await house.pass_time(60, 5)
    assert "NEW" in house.state(served_by).state


async def test_journal_is_parsed_in_another_thread(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    parse, threads = Journal.from_dict, list[bool]()

    def note(*given: object, **more: int) -> Journal:
        threads.append(current_thread() is main_thread())
        return parse(*given, **more)

    with patch.object(Journal, "from_dict", note):
        await house.reload()
    assert threads == [False]
    assert house.changed_by == "Ben"


async def test_locks_found_in_one_packet_are_handled_one_in_a_turn(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock, u200_lock)
    await be_lost(house, u400_lock, u200_lock)
    shown = [house.entity_id("binary_sensor", "responsive", x) for x in (0, 1)]
    assert [house.state(x).state for x in shown] == ["off", "off"]
    u400_lock.become(available=True)
    u200_lock.become(available=True)
    assert [house.state(x).state for x in shown] == ["off", "off"]
    await asyncio.sleep(0)
    assert sorted(house.state(x).state for x in shown) == ["off", "on"]
    await house.settle()
    assert [house.state(x).state for x in shown] == ["on", "on"]


async def test_lock_that_fails_keeps_no_other_from_being_found(
    house: House,
    u400_lock: FakeLock,
    u200_lock: FakeLock,
    hub: FakeHub,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await house.start(u400_lock, u200_lock)
    await be_lost(house, u400_lock, u200_lock)
    house.expects_errors = True
    first, second = house.home.runtime_data.locks.values()
    with patch.object(first.log, "lock_returned", side_effect=RuntimeError):
        u400_lock.become(available=True)
        u200_lock.become(available=True)
        await house.settle()
    assert second.connection.responsive
    assert "A listener failed" in caplog.text


async def test_what_a_lock_says_in_the_packet_that_finds_it_comes_after_that(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    await be_lost(house, u400_lock)
    u400_lock.become(available=True)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    assert (house.lock.state, house.changed_by) == ("unlocked", "Ben")
    line = (await activity(house))[0]
    assert (line["type"], line["person"]) == ("unlocked", "Ben")
    (lock,) = house.home.runtime_data.locks.values()
    assert lock.node is not None
    assert (lock.node.available, lock.node.lock_state) == (True, LockState.UNLOCKED)


async def test_lock_lost_and_found_in_one_packet_was_lost(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    (lock,) = house.home.runtime_data.locks.values()
    u400_lock.become(available=False)
    u400_lock.become(available=True)
    await house.settle()
    assert [x.available for x in lock.history.flips.flips] == [False, True]


async def test_bolt_that_moved_unseen_is_handled_in_the_packet_that_says_so(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    await house.start(u400_lock)
    (lock,) = house.home.runtime_data.locks.values()
    before = lock.node
    u400_lock.data.attributes["1/257/0"] = LockState.UNLOCKED.value
    u400_lock.become(available=True)
    assert before is not None
    assert before.lock_state is LockState.LOCKED
    assert lock.node is not None
    assert lock.node.lock_state is LockState.UNLOCKED


async def test_lock_lost_right_before_a_stop_is_found_away_at_the_next_start(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """What waits is not handled any more: timers of a home that stopped would stay."""
    await house.start(u400_lock)
    (stopped,) = house.home.runtime_data.locks.values()
    u400_lock.become(available=False)
    await house.reload()
    (lock,) = house.home.runtime_data.locks.values()
    assert stopped.history.flips.flips == ()
    assert lock.node is not None
    assert not lock.node.available

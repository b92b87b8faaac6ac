"""A home of many locks keeps the event loop free: nothing is looked at or written for nothing."""

import asyncio
from threading import current_thread, main_thread
from unittest.mock import patch

from custom_components.aqara_lock.domain.journal.journal import Journal

from ..fake_host import FakeHost
from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

LOW = 10
"""Battery charge in half percents."""


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

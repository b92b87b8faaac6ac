"""A home with long journals: only what is shown is put into words, only news is looked at."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
import itertools
from typing import Any
from unittest.mock import MagicMock, patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.aqara_lock.domain.doorlock.cluster import LockState
from custom_components.aqara_lock.domain.journal.activity import JournalEntry
from custom_components.aqara_lock.domain.journal.journal import Journal
from custom_components.aqara_lock.feed.viewer import Viewer
from custom_components.aqara_lock.slices import AT_ONCE

from ..callers import act, add_person, options
from ..fake_matter import FakeLock
from ..house import House

ENTRIES = 600


def in_a_row(journal: Journal, entries: int) -> None:
    """Write changes of state, each a minute after the one before."""
    begin = dt_util.utcnow() - timedelta(minutes=entries + 1)
    for number in range(entries):
        state = LockState.UNLOCKED if number % 2 else LockState.LOCKED
        journal.unexplained(begin + timedelta(minutes=number), state)


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Give a home whose lock has a long journal."""
    await house.start(u400_lock)
    (lock,) = house.home.runtime_data.locks.values()
    in_a_row(lock.journal, ENTRIES)
    lock.entries_changed.send()
    await house.settle()
    return house


@contextmanager
def put_into_words() -> Iterator[MagicMock]:
    """Count lines that are put into words."""
    with patch.object(Viewer, "line", autospec=True, side_effect=Viewer.line) as made:
        yield made


async def test_action_puts_only_what_it_gives_into_words(home: House) -> None:
    with put_into_words() as made:
        answer = await act(home, "get_activity", response=True, limit=3)
    assert len(answer["lines"]) == 3
    assert made.call_count == 3
    newest = home.home.runtime_data.locks[home.subentry_id()].journal.lines()[-3:]
    assert [line["key"] for line in answer["lines"]] == [x.key for x in newest[::-1]]


async def test_action_lets_others_have_their_turn(home: House) -> None:
    """Each slice of lines is followed by a turn of the event loop."""
    turns: list[int] = []

    async def count(made: MagicMock) -> None:
        while len(turns) < 10_000:
            turns.append(made.call_count)
            await asyncio.sleep(0)

    with put_into_words() as made:
        counter = home.hass.async_create_task(count(made))
        await act(home, "get_activity", response=True, limit=ENTRIES)
        counter.cancel()
    assert made.call_count == ENTRIES
    steps = [later - now for now, later in itertools.pairwise(turns)]
    assert max(steps) <= AT_ONCE


async def test_export_is_written_beside_the_event_loop(home: House) -> None:
    jobs: list[Callable[..., Any]] = []
    add = home.hass.async_add_executor_job

    def note(job: Callable[..., Any], *given: Any) -> Awaitable[Any]:
        jobs.append(job)
        return add(job, *given)

    with (
        put_into_words() as made,
        patch.object(home.hass, "async_add_executor_job", note),
        patch.object(
            JournalEntry, "as_row", autospec=True, side_effect=JournalEntry.as_row
        ) as rows,
    ):
        answer = await act(home, "export_activity", response=True, format="csv")
    assert answer["lines"] == rows.call_count == ENTRIES
    assert made.call_count == 0
    assert any(job.__name__ == "_export" for job in jobs)


@pytest.fixture
async def socket(
    home: House, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """Connect as an administrator."""
    return await hass_ws_client(hass)


async def lines_of_feed(socket: MockHAClientWebSocket, number: int) -> list[Any]:
    """Give the messages of a feed until so many lines came."""
    told: list[Any] = []
    while sum(len(event["lines"]) for event in told) < number:
        told.append((await socket.receive_json())["event"])
    return told


async def test_feed_begins_in_slices_and_goes_on_with_news_alone(
    home: House, socket: MockHAClientWebSocket, u400_lock: FakeLock
) -> None:
    with put_into_words() as made:
        await socket.send_json_auto_id(
            {"type": "aqara_lock/activity/subscribe", "limit": 120}
        )
        assert (await socket.receive_json())["success"]
        told = await lines_of_feed(socket, 120)
    assert made.call_count == 120
    assert [event["initial"] for event in told] == [True, False, False]
    assert max(len(event["lines"]) for event in told) <= AT_ONCE
    sent = [line["occurred_at"] for event in told for line in event["lines"]]
    assert sent == sorted(sent, reverse=True)
    with put_into_words() as made:
        u400_lock.unlock_by_finger(user=1)
        await home.settle()
        (event,) = await lines_of_feed(socket, 1)
    assert made.call_count == 1
    assert [line["type"] for line in event["lines"]] == ["unlocked"]


async def test_page_puts_only_itself_into_words(
    home: House, socket: MockHAClientWebSocket
) -> None:
    ask = {"type": "aqara_lock/activity/list", "lock_id": home.subentry_id()}
    with put_into_words() as made:
        await socket.send_json_auto_id({**ask, "limit": 7})
        page = (await socket.receive_json())["result"]
    assert made.call_count == 7
    assert page["has_more"]


async def test_erase_tells_a_feed_in_parts(
    home: House, socket: MockHAClientWebSocket
) -> None:
    await socket.send_json_auto_id(
        {"type": "aqara_lock/activity/subscribe", "limit": 1}
    )
    assert (await socket.receive_json())["success"]
    await lines_of_feed(socket, 1)
    await act(home, "erase_activity")
    removed: list[Any] = []
    while len(removed) < ENTRIES:
        event = (await socket.receive_json())["event"]
        assert 0 < len(event["removed"]) <= 500
        removed += event["removed"]
    assert len({item["key"] for item in removed}) == ENTRIES


async def test_removed_person_is_taken_out_of_one_lock_after_the_other(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    person_id = add_person(house, "Carl")
    await house.settle()
    locks = list(house.home.runtime_data.locks.values())
    person = house.home.runtime_data.household.people[person_id]
    for lock in locks:
        in_a_row(lock.journal, 3)
        lock.journal.assign(lock.journal.lines()[0].key, person, dt_util.utcnow())
    named: list[list[bool]] = []

    async def look() -> None:
        for _ in range(50):
            named.append([person_id in lock.journal.people() for lock in locks])
            await asyncio.sleep(0)

    looks = house.hass.async_create_task(look())
    (subentry_id,) = (
        key
        for key, x in house.home.subentries.items()
        if x.data.get("person_id") == person_id
    )
    house.hass.config_entries.async_remove_subentry(house.home, subentry_id)
    await looks
    await house.settle()
    assert named[0] == [True, True]
    assert [False, True] in named
    assert named[-1] == [False, False]


async def test_shorter_journals_do_not_wait_for_a_home_that_stops(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    """What follows the settings ends with the home: no timer begins after it."""
    await house.start(u400_lock, u200_lock)
    options(house, journal_lines=7)
    await house.stop()
    await house.settle()
    await house.hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    kept = {x.journal.limit for x in house.home.runtime_data.locks.values()}
    assert kept == {7}


async def test_operation_writes_the_store_of_its_lock_alone(
    house: House,
    u400_lock: FakeLock,
    u200_lock: FakeLock,
    hass_storage: dict[str, Any],
) -> None:
    await house.start(u400_lock, u200_lock)
    await house.tick(60)
    first, second = (f"aqara_lock.lock.{house.subentry_id(n)}" for n in (0, 1))
    before = {key: json_bytes(hass_storage[key]) for key in (first, second)}
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    await house.tick(60)
    assert json_bytes(hass_storage[first]) != before[first]
    assert json_bytes(hass_storage[second]) == before[second]


async def test_what_is_written_is_as_it_was_when_it_was_asked_for(
    home: House, u400_lock: FakeLock
) -> None:
    """What changes while the executor makes plain data stands in the next file."""
    (lock,) = home.home.runtime_data.locks.values()
    memory = lock.log.memory
    memory.new_apps = ["one"]
    write = lock.store._writing()
    memory.new_apps.append("two")
    memory.flips.append(["2026-11-22T18:30:00+00:00", True])
    memory.addresses.append("fd00::9")
    lock.journal.erase()
    content = write()
    assert content["new_apps"] == ["one"]
    assert "fd00::9" not in content["addresses"]
    assert ["2026-11-22T18:30:00+00:00", True] not in content["flips"]
    assert len(content["journal"]["unexplained"]) == ENTRIES

"""What the lock did while nobody listened comes back from the lock itself.

A Matter server from schema 14 on reads events by their number; python-matter-server cannot.
"""

from datetime import datetime
from typing import Any

import pytest

from tests.rig.software import Software
from tests.rig.waiting import wait_until

from .door import ACTIVITY, DOOR_LOCK, Door, JournalEntry, facts

SOFTWARE = (Software.MATTERJS,)
READS_EVENTS = 14
"""First schema in which a server reads events by number."""
FILLED_WITHIN = 30
"""Seconds after a start."""
pytestmark = pytest.mark.timeout(300)


async def test_what_happened_while_home_assistant_was_away_comes_back(
    door: Door,
) -> None:
    assert door.rig.controller.info["schema_version"] >= READS_EVENTS
    told = await door.done(door.rig.lock.unlock(finger=2))
    await door.written(told.line["event_number"])
    before, shown = await door.lines(), await door.state("activity")
    await door.rig.ha.stop()
    missed = await _operate_unheard(door)
    await door.rig.ha.start()
    await door.ready()
    lines = await _filled(door, missed)
    assert lines[: len(before)] == before
    _assert_are(lines[len(before) :], missed)
    assert _told_live(door, missed) == []
    restored = await door.state("activity")
    assert restored.state == shown.state
    fresh = await door.done(door.rig.lock.unlock(finger=3))
    assert fresh.line["person"] == "Clara"
    assert await door.lines() == [*lines, fresh.line]


async def test_what_happened_while_the_server_was_away_comes_back(door: Door) -> None:
    told = await door.done(door.rig.lock.unlock(pin=2))
    before = await door.lines()
    await door.rig.matter.kill()
    await door.client.wait_state(await door.entity("lock"), "unavailable")
    missed = await _operate_unheard(door)
    await door.rig.matter.start()
    await door.followed()
    lines = await _filled(door, missed)
    assert told.line in lines
    assert lines[: len(before)] == before
    _assert_are(lines[len(before) :], missed)
    assert _told_live(door, missed) == []


async def _operate_unheard(door: Door) -> list[dict[str, Any]]:
    """Let people come and go; gives the lock's own record of it."""
    last = (await door.rig.lock.events())[-1]["seq"]
    await door.rig.lock.lock(pin=2)
    await door.rig.lock.denied("disabled_user", pin=3)
    await door.rig.lock.unlock(finger=1)
    await door.rig.lock.lock(hand=True)
    events = await door.rig.lock.events(last)
    return [event for event in events if event["cluster"] == DOOR_LOCK]


async def _filled(door: Door, missed: list[dict[str, Any]]) -> list[JournalEntry]:
    """Wait until the last missed event is in the journal; gives the lines."""
    last = missed[-1]["number"]

    async def found() -> list[JournalEntry] | None:
        lines = await door.lines()
        return lines if any(x.get("event_number") == last for x in lines) else None

    return await wait_until("the missed events", found, FILLED_WITHIN)


def _assert_are(lines: list[JournalEntry], missed: list[dict[str, Any]]) -> None:
    """Each event once, at its own time, with its own actor, and nothing else."""
    numbers = [event["number"] for event in missed]
    assert [line.get("event_number") for line in lines] == numbers
    times = [datetime.fromisoformat(line["occurred_at"]).timestamp() for line in lines]
    assert times == pytest.approx([event["time"] / 1000 for event in missed], abs=0.01)
    kinds = ("type", "method", "person", "confidence")
    assert [tuple(facts(line)[kind] for kind in kinds) for line in lines] == [
        ("locked", "pin", "Ben", "reported"),
        ("denied", "pin", "Clara", "reported"),
        ("unlocked", "fingerprint", "Anna", "reported"),
        ("locked", "manual", None, "unknown"),
    ]


def _told_live(door: Door, missed: list[dict[str, Any]]) -> list[int]:
    """Return the missed events that were told as if they happened now."""
    numbers = {event["number"] for event in missed}
    told = (e.data["event_number"] for e in door.client.events if e.type == ACTIVITY)
    return [number for number in told if number in numbers]

"""A door with more than two positions, on real parts: what is told, and what is not."""

from contextlib import suppress

import pytest

from tests.rig.ha_client import Event
from tests.rig.waiting import TimedOut

from .door import ACTIVITY, Door, facts

GRACE = 7
"""Seconds after which a movement without an operation would have been told."""
OPENINGS = ("unlocked", "unlatched")


async def openings(door: Door, since: int) -> list[str]:
    """Return every opening that was told, once nothing more can follow."""

    def never(_event: Event) -> bool:
        return False

    with suppress(TimedOut):
        await door.client.wait_event(ACTIVITY, never, since=since, timeout=GRACE)
    fired = (e.data["type"] for e in door.client.events[since:] if e.type == ACTIVITY)
    return [kind for kind in fired if kind in OPENINGS]


async def test_a_jam_makes_no_opening_and_lasts_until_the_bolt_is_free(
    door: Door,
) -> None:
    lock, since = await door.entity("lock"), len(door.client.events)
    await door.done(door.rig.lock.jam())
    await door.client.wait_state(lock, "jammed")
    assert (await door.rig.lock.state())["lock_state"] == "not_fully_locked"
    assert await openings(door, since) == []
    assert (await door.state("lock")).state == "jammed"
    await door.rig.lock.jam(on=False)
    await door.client.wait_state(lock, "locked")
    assert await openings(door, since) == []


async def test_a_jam_survives_a_reload_and_a_refused_attempt(door: Door) -> None:
    lock, since = await door.entity("lock"), len(door.client.events)
    await door.done(door.rig.lock.jam())
    await door.client.wait_state(lock, "jammed")
    await door.client.call_service(
        "homeassistant", "reload_config_entry", entry_id=await door.entry_id()
    )
    await door.client.wait_state(lock, "jammed", timeout=60)
    await door.followed()
    await door.done(door.rig.lock.denied(pin=2))
    assert await openings(door, since) == []
    assert (await door.state("lock")).state == "jammed"


async def test_a_lock_that_has_no_word_for_open_is_opened_once(door: Door) -> None:
    await door.rig.lock.manners(open_as="not_fully_locked")
    lock, since = await door.entity("lock"), len(door.client.events)
    done = await door.done(door.rig.lock.unlock(finger=2))
    state = await door.client.wait_state(lock, "unlocked")
    assert state.attributes["changed_by"] == "Ben"
    assert facts(done.line)["person"] == "Ben"
    assert await openings(door, since) == ["unlocked"]


async def test_a_lock_that_has_no_word_for_open_does_what_it_is_told(
    door: Door,
) -> None:
    await door.rig.lock.manners(open_as="not_fully_locked")
    lock, since = await door.entity("lock"), len(door.client.events)
    for action, state in (("unlock", "unlocked"), ("lock", "locked")):
        await door.done(door.client.call_service("lock", action, lock))
        shown = await door.client.wait_state(lock, state)
        assert shown.attributes["changed_by"] == "Demo"
        assert not shown.attributes.get("assumed_state")
    assert await openings(door, since) == ["unlocked"]


@pytest.mark.parametrize("latch_ms", [100, 2000])
async def test_a_latch_that_falls_back_opens_once(door: Door, latch_ms: int) -> None:
    await door.rig.lock.manners(latch_ms=latch_ms)
    lock, since = await door.entity("lock"), len(door.client.events)
    done = await door.done(door.rig.lock.unlatch(finger=2))
    assert done.line["type"] == "unlatched"
    state = await door.client.wait_state(lock, "unlocked")
    assert state.attributes["changed_by"] == "Ben"
    assert await openings(door, since) == ["unlatched"]
    assert (await door.state("last_unlocked_by")).state == "Ben"

"""Rows `outage` and `naming`: seconds that a user waits, in a home of real parts."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from random import random

from custom_components.aqara_lock.domain.budget import HUB_PROBE_INTERVAL
from tests.e2e.door import Door
from tests.e2e.why_watch import BESIDE, begin_again
from tests.rig.ha_client import Event, State
from tests.rig.rig import Rig

from .row import Row, spread

QUIET_START = 60
CORE_PATIENCE = 400
NAMINGS = 20


async def measure(runs: int, *, core: bool) -> list[Row]:
    """Pull the plug several times, at moments spread evenly between two probes.

    The integration begins anew each time: it may ping a lock three times in ten minutes,
    and after several outages a return is noticed as late as that.
    """
    ours, theirs = list[float](), list[float]()
    async with Rig(beside=BESIDE) as rig:
        door = Door(rig)
        await door.ready()
        await _quiet_start(door)
        for moment in _moments(runs):
            await _one_outage(door, moment, ours, theirs if core else None)
    beside = spread(theirs) if core else "not waited for (--core)"
    return [Row("outage: plug pulled to event", spread(ours), f"core: {beside}")]


def _moments(runs: int) -> list[float]:
    """Give seconds into the time between two probes, one from each equal part of it.

    A few moments picked at random would say more of chance than of the product.
    """
    part = HUB_PROBE_INTERVAL / runs
    return [(number + random()) * part for number in range(runs)]


async def _one_outage(
    door: Door, moment: float, ours: list[float], theirs: list[float] | None
) -> None:
    loop = asyncio.get_running_loop()
    await begin_again(door)
    await asyncio.sleep(moment)
    notices, before = await door.entity("connection"), await door.state("connection")
    core = await door.core()
    begin = loop.time()
    await door.rig.hub.unplug()
    said = await door.client.wait_state(notices, _new(before, "unresponsive"), 120)
    ours.append(loop.time() - begin)
    if theirs is not None:
        await door.client.wait_state(core, "unavailable", CORE_PATIENCE)
        theirs.append(loop.time() - begin)
    await door.rig.hub.plug()
    await door.client.wait_state(notices, _new(said, "recovered"), 200)
    await door.client.wait_state(core, "locked", 200)


def _new(before: State, kind: str) -> Callable[[State], bool]:
    return lambda found: (
        found.state != before.state and found.attributes.get("event_type") == kind
    )


async def _quiet_start(door: Door) -> None:
    """Wait until hubs are judged: a minute after the hub was found."""
    hub = await door.client.wait_state(await door.hub_online(), "on")
    age = datetime.now(UTC) - datetime.fromisoformat(hub.last_changed)
    await asyncio.sleep(max(0, QUIET_START + 1 - age.total_seconds()))


async def measure_naming() -> list[Row]:
    """Let a finger unlock several times."""
    ours, theirs = list[float](), list[float]()
    async with Rig() as rig:
        door = Door(rig)
        await door.ready()
        lock, core = await door.entity("lock"), await door.core()
        for _ in range(NAMINGS):
            begin, since = asyncio.get_running_loop().time(), len(door.client.events)
            await door.done(rig.lock.unlock(finger=2))
            await door.client.wait_state(lock, _by_ben)
            await door.client.wait_state(core, "unlocked")
            heard = door.client.events[since:]
            ours.append(_first(heard, lock, named=True) - begin)
            theirs.append(_first(heard, core, named=False) - begin)
            await door.done(rig.lock.lock(hand=True))
    named = "naming: finger to unlocked with the name"
    return [Row(named, spread(ours), f"core, without a name: {spread(theirs)}")]


def _by_ben(state: State) -> bool:
    return state.attributes.get("changed_by") == "Ben"


def _first(events: list[Event], entity_id: str, *, named: bool) -> float:
    """Return when an entity first showed `unlocked`; raises StopIteration when never."""
    for event in events:
        new = event.data.get("new_state") if event.type == "state_changed" else None
        if new is None or (new["entity_id"], new["state"]) != (entity_id, "unlocked"):
            continue
        if not named or new["attributes"].get("changed_by") == "Ben":
            return event.seconds
    raise LookupError(f"{entity_id} was never unlocked")

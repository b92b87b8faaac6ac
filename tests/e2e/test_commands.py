"""Commands that cannot arrive: they fail at once where that is known, and change nothing."""

from collections.abc import Callable
import time
from typing import Any

import pytest

from tests.rig.ha_client import State
from tests.rig.software import Software
from tests.rig.websocket import RequestFailed

from .door import Door
from .seconds import measured
from .why_watch import LONG, begin_again

SOFTWARE = tuple(Software)
AT_ONCE = 5
"""Seconds in which a command fails whose cause is known."""
PATIENCE = 130
"""Seconds in which any command has an outcome."""


async def attempts(door: Door) -> list[dict[str, Any]]:
    """Return the journal's entries of commands that failed, newest first."""
    lock_id = await door.lock_id()
    found = await door.client.command("aqara_lock/activity/list", lock_id=lock_id)
    return [line for line in found["lines"] if line["kind"] == "attempt"]


async def fails(door: Door, action: str = "unlock") -> tuple[str, float]:
    """Operate; return why that failed, and after how many seconds."""
    lock, begun = await door.entity("lock"), time.monotonic()
    with pytest.raises(RequestFailed) as raised:
        await door.client.command(
            "call_service",
            PATIENCE,
            domain="lock",
            service=action,
            target={"entity_id": lock},
        )
    return str(raised.value), time.monotonic() - begun


async def is_left_alone(door: Door, before: State, since: int) -> None:
    """Assert that nothing was written but what is known of the connection."""
    now = await door.state("lock")
    assert (now.state, now.last_changed) == (before.state, before.last_changed)
    lock = await door.entity("lock")
    written = [
        event
        for event in door.client.events[since:]
        if event.type == "state_changed" and event.data["entity_id"] == lock
    ]
    assert {event.data["new_state"]["state"] for event in written} <= {before.state}
    assert {event.context["user_id"] for event in written} <= {None}


async def test_command_to_a_lock_that_is_well(door: Door) -> None:
    """A fresh look at the way costs no time that a user would feel."""
    lock = await door.entity("lock")
    for action, state in (("unlock", "unlocked"), ("lock", "locked")):
        begun = time.monotonic()
        await door.client.call_service("lock", action, lock)
        measured(door.rig, f"{action} accepted", time.monotonic() - begun)
        await door.client.wait_state(lock, _by_demo(state))
        assert time.monotonic() - begun < AT_ONCE


@pytest.mark.parametrize("fault", ["hub", "ipv6", "route"])
async def test_command_whose_cause_is_known_is_not_sent(door: Door, fault: str) -> None:
    await begin_again(door)
    before, known = await door.state("lock"), len(await attempts(door))
    since, said = len(door.client.events), await door.entity("responsive")
    if fault == "hub":
        await door.rig.hub.unplug()
        # No hub is judged in the first minute of a run.
        await door.client.wait_state(said, "off", LONG)
    elif fault == "ipv6":
        await door.rig.lan.ipv6(on=False)
    else:
        await door.rig.lan.route(on=False)
    why, took = await fails(door)
    measured(door.rig, f"unlock with {fault} known to be off fails", took)
    assert took < AT_ONCE
    assert "nothing was sent" in why
    await is_left_alone(door, before, since)
    (attempt, *_) = found = await attempts(door)
    assert len(found) == known + 1
    assert (attempt["person"], attempt["outcome"]) == ("Demo", "not_sent")
    assert "Demo tried to unlock it" in attempt["sentence"]
    assert (await door.rig.lock.state())["lock_state"] == "locked"


async def test_command_to_a_hub_that_just_went(door: Door) -> None:
    await begin_again(door)
    before, known = await door.state("lock"), len(await attempts(door))
    since, problem = len(door.client.events), await door.entity("diagnosis")
    await door.rig.hub.unplug()
    _, took = await fails(door)
    measured(door.rig, "unlock with a hub that just went fails", took)
    await is_left_alone(door, before, since)
    assert len(await attempts(door)) == known + 1
    second, took = await fails(door, "lock")
    measured(door.rig, "next command fails", took)
    assert took < AT_ONCE + 1
    assert "nothing was sent" in second
    await door.rig.hub.plug()
    await door.client.wait_state(await door.entity("responsive"), "on", 180)
    await door.client.wait_state(problem, "ok", 180)
    shown = await door.client.wait_state(await door.entity("lock"), _as(door), 60)
    assert not shown.attributes.get("assumed_state")


def _by_demo(state: str) -> Callable[[State], bool]:
    """Tell whether a state is shown with who brought it about, which may come later."""
    return lambda shown: (
        shown.state == state and shown.attributes.get("changed_by") == "Demo"
    )


def _as(door: Door) -> Callable[[State], bool]:
    """Tell whether the lock is shown for certain: one way or the other, not in between."""
    return lambda shown: shown.state in {"locked", "unlocked"}

"""Why a lock stopped answering: every fault of the way to it, made for real and repaired."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from tests.rig.ha_client import Event, State
from tests.rig.home_assistant import DOMAIN
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

from .door import Door

pytestmark = pytest.mark.timeout(300)

LONG = 150
"""Seconds in which a fault shows and is gone again; nothing waits longer than it must."""
OK = "ok"

type Act = Callable[[Rig], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """What happens to the home, and what must be said of it."""

    act: Act
    cause: str
    in_home: bool = True
    """Whether it concerns more than the one lock."""
    first: frozenset[str] = field(default_factory=frozenset)
    """What may be said before, while less is known."""
    anew: bool = True
    """Whether the integration begins anew: it may ping three times in ten minutes."""


@dataclass(frozen=True)
class Watch:
    """What the product says of one lock and of its home from a moment on."""

    door: Door
    problem: str
    network: str
    connection: str
    responsive: str
    before: State
    since: int

    @classmethod
    async def begin(cls, door: Door) -> Watch:
        """Look up the entities, once all is well."""
        problem, network = await door.entity("diagnosis"), await _of_home(door)
        responsive = await door.entity("responsive")
        for entity, well in ((problem, OK), (network, OK), (responsive, "on")):
            await door.client.wait_state(entity, well, LONG)
        connection, before = await door.entity("connection"), door.client.events
        shown = await door.state("connection")
        return cls(door, problem, network, connection, responsive, shown, len(before))

    async def told(self, kind: str, after: State | None = None) -> State:
        """Wait for a new notice of the connection."""
        old = (after or self.before).state

        def fits(found: State) -> bool:
            return found.state != old and found.attributes.get("event_type") == kind

        return await self.door.client.wait_state(self.connection, fits, LONG)

    async def says(self, entity: str, state: str) -> State:
        """Wait until a sensor shows a state."""
        return await self.door.client.wait_state(entity, state, LONG)

    async def well_again(self) -> None:
        """Wait until nothing is wrong any more; no repair may be left."""
        for entity, well in (
            (self.problem, OK),
            (self.network, OK),
            (self.responsive, "on"),
        ):
            await self.says(entity, well)
        assert await _repairs(self.door) == []

    def said(self, entity: str) -> set[str]:
        """Return every state that an entity was written in since the beginning."""
        written = self.door.client.events[self.since :]
        return {x.data["new_state"]["state"] for x in written if _is_of(x, entity)}

    @property
    def notices(self) -> list[str]:
        """Return the kinds of notices since the beginning."""
        written = self.door.client.events[self.since :]
        shown = [x.data["new_state"] for x in written if _is_of(x, self.connection)]
        times = {x["state"]: x["attributes"].get("event_type") for x in shown}
        return [kind for time, kind in times.items() if time != self.before.state]


async def _unplugged(rig: Rig) -> None:
    await rig.hub.unplug()


async def _unplugged_with_goodbye(rig: Rig) -> None:
    await rig.hub.unplug(goodbye=True)


async def _thread_off(rig: Rig) -> None:
    await rig.hub.thread_off()


FAULTS = {
    "hub unplugged": Fault(_unplugged, "hub_offline"),
    "hub with goodbye": Fault(_unplugged_with_goodbye, "hub_offline", anew=False),
    "thread off": Fault(_thread_off, "thread_interface_off"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_cut_way_is_named(door: Door, name: str) -> None:
    await _check(door, FAULTS[name])


async def _check(door: Door, fault: Fault) -> None:
    if fault.anew:
        await _reload(door)
    watch = await Watch.begin(door)
    await fault.act(door.rig)
    told = await watch.told("unresponsive")
    assert told.attributes["cause"] in fault.first | {fault.cause}
    assert told.attributes["message"]
    await watch.says(watch.problem, fault.cause)
    if fault.in_home:
        await watch.says(watch.network, fault.cause)
    assert watch.said(watch.problem) <= {OK, fault.cause} | fault.first
    await door.rig.repair()
    await watch.told("recovered", told)
    await watch.well_again()
    assert watch.said(watch.network) <= {OK, fault.cause} | fault.first
    assert watch.notices == ["unresponsive", "recovered"]


async def _reload(door: Door) -> None:
    """Let the integration begin anew: what it may ask the lock is counted in minutes."""
    await door.client.call_service(
        "homeassistant", "reload_config_entry", entry_id=await door.entry_id()
    )
    await door.ready()


async def _of_home(door: Door) -> str:
    """Return the entity that shows the problem of the home network."""
    return await _entity(door, f"{await door.entry_id()}_diagnosis")


async def _entity(door: Door, unique_id: str) -> str:
    async def found() -> str | None:
        entities = await door.client.entities(DOMAIN)
        ids = (str(e["entity_id"]) for e in entities if e["unique_id"] == unique_id)
        return next(ids, None)

    return await wait_until(f"entity {unique_id}", found, 60)


async def _repairs(door: Door) -> list[str]:
    """Return the repairs of causes."""
    every = (await door.client.command("repairs/list_issues"))["issues"]
    ours = (str(issue["issue_id"]) for issue in every if issue["domain"] == DOMAIN)
    return [issue for issue in ours if issue.startswith("cause_")]


def _is_of(event: Event, entity: str) -> bool:
    if event.type != "state_changed" or event.data["entity_id"] != entity:
        return False
    new = event.data["new_state"]
    return new is not None and new["state"] not in {"unavailable", "unknown"}

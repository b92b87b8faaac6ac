"""What the product says of one lock and of its home from a moment on."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
import os
from pathlib import Path
from typing import Any

from tests.rig.ha_client import Event, State
from tests.rig.home_assistant import DOMAIN
from tests.rig.waiting import wait_until

from .door import Door

BESIDE = (Path(__file__).parent / "impatience",)
"""What Home Assistant has beside the product in these homes."""
LONG = 90
"""Seconds in which a fault shows and is gone again; nothing waits longer than it must."""
SOON = float(os.environ.get("REPAIRS_AFTER") or 5)
"""Seconds after which a cause becomes a repair in these rows; 120 is what users get."""
LASTING = 160
"""Seconds in which what lasts becomes a repair."""
OK = "ok"
NOTHING = {"unavailable", "unknown"}


@dataclass(frozen=True)
class Watch:
    """The entities of the diagnosis, and what was recorded when it began."""

    door: Door
    problem: str
    network: str
    connection: str
    responsive: str
    before: State
    since: int
    begun: float

    @classmethod
    async def begin(cls, door: Door) -> Watch:
        """Look up the entities, once all is well."""
        problem, network = await door.entity("diagnosis"), await of_home(door)
        responsive = await door.entity("responsive")
        for entity, well in ((problem, OK), (network, OK), (responsive, "on")):
            await door.client.wait_state(entity, well, LONG)
        connection = await door.entity("connection")
        shown = await door.state("connection")
        since, now = len(door.client.events), asyncio.get_running_loop().time()
        return cls(door, problem, network, connection, responsive, shown, since, now)

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
        for entity in (self.problem, self.network):
            await self.says(entity, OK)
        await self.says(self.responsive, "on")
        assert await repairs(self.door) == []

    def said(self, entity: str) -> set[str]:
        """Return every state that an entity was written in since the beginning."""
        return states_of(self.door.client.events[self.since :], entity)

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return asyncio.get_running_loop().time() - self.begun

    @property
    def notices(self) -> list[str]:
        """Return the kinds of notices since the beginning."""
        events = self.door.client.events[self.since :]
        shown = _written(events, self.connection)
        times = {x["state"]: x["attributes"].get("event_type") for x in shown}
        return [kind for time, kind in times.items() if time != self.before.state]

    async def repaired_by(self, cause: str) -> None:
        """Wait for the one repair of a cause; there may be no other."""

        def is_made(event: Event) -> bool:
            told = event.data
            return told["domain"] == DOMAIN and told["action"] == "create"

        client, since = self.door.client, self.since
        kind = "repairs_issue_registry_updated"
        await client.wait_event(kind, is_made, since=since, timeout=LASTING)
        found = await repairs(self.door)
        assert found == [cause], f"{found}, not {cause} alone"


async def repairs_after(door: Door, seconds: float) -> None:
    """Say how long a cause has to last until it becomes a repair."""
    await door.client.call_service("impatience", "repairs_after", seconds=seconds)


async def begin_again(door: Door) -> None:
    """Let the integration begin as if all that happened was long ago."""
    await door.client.call_service("impatience", "begin_again")
    await door.ready()


async def of_home(door: Door, key: str = "diagnosis") -> str:
    """Return an entity of the home, such as the problem of its network."""
    return await entity_of(door, f"{await door.entry_id()}_{key}")


async def entity_of(door: Door, unique_id: str) -> str:
    """Wait until an entity of ours exists and return its id."""

    async def found() -> str | None:
        entities = await door.client.entities(DOMAIN)
        ids = (str(e["entity_id"]) for e in entities if e["unique_id"] == unique_id)
        return next(ids, None)

    return await wait_until(f"entity {unique_id}", found, 60)


async def repairs(door: Door) -> list[str]:
    """Return the causes for which there is a repair."""
    every = (await door.client.command("repairs/list_issues"))["issues"]
    ours = (issue for issue in every if issue["domain"] == DOMAIN)
    causes = (i for i in ours if str(i["issue_id"]).startswith("cause_"))
    return [str(issue["translation_key"]) for issue in causes]


def states_of(events: Iterable[Event], entity: str) -> set[str]:
    """Return every state that an entity was written in."""
    return {str(new["state"]) for new in _written(events, entity)}


def _written(events: Iterable[Event], entity: str) -> list[dict[str, Any]]:
    return [x.data["new_state"] for x in events if _is_of(x, entity)]


def _is_of(event: Event, entity: str) -> bool:
    if event.type != "state_changed" or event.data["entity_id"] != entity:
        return False
    new = event.data["new_state"]
    return new is not None and new["state"] not in NOTHING

"""Our lock in a running home: what Home Assistant says of it, beside the lock's own log."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from tests.rig.ha_client import HomeAssistantClient, State
from tests.rig.home_assistant import DOMAIN
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

type Line = dict[str, Any]
type Fact = tuple[str, str]

ACTIVITY = "aqara_lock_activity"
DOOR_LOCK = 0x0101
PLATFORMS = {
    "lock": "lock",
    "activity": "event",
    "connection": "event",
    "responsive": "binary_sensor",
    "diagnosis": "sensor",
    "last_unlocked_by": "sensor",
    "last_unlocked_how": "sensor",
    "last_locked_by": "sensor",
    "reports_who": "sensor",
}


@dataclass(frozen=True)
class Done:
    """What was done at the door: the lock's own events and the lines they became."""

    events: list[dict[str, Any]]
    lines: list[Line]

    @property
    def line(self) -> Line:
        """The one line; raises ValueError when there is another number of them."""
        (only,) = self.lines
        return only


@dataclass(frozen=True)
class Door:
    """One lock of the home; it is looked up anew wherever something may have changed."""

    rig: Rig

    @property
    def client(self) -> HomeAssistantClient:
        """The connection to the Home Assistant that runs now."""
        return self.rig.ha.client

    async def entry_id(self) -> str:
        """Return the id of the home's entry."""
        (entry,) = await self.client.config_entries(DOMAIN)
        return str(entry["entry_id"])

    async def lock_id(self) -> str:
        """Return the id of the lock's subentry."""
        (lock,) = (await self.client.command("aqara_lock/locks"))["locks"]
        return str(lock["lock_id"])

    async def entity(self, key: str) -> str:
        """Return one of our entity ids, by the key of its unique id."""
        return await self.rig.ha.wait_for_product_entity(PLATFORMS[key], key)

    async def hub_online(self) -> str:
        """Return the entity that says whether the hub is there."""
        return await self.rig.ha.wait_for_product_entity(
            "binary_sensor", "border_router"
        )

    async def core(self) -> str:
        """Return core's own lock entity."""
        return await self.rig.ha.wait_for_lock_device()

    async def state(self, key: str) -> State:
        """Return the present state of one of our entities."""
        found = self.client.state(await self.entity(key))
        assert found is not None, f"{key} has no state"
        return found

    async def lines(self, limit: int = 500) -> list[Line]:
        """Return the journal as the card gets it, oldest first."""
        answer = await self.client.command(
            "aqara_lock/activity/list", lock_id=await self.lock_id(), limit=limit
        )
        return list(reversed(answer["lines"]))

    async def ready(self, timeout: float = 90) -> None:
        """Wait until our lock entity shows what the lock is."""
        truth = (await self.rig.lock.state())["lock_state"]
        await self.client.wait_state(await self.entity("lock"), truth, timeout)

    async def done(self, act: Awaitable[Any], timeout: float = 30) -> Done:
        """Do something and wait until every event that the lock emitted has its line."""
        before = await self.rig.lock.events()
        await act
        emitted = await self.rig.lock.events(before[-1]["seq"] if before else 0)
        events = [event for event in emitted if event["cluster"] == DOOR_LOCK]
        numbers = {event["number"] for event in events}

        async def told() -> list[Line] | None:
            lines = [x for x in await self.lines() if x.get("event_number") in numbers]
            settled = all("confidence" in line for line in lines if _has_actor(line))
            return lines if {x["event_number"] for x in lines} == numbers and settled else None

        found = await wait_until(f"lines of the events {numbers}", told, timeout)
        return Done(events, found)

    async def written(self, number: int, timeout: float = 10) -> State:
        """Wait until the event entity shows the event with this number."""
        return await self.client.wait_state(
            await self.entity("activity"),
            lambda state: state.attributes.get("event_number") == number,
            timeout,
        )


def _has_actor(line: Line) -> bool:
    return line.get("type") in ("locked", "unlocked", "unlatched", "denied")


def facts(line: Line) -> dict[str, Any]:
    """Return what a line says of the actor; what it does not say is None."""
    keys = ("type", "method", "ecosystem", "person", "confidence")
    return {key: line.get(key) for key in keys}

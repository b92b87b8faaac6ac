"""Our lock in a running home: what Home Assistant says of it, beside the lock's own log."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from tests.rig.ha_client import HomeAssistantClient, State
from tests.rig.home_assistant import DOMAIN
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

from .switched_on import switched_on

type JournalEntry = dict[str, Any]

ACTIVITY = "aqara_lock_activity"
DOOR_LOCK = 0x0101


@dataclass(frozen=True)
class Done:
    """What was done at the door: the lock's own events and the lines they became."""

    events: list[dict[str, Any]]
    lines: list[JournalEntry]

    @property
    def line(self) -> JournalEntry:
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
        subentries = await self.client.command(
            "config_entries/subentries/list", entry_id=await self.entry_id()
        )
        (lock,) = (one for one in subentries if one["subentry_type"] == "lock")
        return str(lock["subentry_id"])

    async def entity(self, key: str) -> str:
        """Return one of the lock's entity ids, by the key of its unique id."""
        unique_id = f"{await self.lock_id()}_{key}"

        async def found() -> dict[str, Any] | None:
            entities = await self.client.entities(DOMAIN)
            return next((e for e in entities if e["unique_id"] == unique_id), None)

        entry = await wait_until(f"our entity {key}", found, 60)
        return await switched_on(self.client, entry)

    async def hub_online(self) -> str:
        """Return the entity that says whether the hub is there."""
        return await self.rig.ha.wait_for_product_entity(
            "binary_sensor", "border_router"
        )

    async def core(self) -> str:
        """Return core's own lock entity."""
        return await self.rig.ha.wait_for_lock_device()

    async def registered(self, entity_id: str) -> dict[str, Any]:
        """Return an entity's entry in the registry."""
        kind = "config/entity_registry/get"
        return dict(await self.client.command(kind, entity_id=entity_id))

    async def device_id(self) -> str:
        """Return the id of the lock's device."""
        return str((await self.registered(await self.entity("lock")))["device_id"])

    async def state(self, key: str) -> State:
        """Return the present state of one of our entities."""
        found = self.client.state(await self.entity(key))
        assert found is not None, f"{key} has no state"
        return found

    async def lines(self, limit: int = 500) -> list[JournalEntry]:
        """Return the journal as the card gets it, oldest first."""
        answer = await self.client.command(
            "aqara_lock/activity/list", lock_id=await self.lock_id(), limit=limit
        )
        return list(reversed(answer["lines"]))

    async def ready(self, timeout: float = 90) -> None:
        """Wait until our lock entity shows what the lock is."""
        truth = (await self.rig.lock.state())["lock_state"]
        await self.client.wait_state(await self.entity("lock"), truth, timeout)

    async def followed(self, timeout: float = 90) -> None:
        """Wait until the Matter server has subscribed to the lock."""
        assert self.rig.node is not None
        await self.rig.controller.wait_available(self.rig.node, timeout)

    async def done(self, act: Awaitable[Any], timeout: float = 30) -> Done:
        """Do something and wait until every event that the lock emitted is told."""
        before, since = await self.rig.lock.events(), len(self.client.events)
        # A lock that was commissioned again counts its events from the beginning.
        known = {line.get("key") for line in await self.lines()}
        await act
        emitted = await self.rig.lock.events(before[-1]["seq"] if before else 0)
        events = [event for event in emitted if event["cluster"] == DOOR_LOCK]
        for event in events:
            await self._told(event["number"], since, timeout)
        numbers = {event["number"] for event in events}
        told = [line for line in await self.lines() if line.get("key") not in known]
        return Done(events, [x for x in told if x.get("event_number") in numbers])

    async def _told(self, number: int, since: int, timeout: float) -> None:
        """Wait for the bus event, which comes when it is known who it was."""
        await self.client.wait_event(
            ACTIVITY,
            lambda event: event.data.get("event_number") == number,
            since=since,
            timeout=timeout,
        )

    async def written(self, number: int, timeout: float = 10) -> State:
        """Wait until the event entity shows the event with this number."""
        return await self.client.wait_state(
            await self.entity("activity"),
            lambda state: state.attributes.get("event_number") == number,
            timeout,
        )


def facts(line: JournalEntry) -> dict[str, Any]:
    """Return what a line says of the actor; what it does not say is None."""
    keys = ("type", "method", "ecosystem", "person", "confidence")
    return {key: line.get(key) for key in keys}

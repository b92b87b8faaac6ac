"""One hub carries both: a Zigbee lock comes through its Matter bridge, a Thread lock over it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from tests.rig.flows import option_labelled
from tests.rig.ha_client import HomeAssistantClient
from tests.rig.home_assistant import DOMAIN
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

from .conftest import LOGS, SERVER_URL
from .door import ACTIVITY
from .switched_on import switched_on

FRONT = "Front door"
"""What the owner called the first Zigbee lock in the hub's app."""
ADD_FRONT = {
    "user": {"next": "found"},
    "found": lambda step: {"lock": option_labelled(step, "lock", FRONT)},
}
COMPLAINTS = ("WARNING", "ERROR")
UNTESTED = "has not been tested"
SOON = 90

type Json = dict[str, Any]


@dataclass(frozen=True)
class House:
    """A home with a Thread lock, to which the hub's bridge and one of its locks came."""

    rig: Rig
    entry_id: str

    @property
    def client(self) -> HomeAssistantClient:
        """The connection to Home Assistant."""
        return self.rig.ha.client

    async def lock_id(self, title: str) -> str:
        """Return the subentry of a lock."""
        subentries = await self.client.command(
            "config_entries/subentries/list", entry_id=self.entry_id
        )
        return next(str(x["subentry_id"]) for x in subentries if x["title"] == title)

    async def entity(self, unique_id: str) -> Json:
        """Return the registry entry of one of our entities."""

        async def found() -> Json | None:
            entities = await self.client.entities(DOMAIN)
            return next((e for e in entities if e["unique_id"] == unique_id), None)

        return await wait_until(f"our entity {unique_id}", found, 30)

    async def of_front(self, key: str) -> str:
        """Return an entity of the Zigbee lock."""
        entry = await self.entity(f"{await self.lock_id(FRONT)}_{key}")
        return await switched_on(self.client, entry)

    async def of_thread_lock(self, key: str) -> str:
        """Return an entity of the Thread lock."""
        title = await self.rig.ha.lock_name()
        entry = await self.entity(f"{await self.lock_id(title)}_{key}")
        return str(entry["entity_id"])

    async def device(self, entity_id: str) -> Json:
        """Return the device that an entity stands on."""
        entities = await self.client.entities()
        wanted = next(e["device_id"] for e in entities if e["entity_id"] == entity_id)
        return next(d for d in await self.client.devices() if d["id"] == wanted)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(able: None) -> AsyncIterator[House]:
    """Return the home once the hub's bridge is in Matter and its front door is added."""
    async with Rig(server_url=SERVER_URL, logs=LOGS / "bridge") as rig:
        (entry,) = await rig.ha.client.config_entries(DOMAIN)
        await rig.commission_bridge()
        await wait_until("both Zigbee locks", lambda: _core_has(rig, 3), 30)
        await rig.ha.add_lock(str(entry["entry_id"]), ADD_FRONT)
        yield House(rig, str(entry["entry_id"]))


async def _core_has(rig: Rig, count: int) -> bool:
    entities = await rig.ha.client.entities("matter")
    return sum(str(e["entity_id"]).startswith("lock.") for e in entities) == count


async def test_one_hub_serves_both_locks(house: House) -> None:
    hub = await house.rig.ha.wait_for_product_entity("binary_sensor", "border_router")
    front, thread = await house.of_front("lock"), await house.of_thread_lock("lock")

    async def serves_both() -> bool:
        above = await house.device(hub)
        of_core = any(domain == "matter" for domain, _ in above["identifiers"])
        locks = await house.rig.ha.product_entity("sensor", "locks")
        shown = house.client.state(locks) if locks else None
        return of_core and shown is not None and shown.state == "2"

    await wait_until("one hub that serves both locks", serves_both, 60)
    above = (await house.device(hub))["id"]
    assert (await house.device(front))["via_device_id"] == above
    # Under another device the frontend hides the menu of Matter.
    assert (await house.device(thread))["via_device_id"] is None
    names = [d["name"] for d in await house.client.devices()]
    assert sum("M100" in name for name in names) == 1


async def test_unlocking_by_hand_is_a_line_without_a_name(house: House) -> None:
    lock = await house.of_front("lock")
    await house.client.wait_state(lock, "locked", SOON)
    since = len(house.client.events)
    await house.rig.bridge.front.unlock(hand=True)
    told = await house.client.wait_event(
        ACTIVITY, lambda event: event.data["type"] == "unlocked", since=since
    )
    assert not {"person", "user_name", "user_index"} & set(told.data)
    await house.client.wait_state(lock, "unlocked")
    who = house.client.state(await house.of_front("reports_who"))
    assert who is not None
    assert who.state == "no"
    await house.rig.bridge.front.lock(hand=True)


async def test_without_the_hub_both_are_silent_and_come_back(house: House) -> None:
    reachable = [await house.of_front("responsive")]
    reachable.append(await house.of_thread_lock("responsive"))
    for entity_id in reachable:
        await house.client.wait_state(entity_id, "on", SOON)
    problems = [await house.of_front("diagnosis")]
    problems.append(await house.of_thread_lock("diagnosis"))
    await house.rig.hub.unplug()
    for entity_id in reachable:
        await house.client.wait_state(entity_id, "off", SOON)
    for entity_id in problems:
        await house.client.wait_state(entity_id, "hub_offline", SOON)
    await house.rig.hub.plug()
    for entity_id in reachable:
        await house.client.wait_state(entity_id, "on", SOON)


async def test_nothing_of_that_is_complained_about(house: House) -> None:
    log = (house.rig.logs / "home-assistant.log").read_text()
    complaints = [
        line
        for line in log.splitlines()
        if DOMAIN in line
        and any(f" {word} " in line for word in COMPLAINTS)
        and UNTESTED not in line
    ]
    assert complaints == []

"""A home with a front door and a garage, as an administrator runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.rig import flows
from tests.rig.ha_client import HomeAssistantClient
from tests.rig.home_assistant import DOMAIN
from tests.rig.rig import Rig
from tests.rig.virtual_lock import VirtualLock
from tests.rig.waiting import wait_until

APPLIED: Final = 60
"""Seconds for a few messages to two sleepy locks."""
type View = dict[str, Any]


@dataclass(frozen=True)
class House:
    """The home, by its doors and its people."""

    rig: Rig

    @property
    def client(self) -> HomeAssistantClient:
        """The connection to the Home Assistant that runs now."""
        return self.rig.ha.client

    @property
    def doors(self) -> dict[str, VirtualLock]:
        """The locks by what they are called here."""
        return {"front": self.rig.lock, "garage": self.rig.lock2}

    async def entry_id(self) -> str:
        """Return the id of the home's entry."""
        (entry,) = await self.client.config_entries(DOMAIN)
        return str(entry["entry_id"])

    async def fix(self, issue: str, door: str, **answer: Any) -> None:
        """Open a repair of a door, answer its form, and see it end."""
        issue_id = f"{issue}_{await self.lock_id(door)}"
        opened = await self.client.rest(
            "POST",
            "/api/repairs/issues/fix",
            {"handler": DOMAIN, "issue_id": issue_id},
        )
        where = f"/api/repairs/issues/fix/{opened['flow_id']}"
        ended = await self.client.rest("POST", where, answer)
        assert ended["type"] == "create_entry", ended

    async def view(self) -> View:
        """Return people, doors and jobs."""
        answer = await self.client.command(
            "call_service", domain=DOMAIN, service="list_people", return_response=True
        )
        return dict(answer["response"])

    async def lock_id(self, door: str) -> str:
        """Return our id of a door."""
        name = await self.rig.ha.name_of_serial(self.doors[door].serial)
        view = await self.view()
        found = [x for x in view["doors"] if x["name"] == name]
        if len(found) == 1:
            return str(found[0]["lock_id"])
        # Two locks of one name: the serial number stands in the subentry.
        subentries = await self.client.command(
            "config_entries/subentries/list", entry_id=await self.entry_id()
        )
        serial = self.doors[door].serial
        return next(
            str(x["subentry_id"])
            for x in subentries
            if str(x.get("unique_id", "")).startswith(serial)
        )

    async def person_id(self, name: str) -> str:
        """Return the id of a person."""
        people = (await self.view())["people"]
        return next(str(x["person_id"]) for x in people if x["name"] == name)

    async def add_person(self, name: str) -> str:
        """Add a member of the household who opens nothing yet."""
        flow = flows.subentry_flow(self.client)
        answers = {
            "user": {"name": name, "next": "learn"},
            "learn": {"next": "finish"},
        }
        await flow.finish(await flow.start([await self.entry_id(), "person"]), answers)
        await self.wait_until_kept(name)
        return await self.person_id(name)

    async def wait_until_kept(self, name: str) -> None:
        """Wait until core has written that somebody is in the home: it takes a second."""
        file = self.rig.ha.config / ".storage" / "core.config_entries"

        async def is_kept() -> bool:
            return file.exists() and f'"title":"{name}"' in file.read_text().replace(
                '": "', '":"'
            )

        await wait_until(f"{name} in core's file", is_kept, 30)

    async def remove_person(self, name: str) -> None:
        """Delete a person by Home Assistant's own menu."""
        entry_id = await self.entry_id()
        kind = "config_entries/subentries"
        every = await self.client.command(f"{kind}/list", entry_id=entry_id)
        found = next(x for x in every if x["title"] == name)
        await self.client.command(
            f"{kind}/delete", entry_id=entry_id, subentry_id=found["subentry_id"]
        )

    async def want(
        self, person: str, *doors: str, code: str | None = None, **more: Any
    ) -> None:
        """Want an access and begin to bring it about."""
        person_id = await self.person_id(person)
        given = {} if code is None else {"password": code}
        changes = [
            {
                "person_id": person_id,
                "lock_id": await self.lock_id(door),
                **given,
                **more,
            }
            for door in doors
        ]
        await self.client.command(f"{DOMAIN}/access/apply", changes=changes)

    async def grant(self, person: str, door: str) -> View | None:
        """Return how the access of a person at a door stands; None where there is none."""
        lock_id, view = await self.lock_id(door), await self.view()
        grants = [x for p in view["people"] if p["name"] == person for x in p["grants"]]
        grants += view["leaving"]
        return next((x for x in grants if x["lock_id"] == lock_id), None)

    async def status(self, person: str, door: str) -> str | None:
        """Return the status of an access; None where there is none."""
        found = await self.grant(person, door)
        return None if found is None else str(found["status"])

    async def wait_status(
        self, wanted: str | None, person: str, *doors: str, timeout: float = APPLIED
    ) -> None:
        """Wait until an access stands so at every door."""
        for door in doors:

            async def is_so(door: str = door) -> bool:
                return await self.status(person, door) == wanted

            await wait_until(f"{person} {wanted} at {door}", is_so, timeout)

    async def wait_for_door(
        self, door: str, fits: Callable[[View], bool], timeout: float = APPLIED
    ) -> View:
        """Wait until the view of a door fits; returns it."""
        lock_id = await self.lock_id(door)

        async def found() -> View | None:
            view = await self.view()
            (one,) = (x for x in view["doors"] if x["lock_id"] == lock_id)
            return one if fits(one) else None

        return await wait_until(f"view of {door}", found, timeout)

    async def last_unlocked_by(self, door: str) -> str | None:
        """Return who the sensor of a door names."""
        lock_id = await self.lock_id(door)
        for entry in await self.client.entities(DOMAIN):
            if entry["unique_id"] == f"{lock_id}_last_unlocked_by":
                state = self.client.state(entry["entity_id"])
                return state.state if state else None
        return None


def weekend(start: str, end: str) -> Mapping[str, Any]:
    """Give a window from one wall time to another."""
    return {"kind": "from_to", "start": start, "end": end}

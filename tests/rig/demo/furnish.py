"""A home that is lived in: four people, a guest, their week, and a dashboard of the doors."""

import asyncio
from datetime import datetime, timedelta
import json
from typing import Any
from zoneinfo import ZoneInfo

from tests.rig.family import House, weekend
from tests.rig.ha_client import HomeAssistantClient
from tests.rig.home_assistant import DOMAIN
from tests.rig.paths import PYTHON, REPOSITORY
from tests.rig.rig import Rig
from tests.rig.virtual_lock import VirtualLock

PEOPLE = ("Anna", "Ben", "Clara", "Dana")
GUEST = "Tom"
GUEST_CODE = "719283"
GARAGE_CODES = {"Anna": "246813", "Ben": "975310"}
"""Who may open the second door; nobody is in its lock at first."""
DOOR_NAMES = ("Front door", "Garage door")
DASHBOARD = "the-doors"


async def furnish(rig: Rig) -> None:
    """Let people live in the home, and have lived there for a week."""
    house = House(rig)
    await house.client.call_service(DOMAIN, "check_access")
    for name in PEOPLE:
        await _add(house, name)
    await _let_in(house)
    await _make_dashboard(house.client)
    await _write_week(house)


async def name_doors(rig: Rig) -> None:
    """Call the doors by what they are."""
    client = rig.ha.client
    entities = {x["entity_id"]: x for x in await client.entities(DOMAIN)}
    for lock, name in zip(rig.locks, DOOR_NAMES, strict=False):
        known = await rig.ha.name_of_serial(lock.serial)
        devices = await client.command("config/device_registry/list")
        ids = {x["device_id"] for x in entities.values()}
        for device in devices:
            called = device["name_by_user"] or device["name"]
            if device["id"] in ids and called == known:
                await client.command(
                    "config/device_registry/update",
                    device_id=device["id"],
                    name_by_user=name,
                )


async def _add(house: House, name: str) -> None:
    """Take a user that is on the front door already for a person, else add the person."""
    user = (await _users(house.rig.lock)).get(name)
    if user is None:
        await house.add_person(name)
        return
    users = [{"lock_id": await house.lock_id("front"), "index": user}]
    await house.client.command(
        f"{DOMAIN}/access/adopt", users=users, person={"name": name}
    )


async def _let_in(house: House) -> None:
    """Give the guest a stay, and the second door to those who use it."""
    doors = list(house.doors)[: len(house.rig.locks)]
    now = datetime.now(ZoneInfo(await _zone(house))).replace(
        tzinfo=None, second=0, microsecond=0
    )
    stay = weekend(
        (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=6)).isoformat()
    )
    changes = [
        {
            "person_id": "new",
            "lock_id": await house.lock_id(door),
            "window": stay,
            "password": GUEST_CODE,
        }
        for door in doors
    ]
    await house.client.command(
        f"{DOMAIN}/access/apply",
        changes=changes,
        person={"name": GUEST, "kind": "guest"},
    )
    await house.wait_status("in_place", GUEST, *doors)
    if len(doors) == 1:
        return
    for name, code in GARAGE_CODES.items():
        await house.want(name, "garage", code=code)
        await house.wait_status("in_place", name, "garage")


async def _make_dashboard(client: HomeAssistantClient) -> None:
    """Store a dashboard that the strategy makes, with a place in the sidebar."""
    await client.command(
        "lovelace/dashboards/create",
        url_path=DASHBOARD,
        title="Doors",
        icon="mdi:door",
        show_in_sidebar=True,
    )
    config = {"strategy": {"type": "custom:aqara-lock-doors"}}
    await client.command("lovelace/config/save", url_path=DASHBOARD, config=config)


async def _write_week(house: House) -> None:
    """Write the week of each door while Home Assistant is off."""
    doors = [await _door(house, door) for door in house.doors][: len(house.rig.locks)]
    await house.rig.ha.stop()
    try:
        writer = await asyncio.create_subprocess_exec(
            *(str(PYTHON), "-m", "tests.rig.demo.history"),
            cwd=REPOSITORY,
            stdin=asyncio.subprocess.PIPE,
        )
        await writer.communicate(json.dumps(doors).encode())
        if writer.returncode:
            raise RuntimeError("The week could not be written.")
    finally:
        await house.rig.ha.start()


async def _door(house: House, door: str) -> dict[str, Any]:
    """Return the file of a lock, and who its users are."""
    lock_id, users = await house.lock_id(door), await _users(house.doors[door])
    file = house.rig.ha.config / ".storage" / f"{DOMAIN}.lock.{lock_id}"
    people = [
        {"name": name, "person_id": await house.person_id(name), "user": users[name]}
        for name in PEOPLE
        if name in users
    ]
    return {"file": str(file), "people": people, "zone": await _zone(house)}


async def _zone(house: House) -> str:
    """Return the time zone of the home."""
    return str((await house.client.command("get_config"))["time_zone"])


async def _users(lock: VirtualLock) -> dict[str, int]:
    """Return the users of a lock by name."""
    users = (await lock.people())["users"]
    return {x["name"]: x["index"] for x in users if x["name"]}

"""Users, automations and scripts of the home, made as the frontend makes them."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from tests.rig.ha_client import HomeAssistantClient
from tests.rig.home_assistant import CLIENT_ID, URL
from tests.rig.rig import Rig
from tests.rig.waiting import wait_until

READ_ONLY = "system-read-only"
NAME, PASSWORD = "visitor", "may-only-look"
ASKED = "rig_open_the_door"
AREA = "Hallway"


async def visitor(rig: Rig) -> HomeAssistantClient:
    """Let in a user who may look at everything and operate nothing."""
    admin = rig.ha.client
    users = await admin.command("config/auth/list")
    if not any(user["name"] == "Visitor" for user in users):
        made = await admin.command(
            "config/auth/create", name="Visitor", group_ids=[READ_ONLY]
        )
        await admin.command(
            "config/auth_provider/homeassistant/create",
            user_id=made["user"]["id"],
            username=NAME,
            password=PASSWORD,
        )
    client = HomeAssistantClient(URL, await _sign_in(rig), rig.ha.namespace.socket_for)
    await client.sign_in()
    return client


async def _sign_in(rig: Rig) -> str:
    """Sign in by the login form and return an access token."""
    connector = aiohttp.TCPConnector(socket_factory=rig.ha.namespace.socket_for)
    async with aiohttp.ClientSession(URL, connector=connector) as session:
        start = {
            "client_id": CLIENT_ID,
            "handler": ["homeassistant", None],
            "redirect_uri": CLIENT_ID,
        }
        form = await _post(session, "/auth/login_flow", json=start)
        answer = {"client_id": CLIENT_ID, "username": NAME, "password": PASSWORD}
        where = f"/auth/login_flow/{form['flow_id']}"
        code = (await _post(session, where, json=answer))["result"]
        grant = {
            "client_id": CLIENT_ID,
            "grant_type": "authorization_code",
            "code": code,
        }
        return str((await _post(session, "/auth/token", data=grant))["access_token"])


async def _post(
    session: aiohttp.ClientSession, path: str, **body: Any
) -> dict[str, Any]:
    async with session.post(path, **body) as answer:
        answer.raise_for_status()
        return dict(await answer.json())


async def automation(client: HomeAssistantClient, lock: str) -> None:
    """Write an automation that unlocks when it is asked by an event."""
    await client.rest(
        "POST",
        "/api/config/automation/config/rig",
        {
            "alias": "Open for the dog walker",
            "triggers": [{"trigger": "event", "event_type": ASKED}],
            "actions": [_unlock(lock)],
        },
    )
    await _wait_for(client, "automation.open_for_the_dog_walker")


async def script(client: HomeAssistantClient, lock: str) -> str:
    """Write a script that unlocks; returns its entity id."""
    body = {"alias": "Let me in", "sequence": [_unlock(lock)]}
    await client.rest("POST", "/api/config/script/config/let_me_in", body)
    await _wait_for(client, "script.let_me_in")
    return "script.let_me_in"


async def area_of(client: HomeAssistantClient, device: str) -> str:
    """Put a device into an area and return the area's id."""
    areas = await client.command("config/area_registry/list")
    found = next((area for area in areas if area["name"] == AREA), None)
    area = found or await client.command("config/area_registry/create", name=AREA)
    kind = "config/device_registry/update"
    await client.command(kind, device_id=device, area_id=area["area_id"])
    return str(area["area_id"])


def _unlock(lock: str) -> Mapping[str, Any]:
    return {"action": "lock.unlock", "target": {"entity_id": lock}}


async def _wait_for(client: HomeAssistantClient, entity_id: str) -> None:
    async def there() -> bool:
        return client.state(entity_id) is not None

    await wait_until(entity_id, there)

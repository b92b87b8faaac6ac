"""Home Assistant as a program: its folder, its first user, its start and its end."""

from collections.abc import Iterable
from pathlib import Path
import shutil
from typing import Any

import aiohttp

from . import flows, paths
from .ha_client import HomeAssistantClient
from .matter_server import URL as MATTER_URL
from .namespace import Namespace
from .process import Process, Program
from .waiting import wait_until
from .websocket import Message, RequestFailed

PORT = 8123
URL = f"http://127.0.0.1:{PORT}"
CLIENT_ID = f"{URL}/"
USERNAME, PASSWORD = "demo", "aqara-lock-demo"
DOMAIN = "aqara_lock"
OF_NOBODY = {"modified_at", "created_at", "capabilities", "sw_version"}
"""What changes in a registry without anybody's doing."""
type Registries = dict[str, Message]
CONFIGURATION = """homeassistant:
  name: Home
  country: DE
  language: en
  time_zone: Europe/Berlin
  unit_system: metric
config:
frontend:
history:
logbook:
recorder:
  commit_interval: 1
system_health:
zeroconf:
automation: !include automations.yaml
script: !include scripts.yaml
logger:
  default: warning
  logs:
    custom_components.aqara_lock: debug
    homeassistant.components.matter: info
"""


class HomeAssistant:
    """One Home Assistant in its namespace, with the project's integration in its folder."""

    def __init__(
        self,
        namespace: Namespace,
        folder: Path,
        logs: Path,
        resolver: Path,
        beside: Iterable[Path] = (),
    ) -> None:
        """Take the place; nothing runs yet. `beside` are integrations of a test's own."""
        self.namespace = namespace
        self._beside = tuple(beside)
        self.config = folder / "home-assistant"
        self.username, self.password = USERNAME, PASSWORD
        self._token: str | None = None
        self._client: HomeAssistantClient | None = None
        self.registries_before: Registries = {}
        command = (str(paths.HASS), "-c", str(self.config), "--skip-pip")
        log = logs / "home-assistant.log"
        # A search path of ours would hide the integration in Home Assistant's own folder.
        program = Program("home-assistant", namespace, command, log, {"PYTHONPATH": ""})
        self._process = Process(program, resolver)

    @property
    def client(self) -> HomeAssistantClient:
        """Return the connection to the running Home Assistant."""
        if self._client is None:
            raise ConnectionError("Home Assistant is not started")
        return self._client

    @property
    def token(self) -> str:
        """Return the long-lived token of the first user."""
        assert self._token is not None
        return self._token

    async def start(self, *, timeout: float = 120) -> None:
        """Start Home Assistant, on the first start with a user, and wait until it is running."""
        self._prepare()
        await self._process.start()
        await wait_until("Home Assistant's http server", self._answers, timeout)
        if self._token is None:
            self._token = await self._onboard()
        await self._connect(timeout)

    async def stop(self) -> None:
        """Stop Home Assistant; its folder stays."""
        await self._disconnect()
        await self._process.stop()

    async def kill(self) -> None:
        """Kill Home Assistant; its folder stays. What it told until then is recorded."""
        await self._process.kill()
        await self._disconnect()

    async def restart(self) -> None:
        """Stop and start; the recorded events begin anew."""
        await self.stop()
        await self.start()

    async def add_matter(self, url: str = MATTER_URL) -> str:
        """Add core's Matter integration and return its entry id."""
        made = await self.add_entry(
            "matter", {"manual": {"url": url}, "user": {"url": url}}
        )
        return str(made["result"]["entry_id"])

    async def install_product(
        self,
        answers: flows.Answers | None = None,
        lock_answers: flows.Answers | None = None,
        locks: int = 1,
    ) -> str:
        """Add Matter, the home and the locks, as a user does; returns the home's entry id."""
        await self.add_matter()
        await self.wait_for_lock_devices(locks)
        self.registries_before = await self.registries()
        entry_id = await self.add_home(answers)
        for _ in range(locks):
            await self.add_lock(entry_id, lock_answers)
        return entry_id

    async def wait_for_lock_device(self) -> str:
        """Wait until core's Matter integration has made a lock entity; returns its id."""
        return (await self.wait_for_lock_devices(1))[0]

    async def wait_for_lock_devices(self, count: int) -> list[str]:
        """Wait until core's Matter integration has made so many lock entities; returns their ids."""

        async def found() -> list[str] | None:
            entities = await self.client.entities("matter")
            names = [str(e["entity_id"]) for e in entities]
            locks = [name for name in names if name.startswith("lock.")]
            return locks if len(locks) >= count else None

        return await wait_until("core's lock entities", found, 60)

    async def add_home(self, answers: flows.Answers | None = None) -> str:
        """Add the home by the user-started flow and return its entry id."""
        made = await self.add_entry(DOMAIN, answers or {})
        return str(made["result"]["entry_id"])

    async def add_lock(
        self, entry_id: str, answers: flows.Answers | None = None
    ) -> None:
        """Add the lock to the home; nobody is told apart, also where the lock lists nobody."""
        flow = flows.subentry_flow(self.client)
        wanted = {"who": {"next": "finish"}, **(answers or {})}
        await flow.finish(await flow.start([entry_id, "lock"]), wanted)

    async def registries(self) -> Registries:
        """Return what the user sees of core's Matter devices and entities in the registries."""
        entries = await self.client.entities("matter")
        ids = [entry["entity_id"] for entry in entries]
        kind = "config/entity_registry/get_entries"
        entities = await self.client.command(kind, entity_ids=ids)
        devices = {entry["device_id"] for entry in entries}
        found = [d for d in await self.client.devices() if d["id"] in devices]
        return {
            **{name: _kept(entry) for name, entry in entities.items()},
            **{device["id"]: _kept(device) for device in found},
        }

    async def add_entry(self, domain: str, answers: flows.Answers) -> Message:
        """Run a config flow to its end."""
        flow = flows.config_flow(self.client)
        return await flow.finish(await flow.start(domain), answers)

    async def product_entity(self, platform: str, key: str) -> str | None:
        """Return the entity id of one of our entities, by the key of its unique id."""
        for entry in await self.client.entities(DOMAIN):
            own = str(entry["entity_id"]).startswith(f"{platform}.")
            if own and str(entry["unique_id"]).endswith(f"_{key}"):
                return str(entry["entity_id"])
        return None

    async def wait_for_product_entity(
        self, platform: str, key: str, timeout: float = 60
    ) -> str:
        """Wait until one of our entities exists and return its id; raises TimedOut."""

        async def found() -> str | None:
            return await self.product_entity(platform, key)

        return await wait_until(f"{platform} entity {key} of {DOMAIN}", found, timeout)

    async def hub_device_id(self) -> str:
        """Return the id of the first hub's device."""
        await self.wait_for_product_entity("binary_sensor", "border_router")
        for entry in await self.client.entities(DOMAIN):
            if str(entry["unique_id"]).endswith("_border_router"):
                return str(entry["device_id"])
        raise LookupError("no hub")

    async def lock_name(self) -> str:
        """Return the lock's name as core's Matter integration has it."""
        entity_id = await self.wait_for_lock_device()
        entities = await self.client.entities("matter")
        device = next(e["device_id"] for e in entities if e["entity_id"] == entity_id)
        names = {
            d["id"]: d["name_by_user"] or d["name"] for d in await self.client.devices()
        }
        return str(names[device])

    async def name_of_serial(self, serial: str) -> str:
        """Return the name of the device that Matter gives a serial number; raises StopIteration."""
        devices = await self.client.devices()
        found = next(d for d in devices if d.get("serial_number") == serial)
        return str(found["name_by_user"] or found["name"])

    async def _connect(self, timeout: float) -> None:
        self._client = HomeAssistantClient(URL, self.token, self.namespace.socket_for)
        await self._client.connect()
        await wait_until("Home Assistant's start", self._started, timeout)

    async def _disconnect(self) -> None:
        if self._client is not None:
            await self._client.close()
        self._client = None

    async def _started(self) -> bool:
        config = await self.client.command("get_config")
        return bool(config["state"] == "RUNNING")

    async def _answers(self) -> bool:
        if not self._process.running:
            raise RuntimeError(f"Home Assistant ended\n{self._process.tail()}")
        try:
            async with (
                self._visitor() as visitor,
                visitor.get("/api/onboarding") as answer,
            ):
                return answer.status in (200, 404)
        except aiohttp.ClientConnectionError:
            return False

    def _visitor(self) -> aiohttp.ClientSession:
        """Return a session without a token."""
        connector = aiohttp.TCPConnector(socket_factory=self.namespace.socket_for)
        return aiohttp.ClientSession(URL, connector=connector)

    async def _onboard(self) -> str:
        """Make the first user by the onboarding API and return a long-lived token."""
        async with self._visitor() as visitor:
            user = {
                "name": "Demo",
                "username": USERNAME,
                "password": PASSWORD,
                "language": "en",
            }
            made = await _post(
                visitor, "/api/onboarding/users", user | {"client_id": CLIENT_ID}
            )
            code = {"grant_type": "authorization_code", "code": made["auth_code"]}
            async with visitor.post(
                "/auth/token", data=code | {"client_id": CLIENT_ID}
            ) as answer:
                short = (await answer.json())["access_token"]
            visitor.headers["Authorization"] = f"Bearer {short}"
            for step in ("core_config", "analytics"):
                await _post(visitor, f"/api/onboarding/{step}", {})
            link = {"client_id": CLIENT_ID, "redirect_uri": CLIENT_ID}
            await _post(visitor, "/api/onboarding/integration", link)
        return await self._long_lived(short)

    async def _long_lived(self, short: str) -> str:
        client = HomeAssistantClient(URL, short, self.namespace.socket_for)
        try:
            await client.connect()
            kind = "auth/long_lived_access_token"
            return str(await client.command(kind, client_name="rig", lifespan=3650))
        finally:
            await client.close()

    def _prepare(self) -> None:
        """Lay out the folder of a new home, and give every start the present integration."""
        self._copy_product()
        if (self.config / "configuration.yaml").exists():
            return
        own = "".join(f"{integration.name}:\n" for integration in self._beside)
        (self.config / "configuration.yaml").write_text(CONFIGURATION + own)
        (self.config / "automations.yaml").write_text("[]\n")
        (self.config / "scripts.yaml").write_text("{}\n")

    def _copy_product(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        for integration in (paths.PRODUCT, *self._beside):
            target = self.config / "custom_components" / integration.name
            if target.exists():
                shutil.rmtree(target)
            shutil.copytree(integration, target, ignore=ignored)


def _kept(entry: Message) -> Message:
    return {key: value for key, value in entry.items() if key not in OF_NOBODY}


async def _post(
    session: aiohttp.ClientSession, path: str, body: Message
) -> dict[str, Any]:
    async with session.post(path, json=body) as answer:
        if answer.status >= 400:
            raise RequestFailed(f"{path}: {answer.status} {await answer.text()}")
        return dict(await answer.json())

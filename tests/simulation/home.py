"""One process of Home Assistant on a folder of files: it starts, stops, is killed, starts again.

The simulation sees it as a user does: states, events on the bus, actions, flows and files.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
import gc
import logging
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from homeassistant import auth, bootstrap, core, loader
from homeassistant.config_entries import ConfigEntries, ConfigEntryState
from homeassistant.core import Context, CoreState, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.aqara_lock.const import DOMAIN

from .clock import VirtualLoop
from .lock import Lock
from .network import Network
from .words import FABRIC

PRODUCT: Final = "custom_components.aqara_lock"
SIMULATION: Final = __name__.rpartition(".")[0]
EVENT_ACTIVITY: Final = "aqara_lock_activity"
EVENT_CONNECTION: Final = "aqara_lock_connection"
TURNS: Final = 60
CORE_NOISE: Final = ("homeassistant.components.matter", "homeassistant.config_entries")
"""Core says as an error that its Matter server is away."""


@dataclass(slots=True)
class Seen:
    """Something that a user could see, and when."""

    at: float
    wall: float
    what: str
    lock: str | None
    data: dict[str, Any]


@dataclass
class Book:
    """Everything that was seen since the simulation began."""

    activity: list[Seen] = field(default_factory=list)
    connection: list[Seen] = field(default_factory=list)
    states: list[Seen] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class _Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self, home: Home) -> None:
        super().__init__(logging.ERROR)
        self._home = home

    def emit(self, record: logging.LogRecord) -> None:
        if self._home.ignores_errors or record.name.startswith(CORE_NOISE):
            return
        lines = [line for line in self.format(record).splitlines() if line.strip()]
        text = f"{record.name}: {lines[0]}" if lines else record.name
        if len(lines) > 1:
            text += f" … {lines[-1]}"
        self._home.book.errors.append(text)


class Home:
    """Home Assistant with Matter and the product, over restarts."""

    hass: HomeAssistant

    def __init__(
        self, folder: Path, loop: VirtualLoop, network: Network, names: list[str]
    ) -> None:
        """Keep files in a folder; `names` are the users of Home Assistant."""
        self.folder = folder
        self.loop = loop
        self.network = network
        self.book = Book()
        self.running = False
        self.ignores_errors = False
        self.users: dict[str, str] = {}
        self.subentries: dict[str, str] = {}
        """Subentry id of each lock by its name."""
        self.starts: list[float] = []
        self.stops: list[float] = []
        self._names = names
        self._listeners: int | None = None
        self._keys: dict[str, tuple[str, str]] = {}
        self._handler = _Errors(self)
        logging.getLogger().addHandler(self._handler)

    def close(self) -> None:
        """Log no more."""
        logging.getLogger().removeHandler(self._handler)

    # A life of the process

    async def start(self, locks: list[Lock] | None = None) -> None:
        """Start on the files that are there; `locks` set the home up for the first time."""
        self.network.renew_zeroconf()
        self.network.readers = lambda: self.loop.readers
        self.loop.readers.clear()
        self._listeners = None
        hass = self.hass = HomeAssistant(str(self.folder))
        loader.async_setup(hass)
        hass.config.skip_pip = True
        hass.config.location_name = "Home"
        hass.config_entries = ConfigEntries(hass, {"_": {}})
        await loader.async_get_custom_components(hass)
        assert await bootstrap.async_load_base_functionality(hass)
        hass.auth = await auth.auth_manager_from_config(
            hass, [{"type": "homeassistant"}], []
        )
        for domain in ("homeassistant", "persistent_notification"):
            assert await async_setup_component(hass, domain, {})
        hass.bus.async_listen_once(
            "homeassistant_stop", hass.config_entries._async_shutdown
        )
        self._listen()
        hass.set_state(CoreState.starting)
        if locks is not None:
            await self._first_setup(locks)
        await async_setup_component(hass, "person", {})
        await async_setup_component(hass, "repairs", {})
        await async_setup_component(hass, "matter", {})
        if locks is not None:
            await hass.async_block_till_done()
            self._entry(locks).add_to_hass(hass)
            hass.config_entries._async_schedule_save()
        await async_setup_component(hass, DOMAIN, {})
        hass.set_state(CoreState.not_running)
        await hass.async_start()
        await self.settle()
        self.running = True
        self.starts.append(self.loop.time())

    async def _first_setup(self, locks: list[Lock]) -> None:
        hass = self.hass
        for name in self._names:
            user = await hass.auth.async_create_user(name, group_ids=["system-admin"])
            self.users[name] = user.id
        MockConfigEntry(
            domain="matter", data={"url": "ws://127.0.0.1:5580/ws"}, minor_version=2
        ).add_to_hass(hass)

    def _entry(self, locks: list[Lock]) -> MockConfigEntry:
        entry = MockConfigEntry(
            domain=DOMAIN,
            unique_id=DOMAIN,
            title="Home",
            subentries_data=[subentry(lock) for lock in locks],
        )
        self.subentries = {s.title: s.subentry_id for s in entry.subentries.values()}
        return entry

    def _listen(self) -> None:
        hass = self.hass

        @callback
        def activity(event: Event[Any]) -> None:
            lock = self._lock_of(event.data.get("lock_id"))
            self.book.activity.append(self._seen("activity", lock, dict(event.data)))

        @callback
        def connection(event: Event[Any]) -> None:
            lock = self._lock_of(event.data.get("lock_id"))
            self.book.connection.append(
                self._seen("connection", lock, dict(event.data))
            )

        @callback
        def state(event: Event[Any]) -> None:
            new = event.data["new_state"]
            if (found := self.key_of(event.data["entity_id"])) is None or new is None:
                return
            lock, key = found
            data = {"state": new.state, "attributes": dict(new.attributes)}
            self.book.states.append(self._seen(key, lock, data))

        hass.bus.async_listen(EVENT_ACTIVITY, activity)
        hass.bus.async_listen(EVENT_CONNECTION, connection)
        hass.bus.async_listen("state_changed", state)

    def _seen(self, what: str, lock: str | None, data: dict[str, Any]) -> Seen:
        clock = self.loop.clock
        return Seen(clock.monotonic, clock.wall, what, lock, data)

    def _lock_of(self, subentry_id: object) -> str | None:
        for name, known in self.subentries.items():
            if known == subentry_id:
                return name
        return None

    async def stop(self) -> None:
        """Stop in order: everything that is remembered is written."""
        self.running = False
        self.stops.append(self.loop.time())
        await self.hass.async_stop(force=True)
        self._power_off()

    async def kill(self) -> None:
        """Take the power off: what is not on the disk now is lost."""
        self.running = False
        self.stops.append(self.loop.time())
        self.loop.is_off = self.ignores_errors = True
        self._power_off()
        mine = asyncio.current_task()
        for _ in range(TURNS):
            tasks = [t for t in asyncio.all_tasks(self.loop) if t is not mine]
            if not tasks:
                break
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)
        self._power_off()
        self.loop.is_off = self.ignores_errors = False

    def _power_off(self) -> None:
        """Drop every timer that is not the world's own, and whatever the loop kept."""
        for timer in self.loop.timers():
            if not of_module(timer, SIMULATION):
                timer.cancel()
        self.loop.readers.clear()
        if hasattr(self.loop, "_shutdown_run_callback_threadsafe"):
            delattr(self.loop, "_shutdown_run_callback_threadsafe")

    async def settle(self) -> None:
        """Let everything finish that does not wait for the clock or for an answer."""
        for _ in range(5):
            await asyncio.sleep(0)

    # What a user does and sees

    @property
    def entry(self) -> Any:
        """The config entry of the product."""
        return self.hass.config_entries.async_entries(DOMAIN)[0]

    @property
    def is_loaded(self) -> bool:
        """Whether the product is set up."""
        return self.running and self.entry.state is ConfigEntryState.LOADED

    def entity_id(self, lock: str, platform: str, key: str) -> str | None:
        """Find an entity of a lock by its unique id."""
        registry = er.async_get(self.hass)
        unique_id = f"{self.subentries[lock]}_{key}"
        return registry.async_get_entity_id(platform, DOMAIN, unique_id)

    def key_of(self, entity_id: str) -> tuple[str, str] | None:
        """Give lock and key of an entity of the product; None for any other."""
        found = self._keys.get(entity_id)
        if found is not None:
            return found
        entry = er.async_get(self.hass).async_get(entity_id)
        if entry is None or entry.platform != DOMAIN:
            return None
        for name, subentry_id in self.subentries.items():
            if entry.unique_id.startswith(f"{subentry_id}_"):
                key = entry.unique_id.removeprefix(f"{subentry_id}_")
                self._keys[entity_id] = (name, key)
                return name, key
        return None

    def state(self, lock: str, platform: str, key: str) -> core.State | None:
        """Give the state of a lock's entity."""
        entity_id = self.entity_id(lock, platform, key)
        return self.hass.states.get(entity_id) if entity_id else None

    def network_problem(self) -> str | None:
        """Give what the home says is wrong with its network."""
        unique_id = f"{self.entry.entry_id}_diagnosis"
        registry = er.async_get(self.hass)
        entity_id = registry.async_get_entity_id("sensor", DOMAIN, unique_id)
        shown = self.hass.states.get(entity_id) if entity_id else None
        return shown.state if shown else None

    def issues(self) -> list[str]:
        """Give the ids of the repairs that the product shows."""
        from homeassistant.helpers import issue_registry as ir  # noqa: PLC0415

        return [
            issue.issue_id
            for issue in ir.async_get(self.hass).issues.values()
            if issue.domain == DOMAIN and issue.active
        ]

    async def journal(self, lock: str, since: Any = None) -> list[dict[str, Any]]:
        """Read the journal of a lock as an action gives it, oldest first."""
        entity_id = self.entity_id(lock, "event", "activity")
        data: dict[str, Any] = {"limit": 1000}
        if since is not None:
            data["since"] = since
        answer = await self.hass.services.async_call(
            DOMAIN,
            "get_activity",
            data,
            blocking=True,
            target={"entity_id": entity_id},
            return_response=True,
        )
        lines: list[Any] = answer["lines"]  # type: ignore[index,assignment]
        return lines[::-1]

    async def call_lock(
        self, entity_id: str, service: str, user: str | None
    ) -> str | None:
        """Operate a lock as a user or as an automation; gives why it failed."""
        context = Context(user_id=self.users.get(user) if user else None)
        try:
            await self.hass.services.async_call(
                "lock",
                service,
                {"entity_id": entity_id},
                blocking=True,
                context=context,
            )
        except HomeAssistantError as err:
            return str(err) or type(err).__name__
        return None

    def core_lock(self, node_id: int) -> str | None:
        """Find core's own lock entity of a node, unless it is off."""
        node = f"{FABRIC:016X}-{node_id:016X}-"
        return next(
            (
                entry.entity_id
                for entry in er.async_get(self.hass).entities.values()
                if (entry.platform, entry.domain) == ("matter", "lock")
                and node in entry.unique_id
                and entry.disabled_by is None
            ),
            None,
        )

    async def press(self, lock: str) -> None:
        """Press the button that checks the connection."""
        entity_id = self.entity_id(lock, "button", "check_connection")
        try:
            await self.hass.services.async_call(
                "button", "press", {"entity_id": entity_id}, blocking=True
            )
        except HomeAssistantError:
            return

    async def add_person(self, name: str, slots: list[tuple[str, int]]) -> None:
        """Add a person and say which users of the locks this is."""
        manager = self.hass.config_entries.subentries
        shown = await manager.async_init(
            (self.entry.entry_id, "person"), context={"source": "user"}
        )
        shown = await manager.async_configure(shown["flow_id"], {"name": name})
        shown = await manager.async_configure(shown["flow_id"], {"next": "pick"})
        wanted = [f"{self.subentries[lock]}/user/{index}" for lock, index in slots]
        # A lock that answers no read offers no users.
        offered = _choices(shown, "slots")
        values = [value for value in wanted if value in offered]
        shown = await manager.async_configure(shown["flow_id"], {"slots": values})
        assert shown["reason"] == "reconfigure_successful", shown

    def file_of(self, lock: str) -> str:
        """Name the file in which everything of a lock is kept."""
        return f"{DOMAIN}.lock.{self.subentries[lock]}"

    async def unload(self) -> None:
        """Unload the product."""
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.settle()

    async def set_up(self) -> None:
        """Set the product up again."""
        await self.hass.config_entries.async_setup(self.entry.entry_id)

    async def reload(self) -> list[str]:
        """Unload the product and set it up again; gives what it left running meanwhile."""
        await self.unload()
        left = self.leftovers()
        await self.set_up()
        return left

    # What is left behind

    def leftovers(self) -> list[str]:
        """Tell what of the product still runs though it is unloaded."""
        found = [
            f"timer {timer!r}"
            for timer in self.loop.timers()
            if of_module(timer, PRODUCT)
        ]
        for task in asyncio.all_tasks(self.loop):
            code = getattr(task.get_coro(), "cr_code", None)
            if code is not None and "/aqara_lock/" in code.co_filename:
                found.append(f"task {task.get_name()}")
        zeroconf = self.network.zeroconf
        found += [
            f"zeroconf listener {item!r}"
            for item in zeroconf.listeners
            if type(item).__module__.startswith(PRODUCT)
        ]
        found += [f"kernel socket {item!r}" for item in self.network.kernel_sockets]
        listeners = sum(self.hass.bus.async_listeners().values())
        if self._listeners is not None and listeners > self._listeners:
            found.append(f"{listeners - self._listeners} listeners on the bus")
        self._listeners = listeners
        return found

    @staticmethod
    def objects() -> int:
        """Count the product's objects in memory."""
        gc.collect()
        return sum(
            str(type(item).__module__).startswith(PRODUCT) for item in gc.get_objects()
        )


def _choices(shown: Any, field: str) -> set[str]:
    """Give what a field of a form offers."""
    selectors = shown["data_schema"].schema.items()
    options = next(x.config["options"] for key, x in selectors if str(key) == field)
    return {option["value"] for option in options}


def of_module(handle: asyncio.Handle, package: str) -> bool:
    """Tell whether a callback, or what it will call, is of a package."""
    targets = (handle._callback, *(handle._args or ()))
    return any(module.startswith(package) for t in targets for module in _modules(t))


def _modules(target: Any, depth: int = 0) -> Iterator[str]:
    if (
        target is None
        or depth > 4
        or isinstance(target, ModuleType | str | int | float)
    ):
        return
    module = getattr(target, "__module__", None)
    if isinstance(module, str):
        yield module
    if isinstance(target, partial):
        yield from _modules(target.func, depth + 1)
    for name in ("__func__", "__self__", "target", "job"):
        inner = getattr(target, name, None)
        if inner is not None and inner is not target:
            yield from _modules(inner, depth + 1)


def identifier(node_id: int) -> str:
    """Core's identifier of a lock's device."""
    return f"deviceid_{FABRIC:016X}-{node_id:016X}-MatterNodeDevice"


def subentry(lock: Lock) -> dict[str, Any]:
    """Describe a lock as it is stored."""
    return {
        "data": {
            "device_identifier": identifier(lock.node_id),
            "endpoint_id": 1,
            "serial": lock.serial,
            "replace_core_lock": True,
        },
        "subentry_type": "lock",
        "title": lock.name,
        "unique_id": f"{lock.serial}-1",
    }

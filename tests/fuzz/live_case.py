"""A running Home Assistant that is told, asked and called with anything."""

import asyncio
from collections.abc import Callable, Coroutine
from copy import deepcopy
import json
import logging
import os
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol
from unittest.mock import patch

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from matter_server.common.models import (
    APICommand,
    CommandMessage,
    EventMessage,
    EventType,
)
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.access.user_response import parse_user
from custom_components.aqara_lock.domain.journal.activity import GapReason
from custom_components.aqara_lock.hubs.store import restore_hub
from custom_components.aqara_lock.locks.state.store import LockStore
from custom_components.aqara_lock.locks.state.telemetry import LockTelemetry
from custom_components.aqara_lock.matter.commands import LockCommands, UserWalk
from custom_components.aqara_lock.matter.errors import LinkError
from custom_components.aqara_lock.matter.node import LockNode
from custom_components.aqara_lock.matter.reads import LockReads
from custom_components.aqara_lock.store.home_store import HomeStore
from tests.component.callers import (
    READS_EVERYTHING,
    READS_NOTHING,
    add_person,
    options,
    restrict,
)
from tests.component.conftest import (
    house,
    hub,
    lan,
    matter,
    ready_for_custom,
    u400_lock,
)
from tests.component.fake_lan import FakeHub
from tests.component.fake_matter import FABRICS, FakeLock
from tests.component.house import House

from .lan_scene import learn
from .live import as_json
from .mutate import Mutator
from .surfaces import SECRET
from .watch import MOST_STEPS, Caught, Fault, Watch, codes_in, fault_of

__all__ = ["house", "hub", "lan", "matter", "ready_for_custom", "u400_lock"]
LINES: Final = 40
"""Journal entries that the home keeps."""
EVERY: Final = 100
"""Inputs after which the lock is as it was, and time passes."""
TURNS: Final = 4
STARTS_EVERY: Final = 40
"""Inputs of files after which a whole home starts with one."""
RESOLVES: Final = "custom_components.aqara_lock.network.mdns.browser.RESOLVE_TIMEOUT_MS"
"""For how long the records of a name that are missing are asked for; nobody answers here."""
SETTLED: Final = 5.0
"""Seconds of real time for one input; nothing waits for the clock here."""
_FREE: Final = ("get_activity", "export_activity", "list_people", "plan_access")


class Scene(Protocol):
    """One surface of the running home; `logs_errors`: damage is told in the log."""

    logs_errors: bool

    def samples(self) -> list[Any]:
        """Return real input."""

    async def feed(self, given: Any) -> Fault | None:
        """Give an input to the home."""

    async def refresh(self) -> Fault | None:
        """Put right what may be left over of inputs before; returns what cannot be."""


class Messages:
    """What a Matter server tells the client."""

    logs_errors = False

    def __init__(self, home: House, lock: FakeLock) -> None:
        """Take a home with one lock."""
        self._house = home
        self._lock = lock
        self._node = home.matter.dump(lock)

    def samples(self) -> list[Any]:
        """Return messages of every kind that is listened to."""
        lock, node = self._lock, self._lock.node_id
        told = [
            {"event": EventType.ATTRIBUTE_UPDATED, "data": [node, path, value]}
            for path, value in lock.attributes.items()
            if path.split("/")[1] in ("257", "47", "53", "62", "60", "40")
        ]
        told += [
            {"event": EventType.NODE_EVENT, "data": event} for event in lock.record
        ] * 10
        return [
            *told,
            {"event": EventType.NODE_UPDATED, "data": self._node},
            {"event": EventType.NODE_ADDED, "data": self._node},
            {"event": EventType.NODE_REMOVED, "data": node},
        ]

    async def feed(self, given: Any) -> Fault | None:
        """Deliver a message; what the client itself cannot read is not ours."""
        if not isinstance(given, dict) or given.get("event") not in list(EventType):
            return None
        message = EventMessage(event=given["event"], data=deepcopy(given.get("data")))
        for client in list(self._house.matter.clients):
            with Caught() as raised:
                client.deliver(message)
            fault = fault_of(raised.error, (), (SECRET,))
            if fault is not None and fault.where:
                return fault
        lines = self._house.home.runtime_data.locks[self._house.subentry_id()].journal
        if len(lines.lines()) > LINES:
            return Fault("the journal grows over its limit")
        return None

    async def refresh(self) -> None:
        """Have the server tell of the lock as it was."""
        for client in list(self._house.matter.clients):
            with Caught():
                client.deliver(
                    EventMessage(event=EventType.NODE_ADDED, data=deepcopy(self._node))
                )


class Websocket:
    """What a card sends, as three users."""

    logs_errors = False

    def __init__(self, home: House, admin: MockUser) -> None:
        """Take a home and its administrator."""
        reader = restrict(MockUser().add_to_hass(home.hass), READS_EVERYTHING)
        nobody = restrict(MockUser().add_to_hass(home.hass), READS_NOTHING)
        self._users = (admin, reader, nobody)
        self._house = home
        self._told: list[Any] = []
        self._next = 0
        self._connections: list[ActiveConnection] = []

    def samples(self) -> list[Any]:
        """Return every command, by who sends it."""
        lock_id = self._house.subentry_id()
        key = self._house.home.runtime_data.locks[lock_id].journal.lines()[-1].key
        commands: list[dict[str, Any]] = [
            {"type": "aqara_lock/locks"},
            {
                "type": "aqara_lock/activity/subscribe",
                "lock_ids": [lock_id],
                "limit": 5,
            },
            {"type": "aqara_lock/activity/subscribe"},
            {
                "type": "aqara_lock/activity/list",
                "lock_id": lock_id,
                "before": key,
                "limit": 5,
            },
            {"type": "aqara_lock/activity/erase", "lock_id": lock_id},
            *self._of_access(lock_id),
        ]
        return [
            {"who": number, "message": message}
            for message in commands
            for number in range(len(self._users))
        ]

    def _of_access(self, lock_id: str) -> list[dict[str, Any]]:
        people = self._house.home.runtime_data.household.people
        change = {
            "person_id": next(iter(people), "nobody"),
            "lock_id": lock_id,
            "effect": "opens",
            "window": {"kind": "from_to", "start": "2026-12-01", "end": "2026-12-03"},
            "wish": "on",
            "keeper": "lock",
        }
        hours = [{"days": [1, 4], "start": "08:00", "end": "12:00"}]
        weekly = change | {"window": {"kind": "weekly", "hours": hours}}
        head = "aqara_lock/access"
        return [
            {"type": f"{head}/subscribe"},
            {"type": f"{head}/plan", "changes": [change | {"has_code": True}]},
            {"type": f"{head}/plan", "changes": [weekly]},
            {"type": f"{head}/apply", "changes": [change | {"password": SECRET}]},
            {"type": f"{head}/cancel"},
        ]

    async def feed(self, given: Any) -> Fault | None:
        """Handle a message; an error that nobody meant is a fault."""
        if not isinstance(given, dict) or not isinstance(given.get("message"), dict):
            return None
        if not self._connections:
            await self.refresh()
        who = given.get("who")
        number = who if isinstance(who, int) and 0 <= who < len(self._users) else 0
        self._next += 1
        self._told.clear()
        self._connections[number].async_handle({**given["message"], "id": self._next})
        for _ in range(TURNS):
            await asyncio.sleep(0)
        bad = [x for x in self._told if b"unknown_error" in _octets(x)]
        return Fault(f"an unknown error is answered: {bad[0]!r:.300}") if bad else None

    async def refresh(self) -> None:
        """Close the connections, and open new ones."""
        for connection in self._connections:
            connection.async_handle_close()
        self._connections = [
            ActiveConnection(
                logging.getLogger(__name__),
                self._house.hass,
                self._told.append,
                user,
                None,
                None,
            )
            for user in self._users
        ]


def _octets(message: Any) -> bytes:
    return message if isinstance(message, bytes) else repr(message).encode()


class Actions:
    """Actions of ours and of the lock entity, called by four."""

    logs_errors = False

    def __init__(self, home: House, admin: MockUser) -> None:
        """Take a home and its administrator."""
        reader = restrict(MockUser().add_to_hass(home.hass), READS_EVERYTHING)
        nobody = restrict(MockUser().add_to_hass(home.hass), READS_NOTHING)
        self._users = (None, admin.id, reader.id, nobody.id)
        self._house = home

    def samples(self) -> list[Any]:
        """Return every action that does not wait for a lock, by who calls it."""
        event = self._house.entity_id("event", "activity")
        lock_id = self._house.subentry_id()
        key = self._house.home.runtime_data.locks[lock_id].journal.lines()[-1].key
        window = {
            "since": "2026-01-01T00:00:00+00:00",
            "until": "2027-01-01T00:00:00+00:00",
        }
        aim = {"entity_id": [event]}
        asked = {"person": ["Anna"], "type": ["unlocked"], "limit": 5}
        calls: list[tuple[str, str, dict[str, Any]]] = [
            ("aqara_lock", "get_activity", {**aim, **window, **asked}),
            ("aqara_lock", "get_activity", {**aim, "group_denied": True}),
            ("aqara_lock", "export_activity", {**aim, **window, "format": "csv"}),
            ("aqara_lock", "assign_operation", {**aim, "line": key, "person": "Carl"}),
            ("aqara_lock", "erase_activity", aim),
            ("aqara_lock", "list_people", {}),
            (
                "aqara_lock",
                "plan_access",
                {
                    **aim,
                    "person": "Carl",
                    "window": "weekly",
                    "days": ["monday"],
                    "start_time": "08:00",
                    "end_time": "12:00",
                },
            ),
            ("aqara_lock", "disable_person", {**aim, "person": "Carl"}),
            ("lock", "lock", {"entity_id": [self._house.lock_id], "code": SECRET}),
            ("lock", "unlock", {"entity_id": [self._house.lock_id], "code": "1234567"}),
        ]
        return [
            {"who": number, "domain": domain, "action": action, "data": data}
            for domain, action, data in calls
            for number in range(len(self._users))
        ]

    async def feed(self, given: Any) -> Fault | None:
        """Call an action; it works, or is refused in a translated text."""
        call = given if isinstance(given, dict) else {}
        domain, action, data = (call.get(key) for key in ("domain", "action", "data"))
        services = self._house.hass.services
        if not (isinstance(domain, str) and isinstance(action, str)):
            return None
        if not isinstance(data, dict) or not services.has_service(domain, action):
            return None
        if domain not in ("aqara_lock", "lock") or action == "check_connection":
            return None
        who = call.get("who")
        number = who if isinstance(who, int) and 0 <= who < len(self._users) else 0
        with Caught() as raised:
            async with asyncio.timeout(SETTLED):
                await services.async_call(
                    domain,
                    action,
                    {str(key): value for key, value in data.items()},
                    blocking=True,
                    context=Context(user_id=self._users[number]),
                    return_response=action in _FREE,
                )
        if isinstance(raised.error, TimeoutError):
            return Fault("waits for ever")
        expected = (probatio.Invalid, HomeAssistantError, Unauthorized)
        fault = fault_of(raised.error, expected, codes_in(str(data.get("code"))))
        if fault is None and type(raised.error) is HomeAssistantError:
            if raised.error.translation_key is None:
                return Fault(f"is refused without a translated text: {raised.error}")
        return fault

    async def refresh(self) -> None:
        """Leave everything as it is."""


class Answers:
    """What a Matter server answers."""

    logs_errors = False

    def __init__(self, home: House, lock: FakeLock) -> None:
        """Take a home with one lock."""
        self._house = home
        self._lock = lock
        self._answer = home.matter._result
        self._given: dict[str, Any] = {}
        link = next(iter(home.home.runtime_data.locks.values())).link
        self._reads, self._commands = LockReads(link), LockCommands(link)

    def samples(self) -> list[Any]:
        """Return a right answer to everything that is asked."""
        lock = self._lock
        return [
            {
                APICommand.PING_NODE.value: {"fd00::8": True, "fe80::8%2": False},
                APICommand.GET_NODE_IP_ADDRESSES.value: ["fd00::8", "fe80::8%2"],
                APICommand.READ_ATTRIBUTE.value: {FABRICS: deepcopy(lock.fabrics)},
                APICommand.SERVER_DIAGNOSTICS.value: self._house.matter._server_result(
                    APICommand.SERVER_DIAGNOSTICS
                ),
                "read": {"attributes": {}, "events": deepcopy(lock.record)},
                "GetUser": lock.answer("GetUser", {"userIndex": 1}),
            }
        ]

    async def feed(self, given: Any) -> Fault | None:
        """Ask everything; it is answered, or fails as what is known to fail."""
        self._given = given if isinstance(given, dict) else {}
        asked: list[Callable[[], Coroutine[Any, Any, object]]] = [
            self._commands.async_ping,
            self._commands.async_walk_users,
            self._reads.async_remembered_events,
            lambda: self._reads.async_recent_events(1001),
            self._reads.async_fabrics,
        ]
        with patch.object(self._house.matter, "_result", self._result):
            for ask in asked:
                with Caught() as raised:
                    found = await ask()
                    if isinstance(found, UserWalk):
                        _ = [parse_user(item) for item in found.responses]
                if (fault := fault_of(raised.error, (LinkError,), ())) is not None:
                    return fault
        return None

    def _result(self, message: CommandMessage, name: str, lock: FakeLock | None) -> Any:
        if name in self._given:
            return deepcopy(self._given[name])
        return self._answer(message, name, lock)

    async def refresh(self) -> None:
        """Leave everything as it is."""


class Files:
    """The files of a lock and of the home, as a start finds them."""

    logs_errors = True

    def __init__(self, home: House) -> None:
        """Take a home that ran for a while."""
        self._house = home
        self._hass = home.hass
        self._files = Path(home.hass.config.path(".storage"))
        self._fed = 0
        self._content: dict[str, Any] = {}

    @property
    def _keys(self) -> tuple[str, str]:
        lock = f"aqara_lock.lock.{self._house.subentry_id()}"
        return lock, f"aqara_lock.{self._house.home.entry_id}"

    async def prepare(self) -> None:
        """Stop the home, and take what it wrote."""
        await self._house.stop()
        self._content = {
            kind: json.loads((self._files / key).read_text())
            for kind, key in zip(("lock", "home"), self._keys, strict=True)
        }

    def samples(self) -> list[Any]:
        """Return what a home wrote; most of it is the lock's."""
        told = self._content["lock"]["data"]
        apart = {
            "at": "2026-11-22T18:30:00+00:00",
            "last_event_number": 1001,
            "event_source": told["event_source"],
            "journal": told["journal"],
        }
        return [
            {"lock": self._content["lock"]},
            {
                "lock": self._content["lock"],
                "told": {**self._content["lock"], "data": apart},
            },
            {"home": self._content["home"]},
        ]

    async def feed(self, given: Any) -> Fault | None:
        """Read the files alone; now and then a whole home starts with them."""
        self._write(given if isinstance(given, dict) else {})
        self._fed += 1
        if self._fed % STARTS_EVERY == 0:
            return await self._start()
        lock = LockStore(self._hass, self._house.subentry_id())
        await lock.async_load()
        memory = lock.memory
        LockTelemetry().load_availability(memory.flips)
        LockNode.from_dict(memory.node or {})
        memory.journal.prune(dt_util.utcnow())
        memory.journal.gap(dt_util.utcnow(), dt_util.utcnow(), GapReason.UNKNOWN)
        _ = memory.journal.lines(), memory.journal.people(), memory.fabrics.current
        lock.async_schedule_save()
        await lock.async_close()
        home = HomeStore(self._hass, self._house.home.entry_id)
        await home.async_load()
        for known in home.memory.hubs.values():
            restore_hub(known)
        await home.async_close()
        return None

    def _write(self, given: dict[str, Any]) -> None:
        for path in self._files.glob("aqara_lock*"):
            path.unlink()
        lock, home = self._keys
        names = {"lock": lock, "told": f"{lock}.told", "home": home}
        for kind, content in {**self._content, **given}.items():
            if kind in names:
                (self._files / names[kind]).write_text(as_json(content))

    async def _start(self) -> Fault | None:
        setup = self._hass.config_entries.async_setup
        await setup(self._house.home.entry_id)
        await self._house.settle()
        await self._house.tick(10)
        state = self._house.home.state
        await self._hass.config_entries.async_unload(self._house.home.entry_id)
        await self._house.settle()
        if state is not ConfigEntryState.LOADED:
            return Fault(f"keeps the home from starting: {state}")
        return None

    async def refresh(self) -> None:
        """Leave everything as it is."""


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Let Home Assistant have a folder of its own."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, object]:
    """Let stores be files, as in a home."""
    return {}


@pytest.fixture
def watch() -> Watch:
    """Watch what the inputs do."""
    return Watch(limit=20 * MOST_STEPS)


async def test_live(
    house: House,
    u400_lock: FakeLock,
    hub: FakeHub,
    hass_admin_user: MockUser,
    watch: Watch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name, seed = os.environ["FUZZ_SURFACE"], int(os.environ["FUZZ_SEED"])
    numbers = range(int(os.environ["FUZZ_FROM"]), int(os.environ["FUZZ_TO"]))
    assert await async_setup_component(house.hass, "websocket_api", {})
    house.expects_errors = True
    house.hass.loop.set_debug(False)
    scene = await _scene(name, house, u400_lock, hass_admin_user, hub)
    samples = scene.samples()
    with patch(RESOLVES, 0), watch.watching(everything=True):
        for number in numbers:
            random = Random(f"{name} {seed} {number}")
            given = Mutator(random).changed(random.choice(samples))
            fault = await _run(scene, given, watch)
            if number % EVERY == 0:
                watch.begin()
                fault = await scene.refresh() or fault
                await house.tick(10)
                house.changes.clear()
            if fault is not None:
                _tell(capsys, number, given, fault)
    with capsys.disabled():
        print("MEASURED", as_json({"steps": watch.most_steps}), flush=True)


async def _run(scene: Scene, given: Any, watch: Watch) -> Fault | None:
    watch.begin()
    with Caught() as raised:
        fault = await scene.feed(given)
        for _ in range(TURNS):
            await asyncio.sleep(0)
    fault = fault_of(raised.error, (), ()) or fault
    return fault or watch.judge(None, (SECRET,), may_log_errors=scene.logs_errors)


async def _scene(
    name: str, house: House, lock: FakeLock, admin: MockUser, hub: FakeHub
) -> Scene:
    """Set a home up in which something happened already."""
    await house.start(lock)
    options(house, journal_lines=LINES)
    add_person(house, "Carl", "person.carl")
    await house.settle()
    for user in (1, 2):
        await house.tick(60)
        lock.unlock_by_finger(user=user)
        await house.tick(10)
        lock.lock_by_hand()
        await house.settle()
    if name == "messages":
        return Messages(house, lock)
    if name == "answers":
        return Answers(house, lock)
    if name == "lan":
        return await learn(house, hub)
    if name == "files":
        files = Files(house)
        await files.prepare()
        return files
    return Websocket(house, admin) if name == "websocket" else Actions(house, admin)


def _tell(
    capsys: pytest.CaptureFixture[str], number: int, given: Any, fault: Fault
) -> None:
    told = {"number": number, "given": f"{given!r:.2000}"}
    with capsys.disabled():
        line = as_json({**told, "what": fault.what, "where": fault.where})
        print("MEASURED", line, flush=True)

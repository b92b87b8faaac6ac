"""A Matter server in memory, spoken to by the real client through a replaced connection.

Every message takes the way it takes in a real home: the client's own subscriptions,
node model and error mapping run unchanged. Nothing waits; a test says what happens when.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final, override
from unittest.mock import patch

from aiohttp import ClientSession
from chip.clusters.Types import Nullable
from homeassistant.util import dt as dt_util
from matter_server.client import MatterClient
from matter_server.client.exceptions import (
    CannotConnect,
    ConnectionClosed,
    NotConnected,
    ServerVersionTooOld,
)
from matter_server.common.const import SCHEMA_VERSION
from matter_server.common.models import (
    APICommand,
    CommandMessage,
    ErrorResultMessage,
    EventMessage,
    EventType,
    MatterNodeData,
    ServerInfoMessage,
    SuccessResultMessage,
)

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    CredentialType,
    DataOperationType,
    EventId,
    Feature,
    LockDataType,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
    UserStatus,
    UserType,
)
from tests.domain.access.spec_commands import TABLE_COMMANDS, TableRefusal, answer_of
from tests.domain.access.spec_lock import SpecLock

from .nodes import (
    APPLE_FABRIC,
    CONTROLLER_NODE,
    OWN_FABRIC,
    OWN_FABRIC_INDEX,
    Attributes,
)

EXPIRING_USER_TIMEOUT: Final = 0x35
COMPRESSED_FABRIC: Final = 0x2906C908D115D362
RECENT_EVENTS: Final = 25
CLIENT_KNOWS_STATUS: Final = "status" in {
    item.name for item in fields(ErrorResultMessage)
}
"""From client 1.5 on an error can carry the lock's own status."""
LAST_PYTHON_SCHEMA: Final = 11
FABRICS: Final = "0/62/1"
STATUS_SCHEMA: Final = 14
"""First schema whose servers may send that status."""


@dataclass(slots=True)
class User:
    """One slot of the lock's user table."""

    name: str | None
    credentials: list[tuple[CredentialType, int]] = field(default_factory=list)
    type: UserType = UserType.UNRESTRICTED
    status: UserStatus = UserStatus.OCCUPIED_ENABLED


@dataclass(frozen=True, slots=True)
class Request:
    """One message that reached a lock."""

    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    timed_ms: int | None = None
    patience_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a lock or the server refuses a request."""

    error_code: int = 0
    status: int | None = None
    text: str | None = None


type Failure = Exception | Refusal


def _details(refusal: Refusal, schema: int) -> str:
    """Give the text that servers send along: the status stands in it, each in its way."""
    if refusal.text is not None:
        return refusal.text
    if refusal.status is None:
        return "refused"
    if schema <= LAST_PYTHON_SCHEMA:
        return f"InteractionModelError: refused (0x{refusal.status:02x})"
    return f"Refused (code {refusal.status})"


STATES: Final = {
    "LockDoor": (LockOperationType.LOCK, LockState.LOCKED),
    "UnlockDoor": (LockOperationType.UNLOCK, LockState.UNLOCKED),
    "UnboltDoor": (LockOperationType.UNLOCK, LockState.UNLOCKED),
}


class FakeLock:
    """A door lock: its node, its users, its event log and how it reacts to commands."""

    def __init__(
        self,
        server: FakeMatterServer,
        node_id: int,
        attributes: Attributes,
        endpoint_id: int = 1,
    ) -> None:
        """Put a lock on a server; nobody is told of it yet."""
        self.server = server
        self.endpoint_id = endpoint_id
        self.attributes = attributes
        self.data = MatterNodeData(
            node_id=node_id,
            date_commissioned=datetime(2026, 1, 1, tzinfo=UTC),
            last_interview=datetime(2026, 1, 1, tzinfo=UTC),
            interview_version=6,
            available=True,
            attributes=attributes,
        )
        self.users: dict[int, User] = {}
        self.table: SpecLock | None = None
        """A table that can be written to; else `users` is what there is."""
        self.after_answer: Callable[[str], None] = lambda _name: None
        """Called when the table has done what a message asks."""
        self.silent_changes = False
        """Whether it tells nobody that its table was changed."""
        self.requests: list[Request] = []
        self.failures: dict[str, deque[Failure]] = {}
        self.answers_ping = True
        self.addresses = ["fd00::8"]
        self.dead_addresses: set[str] = set()
        self.session_address: str | None = None
        self.fabrics: list[dict[str, Any]] = [OWN_FABRIC, APPLE_FABRIC]
        self.reports = True
        self.reacts: tuple[str, ...] = ("state", "operation")
        self.event_number = 1000
        self.record: list[dict[str, Any]] = []

    @property
    def node_id(self) -> int:
        """Node id on our fabric."""
        return self.data.node_id

    @property
    def can_unlatch(self) -> bool:
        """Whether bolt and latch are operated apart."""
        return bool(Feature.UNBOLT & self.attributes[self.path(0xFFFC)])

    @property
    def asked(self) -> list[str]:
        """Names of the messages that reached the lock."""
        return [request.name for request in self.requests]

    def ping(self) -> dict[str, bool]:
        """Ping each address; that of the session counts as good where it is another one."""
        pinged = {
            address: self.answers_ping and address not in self.dead_addresses
            for address in self.addresses
        }
        if self.session_address is None or not self.data.available:
            return pinged
        return {self.session_address: True, **pinged}

    def path(self, attribute: int) -> str:
        """Path of a door-lock attribute."""
        return f"{self.endpoint_id}/257/{attribute}"

    def fail(self, name: str, *failures: Failure) -> None:
        """Let the next requests of a name fail, each in its way."""
        self.failures.setdefault(name, deque()).extend(failures)

    def set_attribute(self, path: str, value: Any) -> None:
        """Report a new value of any attribute."""
        self.attributes[path] = value
        self.server.tell(EventType.ATTRIBUTE_UPDATED, [self.node_id, path, value])

    def report_state(self, state: LockState | None) -> None:
        """Report LockState."""
        self.set_attribute(self.path(0), None if state is None else state.value)

    def report_operation(
        self,
        kind: LockOperationType,
        source: OperationSource,
        user: int | None = None,
        credential: tuple[CredentialType, int] | None = None,
        fabric: int | None = None,
        node: int | None = None,
        **more: Any,
    ) -> int:
        """Report a LockOperation; gives its event number."""
        data = _operation(kind, source, user, credential, fabric, node)
        return self.emit(EventId.LOCK_OPERATION, data, **more)

    def report_denied(
        self, error: OperationError, source: OperationSource, user: int | None = None
    ) -> int:
        """Report a LockOperationError."""
        data = _operation(LockOperationType.UNLOCK, source, user, None, None, None)
        data["operationError"] = error.value
        return self.emit(EventId.LOCK_OPERATION_ERROR, data)

    def report_alarm(self, code: AlarmCode) -> int:
        """Report a DoorLockAlarm."""
        return self.emit(EventId.DOOR_LOCK_ALARM, {"alarmCode": code.value})

    def report_user_change(
        self, operation: DataOperationType, user: int, **more: Any
    ) -> int:
        """Report that the slot of a user changed."""
        data = {
            "lockDataType": LockDataType.USER_INDEX.value,
            "dataOperationType": operation.value,
            "operationSource": OperationSource.REMOTE.value,
            "userIndex": user,
            "fabricIndex": OWN_FABRIC_INDEX + 1,
            "sourceNode": 5,
            "dataIndex": user,
        }
        return self.emit(EventId.LOCK_USER_CHANGE, data | more)

    def unlock_by_finger(self, user: int, index: int = 1) -> int:
        """Unlock with a finger, as it is reported: first the state, then who it was."""
        self.report_state(LockState.UNLOCKED)
        return self.report_operation(
            LockOperationType.UNLOCK,
            OperationSource.BIOMETRIC,
            user,
            (CredentialType.FINGERPRINT, index),
        )

    def unlock_by_code(self, user: int, index: int) -> int:
        """Unlock with a code."""
        self.report_state(LockState.UNLOCKED)
        return self.report_operation(
            LockOperationType.UNLOCK,
            OperationSource.KEYPAD,
            user,
            (CredentialType.PIN, index),
        )

    def lock_by_hand(self) -> int:
        """Lock by hand."""
        self.report_state(LockState.LOCKED)
        return self.report_operation(LockOperationType.LOCK, OperationSource.MANUAL)

    def emit(
        self,
        event_id: EventId,
        data: Mapping[str, Any],
        *,
        number: int | None = None,
        at: datetime | None = None,
        silently: bool = False,
        cluster_id: int = 257,
        endpoint_id: int | None = None,
    ) -> int:
        """Report an event; `silently` only puts it into the server's recent events."""
        self.event_number = number or self.event_number + 1
        event = {
            "node_id": self.node_id,
            "endpoint_id": self.endpoint_id if endpoint_id is None else endpoint_id,
            "cluster_id": cluster_id,
            "event_id": event_id.value,
            "event_number": self.event_number,
            "priority": 2,
            "timestamp": int((at or dt_util.utcnow()).timestamp() * 1000),
            "timestamp_type": 1,
            "data": dict(data),
        }
        self.record.append(event)
        if silently or self.server.remembers:
            self.server.recent_events.append(event)
        if not silently:
            self.server.tell(EventType.NODE_EVENT, event)
        return self.event_number

    def become(self, *, available: bool) -> None:
        """Let the server find the lock, or lose it."""
        self.data.available = available
        self.server.tell(EventType.NODE_UPDATED, self.server.dump(self))

    def interview(self) -> None:
        """Let the server read the whole lock anew, as its own page offers."""
        self.data.last_interview = dt_util.utcnow()
        self.server.tell(EventType.NODE_UPDATED, self.server.dump(self))

    def react(self, name: str) -> None:
        """Do what a command asks and report it, in the order of `reacts`."""
        kind, state = STATES[name]
        steps: Mapping[str, Callable[[], object]] = {
            "state": lambda: self.report_state(state),
            "operation": lambda: self.report_own(kind),
        }
        for step in self.reacts:
            steps[step]()

    def report_own(self, kind: LockOperationType) -> int:
        """Report an operation as Home Assistant's own controller asked for it."""
        return self.report_operation(
            kind,
            OperationSource.REMOTE,
            fabric=OWN_FABRIC_INDEX,
            node=CONTROLLER_NODE,
        )

    def write(self, path: str, value: Any) -> None:
        """Take an attribute that somebody writes, and report it."""
        if self.table is not None and path == self.path(EXPIRING_USER_TIMEOUT):
            self.table.expiring_minutes = value
        self.set_attribute(path, value)

    def answer(self, name: str, payload: Mapping[str, Any]) -> Any:
        """Answer a command as the cluster defines it."""
        if self.table is not None and name in TABLE_COMMANDS:
            return self._use_table(self.table, name, payload)
        if name == "GetUser":
            return self._user(payload["userIndex"])
        if name in STATES:
            self.react(name)
        return None

    def _use_table(self, table: SpecLock, name: str, payload: Mapping[str, Any]) -> Any:
        """Do what a command asks of the table, and report what changed."""
        # Over the wire null is null; here the client's own object arrives.
        plain = {k: None if isinstance(x, Nullable) else x for k, x in payload.items()}
        answer, change = answer_of(table, OWN_FABRIC_INDEX, name, plain)
        self.after_answer(name)
        if isinstance(answer, int) and answer != 0:
            raise TableRefusal(answer)
        if change is not None and not table.asleep and not self.silent_changes:
            own = {"fabricIndex": OWN_FABRIC_INDEX, "sourceNode": CONTROLLER_NODE}
            remote = {"operationSource": OperationSource.REMOTE.value}
            self.emit(EventId.LOCK_USER_CHANGE, change | own | remote)
        return None if isinstance(answer, int) else answer

    def _user(self, index: int) -> dict[str, Any]:
        later = [number for number in sorted(self.users) if number > index]
        user = self.users.get(index)
        return {
            "userIndex": index,
            "userName": user.name if user else None,
            "userUniqueID": 0xFFFFFFFF if user else None,
            "userStatus": user.status.value if user else None,
            "userType": user.type.value if user else None,
            "credentialRule": 0 if user else None,
            "credentials": [
                {"credentialType": kind.value, "credentialIndex": number}
                for kind, number in (user.credentials if user else [])
            ]
            or None,
            "creatorFabricIndex": OWN_FABRIC_INDEX if user else None,
            "lastModifiedFabricIndex": OWN_FABRIC_INDEX if user else None,
            "nextUserIndex": later[0] if later else None,
        }


def _operation(
    kind: LockOperationType,
    source: OperationSource,
    user: int | None,
    credential: tuple[CredentialType, int] | None,
    fabric: int | None,
    node: int | None,
) -> dict[str, Any]:
    credentials = None
    if credential is not None:
        shown, index = credential
        credentials = [{"credentialType": shown.value, "credentialIndex": index}]
    return {
        "lockOperationType": kind.value,
        "operationSource": source.value,
        "userIndex": user,
        "fabricIndex": fabric,
        "sourceNode": node,
        "credentials": credentials,
    }


class FakeMatterServer:
    """The server: nodes, recent events, connected clients; counts what reaches locks."""

    def __init__(self) -> None:
        """Begin with no node."""
        self.schema_version = 12
        self.running = True
        self.locks: dict[int, FakeLock] = {}
        self.clients: list[FakeMatterClient] = []
        self.recent_events: deque[dict[str, Any]] = deque(maxlen=RECENT_EVENTS)
        self.server_requests: Counter[str] = Counter()
        self.holding: set[str] = set()
        self.held: list[tuple[FakeMatterClient, CommandMessage]] = []
        self.failures: dict[str, deque[Failure]] = {}
        self.new_devices: dict[int, Attributes] = {}
        self.codes: list[str] = []

    @property
    def info(self) -> ServerInfoMessage:
        """What the server says of itself on connect."""
        return ServerInfoMessage(
            fabric_id=2,
            compressed_fabric_id=COMPRESSED_FABRIC,
            schema_version=self.schema_version,
            min_supported_schema_version=5,
            sdk_version="emulated",
            wifi_credentials_set=False,
            thread_credentials_set=True,
            bluetooth_enabled=False,
        )

    @property
    def remembers(self) -> bool:
        """Whether an event gets into the recent ones: matter.js needs a client for that."""
        return self.schema_version <= LAST_PYTHON_SCHEMA or bool(self.clients)

    def add(
        self, node_id: int, attributes: Attributes, endpoint_id: int = 1
    ) -> FakeLock:
        """Commission a lock; connected clients are told."""
        lock = FakeLock(self, node_id, attributes, endpoint_id)
        self.locks[node_id] = lock
        self.tell(EventType.NODE_ADDED, self.dump(lock))
        return lock

    def fail(self, name: str, *failures: Failure) -> None:
        """Let the server's next answers of a name fail, each in its way."""
        self.failures.setdefault(name, deque()).extend(failures)

    def _commission(self, code: str) -> dict[str, Any]:
        """Take in the next of `new_devices`, as the server does with a right code."""
        self.codes.append(code)
        node_id, attributes = self.new_devices.popitem()
        return self.dump(self.add(node_id, attributes))

    def remove(self, lock: FakeLock) -> None:
        """Remove a lock's node."""
        del self.locks[lock.node_id]
        self.tell(EventType.NODE_REMOVED, lock.node_id)

    def dump(self, lock: FakeLock) -> dict[str, Any]:
        """Give a node as it goes over the wire."""
        return {
            "node_id": lock.node_id,
            "date_commissioned": lock.data.date_commissioned.isoformat(),
            "last_interview": lock.data.last_interview.isoformat(),
            "interview_version": 6,
            "available": lock.data.available,
            "is_bridge": any(item["0"] == 14 for item in lock.attributes["1/29/0"]),
            "attributes": deepcopy(lock.attributes),
            "attribute_subscriptions": [],
        }

    def tell(self, event: EventType, data: Any) -> None:
        """Send an event to every connected client."""
        for client in list(self.clients):
            client.deliver(EventMessage(event=event, data=deepcopy(data)))

    def stop(self) -> None:
        """Go away: every connection breaks."""
        self.running = False
        for client in list(self.clients):
            client.link.drop()

    def start(self) -> None:
        """Come back; nobody is connected yet."""
        self.running = True

    def hold(self, *names: str) -> None:
        """Leave requests of these names unanswered until `release`."""
        self.holding.update(names)

    def release(self) -> None:
        """Answer what was held back, in order."""
        self.holding.clear()
        waiting, self.held = self.held, []
        for client, message in waiting:
            self._answer(client, message)

    def receive(self, client: FakeMatterClient, message: CommandMessage) -> None:
        """Take a request; raises what a failing connection raises."""
        name = _name(message)
        lock = self._lock(message)
        if lock is not None:
            arguments = message.args or {}
            timed = arguments.get("timed_request_timeout_ms")
            patience = arguments.get("interaction_timeout_ms")
            payload = arguments.get("payload") or {}
            lock.requests.append(Request(name, payload, timed, patience))
        else:
            self.server_requests[name] += 1
        if name in self.holding:
            self.held.append((client, message))
            return
        self._answer(client, message)

    def _answer(self, client: FakeMatterClient, message: CommandMessage) -> None:
        lock = self._lock(message)
        name = _name(message)
        source = (lock.failures if lock else self.failures).get(name)
        if source:
            self._fail(client, message, source.popleft())
            return
        try:
            result = self._result(message, name, lock)
        except TableRefusal as refusal:
            self._fail(client, message, Refusal(status=refusal.status))
            return
        client.deliver(SuccessResultMessage(message.message_id, result))

    def _fail(
        self, client: FakeMatterClient, message: CommandMessage, failure: Failure
    ) -> None:
        if isinstance(failure, Exception):
            raise failure
        tells = CLIENT_KNOWS_STATUS and self.schema_version >= STATUS_SCHEMA
        status = {"status": failure.status} if tells else {}
        details = _details(failure, self.schema_version)
        client.deliver(
            ErrorResultMessage(
                message.message_id, failure.error_code, details, **status
            )
        )

    def _result(self, message: CommandMessage, name: str, lock: FakeLock | None) -> Any:
        arguments = message.args or {}
        if message.command == APICommand.DEVICE_COMMAND and lock is not None:
            return lock.answer(name, arguments["payload"])
        if message.command == APICommand.WRITE_ATTRIBUTE and lock is not None:
            return lock.write(arguments["attribute_path"], arguments["value"])
        if message.command == APICommand.PING_NODE and lock is not None:
            return lock.ping()
        if message.command == APICommand.GET_NODE_IP_ADDRESSES:
            return list(self.locks[arguments["node_id"]].addresses)
        if message.command == APICommand.READ_ATTRIBUTE and lock is not None:
            path = arguments["attribute_path"]
            value = lock.fabrics if path == FABRICS else lock.attributes.get(path)
            return {path: deepcopy(value)}
        if message.command == "read" and lock is not None:
            return {"attributes": {}, "events": self._events_of(lock, arguments)}
        if message.command == APICommand.COMMISSION_WITH_CODE:
            return self._commission(arguments["code"])
        return self._server_result(message.command)

    def _server_result(self, command: str) -> Any:
        if command == APICommand.START_LISTENING:
            return [self.dump(lock) for lock in self.locks.values()]
        if command == APICommand.SERVER_DIAGNOSTICS:
            info = {
                item.name: getattr(self.info, item.name) for item in fields(self.info)
            }
            events = deepcopy(list(self.recent_events))
            return {"info": info, "nodes": [], "events": events}
        if command == APICommand.GET_VENDOR_NAMES:
            return {}
        return None

    def _events_of(
        self, lock: FakeLock, arguments: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        least = arguments.get("event_min") or 0
        return [
            deepcopy(event) for event in lock.record if event["event_number"] >= least
        ]

    def _lock(self, message: CommandMessage) -> FakeLock | None:
        """Find the lock that a request reaches; None for what the server answers."""
        over_the_air = (
            APICommand.DEVICE_COMMAND,
            APICommand.PING_NODE,
            APICommand.READ_ATTRIBUTE,
            APICommand.WRITE_ATTRIBUTE,
            "read",
        )
        if message.command not in over_the_air:
            return None
        return self.locks.get((message.args or {})["node_id"])


def _name(message: CommandMessage) -> str:
    """Name a request: by its cluster command, else by the server's command."""
    arguments = message.args or {}
    command = message.command
    plain = command.value if isinstance(command, APICommand) else command
    return str(arguments.get("command_name") or plain)


class FakeConnection:
    """Stands where the client keeps its websocket."""

    def __init__(self, server: FakeMatterServer, client: FakeMatterClient) -> None:
        """Belong to one client; `connect` opens."""
        self._server = server
        self._client = client
        self._closed: asyncio.Future[None] | None = None
        self._greeting: list[SuccessResultMessage] = []
        self.is_blocked = False
        self.is_full = False
        self.ws_server_url = "ws://emulated/ws"
        self.server_info: ServerInfoMessage | None = None

    @property
    def connected(self) -> bool:
        """Whether the websocket is open."""
        return self._closed is not None and not self._closed.done()

    async def connect(self) -> None:
        """Open, and check the versions as the real connection does."""
        if not self._server.running:
            raise CannotConnect(OSError("refused"))
        self.server_info = self._server.info
        if self.server_info.schema_version < SCHEMA_VERSION:
            raise ServerVersionTooOld("too old")
        self._closed = asyncio.get_running_loop().create_future()
        self._server.clients.append(self._client)

    async def send_message(self, message: CommandMessage) -> None:
        """Send; the answer is there at once unless the test holds it back."""
        if not self.connected:
            raise NotConnected
        while self.is_blocked:
            await asyncio.sleep(0)
        self._server.receive(self._client, message)
        await self._drain_helper()

    async def _drain_helper(self) -> None:
        """Wait as aiohttp does where its buffer was full when it wrote."""
        while self.is_full:
            await asyncio.sleep(0)

    async def receive_message_or_raise(self) -> SuccessResultMessage:
        """Give the dump of nodes; after that wait until the connection breaks."""
        if self._greeting:
            return self._greeting.pop()
        assert self._closed is not None
        await asyncio.shield(self._closed)
        raise ConnectionClosed("Connection was closed")

    def greet(self, message: SuccessResultMessage) -> None:
        """Keep the first answer for `receive_message_or_raise`."""
        self._greeting.append(message)

    def drop(self) -> None:
        """Break."""
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)
        if self._client in self._server.clients:
            self._server.clients.remove(self._client)

    async def disconnect(self) -> None:
        """Close."""
        self.drop()


class FakeMatterClient(MatterClient):
    """The real client over an emulated connection."""

    server: FakeMatterServer

    def __init__(self, ws_server_url: str, aiohttp_session: ClientSession) -> None:
        """Replace the connection, keep everything else."""
        super().__init__(ws_server_url, aiohttp_session)
        self.link = FakeConnection(self.server, self)
        self.connection = self.link  # type: ignore[assignment]
        self._listening = False

    @override
    async def start_listening(self, init_ready: asyncio.Event | None = None) -> None:
        """Listen; the first answer goes the way of the real protocol."""
        await super().start_listening(init_ready)

    def deliver(
        self, message: SuccessResultMessage | ErrorResultMessage | EventMessage
    ) -> None:
        """Take a message of the server, at once."""
        if not self._listening and isinstance(message, SuccessResultMessage):
            self._listening = True
            self.link.greet(message)
            return
        self._handle_incoming_message(message)

    def callbacks_of(self, package: str) -> list[Callable[..., None]]:
        """Give the subscriptions whose handler is of a package."""
        every = (item for group in self._subscribers.values() for item in group)
        return [item for item in every if item.__module__.startswith(package)]


@contextmanager
def emulated(server: FakeMatterServer) -> Iterator[FakeMatterServer]:
    """Let core's Matter integration set up over the emulated server."""
    client = type("BoundClient", (FakeMatterClient,), {"server": server})
    with patch("homeassistant.components.matter.MatterClient", client):
        yield server

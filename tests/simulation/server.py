"""An emulated Matter server, spoken to by the real client over a replaced connection.

Two manners: those of python-matter-server, and those of the OHF server on matter.js as
they were measured. What reaches a lock is written down.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
import random
from typing import Any, Final

from matter_server.client import MatterClient
from matter_server.client.exceptions import (
    CannotConnect,
    ConnectionClosed,
    NotConnected,
)
from matter_server.common.models import (
    APICommand,
    CommandMessage,
    ErrorResultMessage,
    EventMessage,
    EventType,
    ServerInfoMessage,
    SuccessResultMessage,
)

from .lock import KEPT_EVENTS, Lock, Report
from .words import FABRIC, OTHER_FABRIC, OWN_FABRIC

RECENT_EVENTS: Final = 25
REPLAYED: Final = 2
FABRICS_PATH: Final = "0/62/1"
ERROR_UNKNOWN: Final = 0
ERROR_NOT_EXISTS: Final = 5
OPERATIONS: Final = frozenset({"LockDoor", "UnlockDoor", "UnboltDoor"})
OVER_THE_AIR: Final = frozenset(
    {
        APICommand.DEVICE_COMMAND,
        APICommand.PING_NODE,
        APICommand.READ_ATTRIBUTE,
        APICommand.WRITE_ATTRIBUTE,
        "read",
    }
)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a server behaves."""

    name: str
    schema: int
    search: float
    """Seconds that it looks for addresses before it pings, and when asked for them."""
    ping_lost: float
    command_fails: float
    command_fails_in_silence: float
    subscription: tuple[float, float]
    """Seconds after which it notices that a lock is silent: from, to."""
    grace: float
    """Seconds after that until it calls the lock unavailable."""
    returns: tuple[float, float]
    """Seconds that it needs to hear a lock again whose path is back: from, to."""
    needs_listener: bool
    """Keeps events only while a client listens."""
    replays: float
    """How often a renewed subscription brings events once more."""
    longest: float
    """Seconds until it calls a silent lock away, at most, by what its users report."""


RARE: Final = 0.1
"""How often a subscription lasts as long as the longest that is reported."""


def _python(name: str, schema: int) -> Manners:
    """Describe python-matter-server: 10 min 38 s are reported, then it tries twice."""
    return Manners(
        name=name,
        schema=schema,
        search=0.0,
        ping_lost=60.0,
        command_fails=11.6,
        command_fails_in_silence=11.6,
        subscription=(81, 264),
        grace=0,
        returns=(5, 51),
        needs_listener=False,
        replays=0.3,
        longest=640 + 180,
    )


def _ohf(name: str, schema: int) -> Manners:
    """Describe the OHF server as measured; subscriptions of 5 min 38 s are reported."""
    return Manners(
        name=name,
        schema=schema,
        search=3.0,
        ping_lost=10.0,
        command_fails=50.0,
        command_fails_in_silence=90.0,
        subscription=(100, 224),
        grace=180,
        returns=(2, 30),
        needs_listener=True,
        replays=0.3,
        longest=340 + 180,
    )


MANNERS: Final = {
    item.name: item
    for item in (
        _python("python", 11),
        _ohf("ohf13", 13),
        _ohf("ohf14", 14),
    )
}


@dataclass(slots=True)
class Sent:
    """One message that the server was asked to send to a lock."""

    at: float
    name: str
    lock: str
    arrived_at: float | None = None
    failed_at: float | None = None
    user: int | None = None
    """Index of the user that GetUser asks for."""
    lost: bool = False


@dataclass(slots=True)
class Node:
    """What the server has of one lock."""

    lock: Lock
    attributes: dict[str, Any]
    random: random.Random
    available: bool = True
    pending: list[Report] = field(default_factory=list)
    path: bool = True
    lapsed: bool = False
    timer: asyncio.TimerHandle | None = None
    delivers_at: float = 0.0
    """When the last report under way arrives: none overtakes another."""
    heard_since: float = 0.0
    """Since when whatever the lock reports gets here."""


@dataclass(slots=True)
class Flight:
    """A command that is out."""

    node: Node
    client: Client
    message: CommandMessage
    sent: Sent
    deadline: asyncio.TimerHandle | None = None
    delivery: asyncio.TimerHandle | None = None
    done: bool = False


class MatterServer:
    """The server: nodes, recent events, connected clients."""

    def __init__(self, manners: Manners, seed: int) -> None:
        """Begin without nodes."""
        self.manners = manners
        self.seed = seed
        self.running = True
        self.nodes: dict[int, Node] = {}
        self.clients: list[Client] = []
        self.recent: deque[dict[str, Any]] = deque(maxlen=RECENT_EVENTS)
        self.sent: list[Sent] = []
        self.flights: list[Flight] = []
        self.reaches: Callable[[Lock], bool] = lambda _lock: True
        self.command_names: Callable[[Lock, str], frozenset[str]] = lambda *_: (
            frozenset()
        )

    # What the world does with it

    def commission(self, lock: Lock, node_id: int) -> None:
        """Take a lock in under a node id."""
        lock.node_id = node_id
        chances = random.Random(f"server {self.seed} {lock.name} {node_id}")
        node = Node(lock, deepcopy(lock.attributes), chances)
        node.path = self.reaches(lock)
        node.available = node.path
        node.heard_since = self.now
        self.nodes[node_id] = node
        self._tell(EventType.NODE_ADDED, self.dump(node))

    def forget_radio(self, node_id: int) -> None:
        """A lock that was reset is not to be reached under its old node any more."""
        node = self.nodes[node_id]
        node.lock = Lock(node.lock.name, node.lock.personality, node.lock.serial)
        node.lock.radio_on = False
        self.check_paths()

    def remove(self, node_id: int) -> None:
        """Remove a node."""
        node = self.nodes.pop(node_id)
        self._stop_timer(node)
        self._tell(EventType.NODE_REMOVED, node_id)

    def stop(self) -> None:
        """Go away: every connection breaks, every command that is out is lost."""
        self.running = False
        for node in self.nodes.values():
            self._stop_timer(node)
            node.pending.clear()
        for flight in self.flights:
            self._stop_flight(flight)
            flight.sent.failed_at = self.now
        self.flights.clear()
        for client in list(self.clients):
            client.link.drop()
        self.recent.clear()

    def start(self) -> None:
        """Come back; it has to find each lock again."""
        self.running = True
        for node in self.nodes.values():
            node.available = False
            node.lapsed = True
            node.path = self.reaches(node.lock)
            if node.path:
                self._return_later(node, node.random.uniform(3.0, 15.0))

    def check_paths(self) -> None:
        """Look which locks can be reached since something changed."""
        for node in self.nodes.values():
            path = self.reaches(node.lock)
            if path is node.path:
                continue
            node.path = path
            if self.running:
                self._path_back(node) if path else self._path_lost(node)

    def reported(self, lock: Lock, reports: list[Report]) -> None:
        """Take what a lock reports, or let the lock keep it until it is heard again."""
        node = self.nodes.get(lock.node_id)
        if node is None or node.lock is not lock or not reports:
            return
        if not self.running:
            return
        # What was not acknowledged yet is repeated before anything newer.
        if node.path and not node.lapsed and not node.pending:
            arrives = self.now + node.random.uniform(0.07, 0.13)
            node.delivers_at = max(arrives, node.delivers_at + 0.001)
            self._later(node.delivers_at - self.now, self._deliver, node, reports)
        else:
            self._keep(node, reports)

    def hears(self, lock: Lock, seconds: float) -> bool:
        """Tell whether what a lock reports has come through for so many seconds."""
        node = self.nodes.get(lock.node_id)
        if node is None or not self.running or not node.path or node.lapsed:
            return False
        return not node.pending and self.now - node.heard_since >= seconds

    # Subscriptions

    def _path_lost(self, node: Node) -> None:
        self._stop_timer(node)
        timeout = node.random.uniform(*self.manners.subscription)
        if node.random.random() < RARE:
            timeout = self.manners.longest - self.manners.grace - timeout / 100
        node.timer = self._later(timeout, self._lapse, node)

    def _lapse(self, node: Node) -> None:
        node.lapsed = True
        if self.manners.grace:
            node.timer = self._later(self.manners.grace, self._lose, node)
        else:
            self._lose(node)

    def _lose(self, node: Node) -> None:
        node.timer = None
        if node.available:
            node.available = False
            self._tell(EventType.NODE_UPDATED, self.dump(node))

    def _path_back(self, node: Node) -> None:
        self._stop_timer(node)
        if node.lapsed:
            self._return_later(node, node.random.uniform(*self.manners.returns))
        else:
            node.timer = self._later(
                node.random.uniform(0.3, 2.0), self._retransmitted, node
            )
        for flight in list(self.flights):
            if flight.node is node and not flight.done:
                self._schedule_delivery(flight, node.random.uniform(0.5, 4.0))

    def _return_later(self, node: Node, seconds: float) -> None:
        node.timer = self._later(seconds, self._resubscribe, node)

    def _resubscribe(self, node: Node) -> None:
        """Hear a lock again: what changed is told, and events that it kept."""
        node.timer = None
        if not node.path:
            return
        node.lapsed = False
        node.heard_since = self.now
        if node.random.random() < self.manners.replays:
            self._replay(node)
        self._flush(node)
        if not node.available:
            node.available = True
            node.attributes = deepcopy(node.lock.attributes)
            self._tell(EventType.NODE_UPDATED, self.dump(node))

    def _retransmitted(self, node: Node) -> None:
        node.timer = None
        if node.path:
            node.heard_since = self.now
            self._flush(node)

    def _replay(self, node: Node) -> None:
        """Bring the last events once more that were delivered before."""
        waiting = {e["event_number"] for kind, e in node.pending if kind == "event"}
        known = [e for e in node.lock.record if e["event_number"] not in waiting]
        for event in known[-REPLAYED:]:
            if event["node_id"] == node.lock.node_id:
                self._tell(EventType.NODE_EVENT, event)

    def _flush(self, node: Node) -> None:
        pending, node.pending = node.pending, []
        changed = [
            ("attribute", (path, value))
            for path, value in node.lock.attributes.items()
            if node.attributes.get(path) != value
        ]
        events = [item for item in pending if item[0] == "event"]
        self._deliver(node, [*changed, *events[-KEPT_EVENTS:]])

    def _keep(self, node: Node, reports: list[Report]) -> None:
        node.pending += reports

    def _deliver(self, node: Node, reports: list[Report]) -> None:
        if not self.running or node.lock.node_id not in self.nodes:
            return
        if not node.path or node.lapsed or node.pending:
            self._keep(node, reports)
            return
        for kind, content in reports:
            if kind == "attribute":
                path, value = content
                node.attributes[path] = value
                self._tell(
                    EventType.ATTRIBUTE_UPDATED, [node.lock.node_id, path, value]
                )
            else:
                self._event(node, content)

    def _event(self, node: Node, event: dict[str, Any]) -> None:
        if self.clients or not self.manners.needs_listener:
            self.recent.append(event)
        self._tell(EventType.NODE_EVENT, event)
        if node.random.random() < node.lock.personality.duplicates:
            delay = node.random.choice((0.01, 1.0, 90.0))
            self._later(delay, self._tell, EventType.NODE_EVENT, deepcopy(event))

    # Requests

    def receive(self, client: Client, message: CommandMessage) -> None:
        """Take a request."""
        arguments = message.args or {}
        name = _name(message)
        if message.command not in OVER_THE_AIR:
            self._answer_itself(client, message)
            return
        node = self.nodes.get(arguments["node_id"])
        if node is None:
            self._fail(client, message, ERROR_NOT_EXISTS)
            return
        user = (arguments.get("payload") or {}).get("userIndex")
        sent = Sent(self.now, name, node.lock.name, user=user)
        self.sent.append(sent)
        if message.command == APICommand.PING_NODE:
            self._ping(client, message, node, sent)
            return
        flight = Flight(node, client, message, sent)
        self.flights.append(flight)
        flight.deadline = self._later(
            self._patience(node, arguments), self._give_up, flight
        )
        if node.path:
            self._schedule_delivery(flight, node.random.uniform(0.1, 1.2))

    def _patience(self, node: Node, arguments: dict[str, Any]) -> float:
        manners = self.manners
        longest = (
            manners.command_fails_in_silence if node.lapsed else manners.command_fails
        )
        asked = arguments.get("interaction_timeout_ms")
        return min(longest, asked / 1000) if asked else longest

    def _schedule_delivery(self, flight: Flight, seconds: float) -> None:
        if flight.delivery is not None:
            flight.delivery.cancel()
        flight.delivery = self._later(seconds, self._arrive, flight)

    def _arrive(self, flight: Flight) -> None:
        flight.delivery = None
        if flight.done or not flight.node.path:
            return
        lock, name = flight.node.lock, flight.sent.name
        if name not in OPERATIONS and not lock.personality.answers_reads:
            flight.sent.lost = True
            return
        self._stop_flight(flight)
        self.flights.remove(flight)
        flight.sent.arrived_at = self.now
        result = self._done(flight, name)
        self._later(
            flight.node.random.uniform(0.02, 0.1),
            flight.client.deliver,
            SuccessResultMessage(flight.message.message_id, result),
        )

    def _done(self, flight: Flight, name: str) -> Any:
        lock, arguments = flight.node.lock, flight.message.args or {}
        if name in OPERATIONS:
            lock.execute(name, self.command_names(lock, name))
            return None
        if name == "GetUser":
            return lock.user_answer(arguments["payload"]["userIndex"])
        if name == "read":
            least = arguments.get("event_min") or 0
            events = [e for e in lock.record if e["event_number"] >= least]
            return {"attributes": {}, "events": deepcopy(events)}
        if flight.message.command == APICommand.READ_ATTRIBUTE:
            return self._read(lock, arguments["attribute_path"])
        return None

    def _read(self, lock: Lock, paths: str | list[str]) -> dict[str, Any]:
        wanted = [paths] if isinstance(paths, str) else paths
        found = {path: lock.attributes.get(path) for path in wanted}
        if FABRICS_PATH in found:
            found[FABRICS_PATH] = [OWN_FABRIC, OTHER_FABRIC]
        return deepcopy(found)

    def _give_up(self, flight: Flight) -> None:
        self._stop_flight(flight)
        if flight in self.flights:
            self.flights.remove(flight)
        flight.sent.failed_at = self.now
        self._fail(flight.client, flight.message, ERROR_UNKNOWN)

    @staticmethod
    def _stop_flight(flight: Flight) -> None:
        flight.done = True
        for timer in (flight.deadline, flight.delivery):
            if timer is not None:
                timer.cancel()

    def _ping(
        self, client: Client, message: CommandMessage, node: Node, sent: Sent
    ) -> None:
        def ping() -> None:
            works = node.lock.personality.ping_works
            if node.path and works:
                sent.arrived_at = self.now
                self._later(node.random.uniform(0.05, 0.4), answer, True)
            else:
                self._later(self.manners.ping_lost, answer, False)

        def answer(answered: bool) -> None:
            if not answered:
                sent.failed_at = self.now
            client.deliver(
                SuccessResultMessage(
                    message.message_id, {self._address(node): answered}
                )
            )

        self._later(self.manners.search, ping)

    @staticmethod
    def _address(node: Node) -> str:
        return f"fd20:be89:495a:1::{node.lock.node_id:x}"

    def _answer_itself(self, client: Client, message: CommandMessage) -> None:
        arguments, command = message.args or {}, message.command
        result: Any = None
        delay = 0.0
        if command == APICommand.START_LISTENING:
            result = [self.dump(node) for node in self.nodes.values()]
        elif command == APICommand.SERVER_DIAGNOSTICS:
            info = {f.name: getattr(self.info, f.name) for f in fields(self.info)}
            delay = 0.05
            result = {"info": info, "nodes": [], "events": deepcopy(list(self.recent))}
        elif command == APICommand.GET_NODE_IP_ADDRESSES:
            node = self.nodes.get(arguments["node_id"])
            if node is None:
                self._fail(client, message, ERROR_NOT_EXISTS)
                return
            delay = self.manners.search
            result = [self._address(node)]
        elif command == APICommand.GET_VENDOR_NAMES:
            result = {}
        answer = SuccessResultMessage(message.message_id, result)
        if delay:
            self._later(delay, client.deliver, answer)
        else:
            client.deliver(answer)

    def _fail(self, client: Client, message: CommandMessage, code: int) -> None:
        client.deliver(ErrorResultMessage(message.message_id, code, "failed"))

    # Wire

    @property
    def info(self) -> ServerInfoMessage:
        """What the server says of itself."""
        return ServerInfoMessage(
            fabric_id=2,
            compressed_fabric_id=FABRIC,
            schema_version=self.manners.schema,
            min_supported_schema_version=5,
            sdk_version="emulated",
            wifi_credentials_set=False,
            thread_credentials_set=True,
            bluetooth_enabled=False,
        )

    def dump(self, node: Node) -> dict[str, Any]:
        """Give a node as it goes over the wire."""
        date = datetime(2027, 1, 1, tzinfo=UTC).isoformat()
        return {
            "node_id": node.lock.node_id,
            "date_commissioned": date,
            "last_interview": date,
            "interview_version": 6,
            "available": node.available,
            "is_bridge": False,
            "attributes": deepcopy(node.attributes),
            "attribute_subscriptions": [],
        }

    def _tell(self, event: EventType, data: Any) -> None:
        for client in list(self.clients):
            client.deliver(EventMessage(event=event, data=deepcopy(data)))

    @property
    def now(self) -> float:
        """Seconds of the loop's clock."""
        return asyncio.get_running_loop().time()

    @staticmethod
    def _later(
        seconds: float, function: Callable[..., object], *args: Any
    ) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, function, *args)

    @staticmethod
    def _stop_timer(node: Node) -> None:
        if node.timer is not None:
            node.timer.cancel()
            node.timer = None

    def client_class(self) -> type[MatterClient]:
        """Give a client class that connects to this server."""
        return type("BoundClient", (Client,), {"server": self})


def _name(message: CommandMessage) -> str:
    arguments, command = message.args or {}, message.command
    plain = command.value if isinstance(command, APICommand) else command
    return str(arguments.get("command_name") or plain)


class Connection:
    """Stands where the client keeps its websocket."""

    def __init__(self, server: MatterServer, client: Client) -> None:
        """Belong to one client."""
        self._server = server
        self._client = client
        self._closed: asyncio.Future[None] | None = None
        self._greeting: list[SuccessResultMessage] = []
        self.ws_server_url = "ws://emulated/ws"
        self.server_info: ServerInfoMessage | None = None

    @property
    def connected(self) -> bool:
        """Whether it is open."""
        return self._closed is not None and not self._closed.done()

    async def connect(self) -> None:
        """Open."""
        if not self._server.running:
            raise CannotConnect(OSError("refused"))
        self.server_info = self._server.info
        self._closed = asyncio.get_running_loop().create_future()
        self._server.clients.append(self._client)

    async def send_message(self, message: CommandMessage) -> None:
        """Send."""
        if not self.connected:
            raise NotConnected
        self._server.receive(self._client, message)

    async def receive_message_or_raise(self) -> SuccessResultMessage:
        """Give the dump of nodes; after that wait until the connection breaks."""
        if self._greeting:
            return self._greeting.pop()
        assert self._closed is not None
        await asyncio.shield(self._closed)
        raise ConnectionClosed("Connection was closed")

    def greet(self, message: SuccessResultMessage) -> None:
        """Keep the first answer."""
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


class Client(MatterClient):
    """The real client over an emulated connection."""

    server: MatterServer

    def __init__(self, ws_server_url: str, aiohttp_session: Any) -> None:
        """Replace the connection, keep everything else."""
        super().__init__(ws_server_url, aiohttp_session)
        self.link = Connection(self.server, self)
        self.connection = self.link  # type: ignore[assignment]
        self._greeted = False

    def deliver(
        self, message: SuccessResultMessage | ErrorResultMessage | EventMessage
    ) -> None:
        """Take a message of the server."""
        if not self.link.connected:
            return
        if not self._greeted and isinstance(message, SuccessResultMessage):
            self._greeted = True
            self.link.greet(message)
            return
        self._handle_incoming_message(message)

"""A client of Home Assistant's API: websocket for nearly everything, REST for flows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import socket
from typing import Any

import aiohttp

from .waiting import TimedOut
from .websocket import JsonSocket, Message, RequestFailed

ACTION_LIMIT = 120
"""Seconds for an action: a Matter server on matter.js may try a command for 90."""

SocketFactory = Callable[[tuple[Any, ...]], socket.socket]
EventCheck = Callable[["Event"], bool]


@dataclass(frozen=True)
class State:
    """One state as Home Assistant reports it."""

    entity_id: str
    state: str
    attributes: dict[str, Any]
    last_changed: str

    @classmethod
    def parse(cls, data: Message) -> State:
        """Read a state of the API."""
        return cls(
            data["entity_id"], data["state"], data["attributes"], data["last_changed"]
        )


@dataclass(frozen=True)
class Event:
    """One event of Home Assistant's bus."""

    type: str
    data: dict[str, Any]
    context: dict[str, Any]
    seconds: float
    """When it arrived here, by the clock of the event loop."""


class HomeAssistantClient:
    """Everything that a test or the demo asks of a running Home Assistant."""

    def __init__(
        self, url: str, token: str, socket_factory: SocketFactory | None = None
    ) -> None:
        """Take address and token; the factory opens sockets in another namespace."""
        self.url = url
        self.token = token
        connector = aiohttp.TCPConnector(socket_factory=socket_factory)
        headers = {"Authorization": f"Bearer {token}"}
        self._session = aiohttp.ClientSession(url, connector=connector, headers=headers)
        self._socket: JsonSocket | None = None
        self._grown = asyncio.Condition()
        self._states: dict[str, State] = {}
        self.events: list[Event] = []

    async def connect(self) -> None:
        """Open the websocket, take all states and record every event from now on."""
        await self.sign_in()
        await self.command("subscribe_events")
        self._states = {
            s.entity_id: s for s in map(State.parse, await self.command("get_states"))
        }

    async def sign_in(self) -> None:
        """Open the websocket alone: only admins may record every event."""
        opened = await self._session.ws_connect("/api/websocket", max_msg_size=0)
        await opened.receive_json()
        await opened.send_json({"type": "auth", "access_token": self.token})
        answer = await opened.receive_json()
        if answer["type"] != "auth_ok":
            raise RequestFailed(f"not let in: {answer}")
        self._socket = JsonSocket(opened, self._heard, "id")

    async def close(self) -> None:
        """Close everything."""
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    async def command(self, kind: str, timeout: float = 60, **arguments: Any) -> Any:
        """Send a websocket command and return its result; raises RequestFailed."""
        if self._socket is None:
            raise ConnectionError("not connected")
        answer = await self._socket.request(
            {"type": kind, **arguments}, timeout=timeout
        )
        if not answer["success"]:
            raise RequestFailed(f"{kind}: {answer['error']}")
        return answer["result"]

    async def rest(self, method: str, path: str, body: Message | None = None) -> Any:
        """Call the REST API and return its JSON; raises RequestFailed."""
        async with self._session.request(method, path, json=body) as answer:
            if answer.status >= 400:
                raise RequestFailed(
                    f"{method} {path}: {answer.status} {await answer.text()}"
                )
            return await answer.json()

    async def call_service(
        self, domain: str, service: str, entity_id: str | None = None, **data: Any
    ) -> Any:
        """Call an action; raises RequestFailed with Home Assistant's message."""
        call: Message = {"domain": domain, "service": service, "service_data": data}
        if entity_id is not None:
            call["target"] = {"entity_id": entity_id}
        return await self.command("call_service", ACTION_LIMIT, **call)

    def state(self, entity_id: str) -> State | None:
        """Return the present state, or None when there is no such entity."""
        return self._states.get(entity_id)

    def states(self, domain: str = "") -> list[State]:
        """Return all states of a domain."""
        return [s for s in self._states.values() if s.entity_id.startswith(domain)]

    async def wait_state(
        self, entity_id: str, wanted: str | Callable[[State], bool], timeout: float = 30
    ) -> State:
        """Wait until an entity has a state, or one that fits; raises TimedOut with the last one."""

        def look() -> State | None:
            state = self.state(entity_id)
            return state if state is not None and _fits(state, wanted) else None

        return await self._wait(
            look, timeout, lambda: f"{entity_id} is {self.state(entity_id)}"
        )

    async def wait_event(
        self,
        kind: str,
        fits: EventCheck = lambda event: True,
        *,
        since: int = 0,
        timeout: float = 30,
    ) -> Event:
        """Wait for an event that fits among those recorded from position `since` on."""

        def look() -> Event | None:
            found = (e for e in self.events[since:] if e.type == kind and fits(e))
            return next(found, None)

        return await self._wait(look, timeout, lambda: f"no event {kind}")

    async def entities(self, platform: str | None = None) -> list[Message]:
        """Return the entity registry, or what one integration has in it."""
        found = await self.command("config/entity_registry/list")
        return [entry for entry in found if platform in (None, entry["platform"])]

    async def devices(self) -> list[Message]:
        """Return the device registry."""
        return list(await self.command("config/device_registry/list"))

    async def config_entries(self, domain: str) -> list[Message]:
        """Return an integration's config entries."""
        return list(await self.command("config_entries/get", domain=domain))

    @asynccontextmanager
    async def recorded(self) -> AsyncIterator[list[Event]]:
        """Collect the events of a block: the list is complete when the block ends."""
        start, collected = len(self.events), list[Event]()
        yield collected
        collected += self.events[start:]

    async def _wait[T](
        self, look: Callable[[], T | None], timeout: float, problem: Callable[[], str]
    ) -> T:
        try:
            async with asyncio.timeout(timeout), self._grown:
                while (found := look()) is None:
                    await self._grown.wait()
                return found
        except TimeoutError as err:
            raise TimedOut(f"after {timeout:.0f} s {problem()}") from err

    def _heard(self, message: Message) -> None:
        if message.get("type") != "event":
            return
        event = message["event"]
        now = asyncio.get_running_loop().time()
        self.events.append(
            Event(event["event_type"], event["data"], event["context"], now)
        )
        if event["event_type"] == "state_changed":
            self._take_state(event["data"])
        self._notified = asyncio.ensure_future(self._notify())

    def _take_state(self, data: Message) -> None:
        if data["new_state"] is None:
            self._states.pop(data["entity_id"], None)
            return
        self._states[data["entity_id"]] = State.parse(data["new_state"])

    async def _notify(self) -> None:
        async with self._grown:
            self._grown.notify_all()


def _fits(state: State, wanted: str | Callable[[State], bool]) -> bool:
    return state.state == wanted if isinstance(wanted, str) else wanted(state)

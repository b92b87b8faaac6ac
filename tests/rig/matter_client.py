"""A small client of a Matter server's websocket."""

from collections.abc import Callable
from dataclasses import dataclass
import socket
from typing import Any

import aiohttp

from .waiting import wait_until
from .websocket import JsonSocket, Message, RequestFailed

DOOR_LOCK = 0x0101
ADMINISTRATOR_COMMISSIONING = 0x003C
WINDOW_STATUS = "0/60/0"
ADMINISTER, CASE = 5, 2
"""Privilege and authentication mode of an entry of the access control list."""
SEARCH = 240
"""Seconds for a device that is not there: the matter.js server searches for 180."""
TIMED = 2000
"""Milliseconds in which a timed request has to be followed by its command."""
SocketFactory = Callable[[tuple[Any, ...]], socket.socket]


@dataclass(frozen=True)
class CommissioningWindow:
    """An open window: the code that a second controller needs, in digits and as QR payload."""

    code: str
    qr: str = ""


class MatterClient:
    """Commands to a Matter server, by name."""

    def __init__(
        self,
        url: str,
        socket_factory: SocketFactory | None = None,
        heard: Callable[[Message], None] | None = None,
    ) -> None:
        """Take the websocket's address; the factory opens sockets in another namespace.

        `heard` is called with what the server tells once `listen` was called.
        """
        self.url = url
        self._factory = socket_factory
        self._heard = heard or _ignore
        self._session: aiohttp.ClientSession | None = None
        self._socket: JsonSocket | None = None
        self.info: Message = {}

    async def connect(self) -> None:
        """Connect and take the server's greeting."""
        await self.close()
        connector = aiohttp.TCPConnector(socket_factory=self._factory)
        self._session = aiohttp.ClientSession(connector=connector)
        opened = await self._session.ws_connect(self.url, max_msg_size=0)
        self.info = await opened.receive_json()
        self._socket = JsonSocket(opened, self._heard, "message_id")

    async def close(self) -> None:
        """Close the connection, open or not."""
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()
        self._socket = self._session = None

    async def send(self, command: str, timeout: float = 120, **arguments: Any) -> Any:
        """Send a command and return its result; raises RequestFailed."""
        if self._socket is None or self._socket.closed:
            await self.connect()
        assert self._socket is not None
        message = {"command": command, "args": arguments}
        answer = await self._socket.request(message, timeout=timeout, text=True)
        if "error_code" in answer:
            raise RequestFailed(
                f"{command}: {answer['error_code']} {answer.get('details')}", answer
            )
        return answer.get("result")

    async def listen(self) -> None:
        """Let the server tell what happens."""
        await self.send("start_listening")

    async def nodes(self) -> list[Message]:
        """Return the nodes that the server knows."""
        return list(await self.send("get_nodes"))

    async def wait_available(self, node: int, timeout: float = 60) -> None:
        """Wait until the server is in touch with a node."""

        async def available() -> bool:
            return bool((await self.send("get_node", node_id=node))["available"])

        await wait_until(f"node {node}", available, timeout)

    async def commission(self, code: str) -> int:
        """Commission a device on the network and return its node id."""
        node = await self.send(
            "commission_with_code", SEARCH, code=code, network_only=True
        )
        return int(node["node_id"])

    async def open_window(self, node: int, seconds: int = 300) -> CommissioningWindow:
        """Open a commissioning window for a second controller."""
        found = await self.send(
            "open_commissioning_window", node_id=node, timeout=seconds
        )
        if isinstance(found, str):
            return CommissioningWindow(found)
        return CommissioningWindow(
            str(found["setup_manual_code"]), str(found["setup_qr_code"])
        )

    async def window_is_open(self, node: int) -> bool:
        """Ask a node whether a commissioning window is open."""
        found = await self.send(
            "read_attribute", node_id=node, attribute_path=WINDOW_STATUS
        )
        return bool(found[WINDOW_STATUS])

    async def window_is_known(self, node: int) -> bool:
        """Tell whether the server itself knows of an open window; asks no node."""
        found = await self.send("get_node", node_id=node)
        return bool(found["attributes"].get(WINDOW_STATUS))

    async def close_window(self, node: int) -> None:
        """Close the commissioning window of a node, if one is open: its code dies."""
        if not await self.window_is_open(node):
            return
        await self.send(
            "device_command",
            node_id=node,
            endpoint_id=0,
            cluster_id=ADMINISTRATOR_COMMISSIONING,
            command_name="RevokeCommissioning",
            payload={},
            timed_request_timeout_ms=TIMED,
        )

    async def let_in(self, node: int, *controllers: int) -> None:
        """Let these controllers of our fabric, and no others, administer a node."""
        ours = {"privilege": ADMINISTER, "authMode": CASE, "subjects": [*controllers]}
        entry = [{**ours, "targets": None, "fabricIndex": 0}]
        await self.send("set_acl_entry", node_id=node, entry=entry)

    async def remove(self, node: int) -> None:
        """Take a node out of this controller's fabric."""
        await self.send("remove_node", node_id=node)

    async def door_lock(
        self, node: int, command: str, endpoint: int = 1, **payload: Any
    ) -> Any:
        """Send a timed door lock command such as `UnlockDoor`."""
        return await self.send(
            "device_command",
            node_id=node,
            endpoint_id=endpoint,
            cluster_id=DOOR_LOCK,
            command_name=command,
            payload=payload,
            timed_request_timeout_ms=TIMED,
        )


def _ignore(message: Message) -> None:
    """Take what nobody wants to hear."""

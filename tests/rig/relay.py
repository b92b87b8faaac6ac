"""A relay of connections between namespaces, and between a namespace and this machine."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import socket
from urllib.parse import urlsplit

from .namespace import Namespace

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Streams]]
CHUNK = 65536


class Relay:
    """Listens somewhere and connects every caller with somewhere else."""

    def __init__(self, connect: Connect) -> None:
        """Take the way to the other end."""
        self._connect = connect
        self._server: asyncio.Server | None = None

    async def listen(self, port: int) -> int:
        """Listen on this machine's loopback and return the port; 0 takes a free one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def listen_in(self, namespace: Namespace, port: int) -> None:
        """Listen on the loopback of a namespace."""
        sock = namespace.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        self._server = await asyncio.start_server(self._serve, sock=sock)

    async def close(self) -> None:
        """Stop listening and drop the callers."""
        if self._server is None:
            return
        self._server.close()
        self._server.close_clients()
        await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            far_reader, far_writer = await self._connect()
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


def connect_into(namespace: Namespace, port: int) -> Connect:
    """Return a way to a port on the loopback of a namespace."""

    async def connect() -> Streams:
        sock = namespace.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        except OSError:
            sock.close()
            raise
        return await asyncio.open_connection(sock=sock)

    return connect


def connect_to(url: str) -> Connect:
    """Return a way to the host and port of an address."""
    parts = urlsplit(url)

    async def connect() -> Streams:
        return await asyncio.open_connection(parts.hostname, parts.port or 80)

    return connect


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy one direction until its end."""
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()

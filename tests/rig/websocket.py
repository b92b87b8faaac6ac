"""A JSON websocket with numbered requests, as Home Assistant and the Matter server speak it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp

Message = dict[str, Any]


class RequestFailed(RuntimeError):
    """The other side answered a request with an error, which may be given along."""

    def __init__(self, text: str, answer: Message | None = None) -> None:
        """Take what happened in words, and the whole answer."""
        super().__init__(text)
        self.answer = answer or {}


class JsonSocket:
    """Sends requests, sorts answers to their requests, and gives the rest to a listener."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        listener: Callable[[Message], None],
        key: str,
    ) -> None:
        """Take an open websocket; `key` names the field with a request's number."""
        self._socket = socket
        self._listener = listener
        self._key = key
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._numbers: Iterator[int] = iter(range(1, 2**31))
        self._reader = asyncio.create_task(self._read())

    @property
    def closed(self) -> bool:
        """Tell whether the other side is gone."""
        return self._reader.done()

    async def request(
        self, message: Message, *, timeout: float = 60, text: bool = False
    ) -> Message:
        """Send a request and return the whole answer; raises ConnectionError."""
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[str(number)] = answer
        await self._socket.send_json(
            {self._key: str(number) if text else number, **message}
        )
        if self._reader.done():
            raise ConnectionError("the connection is closed")
        async with asyncio.timeout(timeout):
            return await answer

    async def close(self) -> None:
        """Close the connection."""
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    # The other side was killed.
                    break
                self._take(frame.json())
        finally:
            self._give_up()

    def _take(self, message: Message | list[Message]) -> None:
        for one in message if isinstance(message, list) else [message]:
            waiting = self._waiting.get(str(one.get(self._key)))
            if waiting is None or one.get("type") == "event":
                self._listener(one)
                continue
            del self._waiting[str(one[self._key])]
            if not waiting.done():
                waiting.set_result(one)

    def _give_up(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the connection was closed"))
        self._waiting.clear()

"""What may be asked of a lock: commands first, each handed over once or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
import logging
import time
from types import CoroutineType
from typing import Any, Final

from chip.clusters import Objects as clusters
from chip.clusters.ClusterObjects import ClusterCommand

from ..domain.addresses import parse_address, unscoped
from ..domain.budget import INTERACTION_LIMIT_MS, READ_LIMIT
from ..domain.connectivity import LOST, NOT_FOUND, SLOW_MS, PingReply
from ..domain.doorlock import (
    CLUSTER_ID,
    MAX_UINT16,
    LockOperationType,
    unsigned_or_none,
)
from .errors import (
    STATUS_UNSUPPORTED_ACCESS,
    Failure,
    LinkError,
    readable_answers,
    translated_errors,
)
from .link import LockLink
from .requests import async_request, start_request

_LOGGER = logging.getLogger(__name__)

type Request = Coroutine[Any, Any, Any]

TIMED_REQUEST_MS: Final = 10_000
"""Timed-request window for battery locks, as core uses it (core#144809)."""
MAX_USERS_WALKED: Final = 250
MS: Final = 1000
WRITES: Final = "send_message"
"""Name of the client's coroutine that writes to its websocket."""
DRAINS: Final = "_drain_helper"
"""Name of aiohttp's coroutine that waits, after a frame was written, for the buffer to empty."""

_COMMANDS: Final[Mapping[LockOperationType, type[ClusterCommand]]] = {
    LockOperationType.LOCK: clusters.DoorLock.Commands.LockDoor,
    LockOperationType.UNLOCK: clusters.DoorLock.Commands.UnlockDoor,
    LockOperationType.UNLATCH: clusters.DoorLock.Commands.UnlockDoor,
}


class SentCommand:
    """A command that core's client was given, until the Matter server answers it."""

    def __init__(self, link: LockLink, make_request: Callable[[], Request]) -> None:
        """Send at once."""
        self._make_request = make_request
        self._may_retry = True
        self._request: Request = make_request()
        self.answer = start_request(link, self._send())
        """Ends with the server's answer; with LinkError where that is no success."""

    @property
    def is_with_server(self) -> bool:
        """Whether the client has written the command to its connection."""
        return self.answer.done() or not _is_being_written(self._request)

    def give_up(self) -> None:
        """Send nothing any more: it is too late, or who asked was told of a failure."""
        self._may_retry = False

    def drop(self) -> None:
        """Take back a command that the connection does not take.

        The client does not wait for its answer yet, so that cancelling disturbs nobody.
        """
        self.give_up()
        self.answer.cancel()

    async def _send(self) -> None:
        """Send, and once more at once where access is refused sporadically (core#144809).

        What was refused was not done, so that nothing is done twice. Core's users wait
        15 s before they try again; nothing is sent so late here (design §6).
        """
        try:
            with translated_errors():
                await self._request
        except LinkError as err:
            is_sporadic = err.status == STATUS_UNSUPPORTED_ACCESS
            if not (is_sporadic and self._may_retry):
                raise
            _LOGGER.debug("The lock refused access once; one more try")
            self._request = self._make_request()
            await self._request


@dataclass(frozen=True, slots=True)
class UserWalk:
    """What was read of the user slots; `is_whole`: every other slot is empty."""

    responses: list[Mapping[str, Any]]
    is_whole: bool


class LockCommands:
    """Commands to one lock and reads by command; a read waits for every command."""

    def __init__(self, link: LockLink) -> None:
        """Send over a link."""
        self._link = link
        self._reading = asyncio.Lock()
        self._unanswered: set[asyncio.Task[None]] = set()
        self._all_answered = asyncio.Event()
        self._all_answered.set()

    def start_operation(
        self, operation: LockOperationType, pin: str | None
    ) -> SentCommand:
        """Hand a lock, unlock or unlatch command over now; raises LinkError."""
        if not self._link.require_client().connection.connected:
            raise LinkError(Failure.MATTER_UNAVAILABLE)
        command = self._operation_command(operation, pin)
        sent = SentCommand(
            self._link, lambda: self._device_command(command, timed=True)
        )
        self._unanswered.add(sent.answer)
        self._all_answered.clear()
        sent.answer.add_done_callback(self._answered)
        return sent

    def _answered(self, answer: asyncio.Task[None]) -> None:
        self._unanswered.discard(answer)
        if not self._unanswered:
            self._all_answered.set()

    async def async_let_go(self) -> bool:
        """Wait for no answer any more; returns whether a command was out.

        What the Matter server has is not taken back by that.
        """
        if not (unanswered := set(self._unanswered)):
            return False
        for answer in unanswered:
            answer.cancel()
        await asyncio.wait(unanswered)
        return True

    async def async_get_user(self, user_index: int) -> Mapping[str, Any]:
        """Read one user slot: names and credential indices, never a code.

        Raises LinkError where the lock does not answer in time: no answer is no empty slot.
        """
        command = clusters.DoorLock.Commands.GetUser(userIndex=user_index)
        response = await self.async_ask(command)
        return response if isinstance(response, Mapping) else {}

    async def async_ask(
        self, command: ClusterCommand, *, timed: bool = False
    ) -> object:
        """Send what is no operation, once every operation is answered; raises LinkError.

        One goes at a time.
        """
        return await self._async_in_turn(
            lambda: self._device_command(command, timed=timed)
        )

    async def async_write_attribute(self, attribute_id: int, value: int) -> None:
        """Write an attribute of the cluster in the same turn; raises LinkError."""
        identity = self._link.identity
        path = f"{identity.endpoint_id}/{CLUSTER_ID}/{attribute_id}"
        await self._async_in_turn(
            lambda: self._link.require_client().write_attribute(
                node_id=identity.address.node_id, attribute_path=path, value=value
            )
        )

    async def _async_in_turn(self, make_request: Callable[[], Request]) -> object:
        try:
            async with asyncio.timeout(READ_LIMIT), self._reading:
                await self._all_answered.wait()
                return await async_request(self._link, make_request())
        except TimeoutError:
            raise LinkError(Failure.UNREACHABLE) from None

    async def async_walk_users(self, places: int | None = None) -> UserWalk:
        """Read every occupied user slot along the lock's own chain; raises LinkError.

        Some locks always say that no further user follows: such a chain proves nothing.
        With `places`, the number of user slots, each of them is read then.
        """
        found: list[Mapping[str, Any]] = []
        index: int | None = 1
        seen: set[int] = set()
        has_chain = False
        while index and index not in seen and len(seen) < MAX_USERS_WALKED:
            seen.add(index)
            response = await self.async_get_user(index)
            found.append(response)
            following = unsigned_or_none(response.get("nextUserIndex"), MAX_UINT16)
            has_chain = has_chain or (following or 0) > index
            if not following and not has_chain and index < (places or 0):
                following = index + 1
            index = following
        is_at_end = not index
        walked_all = places is not None and seen >= set(range(1, places + 1))
        return UserWalk(found, is_whole=walked_all or (has_chain and is_at_end))

    async def async_ping(self) -> PingReply:
        """Ping the lock's addresses, as far as the server finds any; raises LinkError.

        The Python server also reports the address of its session as good without a ping.
        Each server first searches for addresses, the matter.js server for three seconds:
        what the same search takes alone is not the lock's time. A link-local address may be
        one of another network, for ever: it only tells of the lock where it answers, and the
        time is the lock's as long as nobody waited for it (`PingReply.masked`).
        """
        client = self._link.require_client()
        node_id = self._link.identity.address.node_id
        with translated_errors(), readable_answers():
            told, in_all = await _timed(client.ping_node(node_id))
            if not any(told.values()):
                return LOST if told else NOT_FOUND
            known, search = await _timed(
                client.get_node_ip_addresses(node_id, prefer_cache=False, scoped=True)
            )
            return _reply(told, known, max(0.0, in_all - search) * MS)

    def _operation_command(
        self, operation: LockOperationType, pin: str | None
    ) -> ClusterCommand:
        node = self._link.node
        code = pin.encode() if pin else None
        if operation is LockOperationType.UNLOCK and node and node.can_unlatch:
            return clusters.DoorLock.Commands.UnboltDoor(code)
        return _COMMANDS[operation](code)

    def _device_command(self, command: ClusterCommand, *, timed: bool) -> Request:
        """Make the request of a command; raises LinkError without a client."""
        request: Request = self._link.require_client().send_device_command(
            node_id=self._link.identity.address.node_id,
            endpoint_id=self._link.identity.endpoint_id,
            command=command,
            timed_request_timeout_ms=TIMED_REQUEST_MS if timed else None,
            interaction_timeout_ms=INTERACTION_LIMIT_MS,
        )
        return request


def _is_being_written(request: Request) -> bool:
    """Return whether the client still waits to write a request to its websocket.

    What is in the transport's buffer is written: it goes out though nobody waits for it.
    """
    step: object = request
    names: set[str] = set()
    while isinstance(step, CoroutineType):
        names.add(step.__name__)
        step = step.cr_await
    return WRITES in names and DRAINS not in names


async def _timed[T](request: Awaitable[T]) -> tuple[T, float]:
    """Give what comes of a request, and the seconds that it took."""
    started = time.monotonic()
    return await request, time.monotonic() - started


def _reply(
    told: Mapping[str, bool], known: Iterable[str], milliseconds: float
) -> PingReply:
    """Read what a server told of each address; only those count that it pinged."""
    pinged = {unscoped(address) for address in known}
    answers = {unscoped(x): ok for x, ok in told.items() if unscoped(x) in pinged}
    if not any(answers.values()):
        return LOST if answers else NOT_FOUND
    routed = [ok for address, ok in answers.items() if not _is_link_local(address)]
    if all(answers.values()):
        return PingReply(answered=True, milliseconds=milliseconds)
    if not routed or not all(routed):
        return PingReply(answered=True)
    if milliseconds <= SLOW_MS:
        return PingReply(answered=True, milliseconds=milliseconds)
    return PingReply(answered=True, masked=True)


def _is_link_local(text: str) -> bool:
    address = parse_address(text)
    return address is not None and address.is_link_local

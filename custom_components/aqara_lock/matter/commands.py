"""What may be asked of a lock: timed, one after the other, never twice."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import logging
import time
from typing import Any, Final

from chip.clusters import Objects as clusters
from chip.clusters.ClusterObjects import ClusterCommand

from ..domain.door_lock import LockOperationType
from ..domain.operations import MAX_UINT16, unsigned_or_none
from ..domain.ping import LOST, NOT_FOUND, PingReply
from .errors import STATUS_UNSUPPORTED_ACCESS, LinkError, translated_errors
from .link import LockLink

_LOGGER = logging.getLogger(__name__)

TIMED_REQUEST_MS: Final = 10_000
"""Timed-request window for battery locks, as core uses it (core#144809)."""
RETRY_AFTER: Final = 15.0
"""Seconds before the one retry that a sporadic access refusal gets (core#144809)."""
MAX_USERS_WALKED: Final = 250
MS: Final = 1000

_COMMANDS: Final[Mapping[LockOperationType, type[ClusterCommand]]] = {
    LockOperationType.LOCK: clusters.DoorLock.Commands.LockDoor,
    LockOperationType.UNLOCK: clusters.DoorLock.Commands.UnlockDoor,
    LockOperationType.UNLATCH: clusters.DoorLock.Commands.UnlockDoor,
}


class LockCommands:
    """Commands to one lock; every method raises LinkError."""

    def __init__(
        self,
        link: LockLink,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Send over a link, one command at a time."""
        self._link = link
        self._sleep = sleep
        self._turn = asyncio.Lock()

    async def async_operate(
        self, operation: LockOperationType, pin: str | None
    ) -> None:
        """Lock, unlock or unlatch; a sporadic refusal of access is tried once more."""
        command = self._operation_command(operation, pin)
        async with self._turn:
            try:
                await self._send(command, TIMED_REQUEST_MS)
            except LinkError as err:
                if err.status != STATUS_UNSUPPORTED_ACCESS:
                    raise
                _LOGGER.debug("The lock refused access once; one more try")
                await self._sleep(RETRY_AFTER)
                await self._send(command, TIMED_REQUEST_MS)

    async def async_get_user(self, user_index: int) -> Mapping[str, Any]:
        """Read one user slot: names and credential indices, never a code."""
        command = clusters.DoorLock.Commands.GetUser(userIndex=user_index)
        async with self._turn:
            response = await self._send(command)
        return response if isinstance(response, Mapping) else {}

    async def async_walk_users(self) -> list[Mapping[str, Any]]:
        """Read every occupied user slot, following the lock's own chain of indices."""
        found: list[Mapping[str, Any]] = []
        index: int | None = 1
        seen: set[int] = set()
        while index and index not in seen and len(seen) < MAX_USERS_WALKED:
            seen.add(index)
            response = await self.async_get_user(index)
            found.append(response)
            index = unsigned_or_none(response.get("nextUserIndex"), MAX_UINT16)
        return found

    async def async_ping(self) -> PingReply:
        """Ping the lock's addresses, as far as the server finds any.

        The Python server also reports the address of its session as good without a ping.
        Each server first searches for addresses, the matter.js server for three seconds:
        what the same search takes alone is not the lock's time.
        """
        client = self._link.require_client()
        node_id = self._link.identity.address.node_id
        with translated_errors():
            told, in_all = await _timed(client.ping_node(node_id))
            if not any(told.values()):
                return LOST if told else NOT_FOUND
            known, search = await _timed(
                client.get_node_ip_addresses(node_id, prefer_cache=False, scoped=True)
            )
        pinged = {_bare(address) for address in known}
        answers = [ok for address, ok in told.items() if _bare(address) in pinged]
        if not any(answers):
            return LOST if answers else NOT_FOUND
        time_of_lock = max(0.0, in_all - search) * MS
        return PingReply(
            answered=True, milliseconds=time_of_lock if all(answers) else None
        )

    def _operation_command(
        self, operation: LockOperationType, pin: str | None
    ) -> ClusterCommand:
        node = self._link.node
        code = pin.encode() if pin else None
        if operation is LockOperationType.UNLOCK and node and node.can_unlatch:
            return clusters.DoorLock.Commands.UnboltDoor(code)
        return _COMMANDS[operation](code)

    async def _send(
        self, command: ClusterCommand, timed_request_ms: int | None = None
    ) -> object:
        client = self._link.require_client()
        with translated_errors():
            return await client.send_device_command(
                node_id=self._link.identity.address.node_id,
                endpoint_id=self._link.identity.endpoint_id,
                command=command,
                timed_request_timeout_ms=timed_request_ms,
            )


async def _timed[T](request: Awaitable[T]) -> tuple[T, float]:
    """Give what comes of a request, and the seconds that it took."""
    started = time.monotonic()
    return await request, time.monotonic() - started


def _bare(address: str) -> str:
    """Leave out the interface of an address."""
    return address.partition("%")[0]

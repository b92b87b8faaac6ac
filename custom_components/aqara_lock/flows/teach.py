"""Taught by doing: the next operation at the door, and the slot that it points to."""

import asyncio
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..domain.access import CredentialSlot, Slot, UserSlot
from ..domain.attribution import SELF_EXPLAINED, Attribution
from ..domain.doorlock import LockOperationError, OperationSource
from ..home import find_home
from ..locks import Operation

TEACH_TIMEOUT: Final = 90.0
"""Seconds to walk to the door and touch the reader."""
NO_READER: Final = SELF_EXPLAINED | {OperationSource.PROPRIETARY_REMOTE}


def slot_of(seen: Attribution) -> Slot | None:
    """Give the slot that a report points to; None when the lock did not say."""
    if seen.user_index is not None:
        return UserSlot(seen.user_index)
    if seen.credential_type is None or seen.credential_index is None:
        return None
    return CredentialSlot(seen.credential_type, seen.credential_index)


async def next_local_operation(hass: HomeAssistant, lock_id: str) -> Attribution | None:
    """Wait for the next operation at the door; None when nothing happens in time."""
    reader = _Reader(hass, lock_id)
    reader.follow()
    stop = async_dispatcher_connect(
        hass, SIGNAL_CONFIG_ENTRY_CHANGED, reader.entry_changed
    )
    try:
        async with asyncio.timeout(TEACH_TIMEOUT):
            return await reader.seen
    except TimeoutError:
        return None
    finally:
        stop()
        reader.leave()


class _Reader:
    """Listens to one lock, also to the one that a reload puts in its place."""

    def __init__(self, hass: HomeAssistant, lock_id: str) -> None:
        """Wait for the first answer."""
        self._hass = hass
        self._lock_id = lock_id
        self._stop: CALLBACK_TYPE | None = None
        self.seen: asyncio.Future[Attribution] = hass.loop.create_future()

    def follow(self) -> None:
        """Listen to the lock that runs now."""
        self.leave()
        home = find_home(self._hass)
        if home is not None and (lock := home.locks.get(self._lock_id)) is not None:
            self._stop = lock.operated.connect(self._take)

    def leave(self) -> None:
        """Listen no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Follow a reload of the home."""
        if entry.domain == DOMAIN:
            self.follow()

    @callback
    def _take(self, operation: Operation, attribution: Attribution) -> None:
        if not self.seen.done() and _is_answer(operation, attribution):
            self.seen.set_result(attribution)


def _is_answer(operation: Operation, seen: Attribution) -> bool:
    """Tell whether somebody touched the reader.

    What the lock does by itself, and a wrong code, say nothing about what it tells.
    """
    if seen.source is OperationSource.REMOTE:
        return False
    if slot_of(seen) is not None:
        return True
    refused = isinstance(operation, LockOperationError)
    return not refused and seen.source not in NO_READER

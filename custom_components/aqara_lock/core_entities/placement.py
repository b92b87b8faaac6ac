"""Under which hub a lock's device stands in the device registry; changes only once stable."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..locks import Lock
from .undo import UndoLedger

STABLE_BEFORE_LINK: Final = 5.0
"""Seconds for the hubs of a network to be heard before a lock hangs under one."""
STABLE_BEFORE_MOVE: Final = 600.0
"""Seconds a new path must hold before the lock's device moves to another hub."""


class DevicePlacement:
    """Plans the moves of the locks' devices; what is changed stands in the undo ledger."""

    def __init__(
        self,
        hass: HomeAssistant,
        undo: UndoLedger,
        wanted: Callable[[Lock], str | None],
        moved: Callable[[Lock], None],
    ) -> None:
        """Take who knows the device of a lock's hub now, and who is told of a move."""
        self._hass = hass
        self._undo = undo
        self._wanted = wanted
        self._moved = moved
        self._moves: dict[str, tuple[str, CALLBACK_TYPE]] = {}
        self._is_stopped = False

    @callback
    def async_stop(self) -> None:
        """Drop what is planned, and move nothing any more."""
        self._is_stopped = True
        for lock_id in list(self._moves):
            self.forget(lock_id)

    @callback
    def follow(self, lock: Lock) -> None:
        """Put the lock's device under its hub once that is stable: soon if it is free."""
        if self._is_stopped:
            return
        device, wanted = lock.device, self._wanted(lock)
        if device is None or wanted is None or device.via_device_id == wanted:
            self.forget(lock.id)
            return
        is_free = device.via_device_id is None
        self._plan(lock, wanted, STABLE_BEFORE_LINK if is_free else STABLE_BEFORE_MOVE)

    @callback
    def release(self, lock: Lock) -> None:
        """Let the lock's device stand for itself."""
        self.forget(lock.id)
        self._undo.unlink(lock.id)

    @callback
    def forget(self, lock_id: str) -> None:
        """Drop what is planned for a lock."""
        if (planned := self._moves.pop(lock_id, None)) is not None:
            _, cancel = planned
            cancel()

    def _plan(self, lock: Lock, place: str, delay: float) -> None:
        """Plan a move; one to another place begins anew."""
        if lock.id in self._moves and self._moves[lock.id][0] == place:
            return
        self.forget(lock.id)

        @callback
        def move(_now: datetime) -> None:
            self._moves.pop(lock.id, None)
            wanted = self._wanted(lock)
            if lock.device is not None and wanted is not None:
                self._undo.link(lock.id, lock.device, wanted)
                self._moved(lock)

        self._moves[lock.id] = place, async_call_later(self._hass, delay, move)

"""Under which hub a lock's device stands in the device registry; changes only once stable."""

from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_call_later

from ..locks import Lock
from ..signals import Signal
from .undo import UndoLedger

STABLE_BEFORE_LINK: Final = 5.0
"""Seconds for the hubs of a network to be heard before a lock hangs under one."""
STABLE_BEFORE_MOVE: Final = 600.0
"""Seconds a new path must hold before the lock's device moves to another hub."""


class DevicePlacement:
    """Plans the moves of the locks' devices; what is changed stands in the undo ledger."""

    def __init__(self, hass: HomeAssistant, undo: UndoLedger) -> None:
        """Begin with nothing planned."""
        self._hass = hass
        self._undo = undo
        self.moved: Signal[Lock] = Signal()
        self._moves: dict[str, tuple[str, CALLBACK_TYPE]] = {}
        self._is_stopped = False

    @callback
    def async_stop(self) -> None:
        """Drop what is planned, and move nothing any more."""
        self._is_stopped = True
        for lock_id in list(self._moves):
            self.forget(lock_id)

    @callback
    def follow(self, lock: Lock, wanted: str | None) -> None:
        """Put the lock's device under its hub once that is stable: soon if it is free.

        `wanted` is the id of the hub's device; None where no hub serves the lock.
        """
        if self._is_stopped:
            return
        device = lock.device
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
            # The hub may have been deleted meanwhile, and its device with it.
            is_there = dr.async_get(self._hass).async_get(place) is not None
            if lock.device is not None and is_there:
                self._undo.link(lock.id, lock.device, place)
                self.moved.send(lock)

        self._moves[lock.id] = place, async_call_later(self._hass, delay, move)

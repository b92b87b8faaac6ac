"""Locks that changed, taken one after the other: a whole home at once would block others."""

from collections.abc import Callable
import logging

from homeassistant.core import HomeAssistant, callback

from .watched_lock import WatchedLock

_LOGGER = logging.getLogger(__name__)


class ChangedLocks:
    """Has each lock followed once, however often it changed meanwhile."""

    def __init__(
        self,
        hass: HomeAssistant,
        follow: Callable[[WatchedLock], None],
        settled: Callable[[], None],
    ) -> None:
        """Take who follows a lock, and who is told when all were followed."""
        self._hass = hass
        self._follow = follow
        self._settled = settled
        self._waiting: dict[str, WatchedLock] = {}
        self._is_stopped = False

    @callback
    def add(self, lock: WatchedLock) -> None:
        """Have a lock followed soon."""
        if self._is_stopped:
            return
        if not self._waiting:
            self._hass.loop.call_soon(self._take)
        self._waiting[lock.id] = lock

    @callback
    def async_stop(self) -> None:
        """Follow none of those that wait, and nobody any more."""
        self._is_stopped = True
        self._waiting.clear()

    @callback
    def _take(self) -> None:
        """Follow the next; one that fails keeps nobody else waiting."""
        if not self._waiting:
            return
        lock = self._waiting.pop(next(iter(self._waiting)))
        try:
            self._follow(lock)
        except Exception:
            _LOGGER.exception("A change of lock %s could not be followed", lock.name)
        if self._waiting:
            self._hass.loop.call_soon(self._take)
            return
        self._settled()

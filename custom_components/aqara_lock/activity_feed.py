"""A live feed of journals to one websocket connection."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOMAIN
from .domain.activity import Line
from .watched_lock import WatchedLock
from .who_may_see import Viewer, find_entry

type _Lines = Mapping[str, Mapping[str, Line | None]]
"""Lines by lock and key; None for one that has to be sent again."""


class ActivityFeed:
    """Sends what differs from what was sent; looks at permissions every time."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        subscription: int,
        lock_ids: frozenset[str] | None,
        limit: int,
    ) -> None:
        """Feed the lines of these locks, or of all; begins with `limit` lines each."""
        self._hass = hass
        self._connection = connection
        self._subscription = subscription
        self._lock_ids = lock_ids
        self._limit = limit
        self._ties: list[CALLBACK_TYPE] = []
        self._unwatch: CALLBACK_TYPE | None = None
        self._next: asyncio.Handle | None = None
        self._known: Mapping[str, Mapping[str, Line]] = {}
        self._names = False

    @callback
    def async_start(self) -> None:
        """Send the recent lines and follow the journals, over reloads too."""
        self._unwatch = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        self._tie()
        if (viewer := self._viewer()) is not None:
            self._begin(viewer)

    @callback
    def async_stop(self) -> None:
        """End."""
        self._untie()
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        if self._next is not None:
            self._next.cancel()
            self._next = None

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            self._untie()
            self._tie()
            self._look_soon()

    def _tie(self) -> None:
        if (entry := find_entry(self._hass)) is None:
            return
        home = entry.runtime_data
        self._ties = [
            lock.log.lines_changed.connect(self._look_soon)
            for lock in home.locks.values()
        ]
        self._ties.append(home.lock_added.connect(self._lock_added))

    def _untie(self) -> None:
        for untie in self._ties:
            untie()
        self._ties = []

    @callback
    def _lock_added(self, lock: WatchedLock) -> None:
        self._ties.append(lock.log.lines_changed.connect(self._look_soon))
        self._look_soon()

    def _viewer(self) -> Viewer | None:
        entry = find_entry(self._hass)
        return Viewer(self._hass, entry, self._connection.user) if entry else None

    def _begin(self, viewer: Viewer) -> None:
        self._names = viewer.sees_names
        self._known = self._now(viewer)
        recent = [
            (lock_id, line)
            for lock_id, lines in self._known.items()
            for line in list(lines.values())[-self._limit :]
        ]
        self._send(viewer, recent, [], initial=True)

    @callback
    def _look_soon(self) -> None:
        """Look once for all that changes in this turn of the event loop."""
        if self._next is None:
            self._next = self._hass.loop.call_soon(self._look)

    @callback
    def _look(self) -> None:
        self._next = None
        if (viewer := self._viewer()) is None:
            return
        before: _Lines = self._known
        self._known = self._now(viewer)
        if viewer.sees_names is not self._names:
            self._names = viewer.sees_names
            before = {
                lock_id: dict.fromkeys(lines) for lock_id, lines in before.items()
            }
        changed = list(_changed(before, self._known))
        removed = list(_removed(before, self._known))
        if changed or removed:
            self._send(viewer, changed, removed)

    def _now(self, viewer: Viewer) -> Mapping[str, Mapping[str, Line]]:
        """Give the lines that the user may read now, by lock and key."""
        return {
            lock.id: {line.key: line for line in lock.journal.lines()}
            for lock in viewer.readable()
            if self._lock_ids is None or lock.id in self._lock_ids
        }

    def _send(
        self,
        viewer: Viewer,
        lines: Iterable[tuple[str, Line]],
        removed: list[dict[str, str]],
        *,
        initial: bool = False,
    ) -> None:
        """Send newest first; lines of one moment in the order of the journal."""
        backwards = reversed(list(lines))
        newest_first = sorted(
            backwards, key=lambda item: item[1].occurred_at, reverse=True
        )
        locks = viewer.home.locks
        shown = [viewer.line(locks[lock_id], line) for lock_id, line in newest_first]
        event: dict[str, Any] = {"lines": shown, "removed": removed, "initial": initial}
        self._connection.send_event(self._subscription, event)


def _changed(
    before: _Lines, now: Mapping[str, Mapping[str, Line]]
) -> Iterable[tuple[str, Line]]:
    for lock_id, lines in now.items():
        known = before.get(lock_id, {})
        for key, line in lines.items():
            if known.get(key) != line:
                yield lock_id, line


def _removed(
    before: _Lines, now: Mapping[str, Mapping[str, Line]]
) -> Iterable[dict[str, str]]:
    for lock_id, lines in before.items():
        kept = now.get(lock_id, {})
        for key in lines:
            if key not in kept:
                yield {"lock_id": lock_id, "key": key}

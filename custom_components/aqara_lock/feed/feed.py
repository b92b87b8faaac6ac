"""A live feed of journals to one websocket connection."""

import asyncio
from collections.abc import Sequence
from itertools import islice
from typing import Final, override

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..domain.journal import JournalEntry, Page, newest_first
from ..locks import Lock
from ..slices import AT_ONCE, async_slices
from .home_feed import HomeFeed
from .viewer import Viewer, find_entry

type _Pages = tuple[Page, ...]
type _Found = tuple[str, JournalEntry]
"""Id of a lock, and one of its lines."""
type _Removed = dict[str, str]

REMOVED_AT_ONCE: Final = 500


class ActivityFeed(HomeFeed):
    """Sends what differs from what was sent; looks at permissions every time.

    Only pages with news are compared, and lines are put into words in slices.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        subscription: int,
        lock_ids: frozenset[str] | None,
        limit: int,
    ) -> None:
        """Feed the lines of these locks, or of all; begins with `limit` lines each."""
        super().__init__(hass, connection, subscription)
        self._lock_ids = lock_ids
        self._limit = limit
        self._sender: asyncio.Task[None] | None = None
        self._is_behind = False
        self._known: dict[str, _Pages] = {}
        self._names: bool | None = None
        """Whether names were sent; None before anything was."""

    @callback
    @override
    def async_stop(self) -> None:
        """End, also what is being sent."""
        super().async_stop()
        if self._sender is not None:
            self._sender.cancel()
            self._sender = None

    @override
    def _tie_to_lock(self, lock: Lock) -> CALLBACK_TYPE:
        return lock.entries_changed.connect(self._send_soon)

    @override
    def _begin(self) -> None:
        self._send_soon()

    def _viewer(self) -> Viewer | None:
        entry = find_entry(self._hass)
        return Viewer(self._hass, entry, self._connection.user) if entry else None

    @callback
    @override
    def _send_soon(self) -> None:
        """Send once what changes until the feed gets to it."""
        self._is_behind = True
        if self._sender is None or self._sender.done():
            self._sender = self._hass.async_create_background_task(
                self._async_look(), "aqara_lock activity feed", eager_start=False
            )

    async def _async_look(self) -> None:
        while self._is_behind:
            self._is_behind = False
            if (viewer := self._viewer()) is None:
                return
            if viewer.sees_names is not self._names:
                await self._async_begin(viewer)
            else:
                await self._async_follow(viewer)

    async def _async_begin(self, viewer: Viewer) -> None:
        """Send the recent lines; a client forgets all others."""
        self._names = viewer.sees_names
        self._known = {}
        recent: list[_Found] = []
        async for (lock,) in async_slices(self._locks(viewer), 1):
            self._known[lock.id] = pages = lock.journal.pages()
            recent += [(lock.id, x) for x in islice(newest_first(pages), self._limit)]
        await self._async_send(viewer, recent, [], initial=True)

    async def _async_follow(self, viewer: Viewer) -> None:
        """Send lines that are new or changed, and the keys of those that are gone."""
        locks = {lock.id: lock for lock in self._locks(viewer)}
        changed: list[_Found] = []
        removed: list[_Removed] = []
        async for (lock_id,) in async_slices({**self._known, **locks}, 1):
            lock, before = locks.get(lock_id), self._known.pop(lock_id, ())
            pages = lock.journal.pages() if lock is not None else ()
            if lock is not None:
                self._known[lock_id] = pages
            lines, gone = _difference(before, pages)
            changed += [(lock_id, line) for line in lines]
            removed += [{"lock_id": lock_id, "key": key} for key in gone]
        if changed or removed:
            await self._async_send(viewer, changed, removed)

    def _locks(self, viewer: Viewer) -> list[Lock]:
        """Return the locks that are asked for and may be read now."""
        wanted = self._lock_ids
        return [x for x in viewer.readable() if wanted is None or x.id in wanted]

    async def _async_send(
        self,
        viewer: Viewer,
        lines: list[_Found],
        removed: list[_Removed],
        *,
        initial: bool = False,
    ) -> None:
        """Send newest first; lines of one moment as the journal has them, newest first."""
        lines.sort(key=lambda item: item[1].occurred_at, reverse=True)
        self._send(viewer, lines[:AT_ONCE], removed[:REMOVED_AT_ONCE], initial=initial)
        async for keys in async_slices(removed[REMOVED_AT_ONCE:], REMOVED_AT_ONCE):
            self._send(viewer, [], keys)
        async for part in async_slices(lines[AT_ONCE:]):
            self._send(viewer, part, [])

    def _send(
        self,
        viewer: Viewer,
        lines: Sequence[_Found],
        removed: Sequence[_Removed],
        *,
        initial: bool = False,
    ) -> None:
        """Send some lines; a lock that may be read no longer says nothing."""
        locks = {lock.id: lock for lock in self._locks(viewer)}
        shown = [viewer.line(locks[id_], line) for id_, line in lines if id_ in locks]
        self._connection.send_event(
            self._subscription,
            {"lines": shown, "removed": list(removed), "initial": initial},
        )


def _difference(before: _Pages, now: _Pages) -> tuple[list[JournalEntry], list[str]]:
    """Return lines that are new or changed, newest first, and the keys of those gone."""
    same = set(before) & set(now)
    old = {line.key: line for page in before if page not in same for line in page.lines}
    new = {line.key: line for line in newest_first([p for p in now if p not in same])}
    changed = [line for key, line in new.items() if old.get(key) != line]
    return changed, [key for key in old if key not in new]

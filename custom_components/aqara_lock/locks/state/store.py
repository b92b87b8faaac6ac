"""What is remembered of one lock: its last node view, users, fabrics and journal."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ...const import DOMAIN
from ...domain.access import DoorTable, directory_as_dict, directory_from_dict
from ...domain.journal import ActivityType, EventKey, GapReason
from ...host_clock import host_clock
from ...store import NotKeptError, StoreFile
from .stored_lock import (
    LockReader,
    StoredLock,
    WriteAheadEntries,
    content_of,
    empty_table,
)

_LOGGER = logging.getLogger(__name__)

TOLD_KEPT: Final = 25
"""Lines that are kept apart before the whole is written: as many as a server keeps events."""
TOLD_LIMIT: Final = 0.2
"""Seconds that an operation or alarm waits for the disk before it is told.

A disk that hangs must not keep an alarm back; the state of the lock waits 0.3 s for news.
"""


class LockStore:
    """What is remembered of one lock, in two private, atomically written files.

    The whole is written some seconds after a change, for a journal is long. What was told
    is written apart and at once: it is short, and must outlive a Home Assistant that is
    killed right after.
    """

    def __init__(self, hass: HomeAssistant, lock_id: str) -> None:
        """Keep the store under the lock's id."""
        self._hass = hass
        self._clock = host_clock(hass)
        self._lock_id = lock_id
        key = f"{DOMAIN}.lock.{lock_id}"
        self._file = StoreFile(hass, key, self._writing)
        self._told_file = StoreFile(hass, f"{key}.told", self._telling)
        self._writer: asyncio.Task[None] | None = None
        self._shortener: asyncio.Task[None] | None = None
        self._is_told_written = True
        self._told: list[EventKey | str] = []
        self._reader = LockReader(lock_id)
        self._is_found = False
        self.memory = StoredLock(table=empty_table(lock_id))

    async def async_load(self) -> None:
        """Read the store; what is damaged is reported and begins anew, the rest stays."""
        content = await self._file.async_load()
        self._is_found = content is not None
        if content is not None:
            self.memory = await self._hass.async_add_executor_job(
                self._reader.read, content
            )
            self._take_time(content)
        await self._async_keep(self._file)
        told = await self._told_file.async_load()
        if told:
            lines = await self._hass.async_add_executor_job(
                self._reader.read_told, told
            )
            if lines is not None:
                self._clock.stored(lines.at)
                # In the event loop, where others may look at the journal already.
                missing = self.memory.resume(lines)
                self._told.extend(missing)
                if missing and _tells_of_users(lines):
                    # The users are as the whole has them: of before that change.
                    self.memory.table = self.memory.table.after_gap()
            await self._async_keep(self._told_file)
        if self._file.problem is not None:
            # Whether a slot changed hands meanwhile stands in what could not be read.
            self.memory.table = self.memory.table.after_gap()
        if self._told:
            self.async_schedule_save()

    async def async_take_over(self, lock_id: str) -> bool:
        """Take what was known of the same lock under another id; returns whether it was.

        To be called before it is loaded; a lock with a file of its own takes nothing. Who
        holds which place has to be confirmed, and what was amiss then is over. Raises
        NotKeptError where it could not be written.
        """
        if await self._file.async_peek() is not None:
            return False
        before = LockStore(self._hass, lock_id)
        await before.async_load()
        if not before._is_found:
            return False
        memory = before.memory
        directory = directory_from_dict(
            directory_as_dict(memory.directory) | {"lock_id": self._lock_id}
        )
        self.memory = replace(
            memory,
            table=DoorTable(directory=directory.after_gap()),
            away=GapReason.NOT_IN_HOME if memory.watched_until else None,
            jam=None,
            doubt=None,
            silence=None,
            unseen_until=None,
            binding=None,
        )
        await self.async_save()
        return True

    def _take_time(self, content: dict[str, Any]) -> None:
        """Take when the file was written: it is later now, whatever the clock says."""
        for key in ("written_at", "watched_until"):
            if (at := self._reader.moment(content, key)) is not None:
                synchronised = content.get("in_time") is not False
                self._clock.stored(at, synchronised=synchronised)

    async def _async_keep(self, file: StoreFile) -> None:
        """Have what was not understood kept before the file is written over."""
        reader, self._reader = self._reader, LockReader(self._lock_id)
        if reader.is_newer:
            file.found_newer()
        elif reader.is_damaged:
            await file.async_keep_copy()

    @callback
    def async_schedule_save(self) -> None:
        """Write soon, and at shutdown at the latest."""
        self._file.schedule()

    @callback
    def keep_told(self, key: EventKey | str) -> None:
        """Write a line at once, with the others that were told lately.

        Lines that come while one is written are written together after it.
        """
        self._told.append(key)
        self._write_told()

    async def async_told_written(self) -> bool:
        """Wait until what is told is on the disk, for `TOLD_LIMIT` at most.

        Returns whether it is. It is not after that time, or where the disk takes nothing.
        """
        if self._writer is not None and not self._writer.done():
            await asyncio.wait({self._writer}, timeout=TOLD_LIMIT)
        is_written = self._writer is None or self._writer.done()
        return is_written and not self._told_file.is_failing

    @callback
    def forget_told(self) -> None:
        """Write anew what was told: names were taken out of the journal."""
        if self._told:
            self._write_told()

    def _write_told(self) -> None:
        """Begin to write in the next turn of the loop, with all that is told in this one."""
        self._is_told_written = False
        is_writing = self._writer is not None and not self._writer.done()
        if self._told_file.is_closed or is_writing:
            return
        self._writer = self._hass.async_create_task(
            self._async_write_told(),
            f"aqara_lock told lines {self._lock_id}",
            eager_start=False,
        )

    async def _async_write_told(self) -> None:
        while not self._is_told_written and not self._told_file.is_closed:
            self._is_told_written = True
            try:
                await self._told_file.async_write()
            except NotKeptError:
                # What is told is told: the files are written as soon as they can be.
                _LOGGER.warning("What lock %s told is not kept yet", self._lock_id)
            self._shorten_told()

    def _shorten_told(self) -> None:
        """Begin to write the whole where much was told; what is told does not wait for it."""
        is_writing = self._shortener is not None and not self._shortener.done()
        if len(self._told) <= TOLD_KEPT or is_writing:
            return
        self._shortener = self._hass.async_create_task(
            self._async_write_whole(),
            f"aqara_lock journal {self._lock_id}",
            eager_start=False,
        )

    async def _async_write_whole(self) -> None:
        """Write the whole, so that what was told until then need not be kept apart."""
        told = len(self._told)
        try:
            await self._file.async_write()
        except NotKeptError:
            _LOGGER.warning("The journal of lock %s is not kept yet", self._lock_id)
            return
        del self._told[:told]

    async def async_save(self) -> None:
        """Write now, because a user asked for it; raises NotKeptError."""
        await self._file.async_write_checked()

    async def async_erase(self) -> None:
        """Write that lines were erased, those told last first; raises NotKeptError.

        A kill between the two must not bring anything back.
        """
        self._file.schedule()
        if self._told:
            await self._told_file.async_write_checked()
        await self._file.async_write_checked()
        self._told.clear()
        for file in (self._file, self._told_file):
            await file.async_forget_kept()

    async def async_close(self) -> None:
        """Write now, and nothing any more.

        What ends after a reload, as a command without an answer, must not write over the
        files of the next run, nor bring back those of a home that was removed.
        """
        self._file.schedule()
        is_written = await self._file.async_close()
        if self._told and is_written:
            self._told.clear()
            self._told_file.schedule()
        await self._told_file.async_close()

    async def async_remove(self) -> None:
        """Forget everything, and write nothing any more."""
        await self._file.async_remove()
        await self._told_file.async_remove()

    def _writing(self) -> Callable[[], dict[str, Any]]:
        """Keep what is remembered now: the executor makes plain data of it later."""
        memory, now = self.memory, self._clock.now()
        self._clock.stored(now, synchronised=self._clock.is_synchronised)
        at = {"written_at": now.isoformat(), "in_time": self._clock.is_synchronised}
        copy = replace(
            memory,
            journal=memory.journal.copy(),
            node=dict(memory.node) if memory.node is not None else None,
            flips=list(memory.flips),
            addresses=list(memory.addresses),
            new_apps=list(memory.new_apps),
            watched_until=memory.watched_until or now,
        )
        return partial(content_of, copy, at)

    def _telling(self) -> Callable[[], dict[str, Any]]:
        """Keep what was told since the whole was written."""
        if not self._told:
            return dict
        memory = self.memory
        told = WriteAheadEntries(
            memory.journal.part(self._told),
            self._clock.now(),
            memory.last_event_number,
            memory.event_source,
        )
        return told.as_dict


def _tells_of_users(told: WriteAheadEntries) -> bool:
    """Return whether users of the lock changed since the whole was written."""
    return any(x.type is ActivityType.USER_CHANGED for x in told.journal.lines())

"""One file of what is remembered: reading never fails, and a write that failed is known."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
import logging
from pathlib import Path
import shutil
import stat
from typing import Any, Final, override

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, CoreState, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.json import json_loads

from ..const import DOMAIN
from .file_issues import (
    file_is_sound,
    forget_file,
    forget_kept,
    not_written,
    read_problem,
    written,
)

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
SAVE_DELAY: Final = 5.0
"""Seconds of quiet after which changes are written."""
LONGEST_DELAY: Final = 25.0
"""Seconds after which changes are written though more of them come."""
RETRY_AFTER: Final = 10.0
"""Seconds until a write that failed is tried again: a full disk may have room by then."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes; a larger file is none of ours: the longest journal has less than a tenth."""
ROUNDS: Final = 3
"""Writes at most on request until nothing changes meanwhile."""
TEMPORARY: Final = "tmp*"
"""What core's atomic writer calls a file until it takes its place."""
HEAD: Final = 256
"""Bytes at the beginning of a file that hold its key."""

UNWRITTEN: HassKey[dict[str, dict[str, Any]]] = HassKey(f"{DOMAIN}_unwritten")
"""Content that a stopped store could not write, for the next run of the same process."""

type Snapshot = Callable[[], Callable[[], dict[str, Any]]]
"""Called in the event loop; what it returns makes plain data, in the executor."""


class ReadProblem(StrEnum):
    """Why a file could not be used as it was found."""

    DAMAGED = "damaged"
    """It was set aside, or copied where only a part is damaged."""
    NEWER = "newer"
    UNREADABLE = "unreadable"


class NotKeptError(HomeAssistantError):
    """What was asked for could not be written to the disk."""

    def __init__(self, why: str) -> None:
        """Say why, by the key of a translated sentence."""
        super().__init__(translation_domain=DOMAIN, translation_key=why)
        self.reason = why


class _ReportingStore(Store[dict[str, Any]]):
    """Core's store, which logs a write that fails and forgets what it was about."""

    failed = False
    _make: Callable[[], dict[str, Any]] | None = None

    async def async_save_made(
        self, make: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Write what a function makes in the executor; returns that.

        Core calls it where it serializes: a call of its own would cost the event loop a
        second wait for a thread.
        """
        made: list[dict[str, Any]] = []

        def make_once() -> dict[str, Any]:
            if not made:
                made.append(make())
            return made[0]

        self._make = make_once
        await self.async_save({})
        return made[0] if made else await self.hass.async_add_executor_job(make_once)

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        self.failed = True
        if self._make is not None:
            del data["data"]
            data["data_func"], self._make = self._make, None
        await super()._async_write_data(data)
        self.failed = False


class StoreFile:
    """Reads and writes one private file, atomically, until it is closed.

    A file that cannot be read is never written over: it is set aside, or stays as it is
    and nothing is written.
    """

    def __init__(self, hass: HomeAssistant, key: str, snapshot: Snapshot) -> None:
        """Keep what the snapshot holds under a key."""
        self._hass = hass
        self._key = key
        self._snapshot = snapshot
        self._store = self._make_store()
        self._writing = asyncio.Lock()
        self._timer: CALLBACK_TYPE | None = None
        self._due = self._changed_first = 0.0
        self._unsubscribe_final: CALLBACK_TYPE | None = None
        self._changes = self._changes_written = 0
        self._is_read = self._is_closed = self._is_read_only = False
        self.problem: ReadProblem | None = None

    def _make_store(self) -> _ReportingStore:
        return _ReportingStore(
            self._hass,
            STORAGE_VERSION,
            self._key,
            private=True,
            atomic_writes=True,
            serialize_in_event_loop=False,
        )

    @property
    def is_closed(self) -> bool:
        """Whether nothing is written any more."""
        return self._is_closed

    @property
    def is_failing(self) -> bool:
        """Whether the last write failed."""
        return self._store.failed

    async def async_load(self) -> dict[str, Any] | None:
        """Return the content; None for a file that is not there or cannot be read."""
        content = self._hass.data.get(UNWRITTEN, {}).pop(self._key, None)
        if content is not None:
            self.schedule()
        else:
            content = await self._async_read()
        self._is_read = True
        return content

    async def async_peek(self) -> dict[str, Any] | None:
        """Return the content for somebody who only looks; raises what reading raises."""
        unwritten = self._hass.data.get(UNWRITTEN, {}).get(self._key)
        return unwritten or await self._make_store().async_load()

    async def _async_read(self) -> dict[str, Any] | None:
        path = Path(self._store.path)
        try:
            is_there = await self._hass.async_add_executor_job(_is_there, path)
            content: object = await self._store.async_load()
            if is_there and content is None:
                # Core has set it aside and says so itself.
                self.problem = ReadProblem.DAMAGED
            if content is None or isinstance(content, dict):
                file_is_sound(self._hass, self._key)
                return content
        except UnsupportedStorageVersionError:
            self._leave_alone(ReadProblem.NEWER)
            return None
        except HomeAssistantError, OSError:
            self._leave_alone(ReadProblem.UNREADABLE)
            return None
        except Exception:
            # Whatever stands in the file: it must not keep the home from starting.
            _LOGGER.exception("%s is damaged", self._key)
        await self._async_set_aside(_move)
        return None

    def _leave_alone(self, problem: ReadProblem) -> None:
        _LOGGER.error("%s is %s: it stays as it is", self._key, problem)
        self._is_read_only = True
        self.problem = problem
        read_problem(self._hass, self._key, problem.value, None)

    @callback
    def found_newer(self) -> None:
        """Leave the file alone: a part of it was written by a newer version."""
        self._leave_alone(ReadProblem.NEWER)

    async def async_keep_copy(self) -> None:
        """Keep a copy of a file of which a part is damaged, before it is written over."""
        if not self._is_read_only:
            await self._async_set_aside(shutil.copy2)

    async def _async_set_aside(self, keep: Callable[[str, str], object]) -> None:
        self.problem = ReadProblem.DAMAGED
        name = f"{self._key}.damaged.{dt_util.utcnow().isoformat()}"
        path = Path(self._store.path)
        try:
            await self._hass.async_add_executor_job(
                keep, str(path), str(path.with_name(name))
            )
        except OSError:
            _LOGGER.exception("%s could not be set aside", self._key)
            self._leave_alone(ReadProblem.UNREADABLE)
            return
        _LOGGER.error("%s is damaged: it is kept as %s", self._key, name)
        read_problem(self._hass, self._key, self.problem.value, name)

    @callback
    def schedule(self, delay: float = SAVE_DELAY) -> None:
        """Write after this many seconds of quiet, and after `LONGEST_DELAY` at the latest."""
        if self._is_closed or self._is_read_only:
            return
        now = self._hass.loop.time()
        if self._changes == self._changes_written:
            self._changed_first = now
        self._changes += 1
        self._write_at(min(now + delay, self._changed_first + LONGEST_DELAY), now)
        if self._unsubscribe_final is None:
            self._unsubscribe_final = self._hass.bus.async_listen_once(
                EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_final_write
            )

    def _write_at(self, due: float, now: float) -> None:
        """Have the timer go off; one that goes off sooner sets itself anew."""
        sooner = due < self._due
        self._due = due
        if self._timer is not None and sooner:
            self._cancel_timer()
        if self._timer is None:
            self._timer = async_call_later(
                self._hass, max(0.0, due - now), self._async_timer
            )

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer()
            self._timer = None

    async def _async_timer(self, _now: datetime) -> None:
        self._timer = None
        now = self._hass.loop.time()
        if now < self._due:
            self._write_at(self._due, now)
        else:
            await self._async_write_quietly()

    async def _async_final_write(self, _event: Event) -> None:
        self._unsubscribe_final = None
        await self._async_write_quietly()

    async def _async_write_quietly(self) -> None:
        """Write what changed; what fails is tried again and raises an issue."""
        if self._is_closed or self._changes == self._changes_written:
            return
        try:
            async with self._writing:
                await self._async_write()
        except NotKeptError:
            _LOGGER.warning("%s will be written later", self._key)

    async def async_write(self) -> None:
        """Write now; raises NotKeptError where that failed."""
        async with self._writing:
            self._require_open()
            await self._async_write()

    async def async_write_checked(self) -> None:
        """Write because a user asked for it, and read it back; raises NotKeptError."""
        async with self._writing:
            self._require_open()
            content = await self._async_write()
            if not await self._async_is_on_disk(content):
                self._write_failed()

    def _require_open(self) -> None:
        if self._is_closed:
            raise NotKeptError("reloaded_meanwhile")
        if self._is_read_only:
            raise NotKeptError("file_left_alone")

    async def _async_write(self) -> dict[str, Any]:
        """Write until nothing changed meanwhile; raises NotKeptError."""
        for _ in range(ROUNDS):
            changes, make = self._changes, self._snapshot()
            content = await self._store.async_save_made(make)
            if self._store.failed:
                self._write_failed()
            self._changes_written = changes
            if changes == self._changes:
                self._cancel_timer()
                break
            self._changed_first = self._hass.loop.time()
        written(self._hass, self._key)
        return content

    def _write_failed(self) -> None:
        """Try again soon; raises NotKeptError."""
        self._changes_written = self._changes - 1
        self._changed_first = now = self._hass.loop.time()
        not_written(self._hass, self._key)
        if not self._is_closed:
            self._write_at(now + RETRY_AFTER, now)
        raise NotKeptError("not_written")

    async def _async_is_on_disk(self, content: dict[str, Any]) -> bool:
        """Read back; while Home Assistant stops, core writes at the very end."""
        if self._hass.state is CoreState.stopping:
            return True
        found = await self._make_store().async_load()
        return await self._hass.async_add_executor_job(_is_same, content, found)

    async def async_close(self) -> bool:
        """Write what changed, and nothing any more; returns whether it is written.

        What cannot be written waits for the next run of this process.
        """
        async with self._writing:
            is_written = self._changes == self._changes_written
            if self._is_read and not self._is_closed and not is_written:
                is_written = await self._async_write_last()
            self._end()
        return is_written

    async def _async_write_last(self) -> bool:
        try:
            await self._async_write()
        except NotKeptError:
            content = await self._hass.async_add_executor_job(self._snapshot())
            self._hass.data.setdefault(UNWRITTEN, {})[self._key] = content
            return False
        return True

    def _end(self) -> None:
        self._is_closed = True
        self._cancel_timer()
        if self._unsubscribe_final is not None:
            self._unsubscribe_final()
            self._unsubscribe_final = None

    async def async_remove(self) -> None:
        """Forget everything, what was set aside too, and write nothing any more."""
        self._end()
        self._hass.data.get(UNWRITTEN, {}).pop(self._key, None)
        async with self._writing:
            await self._store.async_remove()
        await self.async_forget_kept()
        written(self._hass, self._key)
        forget_file(self._hass, self._key)

    async def async_forget_kept(self) -> None:
        """Delete what was set aside, and take back the repair that says where it is."""
        folder = Path(self._store.path).parent
        await self._hass.async_add_executor_job(_delete_kept, folder, self._key)
        forget_kept(self._hass, self._key)


async def async_delete_left_over(hass: HomeAssistant) -> None:
    """Delete temporary files that a kill in the middle of a write left behind.

    To be called before anything is written: they hold names.
    """
    folder = Path(hass.config.path(".storage"))
    await hass.async_add_executor_job(_delete_left_over, folder)


def _delete_left_over(folder: Path) -> None:
    for path in folder.glob(TEMPORARY):
        try:
            if path.is_file() and _is_ours(path):
                path.unlink()
        except OSError as err:
            _LOGGER.warning("A temporary file could not be deleted: %s", err)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return f'"{DOMAIN}.'.encode() in file.read(HEAD)


def _delete_kept(folder: Path, key: str) -> None:
    """Delete what we or core has set aside of a file."""
    for mark in ("damaged", "corrupt"):
        for path in folder.glob(f"{key}.{mark}.*"):
            path.unlink(missing_ok=True)


def _is_there(path: Path) -> bool:
    """Return whether there is a file; raises OSError for what cannot be one of ours."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is no file")
    if found.st_size > LARGEST:
        raise OSError(f"{path} is too large")
    return True


def _move(path: str, target: str) -> None:
    Path(path).rename(target)


def _is_same(content: dict[str, Any], found: object) -> bool:
    return json_loads(json_bytes(content)) == found

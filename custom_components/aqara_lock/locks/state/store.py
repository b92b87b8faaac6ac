"""What is remembered of one lock: its last node view, users, fabrics and journal."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from ipaddress import IPv6Address
import logging
import sys
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant, callback

from ...const import DOMAIN
from ...domain import codec
from ...domain.access import (
    Directory,
    FabricTable,
    directory_as_dict,
    directory_from_dict,
)
from ...domain.commissioning import BindingReport, SharingHistory
from ...domain.connectivity import PingTrust, RadioCounters
from ...domain.doorlock import DoorState, Doubt, Jam
from ...domain.journal import EventKey, GapReason, Journal
from ...host_clock import host_clock
from ...store import NotKeptError, StoreFile

_LOGGER = logging.getLogger(__name__)

TOLD_KEPT: Final = 25
"""Lines that are kept apart before the whole is written: as many as a server keeps events."""


@dataclass(slots=True)
class StoredLock:
    """Content of one lock's store."""

    directory: Directory
    fabrics: FabricTable = field(default_factory=FabricTable)
    journal: Journal = field(default_factory=Journal)
    node: dict[str, Any] | None = None
    users_read: bool = False
    server_kind: str | None = None
    """Make of the Matter server that last had the lock available."""
    flips: list[Any] = field(default_factory=list)
    sharing: SharingHistory = field(default_factory=SharingHistory)
    binding: BindingReport | None = None
    addresses: list[str] = field(default_factory=list)
    ping_trust: PingTrust = field(default_factory=PingTrust)
    new_apps: list[str] = field(default_factory=list)
    """Apps that came to the lock, and that nobody said to know yet."""
    radio_counted_from: RadioCounters | None = None
    """Reading of the lock's radio counters that is over and counts no more."""
    last_event_number: int | None = None
    event_source: str | None = None
    """Node, and fabric, that numbered the last event."""
    followed_node: str | None = None
    """Core's identifier of the node that was followed last."""
    watched_until: datetime | None = None
    """End of the record while nothing is recorded; None while it goes on."""
    jam: Jam | None = None
    """Jam that nothing has ended yet."""
    door_state: DoorState | None = None
    """DoorState as last reported: only a change of it is news."""
    away: GapReason | None = None
    """Why the record ended, where it was not with Home Assistant."""
    doubt: Doubt | None = None
    """A command that the lock accepted, and of which no report came."""
    unseen_until: datetime | None = None
    """Until when a lock was away that may be operated at the door without a word."""

    def stop_record(self, at: datetime, reason: GapReason) -> None:
        """Take that nothing is recorded from now on; the first reason stands."""
        if self.watched_until is None:
            self.watched_until, self.away = at, reason

    def go_on(self) -> None:
        """Take that the record goes on."""
        self.watched_until = self.away = None

    def resume(self, told: WriteAheadEntries) -> list[EventKey | str]:
        """Take what was told after the whole was written; returns what was missing."""
        if self.watched_until is None or told.at >= self.watched_until:
            self.watched_until, self.away = told.at, None
            self.last_event_number = told.last_event_number
            self.event_source = told.event_source
        return self.journal.merge(told.journal)


@dataclass(frozen=True, slots=True)
class WriteAheadEntries:
    """What was told since the whole was written, and how far the record goes with it."""

    journal: Journal
    at: datetime
    last_event_number: int | None
    event_source: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return {
            "at": self.at.isoformat(),
            "last_event_number": self.last_event_number,
            "event_source": self.event_source,
            "journal": self.journal.as_dict(),
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "told")
        return cls(
            Journal.from_dict(data.get("journal")),
            codec.moment(data, "at"),
            codec.optional_integer(data, "last_event_number"),
            codec.optional_text(data, "event_source"),
        )


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
        self._is_damaged = self._is_newer = False
        self.memory = StoredLock(directory=Directory(lock_id=lock_id))

    @property
    def lock_id(self) -> str:
        """Id of the lock's subentry."""
        return self._lock_id

    async def async_load(self) -> None:
        """Read the store; what is damaged is reported and begins anew, the rest stays."""
        content = await self._file.async_load()
        if content is not None:
            await self._hass.async_add_executor_job(self._load, content)
            self._take_time(content)
        await self._async_keep(self._file)
        told = await self._told_file.async_load()
        if told:
            lines = await self._hass.async_add_executor_job(self._read_told, told)
            if lines is not None:
                self._clock.stored(lines.at)
                # In the event loop, where others may look at the journal already.
                self._told.extend(self.memory.resume(lines))
            await self._async_keep(self._told_file)
        if self._file.problem is not None:
            # Whether a slot changed hands meanwhile stands in what could not be read.
            self.memory.directory = self.memory.directory.after_gap()
        if self._told:
            self.async_schedule_save()

    def _take_time(self, content: dict[str, Any]) -> None:
        """Take when the file was written: it is later now, whatever the clock says."""
        for key in ("written_at", "watched_until"):
            if (at := self._part(content, key, _moment, None)) is not None:
                synchronised = content.get("in_time") is not False
                self._clock.stored(at, synchronised=synchronised)

    async def _async_keep(self, file: StoreFile) -> None:
        """Have what was not understood kept before the file is written over."""
        if self._is_newer:
            file.found_newer()
        elif self._is_damaged:
            await file.async_keep_copy()
        self._is_newer = self._is_damaged = False

    def _read_told(self, content: dict[str, Any]) -> WriteAheadEntries | None:
        """Read what was told last, where Home Assistant stopped before it was written."""
        return self._part({"told": content}, "told", WriteAheadEntries.from_dict, None)

    def _load(self, content: dict[str, Any]) -> None:
        """Take the content; in the executor, for a journal is long."""
        memory = self.memory
        self._load_plain(content)
        memory.directory = self._part(
            content, "directory", directory_from_dict, memory.directory
        )
        memory.fabrics = self._part(
            content, "fabrics", FabricTable.from_dict, memory.fabrics
        )
        memory.sharing = self._part(
            content, "sharing", SharingHistory.from_dict, memory.sharing
        )
        memory.binding = self._part(content, "binding", _report, memory.binding)
        memory.ping_trust = self._part(
            content, "ping_trust", PingTrust.from_dict, memory.ping_trust
        )
        memory.journal = self._part(content, "journal", _journal, memory.journal)

    def _load_plain(self, content: dict[str, Any]) -> None:
        memory = self.memory
        memory.users_read = bool(content.get("users_read"))
        memory.node = self._part(content, "node", _node, None)
        memory.flips = self._part(content, "flips", _list, [])
        memory.addresses = self._part(content, "addresses", _addresses, [])
        memory.new_apps = self._part(content, "new_apps", _texts, [])
        memory.server_kind = self._part(content, "server_kind", _text, None)
        memory.followed_node = self._part(content, "followed_node", _text, None)
        memory.event_source = self._part(content, "event_source", _text, None)
        memory.last_event_number = self._part(
            content, "last_event_number", _number, None
        )
        memory.radio_counted_from = self._part(
            content, "radio_counted_from", _counters, None
        )
        memory.watched_until = self._part(content, "watched_until", _moment, None)
        memory.away = self._part(content, "away", _gap_reason, None)
        memory.jam = self._part(content, "jam", _jam, None)
        memory.door_state = self._part(content, "door_state", _door_state, None)
        memory.doubt = self._part(content, "doubt", _doubt, None)
        if (since := self._part(content, "in_doubt_since", _moment, None)) is not None:
            # Versions before kept no more of it.
            memory.doubt = Doubt(since=since, state=None, interviewed_at=None)
        memory.unseen_until = self._part(content, "unseen_until", _moment, None)

    def _part[T](
        self,
        content: dict[str, Any],
        key: str,
        parse: Callable[[object], T],
        fresh: T,
    ) -> T:
        if key not in content:
            return fresh
        try:
            return parse(content[key])
        except codec.NewerError:
            _LOGGER.exception("Stored %s of lock %s is newer", key, self._lock_id)
            self._is_newer = True
        except Exception:
            # Whatever stands there: a lock without it is better than a home that fails.
            _LOGGER.exception("Stored %s of lock %s is damaged", key, self._lock_id)
            self._is_damaged = True
        return fresh

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

    async def async_told_written(self, limit: float) -> bool:
        """Wait until what was told is on the disk; returns whether it is within seconds."""
        if self._writer is not None and not self._writer.done():
            await asyncio.wait({self._writer}, timeout=limit)
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
        return partial(_content, copy, at)

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


def _content(memory: StoredLock, at: dict[str, Any]) -> dict[str, Any]:
    return at | {
        "node": memory.node,
        "flips": memory.flips,
        "addresses": memory.addresses,
        "ping_trust": memory.ping_trust.as_dict(),
        "new_apps": memory.new_apps,
        "radio_counted_from": _plain(memory.radio_counted_from),
        "users_read": memory.users_read,
        "server_kind": memory.server_kind,
        "last_event_number": memory.last_event_number,
        "event_source": memory.event_source,
        "followed_node": memory.followed_node,
        "watched_until": memory.watched_until and memory.watched_until.isoformat(),
        "away": memory.away.value if memory.away else None,
        "jam": memory.jam.as_dict() if memory.jam else None,
        "door_state": memory.door_state,
        "doubt": memory.doubt.as_dict() if memory.doubt else None,
        "unseen_until": memory.unseen_until and memory.unseen_until.isoformat(),
        "directory": directory_as_dict(memory.directory),
        "fabrics": memory.fabrics.as_dict(),
        "sharing": memory.sharing.as_dict(),
        "binding": memory.binding.as_dict() if memory.binding else None,
        "journal": memory.journal.as_dict(),
    }


def _journal(value: object) -> Journal:
    """Read the journal; its lines are derived here, for it takes long where it is long."""
    # How much is kept is an option of the home, which is not known here.
    journal = Journal.from_dict(value, limit=sys.maxsize)
    journal.lines()
    return journal


def _report(value: object) -> BindingReport | None:
    return None if value is None else BindingReport.from_dict(value)


def _counters(value: object) -> RadioCounters | None:
    return None if value is None else RadioCounters.from_dict(value)


def _plain(counters: RadioCounters | None) -> dict[str, Any] | None:
    return None if counters is None else asdict(counters)


def _node(value: object) -> dict[str, Any] | None:
    return None if value is None else dict(codec.mapping(value, "node"))


def _list(value: object) -> list[Any]:
    return codec.items({"list": value}, "list")


def _addresses(value: object) -> list[str]:
    return [str(IPv6Address(text)) for text in _texts(value)]


def _texts(value: object) -> list[str]:
    return [codec.text({"item": item}, "item") for item in _list(value)]


def _text(value: object) -> str | None:
    return codec.optional_text({"text": value}, "text")


def _number(value: object) -> int | None:
    return codec.optional_integer({"number": value}, "number")


def _gap_reason(value: object) -> GapReason | None:
    return codec.optional_choice(GapReason, {"reason": value}, "reason")


def _jam(value: object) -> Jam | None:
    return None if value is None else Jam.from_dict(value)


def _doubt(value: object) -> Doubt | None:
    return None if value is None else Doubt.from_dict(value)


def _door_state(value: object) -> DoorState | None:
    return codec.optional_choice(DoorState, {"state": value}, "state")


def _moment(value: object) -> datetime | None:
    return codec.optional_moment({"moment": value}, "moment")

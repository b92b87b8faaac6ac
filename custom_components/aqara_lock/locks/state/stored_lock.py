"""What is remembered of one lock, and how it stands in a store."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from ipaddress import IPv6Address
import logging
import sys
from typing import Any, Self

from ...domain import codec
from ...domain.access import (
    Directory,
    DoorTable,
    FabricTable,
    directory_as_dict,
    directory_from_dict,
    sound_directory,
    sound_fabrics,
    sound_table,
    table_as_dict,
    table_from_dict,
)
from ...domain.commissioning import BindingReport, SharingHistory
from ...domain.connectivity import PingTrust, RadioCounters, Silence
from ...domain.doorlock import DoorState, Doubt, Jam
from ...domain.journal import EventKey, GapReason, Journal, sound_journal

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class StoredLock:
    """Content of one lock's store."""

    table: DoorTable
    """Its users, and what was read of each and when."""
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
    silence: Silence | None = None
    """That the lock does not answer."""
    unseen_until: datetime | None = None
    """Until when a lock was away that may be operated at the door without a word."""

    @property
    def directory(self) -> Directory:
        """Return the users, and who is bound to them."""
        return self.table.directory

    def stop_record(self, at: datetime, reason: GapReason) -> None:
        """Take that nothing is recorded from now on; the first reason stands."""
        if self.watched_until is None:
            self.watched_until, self.away = at, reason

    def go_on(self) -> None:
        """Take that the record goes on."""
        self.watched_until = self.away = None

    def resume(self, told: WriteAheadEntries) -> list[EventKey | str]:
        """Take what was told after the whole was written; returns what was missing.

        What was told just before a lock left is written after it was heard last.
        """
        is_away = self.away is GapReason.LOCK_UNREACHABLE
        is_known = is_away and told.last_event_number == self.last_event_number
        is_newer = self.watched_until is None or told.at >= self.watched_until
        if is_newer and not is_known:
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
    def from_dict(
        cls,
        value: object,
        *,
        journal: Callable[[object], Journal] = Journal.from_dict,
    ) -> Self:
        """Read plain data; raises ValueError that names the damaged field.

        `journal` reads the lines.
        """
        data = codec.mapping(value, "told")
        return cls(
            journal(data.get("journal")),
            codec.moment(data, "at"),
            codec.optional_integer(data, "last_event_number"),
            codec.optional_text(data, "event_source"),
        )


class LockReader:
    """Reads the files of one lock part by part; notes whether any was damaged or newer."""

    def __init__(self, lock_id: str) -> None:
        """Begin with nothing read."""
        self._lock_id = lock_id
        self.is_damaged = self.is_newer = False

    def read(self, content: dict[str, Any]) -> StoredLock:
        """Read the content; to be called in the executor, for a journal is long."""
        memory = StoredLock(table=empty_table(self._lock_id))
        self._read_plain(memory, content)
        directory = self._part(
            content,
            "directory",
            directory_from_dict,
            memory.directory,
            partial(sound_directory, lock_id=self._lock_id),
        )
        memory.table = memory.table.with_directory(directory)
        memory.table = self._part(
            content,
            "table",
            partial(_table, table=memory.table),
            memory.table,
            partial(sound_table, table=memory.table),
        )
        memory.fabrics = self._part(
            content,
            "fabrics",
            FabricTable.from_dict,
            memory.fabrics,
            sound_fabrics,
        )
        memory.sharing = self._part(
            content, "sharing", SharingHistory.from_dict, memory.sharing
        )
        memory.binding = self._part(content, "binding", _report, memory.binding)
        memory.ping_trust = self._part(
            content, "ping_trust", PingTrust.from_dict, memory.ping_trust
        )
        memory.journal = self._part(
            content, "journal", _journal, memory.journal, _sound_journal
        )
        return memory

    def read_told(self, content: dict[str, Any]) -> WriteAheadEntries | None:
        """Read what was told last, where Home Assistant stopped before it was written."""
        read = WriteAheadEntries.from_dict
        sound = partial(read, journal=_sound_journal)
        return self._part({"told": content}, "told", read, None, sound)

    def moment(self, content: dict[str, Any], key: str) -> datetime | None:
        """Read a moment; None where there is none."""
        return self._part(content, key, _moment, None)

    def _read_plain(self, memory: StoredLock, content: dict[str, Any]) -> None:
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
        memory.silence = self._part(content, "silence", _silence, None)
        memory.unseen_until = self._part(content, "unseen_until", _moment, None)

    def _part[T](
        self,
        content: dict[str, Any],
        key: str,
        parse: Callable[[object], T],
        fresh: T,
        sound: Callable[[object], T] | None = None,
    ) -> T:
        """Read a part; of a damaged one what `sound` finds in it, else a fresh one."""
        if key not in content:
            return fresh
        try:
            return parse(content[key])
        except codec.NewerError:
            _LOGGER.exception("Stored %s of lock %s is newer", key, self._lock_id)
            self.is_newer = True
            return fresh
        except Exception:
            # Whatever stands there: a lock without it is better than a home that fails.
            _LOGGER.exception("Stored %s of lock %s is damaged", key, self._lock_id)
            self.is_damaged = True
        if sound is None:
            return fresh
        try:
            return sound(content[key])
        except Exception:
            _LOGGER.exception("Nothing of the stored %s can be read", key)
            return fresh


def empty_table(lock_id: str) -> DoorTable:
    """Return the table of a lock that was not read yet."""
    return DoorTable(directory=Directory(lock_id=lock_id))


def content_of(memory: StoredLock, at: dict[str, Any]) -> dict[str, Any]:
    """Return plain data for a store, with when it is written."""
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
        "silence": memory.silence.as_dict() if memory.silence else None,
        "unseen_until": memory.unseen_until and memory.unseen_until.isoformat(),
        "directory": directory_as_dict(memory.directory),
        "table": table_as_dict(memory.table),
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


def _sound_journal(value: object) -> Journal:
    return sound_journal(value, limit=sys.maxsize)


def _table(value: object, table: DoorTable) -> DoorTable:
    """Read what a table has beyond its directory; a store of before has nothing."""
    return table if value is None else table_from_dict(value, table)


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


def _silence(value: object) -> Silence | None:
    return None if value is None else Silence.from_dict(value)


def _door_state(value: object) -> DoorState | None:
    return codec.optional_choice(DoorState, {"state": value}, "state")


def _moment(value: object) -> datetime | None:
    return codec.optional_moment({"moment": value}, "moment")

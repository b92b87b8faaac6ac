"""What is remembered of one lock: its last node view, users, fabrics and journal."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from ipaddress import IPv6Address
import logging
import sys
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .domain import stored
from .domain.activity import GapReason
from .domain.binding import BindingReport
from .domain.directory import Directory
from .domain.door_lock import DoorState
from .domain.doorlock.jam import Jam
from .domain.fabrics import FabricTable
from .domain.journal import Journal
from .domain.radio_counters import RadioCounters
from .domain.sharing import SharingHistory
from .domain.stored_directory import directory_as_dict, directory_from_dict

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
SAVE_DELAY: Final = 5.0


@dataclass(slots=True)
class LockMemory:
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

    def stop_record(self, at: datetime, reason: GapReason) -> None:
        """Take that nothing is recorded from now on; the first reason stands."""
        if self.watched_until is None:
            self.watched_until, self.away = at, reason

    def go_on(self) -> None:
        """Take that the record goes on."""
        self.watched_until = self.away = None


class LockStore:
    """Private, atomically written store of one lock."""

    def __init__(self, hass: HomeAssistant, lock_id: str) -> None:
        """Keep the store under the lock's id."""
        self._hass = hass
        self._lock_id = lock_id
        self._store = Store[dict[str, Any]](
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.lock.{lock_id}",
            private=True,
            atomic_writes=True,
            serialize_in_event_loop=False,
        )
        self._is_read = self._is_removed = False
        self._changes = 0
        self.memory = LockMemory(directory=Directory(lock_id=lock_id))

    @property
    def lock_id(self) -> str:
        """Id of the lock's subentry."""
        return self._lock_id

    async def async_load(self) -> None:
        """Read the store; a damaged part is reported and begins anew, the rest stays."""
        content = await self._store.async_load()
        if content is not None:
            await self._hass.async_add_executor_job(self._load, content)
        self._is_read = True

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
        # How much is kept is an option of the home, which is not known here.
        unlimited = partial(Journal.from_dict, limit=sys.maxsize)
        memory.journal = self._part(content, "journal", unlimited, memory.journal)
        # Worked out once, and here: of a long journal it would keep others waiting.
        memory.journal.lines()

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
        except ValueError:
            _LOGGER.exception("Stored %s of lock %s is damaged", key, self._lock_id)
            return fresh

    @callback
    def async_schedule_save(self) -> None:
        """Write soon, and at shutdown at the latest."""
        self._changes += 1
        if self._is_removed:
            return
        self._store.async_delay_save(self._writing(), SAVE_DELAY)

    async def async_save(self) -> None:
        """Write now; what could not be read is not written over."""
        if self._is_read:
            await self._store.async_save(await self._plain())

    async def _plain(self) -> dict[str, Any]:
        """Make plain data in the executor; what changes meanwhile belongs to it, too."""
        while True:
            changes = self._changes
            content = await self._hass.async_add_executor_job(self._writing())
            if changes == self._changes:
                return content

    async def async_remove(self) -> None:
        """Forget everything, and write nothing any more."""
        self._is_removed = True
        await self._store.async_remove()

    def _writing(self) -> Callable[[], dict[str, Any]]:
        """Keep what is remembered now: the executor makes plain data of it later."""
        now = replace(self.memory, journal=self.memory.journal.copy())
        return partial(_content, now)


def _content(memory: LockMemory) -> dict[str, Any]:
    return {
        "node": memory.node,
        "flips": memory.flips,
        "addresses": memory.addresses,
        "new_apps": memory.new_apps,
        "radio_counted_from": _plain(memory.radio_counted_from),
        "users_read": memory.users_read,
        "server_kind": memory.server_kind,
        "last_event_number": memory.last_event_number,
        "event_source": memory.event_source,
        "followed_node": memory.followed_node,
        "watched_until": (memory.watched_until or dt_util.utcnow()).isoformat(),
        "away": memory.away.value if memory.away else None,
        "jam": memory.jam.as_dict() if memory.jam else None,
        "door_state": memory.door_state,
        "directory": directory_as_dict(memory.directory),
        "fabrics": memory.fabrics.as_dict(),
        "sharing": memory.sharing.as_dict(),
        "binding": memory.binding.as_dict() if memory.binding else None,
        "journal": memory.journal.as_dict(),
    }


def _report(value: object) -> BindingReport | None:
    return None if value is None else BindingReport.from_dict(value)


def _counters(value: object) -> RadioCounters | None:
    return None if value is None else RadioCounters.from_dict(value)


def _plain(counters: RadioCounters | None) -> dict[str, Any] | None:
    return None if counters is None else asdict(counters)


def _node(value: object) -> dict[str, Any] | None:
    return None if value is None else dict(stored.mapping(value, "node"))


def _list(value: object) -> list[Any]:
    return stored.items({"list": value}, "list")


def _addresses(value: object) -> list[str]:
    return [str(IPv6Address(text)) for text in _texts(value)]


def _texts(value: object) -> list[str]:
    return [stored.text({"item": item}, "item") for item in _list(value)]


def _text(value: object) -> str | None:
    return stored.optional_text({"text": value}, "text")


def _number(value: object) -> int | None:
    return stored.optional_integer({"number": value}, "number")


def _gap_reason(value: object) -> GapReason | None:
    return stored.optional_choice(GapReason, {"reason": value}, "reason")


def _jam(value: object) -> Jam | None:
    return None if value is None else Jam.from_dict(value)


def _door_state(value: object) -> DoorState | None:
    return stored.optional_choice(DoorState, {"state": value}, "state")


def _moment(value: object) -> datetime | None:
    return stored.optional_moment({"moment": value}, "moment")

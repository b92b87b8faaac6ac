"""What is remembered of one lock: its last node view, users, fabrics and journal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
import logging
import sys
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .domain.binding import BindingReport
from .domain.directory import Directory
from .domain.fabrics import FabricTable
from .domain.journal import Journal

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
    binding: BindingReport | None = None
    addresses: list[str] = field(default_factory=list)
    last_event_number: int | None = None
    watched_until: datetime | None = None
    """End of the record while nothing is recorded; None while it goes on."""


class LockStore:
    """Private, atomically written store of one lock."""

    def __init__(self, hass: HomeAssistant, lock_id: str) -> None:
        """Keep the store under the lock's id."""
        self._lock_id = lock_id
        self._store = Store[dict[str, Any]](
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.lock.{lock_id}",
            private=True,
            atomic_writes=True,
        )
        self.memory = LockMemory(directory=Directory(lock_id=lock_id))

    async def async_load(self) -> None:
        """Read the store; a damaged part is reported and begins anew, the rest stays."""
        stored = await self._store.async_load()
        if stored is None:
            return
        memory = self.memory
        memory.node = stored.get("node")
        memory.users_read = bool(stored.get("users_read"))
        memory.server_kind = stored.get("server_kind")
        memory.flips = list(stored.get("flips", ()))
        memory.addresses = list(stored.get("addresses", ()))
        memory.last_event_number = stored.get("last_event_number")
        watched_until = stored.get("watched_until")
        memory.watched_until = dt_util.parse_datetime(watched_until or "")
        memory.directory = self._part(
            stored, "directory", Directory.from_dict, memory.directory
        )
        memory.fabrics = self._part(
            stored, "fabrics", FabricTable.from_dict, memory.fabrics
        )
        memory.binding = self._part(stored, "binding", _report, memory.binding)
        # How much is kept is an option of the home, which is not known here.
        unlimited = partial(Journal.from_dict, limit=sys.maxsize)
        memory.journal = self._part(stored, "journal", unlimited, memory.journal)

    def _part[T](
        self,
        stored: dict[str, Any],
        key: str,
        parse: Callable[[object], T],
        fresh: T,
    ) -> T:
        if key not in stored:
            return fresh
        try:
            return parse(stored[key])
        except ValueError:
            _LOGGER.exception("Stored %s of lock %s is damaged", key, self._lock_id)
            return fresh

    @callback
    def async_schedule_save(self) -> None:
        """Write soon, and at shutdown at the latest."""
        self._store.async_delay_save(self._content, SAVE_DELAY)

    async def async_save(self) -> None:
        """Write now."""
        await self._store.async_save(self._content())

    async def async_remove(self) -> None:
        """Forget everything."""
        await self._store.async_remove()

    @callback
    def _content(self) -> dict[str, Any]:
        memory = self.memory
        return {
            "node": memory.node,
            "flips": memory.flips,
            "addresses": memory.addresses,
            "users_read": memory.users_read,
            "server_kind": memory.server_kind,
            "last_event_number": memory.last_event_number,
            "watched_until": (memory.watched_until or dt_util.utcnow()).isoformat(),
            "directory": memory.directory.as_dict(),
            "fabrics": memory.fabrics.as_dict(),
            "binding": memory.binding.as_dict() if memory.binding else None,
            "journal": memory.journal.as_dict(),
        }


def _report(value: object) -> BindingReport | None:
    return None if value is None else BindingReport.from_dict(value)

"""What is kept of locks that were removed: added again, they have their people back.

A lock is known by its serial number, else by its fabric and node. Its files stay where they
are; the home remembers whose they are, and for how long.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
import logging
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant, callback

from ...domain import codec
from ...domain.identity import LockIdentity
from ...host_clock import host_clock
from ...household import Household
from ...signals import Signal
from ...store import HomeStore, NotKeptError
from .store import LockStore
from .stored_lock import StoredLock

_LOGGER = logging.getLogger(__name__)

RETAINED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainedLock:
    """A lock that was removed; `lock_id` is the id under which its files are kept."""

    lock_id: str
    name: str
    removed_at: datetime
    node: str
    endpoint_id: int
    serial: str | None = None

    @classmethod
    def of(cls, lock_id: str, name: str, identity: LockIdentity, at: datetime) -> Self:
        """Return what is to be remembered of a lock that is removed now."""
        return cls(
            lock_id=lock_id,
            name=name,
            removed_at=at,
            node=identity.address.identifier,
            endpoint_id=identity.endpoint_id,
            serial=identity.serial,
        )

    @classmethod
    def parse(cls, lock_id: str, data: Mapping[str, Any]) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        return cls(
            lock_id=lock_id,
            name=codec.text(data, "name"),
            removed_at=codec.moment(data, "removed_at"),
            node=codec.text(data, "node"),
            endpoint_id=codec.integer(data, "endpoint_id"),
            serial=codec.optional_text(data, "serial"),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return asdict(self) | {"removed_at": self.removed_at.isoformat()}

    def is_same(self, identity: LockIdentity) -> bool:
        """Return whether a lock is this one: by its serial number, else by its node."""
        if self.endpoint_id != identity.endpoint_id:
            return False
        if self.serial is not None and identity.serial is not None:
            return self.serial == identity.serial
        return self.node == identity.address.identifier


class RetainedLocks:
    """Keeps what was known of removed locks for thirty days."""

    def __init__(
        self, hass: HomeAssistant, home: HomeStore, household: Household
    ) -> None:
        """Keep the list in the home's store, which is read later."""
        self._hass = hass
        self._home = home
        self._household = household
        self.forgotten: Signal[()] = Signal()

    @property
    def all(self) -> tuple[RetainedLock, ...]:
        """The locks, the one that was removed last first."""
        found = []
        for lock_id, data in self._home.memory.retained.items():
            try:
                found.append(RetainedLock.parse(lock_id, data))
            except ValueError:
                _LOGGER.exception("What is stored of a removed lock is damaged")
        return tuple(sorted(found, key=_removed_at, reverse=True))

    @callback
    def retain(self, lock_id: str, name: str, identity: LockIdentity) -> None:
        """Remember a lock that was removed, and whose files stay."""
        at = host_clock(self._hass).now()
        kept = RetainedLock.of(lock_id, name, identity, at)
        self._home.memory.retained[lock_id] = kept.as_dict()
        self._home.async_schedule_save(0)

    async def async_give_back(
        self, store: LockStore, identity: LockIdentity
    ) -> str | None:
        """Give a lock that is added what was known of it; returns its id of before.

        Nobody is named by it until the lock has confirmed who holds which place.
        """
        kept = next((x for x in self.all if x.is_same(identity)), None)
        if kept is None:
            return None
        try:
            if not await store.async_take_over(kept.lock_id):
                return None
        except NotKeptError:
            # It is written as soon as the disk takes it; until then both are kept.
            _LOGGER.warning("What was known of %s is not written yet", kept.name)
            return kept.lock_id
        await self._async_forget([kept.lock_id])
        return kept.lock_id

    async def async_forget(self, lock_ids: list[str]) -> None:
        """Delete everything that is kept of these locks; raises NotKeptError."""
        await self._async_forget(lock_ids)
        self.forgotten.send()
        await self._home.async_save()

    async def async_forget_old(self, _now: datetime | None = None) -> None:
        """Delete what is kept for longer than thirty days, by a clock that can be right."""
        clock = host_clock(self._hass)
        if not clock.is_plausible:
            return
        oldest = clock.now() - RETAINED_FOR
        readable = {kept.lock_id: kept for kept in self.all}
        gone = [
            lock_id
            for lock_id in self._home.memory.retained
            if lock_id not in readable or readable[lock_id].removed_at < oldest
        ]
        await self._async_forget(gone)
        self.forgotten.send()

    async def async_keep_people(self) -> None:
        """Take the names of persons who were removed out of what is kept."""
        for kept in self.all:
            store = LockStore(self._hass, kept.lock_id)
            await store.async_load()
            if self._forget_people(store.memory):
                store.async_schedule_save()
            await store.async_close()

    def _forget_people(self, memory: StoredLock) -> bool:
        """Take out of a lock's memory who was removed; returns whether anybody was in it."""
        bound = {x.person_id for x in memory.directory.bindings.values() if x.person_id}
        unbound = bound - set(self._household.people)
        for person_id in unbound:
            memory.table = memory.table.with_directory(
                memory.directory.without_person(person_id)
            )
        gone = {x for x in memory.journal.people() if self._household.is_gone(x)}
        for person_id in gone:
            memory.journal.forget_person(person_id)
        return bool(unbound or gone)

    async def _async_forget(self, lock_ids: list[str]) -> None:
        for lock_id in lock_ids:
            self._home.memory.retained.pop(lock_id, None)
            await LockStore(self._hass, lock_id).async_remove()
        if lock_ids:
            self._home.async_schedule_save(0)


def _removed_at(kept: RetainedLock) -> datetime:
    return kept.removed_at

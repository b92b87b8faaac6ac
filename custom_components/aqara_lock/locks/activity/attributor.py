"""Says who did what a lock reports, from what is known of it at that moment."""

from collections.abc import Callable, Iterable
from datetime import datetime
import logging

from homeassistant.util import dt as dt_util

from ...domain.access import Directory
from ...domain.attribution import (
    Attribution,
    Command,
    attribute,
    is_own_remote,
    unverified_user,
)
from ...domain.doorlock import (
    DoorLockEvent,
    LockOperation,
    LockUserChange,
    RawEvent,
    decode,
)
from ...domain.journal import Continuity, Obstacle
from ...household import Household
from ..state import LockCommandLedger, LockStore, LockUsers, StoredLock
from .clock import LockClock
from .observers import Observers

_LOGGER = logging.getLogger(__name__)


class Attributor:
    """Attributes one event after the other."""

    def __init__(
        self,
        store: LockStore,
        directory: LockUsers,
        household: Household,
        own_commands: LockCommandLedger,
        observers: Observers,
        followed: Continuity,
        clock: LockClock,
        waiting: Callable[[], Iterable[RawEvent]],
    ) -> None:
        """Ask these; `waiting` gives the events that came after."""
        self._store = store
        self._directory = directory
        self._household = household
        self._own_commands = own_commands
        self._observers = observers
        self._followed = followed
        self._clock = clock
        self._waiting = waiting

    @property
    def _memory(self) -> StoredLock:
        return self._store.memory

    async def async_attribute(
        self, event: DoorLockEvent, raw: RawEvent, *, proven_live: bool
    ) -> Attribution | None:
        """Say who it was; None for what nobody does."""
        directory = await self._directory_for(event, raw, proven_live=proven_live)
        command = await self._own_command(event, raw, proven_live=proven_live)
        at = self._clock.dated(raw)
        who = attribute(
            event,
            at=at,
            directory=directory,
            fabrics=self._memory.fabrics,
            command=command,
            observations=self._observers.free_for(event, at),
            people=self._household.people,
            labels=self._household.labels,
        )
        self._observers.use(event, at, who)
        return who

    async def _own_command(
        self, event: DoorLockEvent, raw: RawEvent, *, proven_live: bool
    ) -> Command | None:
        """Find the command behind an operation; a late one needs a time of its own."""
        if not isinstance(event, LockOperation) or event.type is None:
            return None
        if not is_own_remote(event.actor, self._memory.fabrics):
            return None
        own_time = self._clock.device_time(raw)
        at = self._followed.happened_at(raw, own_time, proven_live=proven_live)
        if at is None:
            return None
        return await self._own_commands.async_behind(event.type, at)

    async def _directory_for(
        self, event: DoorLockEvent, raw: RawEvent, *, proven_live: bool
    ) -> Directory:
        """Give the users as they were then; reads a slot that is in doubt, once."""
        obstacle = self._obstacle(event, raw, proven_live=proven_live)
        if obstacle is None and self._followed.in_doubt:
            self._followed.in_doubt = False
            self._memory.directory = self._memory.directory.after_gap()
        before, stretch = self._memory.directory, self._followed.number
        if obstacle is None:
            await self._directory.async_prepare(event)
            changes = self._change_waits(event, before)
            if self._followed.number == stretch and not changes:
                return self._memory.directory
            obstacle = Obstacle.SLOT_CHANGES
        if unverified_user(event, before) is not None:
            _LOGGER.debug("Event %s names no user: %s", raw.event_number, obstacle)
        return before

    def _obstacle(
        self, event: DoorLockEvent, raw: RawEvent, *, proven_live: bool
    ) -> Obstacle | None:
        if self._change_waits(event, self._memory.directory):
            return Obstacle.SLOT_CHANGES
        at: datetime | None = self._clock.device_time(raw)
        return self._followed.obstacle(
            raw, at, dt_util.utcnow(), proven_live=proven_live
        )

    def _change_waits(self, event: DoorLockEvent, directory: Directory) -> bool:
        """Tell whether the user of an operation in doubt has changed since."""
        index = unverified_user(event, directory)
        changes = (decode(raw.event_id, raw.data) for raw in self._waiting())
        return index is not None and any(
            directory.is_changed_by(change, index)
            for change in changes
            if isinstance(change, LockUserChange)
        )

"""What happens at the door: its state, the journal, and who did it."""

from datetime import datetime
from typing import Protocol

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.attribution import Attribution, Duress
from ...domain.doorlock import (
    AlarmCode,
    DoorLockAlarm,
    DoorLockEvent,
    DoorState as Position,
    DoorStateChange,
    LockOperation,
    LockOperationError,
    LockOperationType,
    LockState,
)
from ...domain.journal import MOVES, ActivityType, JournalEntry, tells_local_operations
from ...matter import LockReads
from ...signals import Signal
from ..state import DoorState, LockStore, LockUsers, Operation, Told
from .journal import ActivityLog
from .publisher import ActiveLock, ActivityPublisher


class DoorOfLock(ActiveLock, Protocol):
    """The lock at whose door it happens, and who listens there."""

    operated: Signal[Operation, Attribution]
    door_written: Signal[()]
    activity_forgotten: Signal[()]
    duress: Signal[Duress]


class LockActivity:
    """Lets state and journal explain each other, and tells of both."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        directory: LockUsers,
        reads: LockReads,
        lock: DoorOfLock,
    ) -> None:
        """Follow what happens at one lock."""
        self._hass = hass
        self._store = store
        self._lock = lock
        self.log = ActivityLog(hass, store, directory, reads, lock.household, self)
        self.door = DoorState(hass, store, lock.door_written.send, self._unexplained)
        self.public = ActivityPublisher(hass, lock)

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        self.door.async_stop()
        self.log.async_stop()

    @callback
    def state_reported(self, state: LockState | None) -> None:
        """Take a LockState report; None where the lock gives none."""
        now = dt_util.utcnow()
        self.log.state_reported(now)
        self.door.report(state, now)

    @callback
    def door_state_reported(self, state: Position | None) -> None:
        """Handle a report of DoorState; only a change of it is news.

        A jam that an operation ended may stand there for long.
        """
        memory = self._store.memory
        if state is memory.door_state:
            return
        memory.door_state = state
        self._store.async_schedule_save()
        self.door.door_moved(state, dt_util.utcnow())

    @callback
    def event_arrived(self, event: DoorLockEvent, at: datetime) -> None:
        """Handle a live event before it is attributed."""
        match event:
            case LockOperation():
                self.door.operation_arrived(event, at)
            case DoorLockAlarm(code=AlarmCode.LOCK_JAMMED):
                self.door.jam(at)
            case DoorStateChange(state=state):
                self.door.door_moved(state, at)

    @callback
    def event_came_late(self, event: DoorLockEvent, at: datetime) -> None:
        """Handle what an event of the past says about a jam.

        It counts where the journal has nothing newer. A jam that was missed is shown
        only while the bolt has not come through: its value at the alarm is not known.
        """
        newest = self.log.newest_of(MOVES | {ActivityType.JAMMED})
        if isinstance(event, LockOperation) and self.door.jammed and newest in MOVES:
            self.door.free()
        is_jam = event == DoorLockAlarm(AlarmCode.LOCK_JAMMED)
        if is_jam and newest is ActivityType.JAMMED and not self.door.came_through:
            self.door.jam(at)

    @callback
    def came_late(self) -> None:
        """Show who moved the bolt last, where somebody did after the one who is shown.

        Only while the state is shown that the door has: the next write says who led to it.
        """
        if not self.door.is_settled:
            return
        actor = self._last_actor()
        if not self.door.jammed and actor != self.door.changed_by:
            self.door.context = None
            self._show(actor)

    @callback
    def told(self, told: Told) -> None:
        """Take an attributed event: state first, then the event, in one go."""
        if isinstance(told.event, LockOperation | LockOperationError):
            self._lock.operated.send(told.event, told.attribution or Attribution())
        if isinstance(told.event, LockOperation):
            actor = self.public.actor(told.attribution)
            self.door.explain(told.event.type, actor, told.context)
        if told.line is not None and told.is_new_line:
            self.public.publish(told.line, told.context)

    @callback
    def attempt_failed(self, line: JournalEntry) -> None:
        """Publish a command that failed; nothing was done at the door."""
        self.public.publish_attempt(line)

    @callback
    def backfilled(self) -> None:
        """Show who brought the lock into its state, if that was before it was found."""
        if self.door.is_as_found:
            self.refresh_actor()

    @callback
    def refresh_actor(self) -> None:
        """Work out again who is shown, from the journal."""
        is_jammed = self.door.jammed
        self._show(None if is_jammed else self._last_actor())

    def _last_actor(self) -> str | None:
        unseen_until = self._store.memory.unseen_until
        return self.public.last_actor(self.door.state, unseen_until)

    @callback
    def returned(self) -> None:
        """Handle that the lock was away, and may have been operated meanwhile.

        One that tells of operations at the door delivers them. Another one may stand as
        before, and somebody else has moved it.
        """
        memory = self._store.memory
        if tells_local_operations(memory.journal.pages()):
            return
        memory.unseen_until = self.log.now()
        self._store.async_schedule_save()
        if self.door.changed_by is not None and self.door.is_settled:
            self.door.context = None
            self._show(None)

    @callback
    def forget(self) -> None:
        """Show nobody any more who was erased from the journal."""
        self._show(None)
        self._lock.activity_forgotten.send()

    def _show(self, actor: str | None) -> None:
        self.door.changed_by = actor
        self._lock.door_written.send()

    @callback
    def duress_noticed(self, notice: Duress) -> None:
        """Pass on a private notice."""
        self._lock.duress.send(notice)

    @callback
    def core_moved(self, operation: LockOperationType, context: Context) -> None:
        """Take a command that was sent through core's own entity."""
        self._hass.async_create_background_task(
            self.log.own_commands.async_seen_at_core(operation, context),
            "aqara_lock core transition",
            eager_start=True,
        )

    @callback
    def _unexplained(self, state: LockState, at: datetime) -> None:
        line = self.log.state_unexplained(state, at)
        if line is None:
            # An operation that was delivered late explains it, and is no news.
            self.refresh_actor()
            return
        self.public.publish(line, None)

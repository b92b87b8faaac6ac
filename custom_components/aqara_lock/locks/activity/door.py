"""What happens at the door: its state, the journal, and who did it."""

from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...domain.attribution import Attribution
from ...domain.doorlock import (
    AlarmCode,
    DoorLockAlarm,
    DoorLockEvent,
    DoorState as Position,
    DoorStateChange,
    LockOperation,
    LockOperationError,
    LockState,
    ReceivedEvent,
)
from ...domain.journal import MOVES, ActivityType, tells_local_operations
from ...matter import LockReads
from ..state import DoorState, LockInfo, LockUsers
from .attributor import Recorded
from .journal import ActivityLog
from .publisher import ActivityPublisher


class LockActivity:
    """Lets state and journal explain each other, and tells of both."""

    def __init__(
        self,
        hass: HomeAssistant,
        lock: LockInfo,
        directory: LockUsers,
        reads: LockReads,
    ) -> None:
        """Initialize for one lock."""
        self._store = lock.store
        self._lock = lock
        self.log = ActivityLog(hass, lock, directory, reads)
        self.door = DoorState(hass, lock.store)
        self.public = ActivityPublisher(hass, lock)
        self.door.unexplained.connect(self._state_unexplained)
        self.log.arrived.connect(self._event_arrived)
        self.log.recorded.connect(self._recorded)
        self.log.recorded_late.connect(self._recorded_late)
        self.log.attempted.connect(self.public.publish_attempt)
        self.log.returned.connect(self._lock_returned)
        self.log.backfilled.connect(self._backfilled)

    @callback
    def async_stop(self) -> None:
        """End what is under way."""
        self.door.async_stop()
        self.public.async_stop()
        self.log.async_stop()

    @callback
    def state_reported(self, state: LockState | None) -> None:
        """Handle a LockState report; None where the lock gives none."""
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
    def _event_arrived(self, received: ReceivedEvent) -> None:
        """Handle an event before it is attributed."""
        at = received.raw.received_at
        if not received.is_live:
            self._event_arrived_late(received.event, at)
            return
        match received.event:
            case LockOperation() as operation:
                self.door.operation_arrived(operation, at)
            case DoorLockAlarm(code=AlarmCode.LOCK_JAMMED):
                self.door.jam(at)
            case DoorStateChange(state=state):
                self.door.door_moved(state, at)

    def _event_arrived_late(self, event: DoorLockEvent, at: datetime) -> None:
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
    def _recorded_late(self, operation: LockOperation, at: datetime) -> None:
        """Handle an operation of the past: show who moved the bolt last, if it was later.

        Only while the state is shown that the door has: the next write says who led to it.
        """
        self._lock.operated_late.send(operation, at)
        if not self.door.is_settled:
            return
        actor = self._last_actor()
        if not self.door.jammed and actor != self.door.changed_by:
            self.door.show(actor)

    @callback
    def _recorded(self, recorded: Recorded) -> None:
        """Handle an attributed event: state first, then the event, in one go."""
        event, who, context = recorded.event, recorded.attribution, recorded.context
        if isinstance(event, LockOperation | LockOperationError):
            self._lock.operated.send(event, who or Attribution())
        if isinstance(event, LockOperation):
            shown = self.public.context(who, context)
            self.door.explain(event.type, self.public.actor(who), shown)
        if recorded.entry is not None:
            self.public.publish(recorded.entry, context)

    @callback
    def _backfilled(self) -> None:
        """Show who brought the lock into its state, if that was before it was found."""
        if self.door.is_as_found:
            self.refresh_actor()

    @callback
    def refresh_actor(self) -> None:
        """Show who the journal says it was now."""
        actor = None if self.door.jammed else self._last_actor()
        self.door.show(actor, self.door.context)

    def _last_actor(self) -> str | None:
        unseen_until = self._store.memory.unseen_until
        return self.public.last_actor(self.door.state, unseen_until)

    @callback
    def _lock_returned(self) -> None:
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
            self.door.show(None)

    @callback
    def forget(self) -> None:
        """Show nobody any more who was erased from the journal."""
        self.door.show(None, self.door.context)
        self._lock.activity_forgotten.send()

    @callback
    def _state_unexplained(self, state: LockState, at: datetime) -> None:
        entry = self.log.state_unexplained(state, at)
        if entry is None:
            # An operation that was delivered late explains it, and is no news.
            self.refresh_actor()
            return
        self.public.publish(entry, None)

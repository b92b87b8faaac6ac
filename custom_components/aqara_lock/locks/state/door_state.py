"""The lock's state and who brought it there, written together."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ...domain.doorlock import (
    EXPLAINS_WITHIN,
    Change,
    Door,
    DoorState as DoorPosition,
    LockOperation,
    LockOperationType,
    LockState,
    Outcome,
    leads_to,
    position,
)
from ...signals import Signal
from .store import LockStore

HOLD: Final = 0.3
"""Seconds a state waits for the operation that explains it (core#177754)."""
LONGEST_HOLD: Final = 1.0
"""Seconds after which a state is shown though the bolt goes on moving."""
GRACE: Final = EXPLAINS_WITHIN.total_seconds()
"""Seconds after which a state change without an operation stays unexplained."""


class _Operator(NamedTuple):
    """Who did an operation, as far as it can be shown."""

    actor: str | None
    context: Context | None


class DoorState:
    """Holds a reported state for the operation that explains it, then writes both.

    `state`, `jammed` and `changed_by` are as they were last written, which `written`
    says. `unexplained` carries a state that no operation explained in time, and when it
    was reported.
    """

    def __init__(self, hass: HomeAssistant, store: LockStore) -> None:
        """Initialize without a state."""
        self._hass = hass
        self._store = store
        self.written: Signal[()] = Signal()
        self.unexplained: Signal[LockState, datetime] = Signal()
        self._door = Door()
        self._hold: CALLBACK_TYPE | None = None
        self._held_since: float | None = None
        self._waits: dict[int, CALLBACK_TYPE] = {}
        self._operator: _Operator | None = None
        """Of the operation that was reported before its state; None until it is told."""
        self.is_as_found = True
        self.state: LockState | None = None
        self.jammed = False
        self.changed_by: str | None = None
        self.context: Context | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the state is shown that was reported, and nothing may still explain it."""
        return self._hold is None and not self._waits

    @property
    def is_held(self) -> bool:
        """Whether a reported state waits for what explains it, and is not shown yet."""
        return self._hold is not None

    @property
    def came_through(self) -> bool:
        """Whether the bolt is where it can only be without a jam."""
        return position(self._door.state).ends_jam

    @callback
    def async_stop(self) -> None:
        """Cancel every pending wait."""
        self._cancel_hold()
        for cancel in self._waits.values():
            cancel()
        self._waits.clear()

    @callback
    def restore(self) -> None:
        """Restore a jam that was stored by an earlier run."""
        self._door = Door(jam=self._store.memory.jam)

    @callback
    def begin(self, state: LockState | None) -> None:
        """Start from the state that the server has; nobody saw how the lock came there."""
        self._take(self._door.found(state, dt_util.utcnow()))
        self.is_as_found = True
        self._write(None)

    @callback
    def report(self, state: LockState | None, at: datetime) -> None:
        """Handle a report of LockState."""
        door, outcome = self._door.reported(state, at)
        self._take(door)
        match outcome:
            case Outcome.EXPLAINED:
                self.is_as_found = False
                self._write_explained()
            case Outcome.MOVED:
                self.is_as_found = False
                self._cancel_hold()
                self._hold_back(self._write_moved)
            case Outcome.SETTLED if self._hold is None:
                self._hold_back(self._write_settled)
            case Outcome.REPEATED if self._hold is None:
                self._write(self.changed_by)
            case Outcome.LOST:
                self._write(self.changed_by if self._hold is None else None)
            case Outcome.JAMMED:
                self._write(None)

    @callback
    def operation_arrived(self, operation: LockOperation, at: datetime) -> None:
        """Handle a successful operation, before it is attributed."""
        kind, source = operation.type, operation.actor.source
        for change in self._door.overtaken(kind, at):
            self._waits.pop(change.number)()
            self._give_up(change.number)
        door = self._door.operated(kind, at, source)
        if door is not self._door:
            self._operator = None
            self._take(door)

    @callback
    def explain(
        self,
        operation: LockOperationType | None,
        actor: str | None,
        context: Context | None,
    ) -> None:
        """Write the actor of an operation with the state that it led to."""
        expected = self._door.operation
        if expected is not None and expected.type is operation:
            self._operator = _Operator(actor, context)
        if self._door.state in leads_to(operation):
            self.is_as_found = False
            self._write(actor, context)
        elif self.jammed and self._door.jam is None and self._hold is None:
            # Its state follows in the same report: the one before is no news.
            self._hold_back(self._write_moved)

    @callback
    def jam(self, at: datetime) -> None:
        """Handle the jam alarm."""
        self._take(self._door.jammed(at))
        self._write(None)

    @callback
    def door_moved(self, state: DoorPosition | None, at: datetime) -> None:
        """Handle a report of DoorState, which may be a jam or its end."""
        was = self._door.jam
        self._take(self._door.door_moved(state, at))
        if self._door.jam is not was:
            self._write(None)

    @callback
    def free(self) -> None:
        """End a jam that an operation ended which was delivered late."""
        self._take(self._door.freed())
        self._write(None)

    @callback
    def show(self, actor: str | None, context: Context | None = None) -> None:
        """Write who brought the lock into the state that is shown."""
        self.changed_by = actor
        self.context = context
        self.written.send()

    def _take(self, door: Door) -> None:
        """Store the jam, and wait for the operation behind each pending movement."""
        self._door = door
        memory = self._store.memory
        if memory.jam != door.jam:
            memory.jam = door.jam
            self._store.async_schedule_save()
        waiting = {change.number: change for change in door.changes}
        for number in self._waits.keys() - waiting.keys():
            self._waits.pop(number)()
        for number in waiting.keys() - self._waits.keys():
            self._waits[number] = self._await_operation(number)

    def _await_operation(self, number: int) -> CALLBACK_TYPE:
        @callback
        def give_up(_now: datetime) -> None:
            del self._waits[number]
            self._give_up(number)

        return async_call_later(self._hass, GRACE, give_up)

    def _give_up(self, number: int) -> None:
        """Announce a movement that no operation will explain."""
        change = self._change(number)
        self._door = self._door.given_up(number)
        self.unexplained.send(change.state, change.at)

    def _change(self, number: int) -> Change:
        return next(item for item in self._door.changes if item.number == number)

    def _hold_back(self, write: Callable[[datetime], None]) -> None:
        """Write soon; what is held back already is not put off for ever."""
        now = self._hass.loop.time()
        if self._held_since is None:
            self._held_since = now
        left = max(0.0, self._held_since + LONGEST_HOLD - now)
        self._hold = async_call_later(self._hass, min(HOLD, left), write)

    def _write_explained(self) -> None:
        """Write the state with the operation before it, which may still be written down."""
        if self._operator is not None:
            self._write(self._operator.actor, self._operator.context)
            return
        self._cancel_hold()
        self._hold_back(self._write_moved)

    @callback
    def _write_moved(self, _now: datetime) -> None:
        self._hold = None
        self._write(None)

    @callback
    def _write_settled(self, _now: datetime) -> None:
        self._hold = None
        self._write(self.changed_by)

    def _write(self, actor: str | None, context: Context | None = None) -> None:
        self._cancel_hold()
        self._held_since = None
        self.state = self._door.state
        self.jammed = self._door.jam is not None
        self.show(actor, context)

    def _cancel_hold(self) -> None:
        if self._hold is not None:
            self._hold()
            self._hold = None

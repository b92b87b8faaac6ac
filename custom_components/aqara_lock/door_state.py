"""The lock's state and who brought it there, written together."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .domain.door_lock import LockOperationType, LockState
from .domain.doorlock.positions import leads_to

HOLD: Final = 0.3
"""Seconds a state waits for the operation that explains it (core#177754)."""
GRACE: Final = 5.0
"""Seconds after which a state change without an operation stays unexplained."""


class DoorState:
    """Holds a reported state for the operation that explains it, then writes both."""

    def __init__(
        self,
        hass: HomeAssistant,
        on_write: Callable[[], None],
        on_unexplained: Callable[[LockState, datetime], None],
    ) -> None:
        """Begin without a state."""
        self._hass = hass
        self._on_write = on_write
        self._on_unexplained = on_unexplained
        self._held: LockState | None = None
        self._hold: CALLBACK_TYPE | None = None
        self._grace: CALLBACK_TYPE | None = None
        self._early: frozenset[LockState] = frozenset()
        self._early_end: CALLBACK_TYPE | None = None
        self._early_actor: str | None = None
        self.is_as_found = True
        self.state: LockState | None = None
        self.jammed = False
        self.changed_by: str | None = None
        self.context: Context | None = None

    @callback
    def async_stop(self) -> None:
        """End every wait."""
        self._cancel_hold()
        self._cancel_grace()
        self._forget_early()

    @callback
    def begin(self, state: LockState | None) -> None:
        """Take the state that was found, and of which nothing more is known yet."""
        self._cancel_hold()
        self.context = None
        self.is_as_found = True
        self.state = state
        self.changed_by = None
        self._on_write()

    @callback
    def report(self, state: LockState | None, at: datetime) -> None:
        """Take a report of the lock; a jam ends with it."""
        self.jammed = False
        if state not in self._early:
            self.context = None
        if state is None or (state is self.state and self._held is None):
            self._set(state, self.changed_by)
        elif state in self._early:
            self.is_as_found = False
            self._set(state, self._early_actor)
            self._forget_early()
        else:
            self.is_as_found = False
            self._wait_for_operation(state, at)

    @callback
    def operation_arrived(self, operation: LockOperationType | None) -> None:
        """Note that the operation is here; who did it may take a moment longer."""
        states = leads_to(operation)
        if self._current in states:
            self._cancel_grace()
        else:
            self._expect(states)

    @callback
    def explain(
        self,
        operation: LockOperationType | None,
        actor: str | None,
        context: Context | None,
    ) -> None:
        """Write who brought the lock into its state."""
        states = leads_to(operation)
        self.context = context
        if self._current in states:
            self.is_as_found = False
            self._set(self._current, actor)
        elif states == self._early:
            self._early_actor = actor

    @callback
    def jam(self) -> None:
        """Take the jam alarm."""
        self.jammed = True
        self.context = None
        self._on_write()

    @property
    def _current(self) -> LockState | None:
        return self.state if self._held is None else self._held

    def _wait_for_operation(self, state: LockState, at: datetime) -> None:
        self._cancel_hold()
        self._cancel_grace()
        self._held = state
        self._hold = async_call_later(self._hass, HOLD, self._write_unexplained)

        @callback
        def unexplained(_now: datetime) -> None:
            self._grace = None
            self._on_unexplained(state, at)

        self._grace = async_call_later(self._hass, GRACE, unexplained)

    @callback
    def _write_unexplained(self, _now: datetime) -> None:
        self._hold = None
        self.context = None
        self._set(self._held, None)

    def _set(self, state: LockState | None, actor: str | None) -> None:
        self._cancel_hold()
        self.state = state
        self.changed_by = actor
        self._on_write()

    def _expect(self, states: frozenset[LockState]) -> None:
        """Remember an operation that came before its state."""
        self._forget_early()
        self._early = states
        self._early_actor = None

        @callback
        def end(_now: datetime) -> None:
            self._early_end = None
            self._early = frozenset()

        self._early_end = async_call_later(self._hass, GRACE, end)

    def _forget_early(self) -> None:
        self._early = frozenset()
        if self._early_end is not None:
            self._early_end()
            self._early_end = None

    def _cancel_hold(self) -> None:
        self._held = None
        if self._hold is not None:
            self._hold()
            self._hold = None

    def _cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace()
            self._grace = None

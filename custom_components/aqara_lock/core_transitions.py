"""Commands sent through core's own lock entity, seen by the state that it takes."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.lock import LockState as HaLockState
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event

from .domain.door_lock import LockOperationType

TRANSITIONS: Final[Mapping[str, LockOperationType]] = {
    HaLockState.LOCKING: LockOperationType.LOCK,
    HaLockState.UNLOCKING: LockOperationType.UNLOCK,
    HaLockState.OPENING: LockOperationType.UNLATCH,
}

type TransitionListener = Callable[[LockOperationType, Context], None]


class CoreTransitions:
    """Follows core's lock entity of one lock."""

    def __init__(self, hass: HomeAssistant, on_transition: TransitionListener) -> None:
        """Follow nothing yet."""
        self._hass = hass
        self._on_transition = on_transition
        self._entity_id: str | None = None
        self._untrack: CALLBACK_TYPE | None = None

    @callback
    def follow(self, entity_id: str | None) -> None:
        """Follow this entity from now on."""
        if entity_id == self._entity_id:
            return
        self.async_stop()
        self._entity_id = entity_id
        if entity_id is not None:
            self._untrack = async_track_state_change_event(
                self._hass, [entity_id], self._state_changed
            )

    @callback
    def async_stop(self) -> None:
        """Follow nothing."""
        self._entity_id = None
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or new is None or old.state == new.state:
            return
        if (operation := TRANSITIONS.get(new.state)) is not None:
            self._on_transition(operation, new.context)

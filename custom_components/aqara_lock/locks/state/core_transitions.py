"""Commands sent through core's own lock entities, seen by the state that they take."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.lock import (
    DOMAIN as LOCK_DOMAIN,
    LockState as HaLockState,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from ...domain.doorlock import LockOperationType

TRANSITIONS: Final[Mapping[str, LockOperationType]] = {
    HaLockState.LOCKING: LockOperationType.LOCK,
    HaLockState.UNLOCKING: LockOperationType.UNLOCK,
    HaLockState.OPENING: LockOperationType.UNLATCH,
}

type TransitionListener = Callable[[LockOperationType, Context], None]


class CoreTransitions:
    """Follows core's lock entities of one lock: one for each time it was commissioned."""

    def __init__(
        self,
        hass: HomeAssistant,
        find: Callable[[], list[str]],
        on_transition: TransitionListener,
        on_entity: Callable[[], None],
    ) -> None:
        """Follow nothing yet; `find` gives core's entity ids, `on_entity` hears of a new one."""
        self._hass = hass
        self._find = find
        self._on_transition = on_transition
        self._on_entity = on_entity
        self._watch: CALLBACK_TYPE | None = None
        self._entity_ids: list[str] = []
        self._untrack: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Follow core's entities, also one that core makes later or that is renamed."""
        self._watch = self._hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated, _is_of_a_lock
        )
        self.follow()

    @callback
    def follow(self) -> None:
        """Follow the entities that core has now."""
        entity_ids = self._find()
        if entity_ids == self._entity_ids:
            return
        self._unfollow()
        self._entity_ids = entity_ids
        if entity_ids:
            self._untrack = async_track_state_change_event(
                self._hass, entity_ids, self._state_changed
            )

    @callback
    def async_stop(self) -> None:
        """Follow nothing."""
        if self._watch is not None:
            self._watch()
            self._watch = None
        self._unfollow()

    @callback
    def _registry_updated(
        self, _event: Event[er.EventEntityRegistryUpdatedData]
    ) -> None:
        before = self._entity_ids
        self.follow()
        if not set(self._entity_ids) <= set(before):
            self._on_entity()

    def _unfollow(self) -> None:
        self._entity_ids = []
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


@callback
def _is_of_a_lock(data: er.EventEntityRegistryUpdatedData) -> bool:
    return data["entity_id"].startswith(f"{LOCK_DOMAIN}.")

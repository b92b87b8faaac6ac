"""The lock itself."""

from typing import Any, Final, override

from homeassistant.components.lock import LockEntity, LockEntityFeature, LockState
from homeassistant.const import ATTR_CODE
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .core_entities import copy_core_settings, follow_lent_id, return_code
from .domain.doorlock import LockOperationType, Shown, position
from .entity import LockDeviceEntity, async_follow_locks
from .frontend import MORE_INFO_ELEMENT, is_module_offered
from .home import AqaraLockConfigEntry
from .locks import Lock

PARALLEL_UPDATES = 0
ICON_SILENT: Final = "mdi:lock-alert"
ATTR_LAST_KNOWN_STATE: Final = "last_known_state"
ATTR_LAST_KNOWN_AT: Final = "last_known_at"
ATTR_MORE_INFO: Final = "custom_ui_more_info"
"""Read by the frontend: the element that takes the place of the dialog's content."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a lock entity where it takes the place of core's."""

    def entities_of(lock: Lock) -> list[AqaraLock]:
        return [AqaraLock(lock)] if lock.replaces_core else []

    await async_follow_locks(entry, async_add_entities, entities_of)

    @callback
    def take_over(lock: Lock) -> None:
        async_add_entities(entities_of(lock), config_subentry_id=lock.id)

    entry.async_on_unload(entry.runtime_data.core_replaced.connect(take_over))


class AqaraLock(LockDeviceEntity, LockEntity):
    """A door lock whose state and actor are written together."""

    _attr_name = None
    _unrecorded_attributes = frozenset({ATTR_MORE_INFO})

    def __init__(self, lock: Lock) -> None:
        """Show one lock."""
        super().__init__(lock, "lock")
        self._format_of_code: str | None = None
        self._asked: Context | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Take over core's entity and follow the lock."""
        await super().async_added_to_hass()
        copy_core_settings(self.hass, self._lock, self.entity_id)
        self.async_on_remove(follow_lent_id(self.hass, self._lock.id))
        self.async_on_remove(self._lock.state_changed.connect(self._write_state))
        self.async_on_remove(self._lock.door.written.connect(self._write_door))

    @callback
    @override
    def async_set_context(self, context: Context) -> None:
        """Set whose doing it is, and remember who asks for a command."""
        self._asked = context
        super().async_set_context(context)

    @override
    async def async_removed_from_registry(self) -> None:
        """Return a default code to core that the user changed."""
        await super().async_removed_from_registry()
        if self.registry_entry is not None:
            return_code(self.hass, self._lock, self.registry_entry)

    @callback
    def _write_state(self) -> None:
        """Write; what is under way is the deed of who asked for it."""
        if (context := self._lock.operator.context) is not None:
            self.async_set_context(context)
        self._follow_code_format()
        self.async_write_ha_state()

    def _follow_code_format(self) -> None:
        """Have the default code read again: it is only taken where it fits the format."""
        if self.registry_entry is None or self.code_format == self._format_of_code:
            return
        self._format_of_code = self.code_format
        self.async_registry_entry_updated()

    @callback
    def _write_door(self) -> None:
        """Write with the context of who moved the door, never with an earlier one."""
        self.async_set_context(self._lock.door.context or Context())
        self.async_write_ha_state()

    @property
    @override
    def available(self) -> bool:
        """Whether a command can be sent at all; a silent lock stays controllable."""
        return self._lock.is_linked

    @property
    @override
    def assumed_state(self) -> bool:
        """Whether the state is only the last one known, or follows from a command."""
        return not self._lock.connection.responsive or self._lock.history.is_in_doubt

    @property
    @override
    def icon(self) -> str | None:
        """Warn of a lock that does not answer, whatever its last known state was.

        Unknown has that icon by itself: given here it would be on both buttons of the
        dialog, and nobody could tell which one locks.
        """
        if self._lock.connection.responsive or self._lock.hides_state:
            return None
        return ICON_SILENT

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what was known last, and what the dialog shows."""
        return self._last_known() | self._dialog()

    def _dialog(self) -> dict[str, Any]:
        """Return our content of the dialog, where it is wanted and can be loaded.

        A lock that wants a code has core's dialog, which alone takes one.
        """
        is_wanted = self._lock.household.card_in_dialog and self.code_format is None
        if not is_wanted or not is_module_offered(self.hass):
            return {}
        return {ATTR_MORE_INFO: MORE_INFO_ELEMENT}

    def _last_known(self) -> dict[str, Any]:
        """Return what was known last of a door whose state nobody knows."""
        if not self._lock.hides_state:
            return {}
        at = {ATTR_LAST_KNOWN_AT: self._lock.silence.heard_at}
        if self._lock.door.jammed:
            return {ATTR_LAST_KNOWN_STATE: LockState.JAMMED.value, **at}
        if self._shown is Shown.UNKNOWN:
            return at
        return {ATTR_LAST_KNOWN_STATE: self._shown.value, **at}

    @property
    def _shown(self) -> Shown:
        return position(self._lock.door.state).shown

    @property
    @override
    def changed_by(self) -> str | None:
        """Who brought the lock into this state; None when the lock did not say."""
        return None if self._lock.hides_state else self._lock.door.changed_by

    @property
    @override
    def code_format(self) -> str | None:
        """Pattern of the PIN that the lock wants for remote operation."""
        node = self._lock.node
        if node is None or not node.requires_pin:
            return None
        shortest, longest = node.pin_length
        return rf"^\d{{{shortest},{longest}}}$"

    @property
    @override
    def supported_features(self) -> LockEntityFeature:
        """Open, where bolt and latch are operated apart."""
        node = self._lock.node
        if node is not None and node.can_unlatch:
            return LockEntityFeature.OPEN
        return LockEntityFeature(0)

    @property
    @override
    def is_locked(self) -> bool | None:
        """Whether the bolt is out; None when the lock, or nobody, knows.

        A lock that accepted a command and reported nothing since is not called locked.
        """
        if self._lock.hides_state or self._shown is Shown.UNKNOWN:
            return None
        is_locked = self._shown is Shown.LOCKED
        return is_locked and not self._lock.history.is_in_doubt

    @property
    @override
    def is_open(self) -> bool:
        """Whether the latch is held back."""
        if self._lock.hides_state or self._lock.history.is_in_doubt:
            return False
        return self._shown is Shown.OPEN

    @property
    @override
    def is_jammed(self) -> bool:
        """Whether the lock reported a jam and nothing since."""
        return self._lock.door.jammed and not self._lock.hides_state

    @property
    @override
    def is_locking(self) -> bool:
        """Whether the lock accepted a lock command and has not reported it yet."""
        return self._under_way is LockOperationType.LOCK

    @property
    @override
    def is_unlocking(self) -> bool:
        """Whether the lock accepted an unlock command and has not reported it yet."""
        return self._under_way is LockOperationType.UNLOCK

    @property
    @override
    def is_opening(self) -> bool:
        """Whether the lock accepted an unlatch command and has not reported it yet."""
        return self._under_way is LockOperationType.UNLATCH

    @property
    def _under_way(self) -> LockOperationType | None:
        return None if self._lock.hides_state else self._lock.operator.under_way

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock the door."""
        await self._operate(LockOperationType.LOCK, kwargs)

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock the door; the latch stays where bolt and latch are apart."""
        await self._operate(LockOperationType.UNLOCK, kwargs)

    @override
    async def async_open(self, **kwargs: Any) -> None:
        """Unlock the door and pull the latch."""
        await self._operate(LockOperationType.UNLATCH, kwargs)

    async def _operate(
        self, operation: LockOperationType, kwargs: dict[str, Any]
    ) -> None:
        asked = self._asked
        # What is written before the lock accepts the command is nobody's deed.
        self.async_set_context(Context())
        await self._lock.operator.async_operate(operation, kwargs.get(ATTR_CODE), asked)

"""Events of a lock: what was done at the door, and whether the lock answers."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .domain.journal import NAMING, JournalEntry
from .entity import LockDeviceEntity, async_follow_locks
from .home import AqaraLockConfigEntry
from .locks import ConnectionNotice, Lock, NoticeType

PARALLEL_UPDATES = 0

KEY_ACTIVITY: Final = "activity"
KEY_CONNECTION: Final = "connection"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of every lock."""

    def entities_of(lock: Lock) -> list[EventEntity]:
        return [ActivityEvent(lock), ConnectionEvent(lock)]

    await async_follow_locks(entry, async_add_entities, entities_of)


class ActivityEvent(LockDeviceEntity, EventEntity):
    """Every operation at the door, as it happens."""

    def __init__(self, lock: Lock) -> None:
        """Offer only what this lock can report."""
        super().__init__(lock, KEY_ACTIVITY)
        self._attr_event_types = [kind.value for kind in lock.activity_types]
        self._names: dict[str, Any] = {}
        self._amended: dict[str, Any] = {}

    @override
    async def async_added_to_hass(self) -> None:
        """Follow live operations."""
        await super().async_added_to_hass()
        if (last := await self.async_get_last_state()) is not None:
            kept = NAMING & last.attributes.keys()
            self._names = {key: last.attributes[key] for key in kept}
            self._amended = _amended(last.attributes)
        self.async_on_remove(self._lock.activity.connect(self._fire))
        self.async_on_remove(self._lock.assigned.connect(self._assigned))
        self.async_on_remove(self._lock.activity_forgotten.connect(self._forget))
        self.async_on_remove(
            self._lock.names_visibility_changed.connect(self.async_write_ha_state)
        )

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return who it was, as long as everybody may see names and the person is there."""
        household = self._lock.household
        is_gone = household.is_gone(self._names.get("person_id"))
        names = self._names if household.shows_names and not is_gone else {}
        return self._amended | names

    @callback
    def _forget(self) -> None:
        self._names, self._amended = {}, {}
        self.async_write_ha_state()

    @callback
    def _assigned(self, line: JournalEntry) -> None:
        """Handle an assignment of the last event; it is no new event."""
        last, facts = self.state_attributes, line.attributes()
        is_last = last.get("occurred_at") == facts["occurred_at"]
        if is_last and last.get("event_type") == line.type:
            self._take(facts)
            self.async_write_ha_state()

    def _take(self, facts: Mapping[str, Any]) -> None:
        self._names = {key: facts[key] for key in NAMING & facts.keys()}
        self._amended = _amended(facts)

    @callback
    def _fire(self, line: JournalEntry, context: Context | None) -> None:
        if line.type is None:
            return
        if line.type not in self.event_types:
            self._attr_event_types = [*self.event_types, line.type.value]
        self.async_set_context(context or Context())
        self._take(line.attributes())
        self._trigger_event(line.type.value, line.attributes(names=False))
        self.async_write_ha_state()


def _amended(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an assignment changes of the attributes that everybody may see."""
    if "assigned_at" not in facts:
        return {}
    return {key: facts[key] for key in ("confidence", "assigned_at")}


class ConnectionEvent(LockDeviceEntity, EventEntity):
    """The lock stopped answering, or answers again."""

    # Reachable shows the same, and the logbook tells the cause.
    _attr_entity_registry_enabled_default = False
    _attr_event_types = [NoticeType.UNRESPONSIVE, NoticeType.RECOVERED]

    def __init__(self, lock: Lock) -> None:
        """Report on one lock."""
        super().__init__(lock, KEY_CONNECTION)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connection."""
        await super().async_added_to_hass()
        self.async_on_remove(self._lock.connection_noticed.connect(self._fire))

    @callback
    def _fire(self, notice: ConnectionNotice) -> None:
        self._trigger_event(notice.type.value, notice.attributes())
        self.async_write_ha_state()

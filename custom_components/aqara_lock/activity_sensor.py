"""Who unlocked last, when and how: read from the journal, never restored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .domain.activity import BY_HAND, OPENINGS, ActivityType, Line
from .domain.attribution import Method
from .domain.reports_who import ReportsWho
from .entity import LockDeviceEntity
from .watched_lock import WatchedLock

NOT_REPORTED: Final = "not reported"
NOT_SHOWN: Final = "not shown"
LOCKINGS: Final = frozenset({ActivityType.LOCKED})


def who(line: Line | None) -> str | None:
    """Say who it was; never a previous person when the lock did not say."""
    if line is None:
        return None
    actor = line.attribution.actor if line.attribution else None
    return actor or NOT_REPORTED


def when(line: Line | None) -> datetime | None:
    """Say when it was."""
    return line.occurred_at if line else None


def how(line: Line | None) -> str | None:
    """Say by which method it was."""
    if line is None:
        return None
    return line.attribution.method.value if line.attribution else Method.UNKNOWN.value


@dataclass(frozen=True, kw_only=True)
class LastLineDescription(SensorEntityDescription):
    """A fact of the last line of some types."""

    types: frozenset[ActivityType]
    value: Callable[[Line | None], str | datetime | None]
    is_name: bool = False


DESCRIPTIONS: Final = (
    LastLineDescription(
        key="last_unlocked_by",
        translation_key="last_unlocked_by",
        types=OPENINGS,
        value=who,
        is_name=True,
    ),
    LastLineDescription(
        key="last_unlocked_at",
        translation_key="last_unlocked_at",
        device_class=SensorDeviceClass.TIMESTAMP,
        types=OPENINGS,
        value=when,
    ),
    LastLineDescription(
        key="last_unlocked_how",
        translation_key="last_unlocked_how",
        device_class=SensorDeviceClass.ENUM,
        options=[method.value for method in Method],
        types=OPENINGS,
        value=how,
    ),
    LastLineDescription(
        key="last_locked_by",
        translation_key="last_locked_by",
        types=LOCKINGS,
        value=who,
        is_name=True,
    ),
)


def activity_sensors(lock: WatchedLock) -> Iterable[SensorEntity]:
    """Make the sensors that read a lock's journal."""
    for description in DESCRIPTIONS:
        yield LastLineSensor(lock, description)
    yield ReportsWhoSensor(lock)


class JournalSensor(LockDeviceEntity, SensorEntity):
    """A sensor that follows the journal."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow new and amended lines."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._lock.log.lines_changed.connect(self.async_write_ha_state)
        )
        self.async_on_remove(
            self._lock.names_visibility_changed.connect(self.async_write_ha_state)
        )


class LastLineSensor(JournalSensor):
    """A fact of the last line of some types."""

    entity_description: LastLineDescription

    def __init__(self, lock: WatchedLock, description: LastLineDescription) -> None:
        """Show one fact."""
        super().__init__(lock, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Give the fact; a name only where everybody may see names."""
        line = self._line
        hidden = self.entity_description.is_name and not self._shows_names
        if hidden and line is not None:
            return NOT_SHOWN
        return self.entity_description.value(line)

    @property
    @override
    def entity_picture(self) -> str | None:
        """Give the person's picture where the person is shown."""
        line = self._line
        if not self.entity_description.is_name or not self._shows_names or line is None:
            return None
        person_id = line.attribution.person_id if line.attribution else None
        return self._lock.household.picture(person_id)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return by whom and when a name was assigned, where the lock did not name it."""
        line = self._line
        if line is None or not self.entity_description.is_name:
            return {}
        facts = line.attributes(names=self._shows_names)
        return {key: facts[key] for key in BY_HAND if key in facts}

    @property
    def _shows_names(self) -> bool:
        return self._lock.household.shows_names

    @property
    def _line(self) -> Line | None:
        return self._lock.journal.newest_of(self.entity_description.types)


class ReportsWhoSensor(JournalSensor):
    """Whether this lock says who unlocked, from what it has really said."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = [answer.value for answer in ReportsWho]

    def __init__(self, lock: WatchedLock) -> None:
        """Judge one lock."""
        super().__init__(lock, "reports_who")

    @property
    @override
    def native_value(self) -> str:
        """Judge from the journal."""
        return self._lock.reports_who.value

"""Conditions: whether locks answer, and who opened last."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Unpack, override

from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConditionErrorMessage
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.util import dt as dt_util
import probatio

from .automations import (
    CONF_PERSON,
    WHO_FIELDS,
    ActorFilter,
    Targeted,
    Verdict,
    options_schema,
)
from .domain.journal import OPENINGS, EntryKind, JournalEntry
from .home import find_home
from .locks import Lock
from .texts import message

CONF_WITHIN: Final = "within"


_BEHAVIOR: Final[Mapping[Any, Any]] = {
    probatio.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): probatio.In(
        [BEHAVIOR_ANY, BEHAVIOR_ALL]
    )
}


def _names_somebody(options: dict[str, Any]) -> dict[str, Any]:
    """Ask for a person or a name; raises Invalid."""
    if not options.get(CONF_PERSON) and not options.get(CONF_NAME):
        raise probatio.Invalid("A person or a name is needed")
    return options


class LockCondition(Targeted, Condition):
    """A condition that asks locks themselves; false where none is meant."""

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take target and options."""
        super().__init__(hass, config)
        self._aim(hass, config)

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Ask one or all of the locks."""
        answers = [self._holds(lock) for lock in self._target.locks()]
        if self._options.get(ATTR_BEHAVIOR) == BEHAVIOR_ALL:
            return bool(answers) and all(answers)
        return any(answers)

    @abstractmethod
    def _holds(self, lock: Lock) -> bool:
        """Ask one lock."""


class IsResponsiveCondition(LockCondition):
    """A lock answers."""

    _schema = options_schema(dict(_BEHAVIOR))

    @override
    def _holds(self, lock: Lock) -> bool:
        return lock.connection.responsive


class LastUnlockedByCondition(LockCondition):
    """The last one who opened was one of these, lately enough."""

    _schema = options_schema(
        {
            **_BEHAVIOR,
            **WHO_FIELDS,
            probatio.Optional(CONF_WITHIN): cv.positive_time_period,
        },
        _names_somebody,
    )

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Refuse to answer outside of a run where names are for administrators.

        Any user may ask for a condition (subscribe_condition); only automations and
        scripts, which administrators write, check one with variables.
        """
        home = find_home(self._hass)
        hidden = home is not None and not home.household.shows_names
        if hidden and kwargs.get("variables") is None:
            raise ConditionErrorMessage(
                "last_unlocked_by", message(self._hass, "condition_names_hidden")
            )
        return super()._async_check(**kwargs)

    @override
    def _holds(self, lock: Lock) -> bool:
        line = _last_opening(lock)
        if line is None or not self._is_recent(line):
            return False
        who = ActorFilter.from_options(self._options)
        verdict = who.judge(self._hass, lock.household, line.attribution)
        return verdict is Verdict.PASSES

    def _is_recent(self, line: JournalEntry) -> bool:
        within = self._options.get(CONF_WITHIN)
        return not within or dt_util.utcnow() - line.occurred_at <= within


def _last_opening(lock: Lock) -> JournalEntry | None:
    """Give when the door was last opened; None where a gap since may hide another time."""
    line = lock.journal.newest_of(OPENINGS)
    ends = (end for page in lock.journal.pages() for end in page.of(_ends_of_gaps))
    hidden = line is not None and any(end > line.occurred_at for end in ends)
    return None if hidden else line


def _ends_of_gaps(lines: tuple[JournalEntry, ...]) -> tuple[datetime, ...]:
    gaps = (line.until for line in lines if line.kind is EntryKind.GAP)
    return tuple(end for end in gaps if end is not None)


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_responsive": IsResponsiveCondition,
    "last_unlocked_by": LastUnlockedByCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Give the conditions of this integration."""
    return CONDITIONS

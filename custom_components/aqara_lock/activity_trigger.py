"""Triggers on what was done at a door, and on duress."""

from typing import Any, ClassVar, Final, override

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.util import dt as dt_util
import probatio

from .domain.activity import OPENINGS, ActivityType, Line
from .domain.duress import Duress
from .domain.sentences import about_lock, activity_sentence, duress_sentence
from .lock_trigger import LockTrigger, Runner
from .messages import clock_text
from .spoken import spoken
from .targeted import options_schema
from .watched_lock import WatchedLock
from .who_filter import WHO_FIELDS, Verdict, WhoFilter, person_entities, several

CONF_KIND: Final = "kind"
ATTR_PERSON_ENTITY: Final = "person_entity_id"

ALARMS: Final = frozenset(
    {
        ActivityType.JAMMED,
        ActivityType.FORCED_OPEN,
        ActivityType.TAMPERED,
        ActivityType.WRONG_CODE_LIMIT,
        ActivityType.FACTORY_RESET,
        ActivityType.DOOR_AJAR,
    }
)


class ActivityTrigger(LockTrigger):
    """Something was done at a lock, live and for the first time."""

    _schema = options_schema(dict(WHO_FIELDS))
    _types: ClassVar[frozenset[ActivityType]]

    @override
    def _listen(self, lock: WatchedLock, runner: Runner) -> CALLBACK_TYPE:
        who = WhoFilter.from_options(self._options)

        @callback
        def take(line: Line, context: Context | None) -> None:
            if line.type is None or line.type not in self._wanted():
                return
            verdict = who.judge(self._hass, lock.household, line.attribution)
            if verdict is Verdict.PASSES:
                runner.run(lock, self._variables(lock, line.type, line), context)
            else:
                runner.refuse(lock, verdict, line)

        return lock.activity.connect(take)

    def _wanted(self) -> frozenset[ActivityType]:
        return self._types

    def _variables(
        self, lock: WatchedLock, kind: ActivityType, line: Line
    ) -> dict[str, Any]:
        facts = line.attributes()
        sentence = about_lock(lock.name, activity_sentence(kind, facts))
        return {
            "event_type": kind.value,
            "message": spoken(self._hass, sentence),
            **_person_entity(self._hass, lock, line),
            **facts,
        }


class UnlockedTrigger(ActivityTrigger):
    """A lock was unlocked or unlatched."""

    _types = OPENINGS


class LockedTrigger(ActivityTrigger):
    """A lock was locked."""

    _types = frozenset({ActivityType.LOCKED})


class AccessDeniedTrigger(ActivityTrigger):
    """A lock refused somebody."""

    _types = frozenset({ActivityType.DENIED})


class AlarmTrigger(ActivityTrigger):
    """A lock raised an alarm."""

    _schema = options_schema(
        {
            probatio.Optional(CONF_KIND): probatio.All(
                several(ActivityType), [probatio.In(ALARMS)]
            )
        }
    )

    @override
    def _wanted(self) -> frozenset[ActivityType]:
        return frozenset(self._options.get(CONF_KIND) or ALARMS)


class DuressTrigger(LockTrigger):
    """Somebody was forced to open; no state, event or logbook line tells it."""

    @override
    def _listen(self, lock: WatchedLock, runner: Runner) -> CALLBACK_TYPE:
        @callback
        def take(notice: Duress) -> None:
            runner.run(lock, self._variables(lock, notice))

        return lock.duress.connect(take)

    def _variables(self, lock: WatchedLock, notice: Duress) -> dict[str, Any]:
        at, who = notice.occurred_at, notice.attribution
        line = Line(key="", occurred_at=at or dt_util.utcnow(), attribution=who)
        facts = line.attributes()
        if at is None:
            del facts["occurred_at"]
        if notice.late:
            facts["late"] = True
        clock = clock_text(at) if at else None
        sentence = duress_sentence(lock.name, facts, late=notice.late, at=clock)
        return {
            "message": spoken(self._hass, sentence),
            **_person_entity(self._hass, lock, line),
            **facts,
        }


def _person_entity(
    hass: HomeAssistant, lock: WatchedLock, line: Line
) -> dict[str, str]:
    """Give the one Home Assistant person who it was."""
    if line.attribution is None:
        return {}
    found = person_entities(hass, lock.household, line.attribution)
    return {ATTR_PERSON_ENTITY: next(iter(found))} if len(found) == 1 else {}

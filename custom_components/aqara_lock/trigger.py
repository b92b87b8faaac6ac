"""Triggers: what was done at a door, duress, and whether locks and hubs answer.

Lock triggers follow the runtime, not states: a restored state, a replay or an entity
that was renamed fires nothing, and every entity of a lock stands for the lock.
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, override

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, CONF_FOR
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.util import dt as dt_util
import probatio

from .connection_notice import ConnectionNotice, NoticeType
from .const import DOMAIN
from .domain.activity import OPENINGS, ActivityType, Duress, Line
from .domain.sentences import about_lock, activity_sentence, duress_sentence
from .hub_trigger import HubOfflineTrigger
from .silence import SilenceTimer
from .spoken import spoken
from .targeted import Targeted, options_schema
from .targets import Target, follow_locks
from .watched_lock import WatchedLock
from .who_filter import WHO_FIELDS, Verdict, WhoFilter, person_entities, several

CONF_KIND: Final = "kind"
CONF_CAUSE: Final = "cause"
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


_CONNECTION_SCHEMA: Final = options_schema(
    {
        probatio.Optional(CONF_CAUSE): probatio.All(probatio.EnsureList(), [cv.string]),
        probatio.Optional(CONF_FOR): cv.positive_time_period,
    }
)


class LockTrigger(Targeted, Trigger):
    """A trigger that listens to locks themselves."""

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take target and options."""
        super().__init__(hass, config)
        self._aim(hass, config)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen to every lock, also to those that are added later."""
        runner = _Runner(self._hass, self._target, run_action, did_not_trigger)
        return follow_locks(self._hass, lambda lock: self._listen(lock, runner))

    @abstractmethod
    def _listen(self, lock: WatchedLock, runner: _Runner) -> CALLBACK_TYPE:
        """Listen to one lock; gives what ends it."""


class _Runner:
    """Runs the action for locks that the target means."""

    def __init__(
        self,
        hass: HomeAssistant,
        target: Target,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None,
    ) -> None:
        """Wrap what Home Assistant gave."""
        self._hass = hass
        self._target = target
        self._run_action = run_action
        self._did_not_trigger = did_not_trigger

    @callback
    def run(
        self,
        lock: WatchedLock,
        variables: Mapping[str, Any],
        context: Context | None = None,
    ) -> None:
        """Run the action; its description, which others may read, tells no more than where."""
        if not self._target.has(lock):
            return
        entity_id = self._entity_id(lock)
        where = {
            ATTR_ENTITY_ID: entity_id,
            ATTR_DEVICE_ID: lock.device.id if lock.device else None,
            "lock": lock.name,
        }
        self._run_action({**where, **variables}, f"state of {entity_id}", context)

    @callback
    def refuse(self, lock: WatchedLock, verdict: Verdict, line: Line) -> None:
        """Note in the trace that a name was not sure enough."""
        if self._did_not_trigger is None or verdict is not Verdict.NOT_SURE_ENOUGH:
            return
        if self._target.has(lock):
            confidence = line.attribution.confidence.value if line.attribution else None
            data = {ATTR_ENTITY_ID: self._entity_id(lock), "confidence": confidence}
            self._did_not_trigger(NotTriggeredInfo(verdict.value, data))

    def _entity_id(self, lock: WatchedLock) -> str | None:
        registry = er.async_get(self._hass)
        return registry.async_get_entity_id(EVENT_DOMAIN, DOMAIN, f"{lock.id}_activity")


class ActivityTrigger(LockTrigger):
    """Something was done at a lock, live and for the first time."""

    _schema = options_schema(dict(WHO_FIELDS))
    _types: ClassVar[frozenset[ActivityType]]

    @override
    def _listen(self, lock: WatchedLock, runner: _Runner) -> CALLBACK_TYPE:
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
    def _listen(self, lock: WatchedLock, runner: _Runner) -> CALLBACK_TYPE:
        @callback
        def take(notice: Duress) -> None:
            runner.run(lock, self._variables(lock, notice))

        return lock.duress.connect(take)

    def _variables(self, lock: WatchedLock, notice: Duress) -> dict[str, Any]:
        line = Line(
            key="", occurred_at=notice.occurred_at, attribution=notice.attribution
        )
        facts = line.attributes()
        return {
            "message": spoken(self._hass, duress_sentence(lock.name, facts)),
            **_person_entity(self._hass, lock, line),
            **facts,
        }


class UnresponsiveTrigger(LockTrigger):
    """A lock has not answered for a time; fires once in a silence."""

    _schema = _CONNECTION_SCHEMA

    @override
    def _listen(self, lock: WatchedLock, runner: _Runner) -> CALLBACK_TYPE:
        causes = frozenset(self._options.get(CONF_CAUSE, ()))
        wait = self._options.get(CONF_FOR, timedelta())

        @callback
        def silent() -> None:
            runner.run(lock, _silence(lock))

        return SilenceTimer(self._hass, lock, causes, wait, silent).async_start()


class RecoveredTrigger(LockTrigger):
    """A lock answers again after it has been silent for at least a time."""

    _schema = _CONNECTION_SCHEMA

    @override
    def _listen(self, lock: WatchedLock, runner: _Runner) -> CALLBACK_TYPE:
        causes = frozenset(self._options.get(CONF_CAUSE, ()))
        wait = self._options.get(CONF_FOR, timedelta())

        @callback
        def take(notice: ConnectionNotice) -> None:
            if notice.type is not NoticeType.RECOVERED:
                return
            if causes and notice.cause not in causes:
                return
            if dt_util.utcnow() - notice.since >= wait:
                runner.run(lock, notice.attributes())

        return lock.connection_noticed.connect(take)


def _silence(lock: WatchedLock) -> dict[str, Any]:
    """Give the variables of a silence as it is now; what is not known is left out."""
    state = lock.door.state
    known = {"last_known_state": state.name.lower()} if state is not None else {}
    return {
        "cause": lock.cause,
        "message": lock.problem_message(),
        "since": lock.connection.since,
        **known,
    }


def _person_entity(
    hass: HomeAssistant, lock: WatchedLock, line: Line
) -> dict[str, str]:
    """Give the one Home Assistant person who it was."""
    if line.attribution is None:
        return {}
    found = person_entities(hass, lock.household, line.attribution)
    return {ATTR_PERSON_ENTITY: next(iter(found))} if len(found) == 1 else {}


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "access_denied": AccessDeniedTrigger,
    "alarm": AlarmTrigger,
    "duress": DuressTrigger,
    "hub_offline": HubOfflineTrigger,
    "locked": LockedTrigger,
    "recovered": RecoveredTrigger,
    "unlocked": UnlockedTrigger,
    "unresponsive": UnresponsiveTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Give the triggers of this integration."""
    return TRIGGERS

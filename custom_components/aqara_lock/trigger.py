"""Triggers: what was done at a door, duress, and whether locks and hubs answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, override

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR_DOMAIN,
    BinarySensorDeviceClass,
)
from homeassistant.const import (
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    CONF_FOR,
    STATE_OFF,
    STATE_UNAVAILABLE,
)
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    EntityTargetStateTriggerBase,
    Trigger,
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)
from homeassistant.util import dt as dt_util
import probatio

from .automations import (
    WHO_FIELDS,
    AccessChangedTrigger,
    ActorFilter,
    GuestArrivedTrigger,
    LockTrigger,
    Runner,
    SceneCodeTrigger,
    SilenceTimer,
    UnexpectedEntryTrigger,
    Verdict,
    options_schema,
    person_entities,
    several,
)
from .const import DOMAIN
from .domain.attribution import Duress
from .domain.foreign_names import foreign_name
from .domain.journal import (
    OPENINGS,
    ActivityType,
    JournalEntry,
    Sentence,
    about_lock,
    activity_sentence,
    duress_sentence,
)
from .locks import ConnectionNotice, Lock, NoticeType
from .texts import clock_text, spoken

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
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        who = ActorFilter.from_options(self._options)

        @callback
        def take(line: JournalEntry, context: Context | None) -> None:
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
        self, lock: Lock, kind: ActivityType, line: JournalEntry
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
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        @callback
        def take(notice: Duress) -> None:
            runner.run(lock, self._variables(lock, notice))

        return lock.duress.connect(take)

    def _variables(self, lock: Lock, notice: Duress) -> dict[str, Any]:
        at, who = notice.occurred_at, notice.attribution
        line = JournalEntry(key="", occurred_at=at or dt_util.utcnow(), attribution=who)
        facts = line.attributes()
        if at is None:
            del facts["occurred_at"]
        if notice.late:
            facts["late"] = True
        clock = clock_text(self._hass, at) if at else None
        sentence = duress_sentence(lock.name, facts, late=notice.late, at=clock)
        return {
            "message": spoken(self._hass, sentence),
            **_person_entity(self._hass, lock, line),
            **facts,
        }


def _person_entity(
    hass: HomeAssistant, lock: Lock, line: JournalEntry
) -> dict[str, str]:
    """Return the one Home Assistant person who it was."""
    if line.attribution is None:
        return {}
    found = person_entities(hass, lock.household, line.attribution)
    return {ATTR_PERSON_ENTITY: next(iter(found))} if len(found) == 1 else {}


CONF_CAUSE: Final = "cause"

_CONNECTION_SCHEMA: Final = options_schema(
    {
        probatio.Optional(CONF_CAUSE): probatio.All(probatio.EnsureList(), [cv.string]),
        probatio.Optional(CONF_FOR): cv.positive_time_period,
    }
)


class UnresponsiveTrigger(LockTrigger):
    """A lock has not answered for a time; fires once in a silence."""

    _schema = _CONNECTION_SCHEMA

    @override
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
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
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        causes = frozenset(self._options.get(CONF_CAUSE, ()))
        wait = self._options.get(CONF_FOR, timedelta())

        @callback
        def take(notice: ConnectionNotice) -> None:
            if notice.type is not NoticeType.RECOVERED:
                return
            if causes and causes.isdisjoint(notice.causes):
                return
            if dt_util.utcnow() - notice.noticed_at >= wait:
                runner.run(lock, notice.attributes())

        return lock.connection_noticed.connect(take)


def _silence(lock: Lock) -> dict[str, Any]:
    """Return the variables of a silence as it is now; what is not known is left out."""
    state = lock.door.state
    known = {"last_known_state": state.name.lower()} if state is not None else {}
    return {
        "cause": lock.verdict.cause,
        "message": lock.verdict.problem_message(),
        "summary": lock.verdict.problem_summary(),
        "since": lock.connection.since,
        **known,
    }


HUB_ONLINE_SUFFIX: Final = "_border_router"


class HubOfflineTrigger(EntityTargetStateTriggerBase):
    """A hub does not answer any more.

    A hub that is found offline after a start counts: nobody was told before.
    """

    _domain_specs = {
        BINARY_SENSOR_DOMAIN: DomainSpec(
            device_class=BinarySensorDeviceClass.CONNECTIVITY
        )
    }
    _to_states = {STATE_OFF}
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset({STATE_UNAVAILABLE})

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Keep the entities that say whether one of our hubs is there."""
        found = super().entity_filter(entities)
        return {entity_id for entity_id in found if self._is_hub(entity_id)}

    def _is_hub(self, entity_id: str) -> bool:
        entry = er.async_get(self._hass).async_get(entity_id)
        if entry is None or entry.platform != DOMAIN:
            return False
        return entry.unique_id.endswith(HUB_ONLINE_SUFFIX)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Add the hub and a ready sentence to what the action gets."""

        @callback
        def run(
            extra_trigger_payload: dict[str, Any],
            description: str,
            context: Context | None = None,
        ) -> Any:
            hub = self._hub(extra_trigger_payload[ATTR_ENTITY_ID])
            return run_action({**extra_trigger_payload, **hub}, description, context)

        return await super().async_attach_runner(run, did_not_trigger)

    def _hub(self, entity_id: str) -> Mapping[str, Any]:
        entry = er.async_get(self._hass).async_get(entity_id)
        device_id = entry.device_id if entry else None
        device = dr.async_get(self._hass).async_get(device_id) if device_id else None
        name = (device.name_by_user or device.name) if device else None
        said = name or entity_id
        if device is not None and device.name_by_user is None and device.name:
            said = foreign_name(device.name)
        sentence = Sentence("hub_offline_notice", {"hub": said})
        return {
            ATTR_DEVICE_ID: device_id,
            "hub": name or entity_id,
            "message": spoken(self._hass, sentence),
        }


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "access_changed": AccessChangedTrigger,
    "access_denied": AccessDeniedTrigger,
    "alarm": AlarmTrigger,
    "code_used_that_does_not_open": SceneCodeTrigger,
    "duress": DuressTrigger,
    "guest_arrived": GuestArrivedTrigger,
    "hub_offline": HubOfflineTrigger,
    "locked": LockedTrigger,
    "recovered": RecoveredTrigger,
    "unexpected_entry": UnexpectedEntryTrigger,
    "unlocked": UnlockedTrigger,
    "unresponsive": UnresponsiveTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of this integration."""
    return TRIGGERS

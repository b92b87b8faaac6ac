"""Entities of other integrations whose change means: this person acted at this door."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Self

from homeassistant.components.device_tracker import DOMAIN as DEVICE_TRACKER_DOMAIN
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import STATE_HOME, STATE_OFF, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ...domain.attribution import (
    DEFAULT_WINDOW,
    KEPT,
    Attribution,
    Evidence,
    Observation,
    ObservedOperation,
    add_observations,
)
from ...domain.doorlock import DoorLockEvent, LockOperation
from ...domain.journal import EventKey
from ..state import LockInfo

NO_STATEMENT: Final = frozenset(
    {STATE_OFF, STATE_UNAVAILABLE, STATE_UNKNOWN, "not_home"}
)
NO_NAME: Final = frozenset(
    {"", "none", "nobody", "no one", "no_one", "unknown", "unavailable"}
    | {"off", "idle", "clear", "false"}
)
"""What integrations write where a name would stand, and nobody was recognised."""
AMENDABLE_ENTRIES: Final = 50
"""Recent entries that an observation may still name."""
PRESENCE: Final = frozenset({PERSON_DOMAIN, DEVICE_TRACKER_DOMAIN})
"""Their states are places: only coming home is being at the door."""


@dataclass(frozen=True, slots=True)
class Observer:
    """An entity with its person, or with the attribute that holds the name."""

    entity_id: str
    person_id: str | None
    attribute: str | None
    window: timedelta

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Self:
        """Read the stored form; the window is in seconds."""
        seconds = stored.get("window")
        return cls(
            entity_id=stored["entity_id"],
            person_id=stored.get("person_id"),
            attribute=stored.get("attribute"),
            window=timedelta(seconds=seconds) if seconds else DEFAULT_WINDOW,
        )


class _Logged(NamedTuple):
    """A recent entry as it was attributed; without an event a mere change of state."""

    key: EventKey | str
    event: DoorLockEvent | None
    at: datetime
    attribution: Attribution


class Observers:
    """Collects what was observed at one door, and names recent entries by it."""

    def __init__(self, hass: HomeAssistant, lock: LockInfo) -> None:
        """Initialize without an entity that is observed."""
        self._hass = hass
        self._lock = lock
        self._household = lock.household
        self._logged: deque[_Logged] = deque(maxlen=AMENDABLE_ENTRIES)
        self._observers: dict[str, Observer] = {}
        self._untrack: CALLBACK_TYPE | None = None
        self._recent: list[Observation] = []
        self._returning: set[str] = set()

    @property
    def recent(self) -> tuple[Observation, ...]:
        """What was observed lately."""
        oldest = dt_util.utcnow() - KEPT
        self._recent = [item for item in self._recent if item.at >= oldest]
        return tuple(self._recent)

    def free_for(
        self, event: DoorLockEvent | None, at: datetime
    ) -> tuple[Observation, ...]:
        """Return what was observed and named no other operation at any door.

        `event` None is a mere change of state.
        """
        uses = self._household.observation_uses
        return uses.free_for(self._operation(event, at), self.recent)

    def use(
        self, event: DoorLockEvent | None, at: datetime, who: Attribution | None
    ) -> None:
        """Record that an operation was judged by what was observed around it."""
        if who is None or _BY_OBSERVATION.isdisjoint(who.evidence):
            return
        uses, operation = self._household.observation_uses, self._operation(event, at)
        uses.forget_before(dt_util.utcnow() - KEPT)
        uses.use(operation, uses.free_for(operation, self.recent))

    def _operation(
        self, event: DoorLockEvent | None, at: datetime
    ) -> ObservedOperation:
        kind = event.type if isinstance(event, LockOperation) else None
        return ObservedOperation(self._lock.id, at, kind)

    @property
    def say_names(self) -> bool:
        """Whether one of them says a name itself: it may be any."""
        return any(one.person_id is None for one in self._observers.values())

    @callback
    def observe(self, stored: Iterable[Mapping[str, Any]]) -> None:
        """Observe these entities from now on, and no others."""
        self.async_stop()
        self._observers = {
            observer.entity_id: observer for observer in map(Observer.parse, stored)
        }
        if self._observers:
            self._untrack = async_track_state_change_event(
                self._hass, list(self._observers), self._state_changed
            )

    @callback
    def async_stop(self) -> None:
        """Follow nothing."""
        if self._untrack is not None:
            self._untrack()
            self._untrack = None

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        observer = self._observers[event.data["entity_id"]]
        if self._comes_back(observer.entity_id, old, new):
            return
        if new is None or old is None or not _is_statement(observer, old, new):
            return
        observation = self._observation(observer, new)
        if observation is not None:
            self._recent.append(observation)
            self._amend(observation)

    @callback
    def logged(
        self,
        key: EventKey | str,
        event: DoorLockEvent | None,
        at: datetime,
        who: Attribution,
    ) -> None:
        """Remember an entry that a later observation may name; no event: a mere state."""
        self._logged.append(_Logged(key, event, at, who))

    def _amend(self, observation: Observation) -> None:
        """Amend entries that the lock left unnamed.

        The nearest comes first: an observation names one operation.
        """
        people, amended = self._household.people, False
        places = sorted(
            range(len(self._logged)),
            key=lambda place: abs(self._logged[place].at - observation.at),
        )
        for place in places:
            logged = self._logged[place]
            who = add_observations(
                logged.attribution,
                logged.event,
                at=logged.at,
                observations=self.free_for(logged.event, logged.at),
                people=people,
            )
            if who != logged.attribution:
                self.use(logged.event, logged.at, who)
                self._logged[place] = logged._replace(attribution=who)
                amended |= self._lock.journal.amend(logged.key, who)
        if amended:
            self._lock.journal_changed()

    def _comes_back(self, entity_id: str, old: State | None, new: State | None) -> bool:
        """Return whether it is the first reading after a restart, which repeats what was said."""
        if new is None or new.state == STATE_UNKNOWN:
            if new is None or old is None or old.state == STATE_UNAVAILABLE:
                self._returning.add(entity_id)
            return False
        back = entity_id in self._returning
        self._returning.discard(entity_id)
        return back and old is not None and old.state == STATE_UNKNOWN

    def _observation(self, observer: Observer, state: State) -> Observation | None:
        at = state.last_updated
        if observer.person_id is not None:
            return Observation(
                observer.person_id, observer.entity_id, at, observer.window
            )
        name = _name_in(observer, state)
        if name is None:
            return None
        person = self._household.find(name)
        person_id = person.id if person else None
        return Observation(person_id, observer.entity_id, at, observer.window, name)


_BY_OBSERVATION: Final = {Evidence.OBSERVATION, Evidence.OBSERVATIONS_DISAGREE}


def _is_statement(observer: Observer, old: State, new: State) -> bool:
    """Return whether it is news: no restart of the other integration, no mere attribute."""
    if old.state == STATE_UNAVAILABLE or new.state in NO_STATEMENT:
        return False
    if new.domain in PRESENCE and new.state != STATE_HOME:
        return False
    if old.state != new.state or old.last_changed != new.last_changed:
        return True
    key = None if observer.person_id else observer.attribute
    return key is not None and old.attributes.get(key) != new.attributes.get(key)


def _name_in(observer: Observer, state: State) -> str | None:
    value = state.attributes.get(observer.attribute) if observer.attribute else None
    found = value if observer.attribute else state.state
    name = found.strip() if isinstance(found, str) else ""
    return None if name.casefold() in NO_NAME else name

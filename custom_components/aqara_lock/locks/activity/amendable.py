"""Recent lines that somebody seen at the door may still name."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from homeassistant.core import callback

from ...domain.access import Person
from ...domain.attribution import Attribution, Observation, add_observations
from ...domain.doorlock import DoorLockEvent
from ...domain.journal import EventKey
from ..state import LockStore
from .observers import Observers

AMENDABLE_LINES: Final = 50


class _Logged(NamedTuple):
    key: EventKey | str
    event: DoorLockEvent | None
    at: datetime
    attribution: Attribution


class AmendableEntries:
    """The last lines of one lock, as they were attributed."""

    def __init__(
        self,
        store: LockStore,
        observers: Observers,
        people: Callable[[], Mapping[str, Person]],
    ) -> None:
        """Begin without a line."""
        self._store = store
        self._observers = observers
        self._people = people
        self._recent: deque[_Logged] = deque(maxlen=AMENDABLE_LINES)

    def note(
        self,
        key: EventKey | str,
        event: DoorLockEvent | None,
        at: datetime,
        who: Attribution,
    ) -> None:
        """Take a new line; without an event it is a mere change of state."""
        self._recent.append(_Logged(key, event, at, who))

    @callback
    def observed(self, observation: Observation) -> bool:
        """Amend lines that the lock left unnamed; tells whether any was.

        The nearest comes first: an observation names one operation.
        """
        people = self._people()
        amended = False
        places = sorted(
            range(len(self._recent)),
            key=lambda place: abs(self._recent[place].at - observation.at),
        )
        for place in places:
            logged = self._recent[place]
            who = add_observations(
                logged.attribution,
                logged.event,
                at=logged.at,
                observations=self._observers.free_for(logged.event, logged.at),
                people=people,
            )
            if who != logged.attribution:
                self._observers.use(logged.event, logged.at, who)
                self._recent[place] = logged._replace(attribution=who)
                amended |= self._store.memory.journal.amend(logged.key, who)
        return amended

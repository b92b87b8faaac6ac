"""Recent lines that somebody seen at the door may still name."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from homeassistant.core import callback

from .domain.attribution import Attribution, add_observations
from .domain.journal_entries import EventKey
from .domain.observations import Observation
from .domain.operations import DoorLockEvent
from .domain.people import Person
from .lock_store import LockStore

AMENDABLE_LINES: Final = 50


class _Logged(NamedTuple):
    key: EventKey | str
    event: DoorLockEvent | None
    at: datetime
    attribution: Attribution


class AmendableLines:
    """The last lines of one lock, as they were attributed."""

    def __init__(
        self, store: LockStore, people: Callable[[], Mapping[str, Person]]
    ) -> None:
        """Begin without a line."""
        self._store = store
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
    def observed(self, observations: tuple[Observation, ...]) -> bool:
        """Amend lines that the lock left unnamed; tells whether any was."""
        people = self._people()
        amended = False
        for place, logged in enumerate(self._recent):
            who = add_observations(
                logged.attribution,
                logged.event,
                at=logged.at,
                observations=observations,
                people=people,
            )
            if who != logged.attribution:
                self._recent[place] = logged._replace(attribution=who)
                amended |= self._store.memory.journal.amend(logged.key, who)
        return amended

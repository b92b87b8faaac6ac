"""What other integrations saw at the door, for lines that the lock left unnamed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ..doorlock import LockOperationType
from .commands import PAIR_WINDOW

DEFAULT_WINDOW: Final = timedelta(seconds=30)
KEPT: Final = timedelta(minutes=10)
"""The widest window that can be chosen for an observer."""
_ONE_OPENING: Final = frozenset({LockOperationType.UNLATCH, LockOperationType.UNLOCK})


@dataclass(frozen=True, slots=True)
class Observation:
    """An entity that the household chose says: this person acted at this door.

    Counts for operations at most `window` before or after. `name` is for somebody
    who is no person of the household.
    """

    person_id: str | None
    entity_id: str
    at: datetime
    window: timedelta = DEFAULT_WINDOW
    name: str | None = None

    @property
    def is_somebody(self) -> bool:
        """Tell whether anybody was seen at all."""
        return self.person_id is not None or bool(self.name)

    def covers(self, when: datetime) -> bool:
        """Tell whether an operation falls into the window."""
        return abs(when - self.at) <= self.window


@dataclass(frozen=True, slots=True)
class Observed:
    """Who was seen around an operation; nobody when observations disagree."""

    observation: Observation | None = None
    disagree: bool = False


def observed(observations: Iterable[Observation], when: datetime) -> Observed:
    """Find the one person that was seen around an operation."""
    found = [item for item in observations if item.is_somebody and item.covers(when)]
    if not found:
        return Observed()
    if len({_identity(item) for item in found}) > 1:
        return Observed(disagree=True)
    nearest = min(found, key=lambda item: (abs(when - item.at), item.entity_id))
    return Observed(nearest)


def _identity(item: Observation) -> tuple[str, str]:
    if item.person_id is not None:
        return ("person", item.person_id)
    return ("name", (item.name or "").casefold())


@dataclass(frozen=True, slots=True)
class ObservedOperation:
    """An operation that an observation may name; `type` None is a mere change of state."""

    lock_id: str
    at: datetime
    type: LockOperationType | None

    def is_one_with(self, other: ObservedOperation) -> bool:
        """Return whether both are told as one: an opening, or a state and what explains it."""
        if self.lock_id != other.lock_id or abs(self.at - other.at) > PAIR_WINDOW:
            return False
        if self.type == other.type:
            return self.at == other.at
        return other.type is None or {self.type, other.type} == _ONE_OPENING


@dataclass(slots=True)
class ObservationUses:
    """Which operation each observation of the home has named.

    Somebody who is seen opens one door once: the next operation, or the one at another
    door, may be somebody else's.
    """

    _used: dict[tuple[str, datetime], ObservedOperation] = field(default_factory=dict)

    def free_for(
        self, operation: ObservedOperation, observations: Iterable[Observation]
    ) -> tuple[Observation, ...]:
        """Return the observations that no other operation has used."""
        return tuple(x for x in observations if self._is_free(x, operation))

    def use(
        self, operation: ObservedOperation, observations: Iterable[Observation]
    ) -> None:
        """Record that an operation was judged by the observations around it."""
        for item in observations:
            if item.is_somebody and item.covers(operation.at):
                self._used[item.entity_id, item.at] = operation

    def forget_before(self, oldest: datetime) -> None:
        """Drop what names no operation any more."""
        for key in [key for key in self._used if key[1] < oldest]:
            del self._used[key]

    def _is_free(self, item: Observation, operation: ObservedOperation) -> bool:
        used = self._used.get((item.entity_id, item.at))
        return used is None or operation.is_one_with(used)

"""What other integrations saw at the door, for lines that the lock left unnamed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DEFAULT_WINDOW: Final = timedelta(seconds=30)


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

"""A jam that the lock reported, and what ends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from .. import codec
from .cluster import DoorState, LockState
from .positions import position

SAME_REPORT: Final = timedelta(seconds=1)
"""What one subscription report holds arrives within this time, in any order."""

_DOOR_MOVES: Final = frozenset({DoorState.OPEN, DoorState.CLOSED, DoorState.AJAR})


class JamSource(StrEnum):
    """What told of a jam."""

    ALARM = "alarm"
    DOOR_STATE = "door_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jam:
    """A jam that nothing has ended yet; `state` is the value of LockState at the alarm.

    A successful operation ends it, and so does a position that the bolt can only have
    reached by coming through. NotFullyLocked, a refused attempt and a repeated value
    say nothing. Matter has no report for the end of a jam (home-assistant/core#175670).
    """

    at: datetime
    state: LockState | None
    source: JamSource = JamSource.ALARM
    left_locked: bool = False
    """Whether the bolt left Locked with the jam, which was told as no opening."""
    is_state_told: bool = False
    """Whether the value of the alarm's own report is known, so that the next one is news."""

    def after_report(self, state: LockState | None, at: datetime) -> Jam | None:
        """Return what a report of LockState leaves of the jam.

        A report holds one value of LockState, so that only the first one around the alarm
        counts as at the alarm: a hand may free a bolt within a second. A clock that was
        set back must not stretch that moment.
        """
        if not self.is_state_told and abs(at - self.at) < SAME_REPORT:
            known = self.state if state is None else state
            return replace(self, state=known, is_state_told=True)
        came_through = position(state).ends_jam and state is not self.state
        return None if came_through else self

    def after_door(self, state: DoorState | None) -> Jam | None:
        """Return what a report of DoorState leaves of the jam.

        Only a jam that DoorState told of ends with it: the bolt's alarm is another
        sensor's. Some locks rest in UnspecifiedError (home-assistant/core#164509).
        """
        is_over = self.source is JamSource.DOOR_STATE and state in _DOOR_MOVES
        return None if is_over else self

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return {
            "at": self.at.isoformat(),
            "state": None if self.state is None else self.state.value,
            "source": self.source.value,
            "left_locked": self.left_locked,
            "is_state_told": self.is_state_told,
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data: Mapping[str, Any] = codec.mapping(value, "jam")
        return cls(
            at=codec.moment(data, "at"),
            state=codec.optional_choice(LockState, data, "state"),
            source=codec.choice(JamSource, data, "source"),
            left_locked=codec.truth(data, "left_locked"),
            is_state_told=codec.truth(data, "is_state_told"),
        )

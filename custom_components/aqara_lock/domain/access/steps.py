"""The steps of a plan: each is one message to the lock, and none carries a code."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..doorlock import UserStatus, UserType
from .grants import GrantKey
from .schedules import WeekDaySchedule, YearDaySchedule

ALL_SCHEDULES = 0xFE
"""Index that clears all schedules of one kind of a user (Matter 1.6 §5.2.10.5)."""


class Operation(StrEnum):
    """Whether a slot is filled or changed."""

    ADD = "add"
    MODIFY = "modify"


class Turn(StrEnum):
    """What a step does to the access at the door, and so when its turn comes."""

    TAKES = "takes"
    PREPARES = "prepares"
    GIVES = "gives"
    READS = "reads"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUser:
    """SetUser; what is None stays as it is."""

    grant: GrantKey
    turn: Turn
    operation: Operation
    user_index: int
    name: str | None = None
    unique_id: int | None = None
    status: UserStatus | None = None
    type: UserType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearUser:
    """ClearUser: takes credentials and schedules of the user along."""

    grant: GrantKey
    turn: Turn = Turn.TAKES
    user_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCode:
    """SetCredential with a code that only its sender knows."""

    grant: GrantKey
    turn: Turn = Turn.GIVES
    operation: Operation
    user_index: int
    credential_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchedule:
    """SetWeekDaySchedule or SetYearDaySchedule, as the schedule says."""

    grant: GrantKey
    turn: Turn
    user_index: int
    index: int
    schedule: WeekDaySchedule | YearDaySchedule


class ScheduleKind(StrEnum):
    """The two tables of schedules of a user."""

    WEEK_DAY = "week_day"
    YEAR_DAY = "year_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearSchedule:
    """ClearWeekDaySchedule or ClearYearDaySchedule; ALL_SCHEDULES clears all."""

    grant: GrantKey
    turn: Turn
    user_index: int
    kind: ScheduleKind
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimeAfterUse:
    """Write ExpiringUserTimeout, which the whole lock has once."""

    grant: GrantKey
    turn: Turn = Turn.PREPARES
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUser:
    """GetUser: proves what the steps before it did to a user."""

    grant: GrantKey
    turn: Turn = Turn.READS
    user_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSchedule:
    """GetWeekDaySchedule or GetYearDaySchedule: proves one schedule."""

    grant: GrantKey
    turn: Turn = Turn.READS
    user_index: int
    kind: ScheduleKind
    index: int


type Write = (
    SetUser | ClearUser | SetCode | SetSchedule | ClearSchedule | SetTimeAfterUse
)
type Read = ReadUser | ReadSchedule
type Step = Write | Read


@dataclass(frozen=True, slots=True)
class Messages:
    """What a plan costs the battery of a lock."""

    writes: int
    reads: int

    @property
    def total(self) -> int:
        """All messages."""
        return self.writes + self.reads


def messages_of(steps: Iterable[Step]) -> Messages:
    """Return how many messages steps cost."""
    turns = [step.turn for step in steps]
    reads = turns.count(Turn.READS)
    return Messages(len(turns) - reads, reads)


def kind_of(schedule: WeekDaySchedule | YearDaySchedule) -> ScheduleKind:
    """Return the table that a schedule belongs to."""
    if isinstance(schedule, WeekDaySchedule):
        return ScheduleKind.WEEK_DAY
    return ScheduleKind.YEAR_DAY

"""What became of a job at a door, and why something of it was not done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ..domain.access import GrantKey, Operation, SetCode, SetSchedule, SetUser, Step
from ..domain.doorlock import UserType

DUPLICATE: Final = 2
OCCUPIED: Final = 3
EXHAUSTED: Final = 0x89
"""Statuses of SetCredential and SetUser (Matter 1.6 §5.2.10.16 and .20)."""


class Failed(StrEnum):
    """Why a step was not done, or is not proved."""

    CODE_TAKEN = "code_taken"
    PLACE_TAKEN = "place_taken"
    NO_PLACE = "no_place"
    REFUSED = "refused"
    NOT_STORED = "not_stored"
    NO_ANSWER = "no_answer"
    NOT_KEPT = "not_kept"


class JobState(StrEnum):
    """How far the work at a door is."""

    IDLE = "idle"
    RUNNING = "running"
    AWAY = "away"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorProgress:
    """How far the work at a door is, and what of it failed."""

    state: JobState = JobState.IDLE
    done: int = 0
    steps: int = 0
    failed: Mapping[GrantKey, Failed] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes without being asked for."""
        return self.state is not JobState.RUNNING


IDLE: Final = DoorProgress()


def failure_of(step: Step, status: int | None) -> Failed:
    """Return what it means that a lock refused a step."""
    if isinstance(step, SetCode):
        known = {DUPLICATE: Failed.CODE_TAKEN, EXHAUSTED: Failed.NO_PLACE}
        if status == OCCUPIED:
            return Failed.PLACE_TAKEN
        return known.get(status or 0, Failed.REFUSED)
    if isinstance(step, SetUser) and step.operation is Operation.ADD:
        return Failed.PLACE_TAKEN if status == OCCUPIED else Failed.REFUSED
    return Failed.REFUSED


def is_about_several_days(step: Step) -> bool:
    """Return whether a lock may have refused that a schedule has several days."""
    days = (
        getattr(step.schedule, "days_mask", 0) if isinstance(step, SetSchedule) else 0
    )
    return int(days).bit_count() > 1


def refused_type(step: Step) -> UserType | None:
    """Return the type that a lock may not take; None where it is another reason."""
    if not isinstance(step, SetUser) or step.type in {None, UserType.UNRESTRICTED}:
        return None
    return step.type

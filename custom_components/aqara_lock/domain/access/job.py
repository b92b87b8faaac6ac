"""A job of one door as data: its steps, how far it is, and whether it may go on.

A job never has a code. It says before each message that it is sent, so that after a stop
of Home Assistant both outcomes of that message are known as its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .expected import after_write
from .grants import Grant, GrantKey, Holding
from .matching import Difference, differences
from .planner import DoorPlan
from .schedules import NO_SCHEDULES, Schedule, UserSchedules
from .standing import WantedGrant
from .steps import ReadSchedule, ReadUser, ScheduleKind, SetTimeAfterUse, Step
from .table import DoorTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Immutable: the steps of a door, of which `done` were answered.

    `is_sent` is that the next one was handed over and its answer is not known. `base` is
    what the places held before, `grants` what was wanted when it was planned.
    """

    id: str
    door_id: str
    created_at: datetime
    steps: tuple[Step, ...]
    grants: Mapping[GrantKey, Grant]
    base: Mapping[int, Holding] = field(default_factory=dict)
    done: int = 0
    is_sent: bool = False

    @property
    def next_step(self) -> Step | None:
        """The step whose turn it is; None where all are done."""
        return self.steps[self.done] if self.done < len(self.steps) else None

    @property
    def performed(self) -> tuple[Step, ...]:
        """Steps that the lock has, or may have, received."""
        return self.steps[: self.done + self.is_sent]

    def sent(self) -> Job:
        """Return the job that has handed over its next step; store it before sending."""
        return replace(self, is_sent=True)

    def answered(self) -> Job:
        """Return the job whose sent step was answered with success."""
        return replace(self, done=self.done + 1, is_sent=False)

    def refused(self) -> Job:
        """Return the job whose sent step certainly did not reach the lock."""
        return replace(self, is_sent=False)

    def index_of(self, key: GrantKey) -> int | None:
        """Return the user index that the steps of a grant are about."""
        return next(
            (
                index_of_step(s)
                for s in self.steps
                if s.grant == key and index_of_step(s)
            ),
            None,
        )


def job_of(
    plan: DoorPlan,
    wanted: Iterable[WantedGrant],
    table: DoorTable,
    job_id: str,
    now: datetime,
) -> Job:
    """Return the job that carries out a plan."""
    keys = {step.grant for step in plan.steps}
    indices = {index for step in plan.steps if (index := index_of_step(step))}
    return Job(
        id=job_id,
        door_id=plan.door_id,
        created_at=now,
        steps=plan.steps,
        grants={w.grant.key: w.grant for w in wanted if w.grant.key in keys},
        base={index: held for index in indices if (held := table.holding(index))},
    )


def unproved(job: Job, table: DoorTable) -> frozenset[Difference]:
    """Return in what a read shows another user than the steps so far should have left.

    Ask after a ReadUser or ReadSchedule that was answered and taken into the table. A
    code that replaces another shows nothing.
    """
    step = job.steps[job.done - 1] if job.done else None
    index = index_of_step(step) if step else None
    if index is None:
        return frozenset()
    expected = job.base.get(index)
    for item in job.steps[: job.done]:
        if index_of_step(item) == index and not isinstance(
            item, ReadUser | ReadSchedule
        ):
            expected = after_write(expected, item, table.own_fabric_index)
    found = table.holding(index)
    if isinstance(step, ReadSchedule) and expected is not None:
        # The user itself may not have been read yet: its code comes last.
        return _unproved_schedule(step, expected, table.schedules.get(index))
    if expected is None:
        return frozenset({Difference.STATUS}) if found else frozenset()
    return differences(expected, found) - {Difference.HOURS}


def index_of_step(step: Step) -> int | None:
    """Return the user that a step is about; None where it is about the whole lock."""
    return None if isinstance(step, SetTimeAfterUse) else step.user_index


def _unproved_schedule(
    step: ReadSchedule, expected: Holding, found: UserSchedules | None
) -> frozenset[Difference]:
    place = (step.kind, step.index)
    wanted = by_place(expected.schedules or NO_SCHEDULES).get(place)
    if by_place(found or NO_SCHEDULES).get(place) == wanted:
        return frozenset()
    return frozenset({Difference.HOURS})


def by_place(schedules: UserSchedules) -> dict[tuple[ScheduleKind, int], Schedule]:
    """Return schedules of both kinds by kind and index."""
    week = {(ScheduleKind.WEEK_DAY, i): item for i, item in schedules.week.items()}
    year = {(ScheduleKind.YEAR_DAY, i): item for i, item in schedules.year.items()}
    return {**week, **year}

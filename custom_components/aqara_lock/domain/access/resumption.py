"""What an interrupted job left, and what it may still do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from ..doorlock import CredentialType, UserStatus, UserType
from .expected import after_write
from .grants import CodeProof, Grant, GrantKey, Holding, Placement, Wish
from .job import Job, by_place, index_of_step
from .matching import is_same_user
from .people import CredentialSlot, LockUser, UserSlot
from .planner import Door
from .schedules import NO_SCHEDULES, UserSchedules
from .steps import (
    ALL_SCHEDULES,
    ClearSchedule,
    ClearUser,
    Operation,
    SetCode,
    SetSchedule,
    SetUser,
    Step,
    kind_of,
)
from .table import RESTRICTED_TYPES, DoorTable
from .windows import is_over

LIFETIME: Final = timedelta(hours=24)
"""Age after which a job that was interrupted adds no access without being asked."""


def placements_after(
    job: Job,
    before: Mapping[GrantKey, Placement],
    table: DoorTable,
    at: datetime,
    minutes: int | None = None,
) -> dict[GrantKey, Placement | None]:
    """Return the placements of a job's grants by the table; None where it removed one.

    A user that is as neither the job nor anything before it left it keeps its placement,
    so that the difference shows. `minutes` is the lock's time after the first use.
    """
    found: dict[GrantKey, Placement | None] = {}
    for key in job.grants:
        if _is_removed(job, key, table):
            found[key] = None
            continue
        placement = _placement_after(job, key, before.get(key), table, at, minutes)
        if placement is not None:
            found[key] = placement
    return found


class AskFor(StrEnum):
    """Why an administrator is asked before access is added after an interruption."""

    AWAY = "away"
    TOO_OLD = "too_old"
    TABLE_CHANGED = "table_changed"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """What an interrupted job may still do; taking away is always allowed.

    What is in neither is no longer wanted, or its window is over.
    """

    may_give: frozenset[GrantKey]
    ask: Mapping[GrantKey, AskFor]


def resumption_of(
    job: Job,
    wanted: Mapping[GrantKey, Grant],
    door: Door,
    now: datetime,
    codes: frozenset[GrantKey] = frozenset(),
) -> Resumption:
    """Return what a job may still do, by the table that was read just now.

    `now` is in the time zone of the home; `codes` are grants whose code is at hand. Plan
    again for its grants with `may_give`, after `placements_after`.
    """
    may_give: set[GrantKey] = set()
    ask: dict[GrantKey, AskFor] = {}
    for key, grant in job.grants.items():
        if wanted.get(key) != grant or grant.wish is not Wish.ON:
            continue
        if is_over(grant.window, now.replace(tzinfo=None)):
            continue
        reason = _ask_for(job, key, door, now, codes)
        if reason is None:
            may_give.add(key)
        else:
            ask[key] = reason
    return Resumption(may_give=frozenset(may_give), ask=ask)


def _ask_for(
    job: Job, key: GrantKey, door: Door, now: datetime, codes: frozenset[GrantKey]
) -> AskFor | None:
    age = now.astimezone(UTC) - job.created_at.astimezone(UTC)
    if not timedelta() <= age < LIFETIME:
        return AskFor.TOO_OLD
    if not door.table.is_known or not is_as_left(job, key, door.table):
        return AskFor.TABLE_CHANGED
    left = job.steps[job.done :]
    lacks = any(isinstance(s, SetCode) and s.grant == key for s in left)
    return AskFor.CODE if lacks and key not in codes else None


def is_as_left(job: Job, key: GrantKey, table: DoorTable) -> bool:
    """Return whether a user is as some of the job's steps so far can have left it.

    Any of the writes that no read has proved may be lost, one by one.
    """
    index = job.index_of(key)
    if index is None:
        return True
    steps = [s for s in job.performed if index_of_step(s) == index]
    base, found = job.base.get(index), table.holding(index)
    if found is None:
        return base is None or any(isinstance(s, ClearUser) for s in steps)
    added = [s for s in steps if isinstance(s, SetUser)]
    if base is None or any(isinstance(s, ClearUser) for s in steps):
        if base and _can_be(base, found, steps):
            return True
        adds = [s for s in added if s.operation is Operation.ADD]
        fresh = after_write(None, adds[0], table.own_fabric_index) if adds else None
        is_ours = fresh is not None and _is_made_by(fresh.user, found.user)
        return fresh is not None and is_ours and _can_be(fresh, found, steps)
    return _can_be(base, found, steps)


def _is_made_by(asked: LockUser, found: LockUser) -> bool:
    """Return whether a new user is the one asked for; a lock may drop its number."""
    if asked.creator_fabric_index != found.creator_fabric_index:
        return False
    return found.unique_id is None or found.unique_id == asked.unique_id


def _can_be(base: Holding, found: Holding, steps: list[Step]) -> bool:
    before, now = base.user, found.user
    statuses: set[UserStatus | None] = {before.status}
    types: set[UserType | None] = {before.type}
    slots: set[CredentialSlot] = set()
    for step in steps:
        if isinstance(step, SetUser):
            statuses.add(step.status or before.status)
            types.add(before.type if step.type is None else step.type)
        elif isinstance(step, SetCode):
            slots.add(CredentialSlot(CredentialType.PIN, step.credential_index))
        elif isinstance(step, SetSchedule | ClearSchedule):
            # A lock may set the type itself when schedules change (§5.2.10.3, .5).
            types |= {UserType.SCHEDULE_RESTRICTED, UserType.UNRESTRICTED}
    if types & RESTRICTED_TYPES:
        types |= RESTRICTED_TYPES
    return (
        now.status in statuses
        and now.type in types
        and before.credentials <= now.credentials <= before.credentials | slots
        and (found.schedules is None or _can_hold(base, found.schedules, steps))
    )


def _can_hold(base: Holding, found: UserSchedules, steps: list[Step]) -> bool:
    before = by_place(base.schedules or NO_SCHEDULES)
    for place, item in by_place(found).items():
        written = [
            step.schedule
            for step in steps
            if isinstance(step, SetSchedule)
            and (kind_of(step.schedule), step.index) == place
        ]
        if item not in [before.get(place), *written]:
            return False
    gone = before.keys() - by_place(found).keys()
    cleared = {
        (step.kind, step.index) for step in steps if isinstance(step, ClearSchedule)
    }
    return all(
        (kind, index) in cleared or (kind, ALL_SCHEDULES) in cleared
        for kind, index in gone
    )


def _placement_after(
    job: Job,
    key: GrantKey,
    before: Placement | None,
    table: DoorTable,
    at: datetime,
    minutes: int | None,
) -> Placement | None:
    index = job.index_of(key)
    if index is None:
        return before
    held = table.holding(index)
    slot = UserSlot(index)
    if held is None or not table.directory.is_verified(slot):
        return before
    if not is_as_left(job, key, table) or not _belongs_to(job, key):
        return before
    steps = [step for step in job.performed if step.grant == key]
    codes = [step for step in steps if isinstance(step, SetCode)]
    names = [step.name for step in steps if isinstance(step, SetUser) and step.name]
    is_expiring = held.user.type is UserType.EXPIRING
    kept = before or Placement(left=held, proved_at=at)
    if codes:
        code = codes[-1]
        is_sent = code.operation is Operation.MODIFY
        kept = replace(
            kept,
            credential=CredentialSlot(CredentialType.PIN, code.credential_index),
            code=CodeProof.SENT if is_sent else CodeProof.PROVED,
            used=False,
            first_used_at=None,
        )
    return replace(
        kept,
        left=held,
        proved_at=at,
        name_asked=names[-1] if names else kept.name_asked,
        minutes=minutes if is_expiring else None,
    )


def _belongs_to(job: Job, key: GrantKey) -> bool:
    """Return whether the place is this grant's: a removal may have freed it for another."""
    steps = [s for s in job.performed if s.grant == key]
    return bool(steps) and not any(isinstance(s, ClearUser) for s in steps)


def _is_removed(job: Job, key: GrantKey, table: DoorTable) -> bool:
    index = job.index_of(key)
    steps = [s for s in job.performed if s.grant == key]
    if index is None or not any(isinstance(s, ClearUser) for s in steps):
        return False
    found, base = table.holding(index), job.base.get(index)
    is_read = table.is_known or table.directory.is_verified(UserSlot(index))
    if found is None or base is None:
        return is_read
    return is_read and not is_same_user(base.user, found.user, table)

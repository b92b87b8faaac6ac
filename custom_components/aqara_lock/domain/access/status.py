"""Whether a grant is in place, from comparison with the table alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .grants import CodeProof, Means, Reason
from .limits import LockLimits
from .matching import NO_DIFFERENCES, Difference
from .people import UserSlot
from .standing import Standing, WantedGrant, may_open, standing_of
from .table import DoorTable, code_slots


class GrantState(StrEnum):
    """How far a grant is."""

    IN_PLACE = "in_place"
    PENDING = "pending"
    SENT_NOT_PROVED = "sent_not_proved"
    NEEDS_CODE = "needs_code"
    DIFFERS = "differs"
    CANNOT = "cannot"
    STILL_OPENS = "still_opens"


class PendingFor(StrEnum):
    """What a pending grant waits for."""

    TABLE = "table"
    CHANGE = "change"
    REMOVAL = "removal"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantStatus:
    """The state of a grant with what explains it; `read_at` is when its user was read."""

    state: GrantState
    reason: Reason | None = None
    pending_for: PendingFor | None = None
    differences: frozenset[Difference] = NO_DIFFERENCES
    is_used: bool = False
    read_at: datetime | None = None


def status_of(
    wanted: WantedGrant, table: DoorTable, limits: LockLimits, now: datetime
) -> GrantStatus:
    """Return the status of a grant; `now` is in the time zone of the home."""
    item = standing_of(wanted, table, limits, now)
    found = _status(item, table)
    index = item.held.user.index if item.held else None
    read_at = table.complete_since if index is None else table.read_at.get(index)
    return GrantStatus(
        state=found.state,
        reason=found.reason,
        pending_for=found.pending_for,
        differences=found.differences,
        is_used=item.is_used,
        read_at=read_at,
    )


def _status(item: Standing, table: DoorTable) -> GrantStatus:
    if item.is_unwanted and (found := _unwanted(item, table)) is not None:
        return found
    if not table.is_known or item.lacks_schedules:
        return GrantStatus(state=GrantState.PENDING, pending_for=PendingFor.TABLE)
    if item.waits_for_decision:
        return GrantStatus(state=GrantState.DIFFERS, differences=item.drift)
    if isinstance(item.target, Reason):
        return GrantStatus(state=GrantState.CANNOT, reason=item.target)
    if item.is_used:
        return GrantStatus(state=GrantState.IN_PLACE)
    return _wanted(item, table)


def _unwanted(item: Standing, table: DoorTable) -> GrantStatus | None:
    """Return the status of an access that shall not be; None where it is as wanted."""
    held = item.held
    if held is None:
        if item.target is not None:
            return None
        state = GrantState.IN_PLACE if table.is_known else GrantState.STILL_OPENS
        return GrantStatus(state=state)
    is_current = table.directory.is_verified(UserSlot(held.user.index))
    if may_open(held.user) or not is_current:
        return GrantStatus(state=GrantState.STILL_OPENS, differences=item.drift)
    if item.target is None:
        return GrantStatus(state=GrantState.PENDING, pending_for=PendingFor.REMOVAL)
    return None


def _wanted(item: Standing, table: DoorTable) -> GrantStatus:
    held, grant = item.held, item.grant
    if held is None:
        if not item.missing:
            return GrantStatus(state=GrantState.IN_PLACE)
        if grant.means is not Means.CODE:
            return GrantStatus(state=GrantState.CANNOT, reason=Reason.CANNOT_ENROL)
        if item.wanted.has_code:
            return GrantStatus(state=GrantState.PENDING, pending_for=PendingFor.CHANGE)
        return GrantStatus(state=GrantState.NEEDS_CODE)
    if item.is_unwanted and not item.missing:
        return GrantStatus(state=GrantState.IN_PLACE)
    if grant.means is Means.CODE and not code_slots(held.user):
        return GrantStatus(state=GrantState.NEEDS_CODE)
    if item.missing and not table.is_own(held.user):
        if item.missing - {Difference.STATUS}:
            return GrantStatus(state=GrantState.CANNOT, reason=Reason.OTHER_ECOSYSTEM)
    if item.missing:
        return GrantStatus(
            state=GrantState.PENDING,
            pending_for=PendingFor.CHANGE,
            differences=item.missing,
        )
    placement = item.wanted.placement
    if placement and placement.code is CodeProof.SENT:
        return GrantStatus(state=GrantState.SENT_NOT_PROVED)
    return GrantStatus(state=GrantState.IN_PLACE)

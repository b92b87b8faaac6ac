"""How a grant stands on a door: what is wanted, what is there, and what nobody asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..doorlock import UserStatus, UserType
from .grants import Grant, Holding, Keeper, Placement, Reason, Wish
from .limits import LockLimits
from .matching import NO_DIFFERENCES, Difference, differences, misses, user_of
from .people import LockUser, Person
from .table import RESTRICTED_TYPES, DoorTable
from .target import OFF, ON, SWITCHED_OFF, Target, target_of
from .windows import AfterFirstUse, Once


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedGrant:
    """A grant with what is known and decided about it.

    `has_code` is that a code for it is at hand, `restore` that an administrator wants
    what somebody changed back, `may_give` that access may be added.
    """

    grant: Grant
    person: Person
    placement: Placement | None = None
    has_code: bool = False
    restore: bool = False
    may_give: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A grant against the table, from comparison alone.

    `target` is None where there shall be no user, and a reason where it cannot be.
    `drift` is what no job made, `missing` what is not as wanted yet.
    """

    wanted: WantedGrant
    held: Holding | None
    target: Target | Reason | None
    drift: frozenset[Difference]
    missing: frozenset[Difference]
    is_used: bool

    @property
    def grant(self) -> Grant:
        """The grant."""
        return self.wanted.grant

    @property
    def may_take(self) -> bool:
        """Whether access that is there is to be taken away, whoever changed it since.

        Where it was off already and somebody turned it on, that waits as drift does.
        """
        if self.held is None or self.held.user.status is OFF:
            return False
        placement = self.wanted.placement
        was_off = placement is not None and placement.left.user.status is OFF
        return self.is_unwanted and not was_off

    @property
    def is_unwanted(self) -> bool:
        """Whether nobody shall have access by this grant now."""
        return self.target is None or (
            isinstance(self.target, Target) and self.target.status is OFF
        )

    @property
    def waits_for_decision(self) -> bool:
        """Whether somebody changed it, and no administrator said what shall be."""
        return bool(self.drift) and not self.wanted.restore

    @property
    def lacks_schedules(self) -> bool:
        """Whether schedules have to be read before anything can be said."""
        if self.held is None or self.held.schedules is not None:
            return False
        target = self.target
        wants = isinstance(target, Target) and bool(target.schedules)
        return wants or self.held.user.type in RESTRICTED_TYPES


def standing_of(
    wanted: WantedGrant, table: DoorTable, limits: LockLimits, now: datetime
) -> Standing:
    """Compare a grant with the table of its door; `now` is in the home's time zone."""
    grant, placement = wanted.grant, wanted.placement
    held = user_of(grant.key, placement, table)
    target = target_of(grant, placement, limits, now)
    used = _is_used(grant, placement, held)
    missing = NO_DIFFERENCES
    if isinstance(target, Target):
        missing = _missing(target, held, limits)
    return Standing(
        wanted=wanted,
        held=held,
        target=target,
        drift=_drift(wanted, held, missing, limits, used=used),
        missing=missing,
        is_used=used,
    )


def may_open(user: LockUser) -> bool:
    """Return whether a user can do anything at the door, as far as was read."""
    return user.status is not OFF and bool(user.credentials)


def strangers(table: DoorTable, grants: Iterable[Standing]) -> tuple[LockUser, ...]:
    """Return the users that no grant has."""
    known = {item.held.user.index for item in grants if item.held}
    return tuple(user for user in table.users if user.index not in known)


def _missing(
    target: Target, held: Holding | None, limits: LockLimits
) -> frozenset[Difference]:
    if held is None:
        gone = frozenset({Difference.GONE})
        return NO_DIFFERENCES if target == SWITCHED_OFF else gone
    if target == SWITCHED_OFF:
        return misses(target, held)
    found = misses(target, held)
    if target.minutes is not None and target.minutes != limits.expiring_minutes:
        found |= {Difference.TIME_AFTER_USE}
    return found if held.user.credentials else found | {Difference.CODES}


def _drift(
    wanted: WantedGrant,
    held: Holding | None,
    missing: frozenset[Difference],
    limits: LockLimits,
    *,
    used: bool,
) -> frozenset[Difference]:
    placement = wanted.placement
    if placement is None:
        # A user of ours that nobody remembers: a backup was restored.
        return missing if held else NO_DIFFERENCES
    if held is None and wanted.grant.wish is not Wish.ON:
        return NO_DIFFERENCES
    found = differences(placement.left, held)
    minutes, is_on = placement.minutes, held and held.user.status is ON
    if is_on and minutes is not None and minutes != limits.expiring_minutes:
        found |= {Difference.TIME_AFTER_USE}
    if used or placement.used:
        found -= {Difference.STATUS}
    return found


def _is_used(grant: Grant, placement: Placement | None, held: Holding | None) -> bool:
    """Return whether the lock disabled a user by itself (§5.2.6.18.7 and .8)."""
    if placement is None or held is None or grant.keeper is not Keeper.LOCK:
        return False
    if not isinstance(grant.window, Once | AfterFirstUse):
        return False
    if placement.used:
        return held.user.status is not ON
    left, now = placement.left.user, held.user
    spent = left.type in {UserType.DISPOSABLE, UserType.EXPIRING}
    return spent and (left.status, now.status) == (ON, UserStatus.OCCUPIED_DISABLED)

"""What an operation at the door says of the grant that it used."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from ..doorlock import Actor, CredentialType, DataOperationType, LockUserChange
from .grants import CodeProof, Grant, GrantKey, Keeper, Placement
from .own_changes import changed_code
from .people import CredentialSlot
from .windows import AfterFirstUse, Once


def used_grant(
    actor: Actor, placements: Mapping[GrantKey, Placement]
) -> GrantKey | None:
    """Return whose grant somebody used at a door; None where the lock did not say.

    `placements` are those of that door. Where user and code contradict each other, the
    lock did not say (lock_code_manager#1538).
    """
    codes = {
        CredentialSlot(item.type, item.index)
        for item in actor.credentials
        if item.type is CredentialType.PIN and item.index is not None
    }
    by_code = {key for key, item in placements.items() if item.credential in codes}
    index = actor.user_index
    by_user = {key for key, x in placements.items() if x.left.user.index == index}
    if codes and index is not None:
        found = by_code & by_user
    else:
        found = by_code or by_user
    return next(iter(found)) if len(found) == 1 else None


def after_use(
    grant: Grant, placement: Placement, actor: Actor, at: datetime
) -> Placement:
    """Return the placement of a grant that was used: its code is proved by that.

    An earlier use may be seen after a later one.
    """
    showed_code = any(item.type is CredentialType.PIN for item in actor.credentials)
    is_over = isinstance(grant.window, Once) and grant.keeper is Keeper.LOCK
    return replace(
        placement,
        first_used_at=min(at, placement.first_used_at or at),
        code=CodeProof.PROVED if showed_code else placement.code,
        used=placement.used or is_over,
    )


def uses_count_from(placement: Placement) -> datetime:
    """Return the moment from which on an operation is a use of a placement."""
    return max(placement.proved_at, placement.counted_from or placement.proved_at)


def counted_anew(
    before: Grant | None, grant: Grant, placement: Placement, at: datetime
) -> Placement:
    """Return the placement of a grant that is wanted anew: one time is one from now on."""
    is_same = before and (before.window, before.keeper) == (grant.window, grant.keeper)
    if is_same or not isinstance(grant.window, Once | AfterFirstUse):
        return placement
    return replace(placement, first_used_at=None, counted_from=at)


def confirmed_code(change: LockUserChange, own: int | None) -> CredentialSlot | None:
    """Return the code that a lock confirms to have from us; None where it is another's.

    `own` is the index of our fabric.
    """
    is_own = own is not None and change.actor.fabric_index == own
    if not is_own or change.operation is DataOperationType.CLEAR:
        return None
    return changed_code(change)


def with_proof(placement: Placement, confirmed: Iterable[CredentialSlot]) -> Placement:
    """Return a placement whose code is proved where the lock confirmed it."""
    if placement.code is CodeProof.SENT and placement.credential in set(confirmed):
        return replace(placement, code=CodeProof.PROVED)
    return placement

"""Who holds the slots that an operation was done with, and on how much evidence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..access import CredentialSlot, Directory, LockUser, Person, Slot, UserSlot
from ..doorlock import (
    ALL_INDICES,
    Actor,
    DoorLockEvent,
    LockOperation,
    LockOperationError,
    OperationSource,
)
from .model import Attribution, Confidence, Evidence

_NOBODY_AT_THE_LOCK: Final = frozenset(
    {OperationSource.REMOTE, OperationSource.AUTO, OperationSource.SCHEDULE}
)
"""For these a slot is no person: see docs/attribution.md.

The code that goes along with a remote command is kept by the controller, whoever gives
the command, and an automatic lock is nobody's deed.
"""
_NEEDS_NO_CREDENTIAL: Final = frozenset(
    {OperationSource.MANUAL, OperationSource.BUTTON}
)
"""A user index without a credential may be left over from the operation before."""


def names_by_slot(actor: Actor) -> bool:
    """Return whether the slots of an operation tell who did it."""
    if actor.source in _NEEDS_NO_CREDENTIAL:
        return bool(_credential_slots(actor))
    return actor.source not in _NOBODY_AT_THE_LOCK


def unverified_user(operation: DoorLockEvent, directory: Directory) -> int | None:
    """Give the user index to read (GetUser) before this operation can name anybody."""
    if not isinstance(operation, LockOperation | LockOperationError):
        return None
    if not names_by_slot(operation.actor):
        return None
    index = user_index_of(operation.actor)
    if index is None:
        slots = _credential_slots(operation.actor)
        owners = (directory.owner_of(slot) for slot in slots)
        index = next((owner.index for owner in owners if owner), None)
    if index is None or directory.is_verified(UserSlot(index)):
        return None
    return index


def user_index_of(actor: Actor) -> int | None:
    """User indices start at 1; some locks report 0 for nobody."""
    index = actor.user_index
    return index if index is not None and 0 < index < ALL_INDICES else None


def _credential_slots(actor: Actor) -> tuple[CredentialSlot, ...]:
    """Older SDKs put the user index into the credential of a remote operation.

    connectedhomeip#24985
    """
    if actor.source is OperationSource.REMOTE:
        return ()
    return tuple(
        CredentialSlot(item.type, item.index)
        for item in actor.credentials
        if item.type is not None
    )


def named_by_slots(
    told: Attribution, actor: Actor, directory: Directory, people: Mapping[str, Person]
) -> Attribution | None:
    """Name who holds the slots; None where they are no person, or none is known."""
    if not names_by_slot(actor):
        return None
    slots = _slots(told.user_index, actor, directory)
    if not slots:
        return None
    if any(not directory.is_verified(slot) for slot in slots):
        return replace(told, evidence=(Evidence.SLOT_UNVERIFIED,))
    if _slots_disagree(told.user_index, actor, directory):
        return replace(told, evidence=(Evidence.SLOTS_DISAGREE,))
    user = _holder(slots, directory)
    named = _user_name(told, user)
    bound = [slot for slot in slots if directory.binding_of(slot)]
    persons = {directory.person_of(slot) for slot in bound}
    if len(persons) > 1:
        return replace(told, evidence=(Evidence.BINDINGS_DISAGREE,))
    return _bound(named, bound, persons.pop(), people) if persons else named


def _slots(
    user_index: int | None, actor: Actor, directory: Directory
) -> tuple[Slot, ...]:
    """Give the slots to judge by: the reported user, and the credentials that are known."""
    credentials = _credential_slots(actor)
    if user_index is None:
        return tuple(slot for slot in credentials if _is_known(slot, directory))
    bound = (slot for slot in credentials if slot in directory.bindings)
    return (UserSlot(user_index), *bound)


def _slots_disagree(user_index: int | None, actor: Actor, directory: Directory) -> bool:
    """Return whether a credential belongs to another user than the one reported.

    Without a reported user, whether two credentials belong to different users.
    """
    owners = (directory.owner_of(slot) for slot in _credential_slots(actor))
    indices = {owner.index for owner in owners if owner}
    if user_index is not None:
        indices.add(user_index)
    return len(indices) > 1


def _is_known(slot: CredentialSlot, directory: Directory) -> bool:
    return slot in directory.bindings or directory.owner_of(slot) is not None


def _holder(slots: tuple[Slot, ...], directory: Directory) -> LockUser | None:
    owners = {
        owner.index: owner for slot in slots if (owner := directory.owner_of(slot))
    }
    return next(iter(owners.values())) if len(owners) == 1 else None


def _user_name(told: Attribution, user: LockUser | None) -> Attribution:
    if user is None:
        return told
    with_index = replace(told, user_index=user.index)
    # A forced user is named like any other: a name left out would give him away.
    if user.name is None:
        return with_index
    return replace(
        with_index,
        user_name=user.name,
        person=user.name,
        confidence=Confidence.REPORTED,
        evidence=(Evidence.LOCK_USER_NAME,),
    )


def _bound(
    named: Attribution,
    bound: list[Slot],
    person_id: str | None,
    people: Mapping[str, Person],
) -> Attribution:
    users = any(isinstance(slot, UserSlot) for slot in bound)
    basis = Evidence.BOUND_USER_INDEX if users else Evidence.BOUND_CREDENTIAL
    evidence = (basis, *named.evidence)
    if person_id is None:
        guest = (Evidence.BOUND_GUEST, *evidence)
        return replace(named, confidence=Confidence.REPORTED, evidence=guest)
    person = people.get(person_id)
    if person is None:
        return named
    return replace(
        named,
        person_id=person.id,
        person=person.name,
        confidence=Confidence.REPORTED,
        evidence=evidence,
    )

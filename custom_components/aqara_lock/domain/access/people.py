"""Persons of the household and the slots of a lock that are bound to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .. import codec
from ..doorlock import CredentialType, UserStatus, UserType


class PersonKind(StrEnum):
    """Whether a person belongs to the household."""

    MEMBER = "member"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Person:
    """A household member or guest; `entity_id` is a Home Assistant person."""

    id: str
    name: str
    entity_id: str | None = None
    kind: PersonKind = PersonKind.MEMBER


@dataclass(frozen=True, slots=True, order=True)
class UserSlot:
    """A user index of a lock."""

    user_index: int


@dataclass(frozen=True, slots=True, order=True)
class CredentialSlot:
    """A credential type and index of a lock."""

    type: CredentialType
    index: int


type Slot = UserSlot | CredentialSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class LockUser:
    """What a lock says about one user index (GetUserResponse)."""

    index: int
    occupied: bool = True
    name: str | None = None
    unique_id: int | None = None
    status: UserStatus | None = None
    type: UserType | None = None
    credentials: frozenset[CredentialSlot] = frozenset()
    creator_fabric_index: int | None = None
    creator_fabric_id: int | None = None
    next_index: int | None = None


class SlotContent(StrEnum):
    """What was read from a slot when it was bound."""

    USER = "user"
    NOBODY = "nobody"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFingerprint:
    """What a slot held when it was bound, to notice that it changed hands."""

    content: SlotContent
    user_index: int | None = None
    user_name: str | None = None
    unique_id: int | None = None
    creator_fabric_index: int | None = None
    creator_fabric_id: int | None = None
    credentials: frozenset[CredentialSlot] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A slot of a lock bound to a person; `person_id` None is a guest nobody names."""

    lock_id: str
    slot: Slot
    person_id: str | None
    fingerprint: SlotFingerprint
    bound_at: datetime


UNREAD = SlotFingerprint(content=SlotContent.UNREAD)
NOBODY = SlotFingerprint(content=SlotContent.NOBODY)


def fingerprint(user: LockUser) -> SlotFingerprint:
    """Remember who holds a slot."""
    return SlotFingerprint(
        content=SlotContent.USER,
        user_index=user.index,
        user_name=user.name,
        unique_id=user.unique_id,
        creator_fabric_index=user.creator_fabric_index,
        creator_fabric_id=user.creator_fabric_id,
        credentials=user.credentials,
    )


def holds(
    binding: Binding, user: LockUser | None, *, change_seen: bool = False
) -> bool:
    """Tell whether the slot still holds the user that was bound.

    A named user may change credentials. A nameless one only when the change was
    seen as it happened: otherwise another user in the slot looks the same.
    """
    bound = binding.fingerprint
    if user is None or not user.occupied or bound.content is not SlotContent.USER:
        return False
    if not _same_user(bound, user):
        return False
    if isinstance(binding.slot, CredentialSlot):
        return binding.slot in user.credentials
    if change_seen or user.name is not None or user.unique_id is not None:
        return True
    return bound.credentials == user.credentials


def _same_user(bound: SlotFingerprint, user: LockUser) -> bool:
    return (
        bound.user_index == user.index
        and bound.user_name == user.name
        and bound.unique_id == user.unique_id
        and _same_creator(bound, user)
    )


def _same_creator(bound: SlotFingerprint, user: LockUser) -> bool:
    """Compare fabric ids where both are known: fabric indices are reused."""
    if bound.creator_fabric_id is not None and user.creator_fabric_id is not None:
        return bound.creator_fabric_id == user.creator_fabric_id
    if user.creator_fabric_index == 0 and user.name is not None:
        return bound.creator_fabric_index is not None
    return bound.creator_fabric_index == user.creator_fabric_index


def slot_as_dict(slot: Slot) -> dict[str, int]:
    """Give a slot as plain data."""
    if isinstance(slot, UserSlot):
        return {"user": slot.user_index}
    return {"type": int(slot.type), "index": slot.index}


def slot_from_dict(value: object) -> Slot:
    """Read a slot; raises ValueError."""
    data = codec.mapping(value, "slot")
    if "user" in data:
        return UserSlot(codec.integer(data, "user"))
    return credential_slot_from_dict(data)


def credential_slot_from_dict(value: object) -> CredentialSlot:
    """Read a credential slot; raises ValueError."""
    data = codec.mapping(value, "credential slot")
    kind = codec.choice(CredentialType, data, "type")
    return CredentialSlot(kind, codec.integer(data, "index"))


def credentials_as_list(
    credentials: frozenset[CredentialSlot],
) -> list[dict[str, int]]:
    """Give credential slots as plain data in a stable order."""
    return [slot_as_dict(slot) for slot in sorted(credentials)]


def credentials_from_dict(data: Mapping[str, Any]) -> frozenset[CredentialSlot]:
    """Read the credential slots of a user or fingerprint; raises ValueError."""
    return frozenset(
        credential_slot_from_dict(item) for item in codec.items(data, "credentials")
    )


def binding_as_dict(binding: Binding) -> dict[str, Any]:
    """Give a binding as plain data."""
    return {
        "slot": slot_as_dict(binding.slot),
        "person_id": binding.person_id,
        "bound_at": binding.bound_at.isoformat(),
        "fingerprint": _fingerprint_as_dict(binding.fingerprint),
    }


def binding_from_dict(lock_id: str, value: object) -> Binding:
    """Read a binding; raises ValueError."""
    data = codec.mapping(value, "binding")
    return Binding(
        lock_id=lock_id,
        slot=slot_from_dict(data.get("slot")),
        person_id=codec.optional_text(data, "person_id"),
        fingerprint=_fingerprint_from_dict(data.get("fingerprint")),
        bound_at=codec.moment(data, "bound_at"),
    )


def _fingerprint_as_dict(bound: SlotFingerprint) -> dict[str, Any]:
    return codec.present(
        content=bound.content.value,
        user_index=bound.user_index,
        user_name=bound.user_name,
        unique_id=bound.unique_id,
        creator_fabric_index=bound.creator_fabric_index,
        creator_fabric_id=bound.creator_fabric_id,
        credentials=credentials_as_list(bound.credentials),
    )


def _fingerprint_from_dict(value: object) -> SlotFingerprint:
    data = codec.mapping(value, "fingerprint")
    return SlotFingerprint(
        content=codec.choice(SlotContent, data, "content"),
        user_index=codec.optional_integer(data, "user_index"),
        user_name=codec.optional_text(data, "user_name"),
        unique_id=codec.optional_integer(data, "unique_id"),
        creator_fabric_index=codec.optional_integer(data, "creator_fabric_index"),
        creator_fabric_id=codec.optional_integer(data, "creator_fabric_id"),
        credentials=credentials_from_dict(data),
    )

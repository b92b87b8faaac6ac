"""The directory of a lock as plain data, and back."""

from collections.abc import Mapping
from typing import Any

from .. import codec
from ..doorlock import UserStatus, UserType
from . import people
from .directory import Directory
from .people import LockUser


def directory_as_dict(directory: Directory) -> dict[str, Any]:
    """Give plain data for a store."""
    return {
        "lock_id": directory.lock_id,
        "users": [user_as_dict(user) for user in directory.users.values()],
        "bindings": [
            people.binding_as_dict(item) for item in directory.bindings.values()
        ],
        "verified": sorted(
            (people.slot_as_dict(slot) for slot in directory.verified),
            key=lambda item: sorted(item.items()),
        ),
        "touched": sorted(directory.touched),
        "quiet": sorted(directory.quiet),
    }


def directory_from_dict(value: object) -> Directory:
    """Read plain data; raises ValueError that names the damaged field."""
    data = codec.mapping(value, "directory")
    lock_id = codec.text(data, "lock_id")
    users = [user_from_dict(item) for item in codec.items(data, "users")]
    bindings = [
        people.binding_from_dict(lock_id, item)
        for item in codec.items(data, "bindings")
    ]
    return Directory(
        lock_id=lock_id,
        users={user.index: user for user in users},
        bindings={item.slot: item for item in bindings},
        verified=frozenset(
            people.slot_from_dict(item) for item in codec.items(data, "verified")
        ),
        touched=_indices(data, "touched"),
        quiet=_indices(data, "quiet"),
    )


def _indices(data: Mapping[str, Any], key: str) -> frozenset[int]:
    found = codec.items(data, key)
    return frozenset(codec.integer({key: item}, key) for item in found)


def user_as_dict(user: LockUser) -> dict[str, Any]:
    """Return a user as plain data."""
    return codec.present(
        index=user.index,
        name=user.name,
        unique_id=user.unique_id,
        status=user.status,
        type=user.type,
        credentials=people.credentials_as_list(user.credentials),
        creator_fabric_index=user.creator_fabric_index,
        creator_fabric_id=user.creator_fabric_id,
        next_index=user.next_index,
    )


def user_from_dict(value: object) -> LockUser:
    """Read a user; raises ValueError."""
    data = codec.mapping(value, "user")
    return LockUser(
        index=codec.integer(data, "index"),
        name=codec.optional_text(data, "name"),
        unique_id=codec.optional_integer(data, "unique_id"),
        status=codec.optional_choice(UserStatus, data, "status"),
        type=codec.optional_choice(UserType, data, "type"),
        credentials=people.credentials_from_dict(data),
        creator_fabric_index=codec.optional_integer(data, "creator_fabric_index"),
        creator_fabric_id=codec.optional_integer(data, "creator_fabric_id"),
        next_index=codec.optional_integer(data, "next_index"),
    )

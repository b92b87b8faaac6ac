"""The directory of a lock as plain data, and back."""

from collections.abc import Mapping
from typing import Any

from . import people, stored
from .directory import Directory
from .door_lock import UserStatus, UserType
from .people import LockUser


def directory_as_dict(directory: Directory) -> dict[str, Any]:
    """Give plain data for a store."""
    return {
        "lock_id": directory.lock_id,
        "users": [_user_as_dict(user) for user in directory.users.values()],
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
    data = stored.mapping(value, "directory")
    lock_id = stored.text(data, "lock_id")
    users = [_user_from_dict(item) for item in stored.items(data, "users")]
    bindings = [
        people.binding_from_dict(lock_id, item)
        for item in stored.items(data, "bindings")
    ]
    return Directory(
        lock_id=lock_id,
        users={user.index: user for user in users},
        bindings={item.slot: item for item in bindings},
        verified=frozenset(
            people.slot_from_dict(item) for item in stored.items(data, "verified")
        ),
        touched=_indices(data, "touched"),
        quiet=_indices(data, "quiet"),
    )


def _indices(data: Mapping[str, Any], key: str) -> frozenset[int]:
    found = stored.items(data, key)
    return frozenset(stored.integer({key: item}, key) for item in found)


def _user_as_dict(user: LockUser) -> dict[str, Any]:
    return stored.present(
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


def _user_from_dict(value: object) -> LockUser:
    data = stored.mapping(value, "user")
    return LockUser(
        index=stored.integer(data, "index"),
        name=stored.optional_text(data, "name"),
        unique_id=stored.optional_integer(data, "unique_id"),
        status=stored.optional_choice(UserStatus, data, "status"),
        type=stored.optional_choice(UserType, data, "type"),
        credentials=people.credentials_from_dict(data),
        creator_fabric_index=stored.optional_integer(data, "creator_fabric_index"),
        creator_fabric_id=stored.optional_integer(data, "creator_fabric_id"),
        next_index=stored.optional_integer(data, "next_index"),
    )

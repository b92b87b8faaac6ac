"""What a lock answers about one of its user slots."""

from collections.abc import Mapping
from typing import Any, Final

from ..doorlock import (
    CredentialType,
    UserStatus,
    UserType,
    enum_or_none,
    unsigned_or_none,
)
from ..foreign_names import kept_name
from .people import CredentialSlot, LockUser

NO_UNIQUE_ID: Final = 0xFFFFFFFF
MOST_CREDENTIALS: Final = 255
"""Of one user, as the specification limits NumberOfCredentialsSupportedPerUser."""


def parse_user(
    response: object, fabric_ids: Mapping[int, int] | None = None
) -> LockUser | None:
    """Read a GetUserResponse; None when it is no such response.

    An empty slot is a LockUser with `occupied` False, not None. `fabric_ids` gives
    the fabric id of an index: indices are reused.
    """
    if not isinstance(response, Mapping):
        return None
    index = unsigned_or_none(response.get("userIndex"), 0xFFFF)
    status = response.get("userStatus")
    if not index or (status is not None and unsigned_or_none(status) is None):
        return None
    creator = unsigned_or_none(response.get("creatorFabricIndex"), 254)
    return LockUser(
        index=index,
        occupied=bool(status),
        name=_name(response.get("userName")),
        unique_id=_unique_id(response),
        status=enum_or_none(UserStatus, status),
        type=enum_or_none(UserType, response.get("userType")),
        credentials=_credentials(response.get("credentials")),
        creator_fabric_index=creator,
        creator_fabric_id=(fabric_ids or {}).get(creator) if creator else None,
        next_index=unsigned_or_none(response.get("nextUserIndex"), 0xFFFF) or None,
    )


def _name(value: object) -> str | None:
    return (kept_name(value) or None) if isinstance(value, str) else None


def _unique_id(response: Mapping[str, Any]) -> int | None:
    value = response.get("userUniqueID", response.get("userUniqueId"))
    found = unsigned_or_none(value, NO_UNIQUE_ID)
    return None if found == NO_UNIQUE_ID else found


def _credentials(value: object) -> frozenset[CredentialSlot]:
    told = value[:MOST_CREDENTIALS] if isinstance(value, list) else []
    found = (_credential(item) for item in told if isinstance(item, Mapping))
    return frozenset(slot for slot in found if slot)


def _credential(item: Mapping[str, Any]) -> CredentialSlot | None:
    kind = enum_or_none(CredentialType, item.get("credentialType"))
    index = unsigned_or_none(item.get("credentialIndex"), 0xFFFF)
    return None if kind is None or index is None else CredentialSlot(kind, index)

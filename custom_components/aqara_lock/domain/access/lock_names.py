"""What a person is called on a lock: ten plain letters, and one number on all doors."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from slugify import slugify

from .user_response import NO_UNIQUE_ID

LONGEST_NAME: Final = 10
"""Bytes of a user name (Matter 1.6 §5.2.10.16); some locks take letters and digits only."""
NAMELESS: Final = "user"
FOREIGN_PREFIX: Final = "lcm"
"""Lock Code Manager takes a user of such a name, or one of digits only, for its own."""


def person_number(person_id: str) -> int:
    """Return the userUniqueID of a person: the same on every door, also after a restore.

    It joins one user over several locks (Matter 1.6 §5.2.10.16.4).
    """
    digest = sha256(f"aqara_lock person {person_id}".encode()).digest()
    return 1 + int.from_bytes(digest[:8]) % (NO_UNIQUE_ID - 1)


def lock_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return a name that a lock takes and that no other of its users has."""
    others = {other.casefold() for other in taken}
    base = _base(name)
    if base.casefold() not in others:
        return base
    number = 2
    while (found := _numbered(base, number)).casefold() in others:
        number += 1
    return found


def is_lock_name_of(name: str, found: str) -> bool:
    """Return whether a name on a lock was made of a person's name."""
    base = _base(name)
    if found == base:
        return True
    tails = (found[-length:] for length in range(1, len(found)))
    return any(
        tail.isdecimal()
        and tail[0] != "0"
        and tail != "1"
        and found == _numbered(base, tail)
        for tail in tails
    )


def is_other_managers(name: str | None) -> bool:
    """Return whether a name is one that Lock Code Manager gives (its releases 4 to 7)."""
    if name is None:
        return False
    return name.casefold().startswith(FOREIGN_PREFIX) or name.isdecimal()


def _base(name: str) -> str:
    plain = slugify(name, separator="", lowercase=False)
    if not plain:
        return NAMELESS
    if is_other_managers(plain):
        plain = f"u{plain}"
    return plain[:LONGEST_NAME]


def _numbered(base: str, number: int | str) -> str:
    tail = str(number)
    return base[: LONGEST_NAME - len(tail)] + tail

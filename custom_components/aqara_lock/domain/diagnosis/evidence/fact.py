"""A fact is known, not known now, or cannot be looked at from here."""

from enum import Enum


class Gap(Enum):
    """Why a fact is missing; a failed read is `UNKNOWN`, never an empty value."""

    UNKNOWN = "unknown"
    NOT_CHECKABLE = "not_checkable"


type Fact[T] = T | Gap
"""A value, or the reason why there is none."""


def known[T](fact: Fact[T]) -> T | None:
    """Give the value; None for a gap."""
    return None if isinstance(fact, Gap) else fact

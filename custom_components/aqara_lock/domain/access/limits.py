"""What one lock can keep: how many users, codes and schedules, and of which kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..doorlock import MAX_UINT16, Feature, UserType, unsigned_or_none

SET_WEEK_DAY: Final = 0x0B
SET_YEAR_DAY: Final = 0x0E
SET_USER: Final = 0x1A
SET_CREDENTIAL: Final = 0x22
"""Commands of the cluster (Matter 1.6 §5.2.10)."""

FEATURE_MAP: Final = 0xFFFC
ACCEPTED_COMMANDS: Final = 0xFFF9
MAX_USERS: Final = 0x11
MAX_PINS: Final = 0x12
WEEK_DAY_PER_USER: Final = 0x14
YEAR_DAY_PER_USER: Final = 0x15
MAX_PIN_LENGTH: Final = 0x17
MIN_PIN_LENGTH: Final = 0x18
CREDENTIALS_PER_USER: Final = 0x1C
EXPIRING_USER_TIMEOUT: Final = 0x35
"""Attributes of the cluster (Matter 1.6 §5.2.9)."""


TABLE_SIZES: Final = (
    MAX_USERS,
    MAX_PINS,
    WEEK_DAY_PER_USER,
    YEAR_DAY_PER_USER,
    MAX_PIN_LENGTH,
    MIN_PIN_LENGTH,
    CREDENTIALS_PER_USER,
    EXPIRING_USER_TIMEOUT,
)
"""Attributes that say how much of a kind a lock keeps."""


class LockClock(StrEnum):
    """Whether the lock's own clock can be trusted with a window."""

    UNKNOWN = "unknown"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockLimits:
    """What the lock says that it keeps, and what was learned by asking.

    `expiring_minutes` is the lock's own attribute, None where it has none. The last
    four are learned: `several_days` is None until a schedule of several days was
    tried; `tells_who` is False once the lock has kept silent on who used it.
    """

    has_users: bool = False
    has_codes: bool = False
    users: int = 0
    codes: int = 0
    credentials_per_user: int = 1
    shortest_code: int = 4
    longest_code: int = 8
    week_day_schedules: int = 0
    year_day_schedules: int = 0
    expiring_minutes: int | None = None
    several_days: bool | None = None
    refused_types: frozenset[UserType] = frozenset()
    clock: LockClock = LockClock.UNKNOWN
    tells_who: bool = True


def parse_limits(attributes: Mapping[int, object]) -> LockLimits:
    """Read the cluster's attributes by their id; what is absent is not there."""
    features = Feature(_number(attributes, FEATURE_MAP, 0xFFFFFFFF))
    commands = attributes.get(ACCEPTED_COMMANDS)
    accepted = set(commands) if isinstance(commands, list) else None

    def can(feature: Feature, command: int) -> bool:
        return feature in features and (accepted is None or command in accepted)

    has_users = can(Feature.USER, SET_USER)
    has_codes = has_users and can(Feature.PIN, SET_CREDENTIAL)
    keeps_week = has_users and can(Feature.WEEK_DAY_SCHEDULES, SET_WEEK_DAY)
    keeps_year = has_users and can(Feature.YEAR_DAY_SCHEDULES, SET_YEAR_DAY)
    expiring = unsigned_or_none(attributes.get(EXPIRING_USER_TIMEOUT), MAX_UINT16)
    return LockLimits(
        has_users=has_users,
        has_codes=has_codes,
        users=_number(attributes, MAX_USERS) if has_users else 0,
        codes=_number(attributes, MAX_PINS) if has_codes else 0,
        credentials_per_user=_number(attributes, CREDENTIALS_PER_USER) or 1,
        shortest_code=_number(attributes, MIN_PIN_LENGTH) or 4,
        longest_code=_number(attributes, MAX_PIN_LENGTH) or 8,
        week_day_schedules=_number(attributes, WEEK_DAY_PER_USER) if keeps_week else 0,
        year_day_schedules=_number(attributes, YEAR_DAY_PER_USER) if keeps_year else 0,
        expiring_minutes=expiring,
    )


def _number(
    attributes: Mapping[int, object], attribute: int, most: int = MAX_UINT16
) -> int:
    return unsigned_or_none(attributes.get(attribute), most) or 0

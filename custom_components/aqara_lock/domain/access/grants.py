"""Who shall open which door, by what and when; never a code."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from .people import CredentialSlot, LockUser
from .schedules import UserSchedules
from .windows import ALWAYS, Window


class Means(StrEnum):
    """What a person shows to the lock; only a code can be given over Matter."""

    CODE = "code"
    TAG = "tag"
    FINGERPRINT = "fingerprint"
    FACE = "face"
    KEY = "key"


class Effect(StrEnum):
    """What happens when it is used.

    Duress opens the door and calls for help silently; a scene code opens nothing and
    is reported.
    """

    OPENS = "opens"
    DURESS = "duress"
    SCENE = "scene"


class Wish(StrEnum):
    """Whether the grant shall be in force; a removed one is kept until that is proved."""

    ON = "on"
    OFF = "off"
    REMOVED = "removed"


class Keeper(StrEnum):
    """Who ends the access: the lock itself, or Home Assistant where the user agreed."""

    LOCK = "lock"
    HOME_ASSISTANT = "home_assistant"


@dataclass(frozen=True, slots=True, order=True)
class GrantKey:
    """A person has at most one grant of an effect on a door."""

    person_id: str
    door_id: str
    effect: Effect = Effect.OPENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A wanted access."""

    key: GrantKey
    window: Window = ALWAYS
    means: Means = Means.CODE
    wish: Wish = Wish.ON
    keeper: Keeper = Keeper.LOCK

    def wanted_again(self) -> Grant:
        """Return it as it is wanted once its window is changed: who is off stays off."""
        return self if self.wish is Wish.OFF else replace(self, wish=Wish.ON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A user of a lock with its schedules; these are None where they were not read."""

    user: LockUser
    schedules: UserSchedules | None = None


class CodeProof(StrEnum):
    """How sure it is that the lock has the code that was sent last.

    A code cannot be read: one that replaces another is proved by LockUserChange or by
    its first use, and until then the one before may work.
    """

    PROVED = "proved"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the last job, or adopting, left of a grant on the lock.

    `name_asked` is the name that was sent: a lock may keep another. `used` is that a
    grant for once, or for some time after its first use, has run out. `credential` is
    the code that was set, `minutes` the time after the first use that the lock had.
    Uses before `counted_from` do not count: the window is another one since.
    """

    left: Holding
    proved_at: datetime
    credential: CredentialSlot | None = None
    code: CodeProof = CodeProof.PROVED
    name_asked: str | None = None
    first_used_at: datetime | None = None
    counted_from: datetime | None = None
    used: bool = False
    minutes: int | None = None


class Reason(StrEnum):
    """Why something cannot be done."""

    TABLE_FULL = "table_full"
    CODES_FULL = "codes_full"
    USER_FULL = "user_full"
    NO_USERS = "no_users"
    NO_CODES = "no_codes"
    NO_WEEKLY_HOURS = "no_weekly_hours"
    NO_DATES = "no_dates"
    TOO_MANY_HOURS = "too_many_hours"
    DATES_OUT_OF_RANGE = "dates_out_of_range"
    CLOCK_WRONG = "clock_wrong"
    NO_TIME_AFTER_USE = "no_time_after_use"
    OTHER_TIME_AFTER_USE = "other_time_after_use"
    TYPE_REFUSED = "type_refused"
    ONLY_ALWAYS = "only_always"
    NOT_BY_HOME_ASSISTANT = "not_by_home_assistant"
    USE_NOT_TOLD = "use_not_told"
    WINDOW_OVER = "window_over"
    CANNOT_ENROL = "cannot_enrol"
    OTHER_ECOSYSTEM = "other_ecosystem"


BY_HOME: Final = frozenset(
    {
        Reason.NO_DATES,
        Reason.DATES_OUT_OF_RANGE,
        Reason.CLOCK_WRONG,
        Reason.NO_TIME_AFTER_USE,
        Reason.OTHER_TIME_AFTER_USE,
        Reason.TYPE_REFUSED,
        Reason.TOO_MANY_HOURS,
    }
)
"""Why a lock cannot end an access that Home Assistant can take away instead."""

"""Whether a lock answers, since when it does not, and why."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

RECOVERY_BLIP: Final = timedelta(seconds=2)
"""A lock that is back within this time was never away (test-rig: 0.8 s at recovery)."""
LOCK_GRACE: Final = timedelta(seconds=60)
"""A lock that restarts is away for less; only then its own silence is judged."""
SERVER_GRACE: Final = timedelta(minutes=3)
"""A Matter server that starts has no lock at first; so long it tries to get one back."""
MATTER_GRACE: Final = timedelta(seconds=30)
"""Core reloads its entry on every lost connection and is back within seconds."""


class Cause(StrEnum):
    """Why a lock does not answer."""

    HUB_OFFLINE = "hub_offline"
    LOCK_UNREACHABLE = "lock_unreachable"
    MATTER_UNAVAILABLE = "matter_unavailable"
    MATTER_SERVER_TOO_OLD = "matter_server_too_old"
    LOCK_REMOVED = "lock_removed"
    NOT_A_LOCK = "not_a_lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionEvidence:
    """What is known about the way to one lock; one that the user paused is not ill."""

    paused: bool = False
    link_problem: Cause | None = None
    link_lost_at: datetime | None = None
    hubs_offline_since: datetime | None = None
    unavailable_since: datetime | None = None
    found_away: bool = False
    ping_failed_at: datetime | None = None
    last_sign_of_life: datetime | None = None

    def as_of(self, now: datetime) -> Self:
        """Take what seems to lie ahead for just past: the clock was set back since."""
        moments: dict[str, Any] = {name: getattr(self, name) for name in _MOMENTS}
        past: dict[str, Any] = {
            name: not_after(now, moment) for name, moment in moments.items()
        }
        return self if past == moments else replace(self, **past)

    def cause(self, now: datetime) -> Cause | None:
        """Name the cause of silence; None when nothing speaks against the lock."""
        if self.paused:
            return None
        if self.link_problem is not None:
            return self._link_cause(now)
        if self._silent_since(self.hubs_offline_since):
            return Cause.HUB_OFFLINE
        if self._lasts(self.unavailable_since, self.grace, now):
            return Cause.LOCK_UNREACHABLE
        if self._silent_since(self.ping_failed_at):
            return Cause.LOCK_UNREACHABLE
        return None

    @property
    def grace(self) -> timedelta:
        """How long the lock may be away until that counts."""
        return absence_grace(found_away=self.found_away)

    def _link_cause(self, now: datetime) -> Cause | None:
        if self.link_problem is not Cause.MATTER_UNAVAILABLE:
            return self.link_problem
        return self.link_problem if self._lasts_link(now) else None

    def _lasts_link(self, now: datetime) -> bool:
        return self._lasts(self.link_lost_at, MATTER_GRACE, now)

    @staticmethod
    def _lasts(since: datetime | None, grace: timedelta, now: datetime) -> bool:
        return since is not None and now - since >= grace

    def _silent_since(self, moment: datetime | None) -> bool:
        if moment is None:
            return False
        return self.last_sign_of_life is None or self.last_sign_of_life <= moment


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether the lock answers; `cause` and `since` belong to an ongoing silence."""

    responsive: bool = True
    cause: Cause | None = None
    since: datetime | None = None

    def as_of(self, now: datetime) -> Self:
        """Take a silence that seems to begin ahead for one that just began."""
        since = not_after(now, self.since)
        return self if since == self.since else replace(self, since=since)

    def after(self, evidence: ConnectionEvidence, now: datetime) -> Self:
        """Weigh new evidence; only a sign of life ends a silence of the lock."""
        cause = evidence.cause(now)
        if cause is None:
            return self if self._still_silent(evidence) else type(self)()
        if self.responsive:
            return type(self)(False, cause, now)
        return replace(self, cause=cause)

    def _still_silent(self, evidence: ConnectionEvidence) -> bool:
        if self.cause not in _LOCK_CAUSES or self.since is None:
            return self.responsive
        heard = evidence.last_sign_of_life
        return heard is None or heard <= self.since


def absence_grace(*, found_away: bool) -> timedelta:
    """Give how long a lock may be away: longer where the Matter server came without it."""
    return SERVER_GRACE if found_away else LOCK_GRACE


def not_after(now: datetime, moment: datetime | None) -> datetime | None:
    """Give a moment that is over; what happens now comes after it."""
    return moment if moment is None or moment <= now else now - datetime.resolution


_MOMENTS: Final = (
    "link_lost_at",
    "hubs_offline_since",
    "unavailable_since",
    "ping_failed_at",
    "last_sign_of_life",
)
_LOCK_CAUSES: Final = frozenset({Cause.HUB_OFFLINE, Cause.LOCK_UNREACHABLE})

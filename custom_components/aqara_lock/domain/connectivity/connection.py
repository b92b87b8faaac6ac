"""Whether a lock answers, since when it does not, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from .. import codec

RECOVERY_BLIP: Final = timedelta(seconds=2)
"""A lock that is back within this time was never away (test-rig: 0.8 s at recovery)."""
LAST_WORDS: Final = timedelta(seconds=5)
"""How long around the moment when a lock is called away it may say that it shuts down."""
RECOVERY_LASTS: Final = timedelta(seconds=30)
"""How long after a hub or a route returned a Matter server may lose the lock for a moment."""
LOCK_GRACE: Final = timedelta(seconds=60)
"""A report of so long ago is proof of life. A lock that restarts is back sooner."""
SERVER_GRACE: Final = timedelta(minutes=3)
"""A Matter server that starts, or whose lock can be reached again, tries so long to get it
back; the matter.js server calls a lock away so long after its subscription timed out."""
MATTER_GRACE: Final = timedelta(seconds=30)
"""Core reloads its entry on every lost connection and is back within seconds."""
SUBSCRIPTION_TIMEOUT: Final[Mapping[str, timedelta]] = {
    "matter_js": timedelta(seconds=340),
    "python": timedelta(seconds=640),
}
"""When a subscription without a report times out, at most: no server tells. With matter.js
100-224 s were measured and 5 min 38 s are reported (matterjs-server#526); python-matter-server
asks a sleepy lock for 600 s, and 10 min 38 s are reported."""
OWN_WAIT: Final[Mapping[str, timedelta]] = {
    "matter_js": timedelta(seconds=180),
    "python": timedelta(0),
}
"""How long a Matter server waits by itself at least until it calls a silent lock away.

The OHF server on matter.js waits for 180 s since the connection was lost, which is later than
the last word, and has no other reason (ControllerCommandHandler.ts, `RECONNECT_TIMEOUT`). A
lock that restarts is back sooner.

python-matter-server 8.1.2 has two reasons, and tells them apart. A lock that shuts down is
called away at its ShutDown event, which is passed on right after. For any other the
subscription has to time out, and two more attempts to subscribe have to fail
(device_controller.py, `event_callback` and `NODE_RESUBSCRIBE_ATTEMPTS_UNAVAILABLE`). How long
that takes is agreed with the lock, and no client is told.
"""
LONGEST_OWN_WAIT: Final = max(OWN_WAIT.values())
TELLS_WHY: Final = timedelta(seconds=0.3)
"""How long after a Matter server called a lock away its ShutDown event may follow."""
LONGEST_TIMEOUT: Final = max(SUBSCRIPTION_TIMEOUT.values())
GAPS_TO_LEARN: Final = 20
"""So many gaps of a minute or more between reports tell how long a lock is silent when all
is well."""


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
    """What is known about the way to one lock; one that the user paused is not ill.

    `last_sign_of_life` is any of them, `last_report` a word of the lock itself,
    `last_answer` what was asked and answered. `shut_down_at`: when the lock said that it
    shuts down. `regained_at`: when the Matter server got the lock back. `way_returned_at`:
    when a hub or a route was there again. `cured_at`: when the last known cause of the
    present silence went. `link_returned_at`: when core's client was connected again after
    its server was away. `denied_at`: the last question since then that somebody asked and
    the lock did not answer. `listening_since`: from then on every word of it was heard.
    `is_cause_seen`: the ping got lost while something was found that cuts the lock off.
    """

    paused: bool = False
    link_problem: Cause | None = None
    link_lost_at: datetime | None = None
    link_returned_at: datetime | None = None
    hubs_offline_since: datetime | None = None
    unavailable_since: datetime | None = None
    found_away: bool = False
    ping_failed_at: datetime | None = None
    is_cause_seen: bool = False
    denied_at: datetime | None = None
    cured_at: datetime | None = None
    last_sign_of_life: datetime | None = None
    last_report: datetime | None = None
    last_answer: datetime | None = None
    shut_down_at: datetime | None = None
    regained_at: datetime | None = None
    way_returned_at: datetime | None = None
    listening_since: datetime | None = None
    server: str | None = None

    def as_of(self, now: datetime) -> Self:
        """Take what seems to lie ahead for just past: the clock was set back since."""
        if not _is_ahead(self, now):
            return self
        return _with_moments(self, lambda moment: not_after(now, moment))

    def shifted(self, by: timedelta) -> Self:
        """Return the same by a clock that was set."""
        return _with_moments(self, lambda moment: moment + by)

    def cause(self, now: datetime) -> Cause | None:
        """Name the cause of silence; None when nothing speaks against the lock."""
        if self.paused:
            return None
        if self.link_problem is not None:
            return self._link_cause(now)
        if self._silent_since(self.hubs_offline_since):
            return Cause.HUB_OFFLINE
        if (counts := self.absent_from) is not None and now >= counts:
            return Cause.LOCK_UNREACHABLE
        if self._silent_since(self.ping_failed_at):
            return Cause.LOCK_UNREACHABLE
        return None

    @property
    def absent_from(self) -> datetime | None:
        """When it counts that the Matter server calls the lock away; None if it does not.

        At once, where the server has waited by itself. A lock that said that it shuts down
        starts anew, and so may one that was heard too shortly before, or of which that is
        not known. A report since is proof for as long as any other. A server gets some time
        to have a lock back that answered a question since, or whose cause was cured since.
        """
        away = self.unavailable_since
        if away is None:
            return None
        moments = [away + self._absence_grace(away)]
        moments += [
            moment + SERVER_GRACE
            for moment in (self.last_answer, self.cured_at)
            if moment is not None and moment > away
        ]
        if self.last_report is not None and self.last_report - away > LAST_WORDS:
            moments.append(self.last_report + LOCK_GRACE)
        return max(moments)

    def _absence_grace(self, away: datetime) -> timedelta:
        if self.found_away:
            return SERVER_GRACE
        shut_down = self.shut_down_at
        if shut_down is not None and abs(away - shut_down) <= LAST_WORDS:
            return LOCK_GRACE
        heard = self.last_report or self.listening_since
        if heard is None:
            return LOCK_GRACE
        waits_since = max(heard, self.regained_at or heard)
        if away - waits_since < OWN_WAIT.get(self.server or "", LONGEST_OWN_WAIT):
            return LOCK_GRACE
        returned = self.way_returned_at
        if returned is not None and away - returned <= RECOVERY_LASTS:
            return RECOVERY_BLIP
        return TELLS_WHY

    @property
    def outlived_at(self) -> datetime | None:
        """When it is proved that the lock lives, if the Matter server still has it then.

        By then a subscription without a report would have timed out, and the server would
        have called the lock away. None while nothing was asked and no cause was cured.
        """
        if self.unavailable_since is not None or self.link_problem is not None:
            return None
        asked = (self.cured_at, self.ping_failed_at, self.denied_at)
        latest = max((moment for moment in asked if moment is not None), default=None)
        if latest is None:
            return None
        timeout = SUBSCRIPTION_TIMEOUT.get(self.server or "", LONGEST_TIMEOUT)
        return latest + timeout + SERVER_GRACE

    def reported_lately(self, now: datetime) -> bool:
        """Tell whether the lock reported so short a time ago that it is proof of life."""
        return self.last_report is not None and now - self.last_report < LOCK_GRACE

    def _link_cause(self, now: datetime) -> Cause | None:
        if self.link_problem is not Cause.MATTER_UNAVAILABLE:
            return self.link_problem
        lost = self.link_lost_at
        lasts = lost is not None and now - lost >= MATTER_GRACE
        return self.link_problem if lasts else None

    def _silent_since(self, moment: datetime | None) -> bool:
        if moment is None:
            return False
        return self.last_sign_of_life is None or self.last_sign_of_life <= moment


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether the lock answers; `cause` and `since` belong to an ongoing silence.

    `since` is the last time that the lock was heard, where its silence alone speaks against
    it. `noticed_at` is the verdict: how long to wait for an alarm counts from there.
    `checking`: the cause is cured, and nothing speaks against the lock since.
    """

    responsive: bool = True
    cause: Cause | None = None
    since: datetime | None = None
    checking: bool = False
    noticed_at: datetime | None = field(default=None, compare=False)
    is_of_lock: bool = field(default=False, compare=False)
    """Whether the lock itself fell silent, so that only a sign of life ends it."""

    def as_of(self, now: datetime) -> Self:
        """Take a silence that seems to begin ahead for one that just began."""
        if not _is_ahead(self, now):
            return self
        return _with_moments(self, lambda moment: not_after(now, moment))

    def shifted(self, by: timedelta) -> Self:
        """Return the same by a clock that was set."""
        return _with_moments(self, lambda moment: moment + by)

    def noticed_before(self, now: datetime) -> Self:
        """Return the same for what is heard now: a verdict of the same moment came before."""
        if self.noticed_at is None or self.noticed_at < now:
            return self
        return replace(self, noticed_at=now - datetime.resolution)

    def after(self, evidence: ConnectionEvidence, now: datetime) -> Self:
        """Weigh new evidence; only a sign of life ends a silence of the lock."""
        cause = evidence.cause(now)
        if cause is None:
            if not self._still_silent(evidence):
                return type(self)()
            is_cured = evidence.cured_at is not None and not self.responsive
            return replace(self, checking=is_cured)
        of_lock = cause in _LOCK_CAUSES
        if self.responsive:
            since = _begin_of_silence(cause, evidence, now)
            return type(self)(False, cause, since, noticed_at=now, is_of_lock=of_lock)
        return replace(
            self, cause=cause, checking=False, is_of_lock=self.is_of_lock or of_lock
        )

    def _still_silent(self, evidence: ConnectionEvidence) -> bool:
        if self.since is None or not (self.is_of_lock or self.cause in _LOCK_CAUSES):
            return self.responsive
        heard = evidence.last_sign_of_life
        return heard is None or heard <= (self.noticed_at or self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence of a lock that goes on over a restart, for a store.

    `heard_at` is the last sign of life. `lasts`: nobody knew any more how its door was.
    """

    cause: Cause
    since: datetime
    noticed_at: datetime
    heard_at: datetime | None = None
    lasts: bool = False

    @classmethod
    def of(
        cls, connection: Connection, heard_at: datetime | None, *, lasts: bool
    ) -> Self | None:
        """Return what is to be kept; None for a lock that did not fall silent itself."""
        cause, since = connection.cause, connection.since
        noticed_at = connection.noticed_at
        if connection.responsive or not connection.is_of_lock:
            return None
        if cause is None or since is None or noticed_at is None:
            return None
        return cls(
            cause=cause,
            since=since,
            noticed_at=noticed_at,
            heard_at=heard_at,
            lasts=lasts,
        )

    @property
    def connection(self) -> Connection:
        """The connection that goes on."""
        return Connection(
            False,
            self.cause,
            self.since,
            noticed_at=self.noticed_at,
            is_of_lock=True,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for a store."""
        return codec.present(
            cause=self.cause.value,
            since=self.since.isoformat(),
            noticed_at=self.noticed_at.isoformat(),
            heard_at=self.heard_at.isoformat() if self.heard_at else None,
            lasts=self.lasts,
        )

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "silence")
        return cls(
            cause=codec.choice(Cause, data, "cause"),
            since=codec.moment(data, "since"),
            noticed_at=codec.moment(data, "noticed_at"),
            heard_at=codec.optional_moment(data, "heard_at"),
            lasts=codec.truth(data, "lasts"),
        )


@dataclass(frozen=True, slots=True)
class ReportGaps:
    """How long a lock was silent between two reports, in seconds of a monotonic clock."""

    longest: float = 0.0
    count: int = 0
    last: float | None = None

    def after_report(self, now: float, *, was_silent: bool) -> Self:
        """Return the gaps after a report; a silence that was an outage teaches nothing."""
        gap = 0.0 if self.last is None or was_silent else now - self.last
        if gap < LOCK_GRACE.total_seconds():
            return replace(self, last=now)
        return type(self)(max(self.longest, gap), self.count + 1, now)

    def is_exceeded(self, now: float) -> bool:
        """Tell whether the lock is silent for longer than ever when all was well."""
        if self.last is None or self.count < GAPS_TO_LEARN:
            return False
        return now - self.last > self.longest


def not_after(now: datetime, moment: datetime) -> datetime:
    """Give a moment that is over; what happens now comes after it."""
    return moment if moment <= now else now - datetime.resolution


def _begin_of_silence(
    cause: Cause, evidence: ConnectionEvidence, now: datetime
) -> datetime:
    """Return when the lock was heard last, where nothing else tells when it fell silent."""
    heard = evidence.last_sign_of_life
    if cause is not Cause.LOCK_UNREACHABLE or evidence.is_cause_seen or heard is None:
        return now
    return heard


def _moments_of(cls: type[ConnectionEvidence | Connection]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cls) if item.type == datetime | None)


_MOMENTS: Final[Mapping[type, tuple[str, ...]]] = {
    cls: _moments_of(cls) for cls in (ConnectionEvidence, Connection)
}
"""Names of the fields that are moments; every report of a lock goes through them."""


def _is_ahead(of: ConnectionEvidence | Connection, now: datetime) -> bool:
    for name in _MOMENTS[type(of)]:
        moment = getattr(of, name)
        if moment is not None and moment > now:
            return True
    return False


def _with_moments[T: ConnectionEvidence | Connection](
    of: T, change: Callable[[datetime], datetime]
) -> T:
    """Return the same with every moment changed; the very same where none is."""
    found = ((name, getattr(of, name)) for name in _MOMENTS[type(of)])
    before = {name: value for name, value in found if value is not None}
    after: dict[str, Any] = {name: change(moment) for name, moment in before.items()}
    return of if after == before else replace(of, **after)


_LOCK_CAUSES: Final = frozenset({Cause.HUB_OFFLINE, Cause.LOCK_UNREACHABLE})

"""Follows the connection to one lock, and pings it only when something speaks against it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ...domain.budget import SERVER_PATIENCE
from ...domain.connectivity import (
    AFTER_RELOAD,
    CONFIRMATION,
    LATE_RETURN,
    MATTER_GRACE,
    ONE_QUESTION,
    RETURN,
    SUSPICION,
    Cause,
    Connection,
    ConnectionEvidence,
    HubState,
    PingReply,
    PingTrust,
    Silence,
)
from ...domain.diagnosis import PingSeries
from ...hubs import Hub
from ...signals import Signal
from ..state import LockStore
from .cache import ConnectionCache
from .ping import LockPing
from .rounds import LostPing, PingRounds

_LOGGER = logging.getLogger(__name__)

SERIES_LASTS: Final = timedelta(minutes=1)
CLOCK_TOLERANCE: Final = timedelta(seconds=1)
"""A clock that is off by less was not set: it runs a little fast or slow."""
CAUSE_SEEN_AFTER: Final = timedelta(seconds=30)
"""How old a cause may be when it is noticed. What got lost since says nothing of the link."""
LATE_REPORT: Final = 5.0
"""Seconds in which a report that was under way may still arrive after the cut."""


_NOTHING: Final = (None,) * 6


def _offline(hubs: Iterable[Hub]) -> frozenset[str]:
    return frozenset(x.router.id for x in hubs if x.state is HubState.OFFLINE)


class ConnectionMonitor:
    """Weighs evidence; tells when the connection changed.

    Durations are measured by the monotonic clock of the event loop. Moments are told by
    the clock of this host; when that is set, what was noted before is moved along.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        store: LockStore,
        memory: ConnectionCache,
        ping: LockPing,
    ) -> None:
        """Weigh what is known of one lock; `async_start` begins to ask."""
        self._hass = hass
        self._store = store
        self._memory = memory
        self._rounds = PingRounds(hass, memory, ping)
        self.changed: Signal[Connection, Connection] = Signal()
        self._is_stopped = self._is_resumed = False
        self._resumed_at: datetime | None = None
        self._recheck: CALLBACK_TYPE | None = None
        self._offline_hubs: frozenset[str] = frozenset()
        self._causes: frozenset[str] = frozenset()
        self._causes_since = 0.0
        self._harmless: frozenset[str] = frozenset()
        self._seen_cut = False
        self._is_blocked = False
        self._lost_ping: float | None = None
        self._is_command_lost = False
        self._pings: list[float | None] = []
        self._clock = memory.clock or self._offset()
        self.last_series: PingSeries | None = None
        self.connection, self._evidence = memory.recall(hass.loop.time())
        self._rounds.is_responsive = self.connection.responsive
        self._rounds.are_hubs_gone = self._evidence.hubs_offline_since is not None
        self._rounds.answered.connect(self._answer_arrived)
        self._rounds.lost.connect(self._ping_lost)
        ping.answered_late.connect(self.ping_answered)

    @property
    def evidence(self) -> ConnectionEvidence:
        """What the verdict rests on."""
        self._follow_clock()
        return self._evidence

    @property
    def trust(self) -> PingTrust:
        """How far a lost ping to this lock can be believed."""
        return self._store.memory.ping_trust

    @property
    def alarm_since(self) -> datetime | None:
        """From when an alarm waits that tells of the silence: its verdict, or a restart.

        What was told before a restart may have been taken back by it.
        """
        noticed_at, resumed_at = self.connection.noticed_at, self._resumed_at
        if noticed_at is None or resumed_at is None:
            return noticed_at
        return max(noticed_at, resumed_at)

    def silent_for(self) -> timedelta:
        """Return how long ago the lock was found not to answer."""
        now = self._now()
        return now - (self.connection.noticed_at or now)

    @callback
    def resume(self, silence: Silence | None) -> None:
        """Go on with a silence of an earlier run; a lock is not heard by a restart.

        The question whether it lives is open from now on.
        """
        if silence is None or not self.connection.responsive:
            return
        now = self._now()
        self._is_resumed, self._resumed_at = True, now
        self.connection = silence.connection.as_of(now)
        self._evidence = replace(
            self._evidence, last_sign_of_life=silence.heard_at, denied_at=now
        ).as_of(now)
        self._rounds.is_responsive = False

    @callback
    def async_start(self) -> None:
        """Look for a lock that was silent before a reload: a ping may have been planned."""
        self._is_blocked = self._evidence.hubs_offline_since is not None
        if not self.connection.responsive and self._evidence.link_problem is None:
            self._rounds.start(AFTER_RELOAD)

    @callback
    def async_stop(self) -> None:
        """End every timer, and take nothing any more: a ping may be on its way."""
        self._is_stopped = True
        self._memory.keep(self.connection, self._evidence, self._hass.loop.time())
        self._memory.clock = self._clock
        self._rounds.async_stop()
        if self._recheck is not None:
            self._recheck()
            self._recheck = None

    # What is told of the lock and of the way to it.

    @callback
    def link_changed(self, problem: Cause | None, server: str | None) -> None:
        """Take whether the lock can be talked to through core's client.

        `server` is the make of the Matter server; None while there is none.
        """
        if problem is self._evidence.link_problem and server == self._evidence.server:
            return
        now = self._now()
        before, lost_at = (
            self._evidence.link_problem,
            self._evidence.link_lost_at or now,
        )
        is_back = before is Cause.MATTER_UNAVAILABLE and problem is not before
        returned_at = now if is_back else self._evidence.link_returned_at
        self._take(
            link_problem=problem,
            link_lost_at=lost_at if problem else None,
            link_returned_at=returned_at,
            listening_since=self._listening_since(problem, lost_at, now),
            server=server or self._evidence.server,
        )
        self._learn(self.trust.by(server))
        self._follow_obstacles()
        if problem is None:
            self._rounds.repeat_unsent()
            self._look_for_resumed()

    def _look_for_resumed(self) -> None:
        """Look for a lock that was silent before a restart, once it can be asked at all."""
        if not self._is_resumed or self.connection.responsive:
            return
        self._is_resumed = False
        if self._rounds.plan is None:
            self._rounds.start(AFTER_RELOAD)

    def _listening_since(
        self, problem: Cause | None, lost_at: datetime, now: datetime
    ) -> datetime | None:
        """Return since when nothing of the lock was missed, but for a moment."""
        known = self._evidence.listening_since
        if problem is not None or (known is not None and now - lost_at < MATTER_GRACE):
            return known
        return now

    @callback
    def found_away(self) -> None:
        """Take that the Matter server does not have the lock when it is connected."""
        if self._evidence.unavailable_since is None:
            self._take(unavailable_since=self._now(), found_away=True)

    @callback
    def pause_changed(self, paused: bool) -> None:
        """Take whether the user disabled the lock's device."""
        if paused is not self._evidence.paused:
            self._take(paused=paused)

    @callback
    def availability_changed(self, available: bool) -> None:
        """Take whether the Matter server calls the lock available."""
        since = self._evidence.unavailable_since
        if available and since is not None:
            self._hear(
                unavailable_since=None, found_away=False, regained_at=self._now()
            )
        elif not available and since is None:
            self._lost_ping = None
            self._take(unavailable_since=self._now())

    @callback
    def shut_down_reported(self) -> None:
        """Take that the lock, or the bridge before it, says that it shuts down."""
        self._take(shut_down_at=self._now())

    @callback
    def reported(self) -> None:
        """Take that the lock itself said something."""
        at = self._hass.loop.time()
        was_silent = not self.connection.responsive
        self._memory.gaps = self._memory.gaps.after_report(at, was_silent=was_silent)
        if self._lost_ping is not None and self._lost_ping > self._rounds.cured_at:
            # It was there all along: nothing was found that cut it off meanwhile.
            beside = self._is_command_lost
            self._learn(self.trust.after_ignored(after_command=beside))
        self._hear(last_report=self._now())

    @callback
    def sign_of_life(self) -> None:
        """Take that the lock lives; what was missed before is over."""
        self._hear(last_answer=self._now())

    def _hear(self, **more: Any) -> None:
        self._lost_ping = None
        self._rounds.end()
        if self._hass.loop.time() - self._causes_since > LATE_REPORT:
            self._harmless = self._causes
        now = self._now()
        if self._is_calm:
            # It answers, and nothing speaks against it: the verdict stays what it is.
            self._evidence = replace(self._evidence, last_sign_of_life=now, **more)
            return
        self.connection = self.connection.noticed_before(now)
        self._take(
            last_sign_of_life=now,
            ping_failed_at=None,
            denied_at=None,
            cured_at=None,
            is_cause_seen=False,
            **more,
        )

    @property
    def _is_calm(self) -> bool:
        """Whether the lock answers, and nothing is known that could say otherwise."""
        evidence = self._evidence
        against = (
            evidence.link_problem,
            evidence.hubs_offline_since,
            evidence.unavailable_since,
            evidence.ping_failed_at,
            evidence.denied_at,
            evidence.cured_at,
        )
        is_well = self.connection == Connection() and self._recheck is None
        return is_well and not self._is_stopped and against == _NOTHING

    @callback
    def ping_answered(self, seconds: float | None = None) -> None:
        """Take that the lock answered a ping that was not sent from here.

        `seconds` is how long it took, where that is known.
        """
        if seconds is not None and seconds > SERVER_PATIENCE:
            self._memory.is_slow = True
        self._learn(self.trust.after_answer())
        self.sign_of_life()

    @callback
    def hubs_changed(self, hubs: Iterable[Hub], next_hop: IPv6Address | None) -> None:
        """Take the hubs of the lock's network, and by which one packets go."""
        self._rounds.next_hop = next_hop
        known = list(hubs)
        offline = _offline(known)
        if self._offline_hubs - offline:
            self._take(way_returned_at=self._now())
        self._offline_hubs = offline
        gone = bool(known) and all(hub.state is HubState.OFFLINE for hub in known)
        self._rounds.are_hubs_gone = gone
        since = self._evidence.hubs_offline_since
        if gone and since is None:
            self._take(hubs_offline_since=self._now())
            self._follow_obstacles()
        elif not gone and since is not None:
            self._take(hubs_offline_since=None)
            self._follow_obstacles()
            if self._is_blocked and not self.connection.responsive:
                # What is still found may be gone soon, or may be wrong.
                self._rounds.start(LATE_RETURN)

    @callback
    def route_judged(self, causes: frozenset[str], *, is_cut: bool) -> None:
        """Take what is found that would cut the lock off, and whether the way ends here.

        A lock that seems to be reachable is asked once about each new cause.
        """
        appeared = causes - self._causes
        if self._causes - causes or (self._seen_cut and not is_cut):
            self._take(way_returned_at=self._now())
        if causes != self._causes:
            self._causes_since = self._hass.loop.time()
        self._causes, self._harmless = causes, self._harmless & causes
        self._seen_cut = self._rounds.is_cut = is_cut
        self._follow_obstacles()
        is_linked = self._evidence.link_problem is None
        if appeared and is_linked and self.connection.responsive:
            self._rounds.start(CONFIRMATION)

    def _follow_obstacles(self) -> None:
        """Follow whether something is known that keeps the lock from being reached."""
        evidence = self._evidence
        blocked = (
            self._is_link_cause()
            or evidence.hubs_offline_since is not None
            or self._seen_cut
            or bool(self._causes - self._harmless)
        )
        if blocked is self._is_blocked:
            return
        self._is_blocked = blocked
        if not blocked:
            self._cause_cured()
            return
        if self._lost_lately():
            self.last_series = None
        if evidence.cured_at is not None:
            self._rounds.end()
            self._take(cured_at=None)

    def _lost_lately(self) -> bool:
        """Return whether pings got lost just now, and others were answered."""
        series = self.last_series
        if series is None or not 0 < series.lost < series.sent:
            return False
        return self._now() - series.at <= CAUSE_SEEN_AFTER

    def _is_link_cause(self) -> bool:
        """Tell whether Matter is away for so long that it counts, and not for a moment."""
        evidence = self._evidence
        return (
            evidence.link_problem is not None
            and evidence.cause(self._now()) is evidence.link_problem
        )

    def _cause_cured(self) -> None:
        """Look for a silent lock: nothing is known any more that would cut it off."""
        self._rounds.cured_at = self._hass.loop.time()
        if self.connection.responsive:
            if self._rounds.plan is CONFIRMATION:
                self._rounds.end()
            return
        self._take(
            cured_at=self._now(),
            ping_failed_at=None,
            denied_at=None,
            is_cause_seen=False,
        )
        if not self.connection.responsive:
            self._rounds.start(RETURN)

    # Pings.

    @callback
    def expect_return(self) -> None:
        """Look for a silent lock, because somebody did something about it."""
        if not self.connection.responsive:
            self._rounds.start(RETURN)

    @callback
    def suspect(self) -> None:
        """Look with a ping, because a command got no answer; a silent lock is looked for again.

        A lock that is silent for longer than ever needs no second question.
        """
        now = self._now()
        exceeded = self._memory.gaps.is_exceeded(self._hass.loop.time())
        if exceeded and not self.proves_nothing(now):
            self._lost(now, denied_at=now)
        plan = self._rounds.plan
        if plan is None or plan.purpose is not RETURN.purpose:
            self._rounds.start(SUSPICION)
        else:
            self._rounds.interrupt(ONE_QUESTION)

    def proves_nothing(self, at: datetime) -> bool:
        """Tell whether a ping that was sent then, and got lost, says nothing of the lock."""
        return self.trust.is_deaf or self._evidence.reported_lately(at)

    @callback
    def checked(self, series: PingSeries) -> None:
        """Take the pings that somebody asked for.

        What was lost in a silence, or before its cause was cured, says nothing of the link.
        """
        lasted = (self._now() - series.at).total_seconds()
        asked = self._hass.loop.time() - lasted
        proved = not series.all_lost or not self.proves_nothing(series.at)
        is_cured = asked > self._rounds.cured_at and not self._is_blocked
        is_of_link = series.all_lost or is_cured
        if proved and is_of_link and (self.connection.responsive or series.all_lost):
            self._pings = [*series.times, *[None] * series.lost]
            self.last_series = series
        if not series.all_lost:
            return
        self._lost_ping = asked
        is_alone = self.connection.checking and self.trust.never_worked
        if proved and not is_alone and asked > self._rounds.cured_at:
            self._lost(series.at, denied_at=series.at)

    @callback
    def _answer_arrived(self, at: datetime, reply: PingReply) -> None:
        """Handle that the lock answered a ping of a round, which was sent at that time."""
        self._follow_clock()
        self._count(at, reply)
        self.ping_answered()

    @callback
    def _ping_lost(self, lost: LostPing) -> None:
        """Take a lost ping for a silence, unless it proves nothing.

        Where a cause was cured the mesh needs a moment: one ping alone is no verdict.
        """
        self._follow_clock()
        plan, at = lost.plan, lost.at
        self._lost_ping = lost.asked
        self._is_command_lost = plan.after_command
        confirms = plan is CONFIRMATION and not self.trust.is_deaf
        if self.proves_nothing(at) and not confirms:
            return
        self._count(at, lost.reply)
        if plan.purpose is not RETURN.purpose:
            self._harmless = frozenset()
            self._lost(at, denied_at=at, is_cause_seen=confirms)
            self._follow_obstacles()
        elif lost.number > 1 and not self.trust.never_worked:
            self._lost(at)

    def _count(self, at: datetime, reply: PingReply) -> None:
        """Add a ping to the series of the present suspicion, if it tells of the link.

        What is lost in a silence says nothing of the link before and after it.
        """
        milliseconds = reply.milliseconds
        if not reply.sent or (reply.answered and milliseconds is None):
            return
        series = self.last_series
        fresh = series is None or at - series.at > SERIES_LASTS
        fresh = fresh or (milliseconds is None) is not (self._pings[-1] is None)
        self._pings = [milliseconds] if fresh else [*self._pings, milliseconds]
        self.last_series = PingSeries(
            at=at,
            sent=len(self._pings),
            times=tuple(item for item in self._pings if item is not None),
        )

    def _lost(self, at: datetime, **more: Any) -> None:
        """Note that the lock did not answer; since the first time it did not."""
        self._take(ping_failed_at=self._evidence.ping_failed_at or at, **more)

    def _learn(self, trust: PingTrust) -> None:
        if trust != self.trust and not self._is_stopped:
            self._store.memory.ping_trust = trust
            self._store.async_schedule_save()

    # The verdict.

    def _offset(self) -> timedelta:
        """Return how far the clock of this host is ahead of the event loop's."""
        now = dt_util.utcnow().timestamp()
        return timedelta(seconds=now - self._hass.loop.time())

    def _follow_clock(self) -> None:
        """Move along what was noted by a clock that was set since."""
        by = self._offset() - self._clock
        if abs(by) < CLOCK_TOLERANCE:
            return
        self._clock += by
        # What happens now comes after what was noted before, however short before.
        by -= timedelta.resolution
        self._evidence = self._evidence.shifted(by)
        self.connection = self.connection.shifted(by)
        if self.last_series is not None:
            self.last_series = replace(self.last_series, at=self.last_series.at + by)

    def _now(self) -> datetime:
        """Give the time; all that is noted already was before, whatever the clock said."""
        self._follow_clock()
        now = dt_util.utcnow()
        self._evidence = self._evidence.as_of(now)
        self.connection = self.connection.as_of(now)
        if (series := self.last_series) is not None and series.at > now:
            self.last_series = replace(series, at=now - datetime.resolution)
        return now

    @callback
    def _take(self, **changes: Any) -> None:
        if self._is_stopped:
            return
        self._evidence = replace(self._evidence, **changes)
        self._weigh()

    @callback
    def _grace_ended(self, _now: datetime) -> None:
        self._recheck = None
        self._weigh()
        self._follow_obstacles()

    def _weigh(self) -> None:
        now = self._now()
        before = self.connection
        if (proved := self._proved_at()) is not None and now >= proved:
            self.sign_of_life()
            return
        self.connection = before.after(self._evidence, now)
        self._rounds.is_responsive = self.connection.responsive
        self._plan_recheck()
        if self.connection != before:
            self.changed.send(before, self.connection)

    def _proved_at(self) -> datetime | None:
        """Return when a silent lock that its Matter server still has is proved to live."""
        if self.connection.responsive or self._is_blocked:
            return None
        return self._evidence.outlived_at

    def _plan_recheck(self) -> None:
        """Look again when a grace period ends."""
        if self._recheck is not None:
            self._recheck()
            self._recheck = None
        now = dt_util.utcnow()
        if ends := [end for end in self._grace_ends() if end > now]:
            delay = (min(ends) - now).total_seconds()
            self._recheck = async_call_later(self._hass, delay, self._grace_ended)

    def _grace_ends(self) -> Iterable[datetime]:
        evidence = self._evidence
        if (counts := evidence.absent_from) is not None:
            yield counts
        if evidence.link_lost_at is not None:
            yield evidence.link_lost_at + MATTER_GRACE
        if (proved := self._proved_at()) is not None:
            yield proved

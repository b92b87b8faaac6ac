"""Follows the connection to one lock, and pings it only when something speaks against it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address
import logging
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .connection_memory import ConnectionMemory
from .domain.connection import MATTER_GRACE, Cause, Connection, ConnectionEvidence
from .domain.evidence import PingSeries
from .domain.liveness import HubState
from .domain.ping import CONFIRMATION, LOST, RETURN, SUSPICION, PingPlan, PingReply
from .lock_ping import LockPing
from .watched_hub import WatchedHub

_LOGGER = logging.getLogger(__name__)

SERIES_LASTS: Final = timedelta(minutes=1)
SAME_RETURN: Final = timedelta(seconds=3)
"""A ping sent so shortly before a return is told is the ping for that return."""


class ConnectionWatch:
    """Weighs evidence; tells when the connection changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        memory: ConnectionMemory,
        ping: LockPing,
        is_cut: Callable[[], bool],
        on_change: Callable[[Connection, Connection], None],
    ) -> None:
        """Watch; `is_cut` tells that no packet gets from here to the lock's network."""
        self._hass = hass
        self._memory = memory
        self._ping = ping
        self._is_cut = is_cut
        self._on_change = on_change
        self._budget = memory.budget
        self._is_stopped = False
        self._recheck: CALLBACK_TYPE | None = None
        self._next_ping: CALLBACK_TYPE | None = None
        self._asked_at: datetime | None = None
        self._next_hop: IPv6Address | None = None
        self._pings: list[float | None] = []
        self.last_series: PingSeries | None = None
        self.connection, self._evidence = memory.recall(hass.loop.time())

    @property
    def evidence(self) -> ConnectionEvidence:
        """What the verdict rests on."""
        return self._evidence

    @callback
    def async_start(self) -> None:
        """Look for a lock that was silent before a reload: a ping may have been planned."""
        if not self.connection.responsive and self._evidence.link_problem is None:
            left = self._budget.left(dt_util.utcnow())
            self._plan_ping(RETURN.rest.with_few(left))

    @callback
    def async_stop(self) -> None:
        """End every timer, and take nothing any more: a ping may be on its way."""
        self._is_stopped = True
        self._memory.keep(self.connection, self._evidence, self._hass.loop.time())
        self._ping.async_stop()
        self._cancel_next_ping()
        if self._recheck is not None:
            self._recheck()
            self._recheck = None

    @callback
    def link_changed(self, problem: Cause | None) -> None:
        """Take whether the lock can be talked to through core's client."""
        if problem is self._evidence.link_problem:
            return
        now = self._now()
        self._take(link_problem=problem, link_lost_at=now if problem else None)

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
            self._take(unavailable_since=None, found_away=False)
            self.sign_of_life()
        elif not available and since is None:
            self._take(unavailable_since=self._now())

    @callback
    def sign_of_life(self) -> None:
        """Note that the lock itself was heard; what was missed before is over."""
        self._cancel_next_ping()
        self._take(last_sign_of_life=self._now(), ping_failed_at=None)

    @callback
    def hubs_changed(
        self, hubs: Iterable[WatchedHub], next_hop: IPv6Address | None
    ) -> None:
        """Take the hubs of the lock's network, and by which one packets go.

        A return of a hub is worth a ping.
        """
        self._next_hop = next_hop
        known = list(hubs)
        gone = bool(known) and all(hub.state is HubState.OFFLINE for hub in known)
        since = self._evidence.hubs_offline_since
        if gone and since is None:
            self._take(hubs_offline_since=self._now())
        elif not gone and since is not None:
            self._take(hubs_offline_since=None)
            self.expect_return()

    @callback
    def expect_return(self) -> None:
        """Look for a silent lock, because what cut it off is gone.

        A hub that returns is told twice: as a hub, and as a finding that went. Where
        nobody was told of a silence, there is nothing left to confirm.
        """
        if self.connection.responsive:
            self._cancel_next_ping()
            return
        now, asked = dt_util.utcnow(), self._asked_at
        lately = asked is not None and now - asked < SAME_RETURN
        plan = RETURN.rest if lately else RETURN
        self._plan_ping(plan.with_few(self._budget.left(now)))

    @callback
    def confirm(self) -> None:
        """Look with one ping, because something is found that would cut the lock off."""
        self._plan_ping(CONFIRMATION)

    @callback
    def suspect(self) -> None:
        """Look with a ping, because a command failed; a silent lock is looked for again."""
        self._plan_ping(SUSPICION)

    @callback
    def _cancel_next_ping(self) -> None:
        if self._next_ping is not None:
            self._next_ping()
            self._next_ping = None

    @callback
    def _plan_ping(self, plan: PingPlan) -> None:
        self._cancel_next_ping()
        if self._is_stopped or not plan.delays:
            return

        @callback
        def ping(_now: datetime) -> None:
            self._next_ping = None
            if self._evidence.hubs_offline_since is not None:
                return
            self._hass.async_create_background_task(
                self._ping_once(plan.rest), "aqara_lock ping"
            )

        self._next_ping = async_call_later(self._hass, plan.delays[0], ping)

    async def _ping_once(self, further: PingPlan) -> None:
        """Ping; what this host cannot send costs the lock nothing and is not counted."""
        asked_at = dt_util.utcnow()
        if not self._is_cut():
            if not self._budget.take(asked_at, further.leaves):
                self._wait_for_budget(asked_at, further)
                return
            self._asked_at = asked_at
        next_hop = self._next_hop
        reply = await self._ping.async_ping(further.patience)
        if reply == LOST and self._next_hop not in (None, next_hop):
            _LOGGER.debug("A ping got lost on a way that is not taken any more")
            self._plan_ping(further.after(0.0))
            return
        if reply is not None:
            self._count(asked_at, reply)
            if reply.answered:
                self.sign_of_life()
                return
            if self.connection.responsive or not further.delays:
                self._lost(asked_at)
        if not self.connection.responsive:
            self._plan_ping(further)

    def _wait_for_budget(self, now: datetime, further: PingPlan) -> None:
        """Look for a silent lock, or whether it is silent, as soon as it may be asked."""
        _LOGGER.debug("The ping budget of this lock is used up")
        if further.leaves or not self.connection.responsive:
            wait = self._budget.wait(now, further.leaves)
            self._plan_ping(further.after(wait.total_seconds()))

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

    def _lost(self, at: datetime) -> None:
        """Note that the lock did not answer; since the first time it did not."""
        self._take(ping_failed_at=self._evidence.ping_failed_at or at)

    @callback
    def checked(self, series: PingSeries) -> None:
        """Take the pings that somebody asked for; what a silence lost says no more."""
        if self.connection.responsive or series.all_lost:
            self._pings = [*series.times, *[None] * series.lost]
            self.last_series = series
        if series.all_lost:
            self._lost(series.at)
        else:
            self.sign_of_life()

    def _now(self) -> datetime:
        """Give the time; all that is noted already was before, whatever the clock said."""
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
    def _weigh(self, _now: datetime | None = None) -> None:
        now = self._now()
        before = self.connection
        self.connection = before.after(self._evidence, now)
        self._plan_recheck()
        if self.connection != before:
            self._on_change(before, self.connection)

    def _plan_recheck(self) -> None:
        """Look again when a grace period ends."""
        if self._recheck is not None:
            self._recheck()
            self._recheck = None
        ends = [end for end in self._grace_ends() if end > dt_util.utcnow()]
        if ends:
            delay = (min(ends) - dt_util.utcnow()).total_seconds()
            self._recheck = async_call_later(self._hass, delay, self._weigh)

    def _grace_ends(self) -> Iterable[datetime]:
        evidence = self._evidence
        if evidence.unavailable_since is not None:
            yield evidence.unavailable_since + evidence.grace
        if evidence.link_lost_at is not None:
            yield evidence.link_lost_at + MATTER_GRACE

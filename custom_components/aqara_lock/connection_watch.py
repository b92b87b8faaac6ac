"""Follows the connection to one lock, and pings it only when something speaks against it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .domain.budget import PingBudget
from .domain.connection import (
    LOCK_GRACE,
    MATTER_GRACE,
    Cause,
    Connection,
    ConnectionEvidence,
)
from .domain.evidence import PingSeries
from .domain.liveness import HubState
from .watched_hub import WatchedHub

_LOGGER = logging.getLogger(__name__)

MS: Final = 1000
SERIES_LASTS: Final = timedelta(minutes=1)
PING_DELAYS: Final = (0.0, 5.0, 20.0)
"""Seconds between the pings after a hub returned: the mesh needs a moment."""
SUSPICION_DELAYS: Final = (0.0, 60.0, 240.0)
"""Seconds between the pings of a suspicion: the first one settles it, the others look
whether the lock only restarted."""


class ConnectionWatch:
    """Weighs evidence; tells when the connection changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        ping: Callable[[], Awaitable[bool | None]],
        is_cut: Callable[[], bool],
        on_change: Callable[[Connection, Connection], None],
    ) -> None:
        """Watch; `ping` gives None when it could not be sent at all.

        `is_cut` tells that no packet gets from here to the lock's network.
        """
        self._hass = hass
        self._ping = ping
        self._is_cut = is_cut
        self._on_change = on_change
        self._evidence = ConnectionEvidence()
        self._budget = PingBudget()
        self._recheck: CALLBACK_TYPE | None = None
        self._next_ping: CALLBACK_TYPE | None = None
        self._pings: list[float | None] = []
        self.last_series: PingSeries | None = None
        self.connection = Connection()

    @property
    def evidence(self) -> ConnectionEvidence:
        """What the verdict rests on."""
        return self._evidence

    @callback
    def async_stop(self) -> None:
        """End every timer."""
        for cancel in (self._recheck, self._next_ping):
            if cancel is not None:
                cancel()
        self._recheck = self._next_ping = None

    @callback
    def link_changed(self, problem: Cause | None) -> None:
        """Take whether the lock can be talked to through core's client."""
        if problem is self._evidence.link_problem:
            return
        lost_at = dt_util.utcnow() if problem else None
        self._take(link_problem=problem, link_lost_at=lost_at)

    @callback
    def availability_changed(self, available: bool) -> None:
        """Take whether the Matter server calls the lock available."""
        since = self._evidence.unavailable_since
        if available and since is not None:
            self._take(unavailable_since=None)
            self.sign_of_life()
        elif not available and since is None:
            self._take(unavailable_since=dt_util.utcnow())

    @callback
    def sign_of_life(self) -> None:
        """Note that the lock itself was heard; what was missed before is over."""
        self._take(last_sign_of_life=dt_util.utcnow(), ping_failed_at=None)

    @callback
    def hubs_changed(self, hubs: Iterable[WatchedHub]) -> None:
        """Take the hubs of the lock's network; a return of one is worth a ping."""
        known = list(hubs)
        gone = bool(known) and all(hub.state is HubState.OFFLINE for hub in known)
        since = self._evidence.hubs_offline_since
        if gone and since is None:
            self._take(hubs_offline_since=dt_util.utcnow())
        elif not gone and since is not None:
            self._take(hubs_offline_since=None)
            self.expect_return()

    @callback
    def expect_return(self) -> None:
        """Look for a silent lock, because what cut it off is gone."""
        if not self.connection.responsive:
            self._plan_ping(PING_DELAYS)

    @callback
    def confirm(self) -> None:
        """Look with one ping, because something is found that would cut the lock off."""
        self._plan_ping(PING_DELAYS[:1])

    @callback
    def suspect(self) -> None:
        """Look with a ping, because a command failed; a silent lock is looked for again."""
        self._plan_ping(SUSPICION_DELAYS)

    @callback
    def _plan_ping(self, delays: tuple[float, ...]) -> None:
        if self._next_ping is not None:
            self._next_ping()
            self._next_ping = None
        if not delays:
            return

        @callback
        def ping(_now: datetime) -> None:
            self._next_ping = None
            if self._evidence.hubs_offline_since is not None:
                return
            self._hass.async_create_background_task(
                self._ping_once(delays[1:]), "aqara_lock ping"
            )

        self._next_ping = async_call_later(self._hass, delays[0], ping)

    async def _ping_once(self, further: tuple[float, ...]) -> None:
        """Ping; what this host cannot send costs the lock nothing and is not counted."""
        asked_at = dt_util.utcnow()
        if not self._is_cut() and not self._budget.take(asked_at):
            self._wait_for_budget(asked_at, further)
            return
        started = time.monotonic()
        answered = await self._ping()
        if answered is not None:
            self._count(
                asked_at, (time.monotonic() - started) * MS if answered else None
            )
        if answered:
            self.sign_of_life()
            return
        settles = self.connection.responsive or not further
        if answered is False and settles:
            self._lost(asked_at)
        if not self.connection.responsive:
            self._plan_ping(further)

    def _wait_for_budget(self, now: datetime, further: tuple[float, ...]) -> None:
        """Look for a silent lock as soon as it may be asked again."""
        _LOGGER.debug("The ping budget of this lock is used up")
        if not self.connection.responsive:
            wait = self._budget.wait(now).total_seconds()
            self._plan_ping((wait, *further))

    def _count(self, at: datetime, milliseconds: float | None) -> None:
        """Add a ping to the series of the present suspicion.

        What is lost in a silence says nothing of the link before and after it.
        """
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

    @callback
    def _take(self, **changes: object) -> None:
        self._evidence = replace(self._evidence, **changes)  # type: ignore[arg-type]
        self._weigh()

    @callback
    def _weigh(self, _now: datetime | None = None) -> None:
        before = self.connection
        self.connection = before.after(self._evidence, dt_util.utcnow())
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
            yield evidence.unavailable_since + LOCK_GRACE
        if evidence.link_lost_at is not None:
            yield evidence.link_lost_at + MATTER_GRACE

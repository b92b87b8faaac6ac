"""One border router under watch: what it says of itself and whether it is there."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..domain.budget import (
    HUB_PROBE_INTERVAL,
    HUB_SUSPICION_INTERVAL,
    HUB_SUSPICION_LASTS,
    UNPROBED_HUB_INTERVAL,
)
from ..domain.connectivity import HubLiveness, HubPace, HubState
from ..domain.diagnosis import Fact, Gap, Hearing
from ..domain.thread import BorderRouter, is_of_containers
from ..network.mdns import BorderRouterBrowser
from ..network.probes import HostBusy, ProbeMethod, find_method, probe
from ..signals import Signal
from .cache import HubCache, keep_hub, recall_hub
from .prober import HubProber
from .store import Predecessor, StoredHub

_LOGGER = logging.getLogger(__name__)

QUICK_ANSWER: Final = 0.5
"""Seconds in which a host on the home network answers when all is well."""
MOST_OUTAGES: Final = 50
TRIED_AFTER: Final = 60.0
"""Seconds in which a hub that answers probes has answered one."""
GONE_AFTER: Final = timedelta(hours=1)

_SINCE: Final[HassKey[float]] = HassKey("aqara_lock_watching_since")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocksBehind:
    """Whether all locks behind a hub are silent, whether one of them answers, and its own.

    `served` are the names of those that it is known to serve, and no other hub.
    """

    are_silent: bool = False
    is_any_heard: bool = True
    served: tuple[str, ...] = ()


@callback
def watched_for(hass: HomeAssistant) -> timedelta:
    """Give how long hubs have been watched in this run of Home Assistant.

    The quiet minute is for a host that starts; a reload of the entry needs none. A host
    that starts may have a wrong clock, and set it forward by hours within that minute.
    """
    since = hass.data.setdefault(_SINCE, hass.loop.time())
    return timedelta(seconds=hass.loop.time() - since)


class Hub:
    """Probes one border router and keeps the verdict; no method raises."""

    def __init__(
        self,
        hass: HomeAssistant,
        known: StoredHub,
        watch: BorderRouterBrowser,
        prober: HubProber,
    ) -> None:
        """Watch a border router of which this much is known."""
        router, method = known.router, known.method
        self._hass = hass
        self._watch = watch
        self._prober = prober
        self._pace = HubPace(prober.pace, router.addresses if method else ())
        self._address: str | None = None
        self._is_stopped = False
        self._method = method
        self._unschedule: CALLBACK_TYPE | None = None
        self.changed: Signal[()] = Signal()
        self.updated: Signal[Hub] = Signal()
        """Sent when the record, the verdict or what is stored of the hub changed."""
        self._task: asyncio.Task[None] | None = None
        self._heard_at: float | None = None
        self.router = router
        self.liveness = HubLiveness(answers_probes=method is not None)
        self.state = HubState.UNKNOWN
        self.since = dt_util.utcnow()
        self.record_since = dt_util.utcnow()
        self.first_seen = known.first_seen
        self.hearing: Fact[Hearing] = Gap.UNKNOWN
        self.silent_since: datetime | None = None
        self.locks_heard_since: datetime | None = None
        self._locks = LocksBehind()
        self.answers: Fact[bool] = Gap.UNKNOWN
        self.missed_since: datetime | None = None
        self.returned_at: datetime | None = None
        self.macs = known.macs
        self.serves = known.serves
        self.predecessor: Predecessor | None = known.predecessor
        self.answered_at: str | None = None
        self._watched_since = hass.loop.time()
        self.elsewhere: str | None = None
        self.switch_id: str | None = None
        self._outages: deque[datetime] = deque(maxlen=MOST_OUTAGES)
        self._recall()

    def _recall(self) -> None:
        """Take what was known before a reload; a hub that was there is looked for anew."""
        before = recall_hub(self._hass, self.router.id)
        if before is None:
            return
        self._outages.extend(before.outages)
        if before.state is HubState.OFFLINE:
            self.state, self.since = before.state, before.since
            self.liveness = before.liveness

    @property
    def method(self) -> ProbeMethod | None:
        """The probe that this hub answers, once one was found."""
        return self._method

    @property
    def address(self) -> str | None:
        """The address that is probed, once one was."""
        return self._address

    @callback
    def async_start(self) -> None:
        """Begin to probe."""
        watched_for(self._hass)
        self._schedule(0)

    @callback
    def async_stop(self) -> None:
        """End every probe; an answer that is on its way is told to nobody."""
        self._is_stopped = True
        memory = HubCache(self.state, self.since, self.liveness, tuple(self._outages))
        keep_hub(self._hass, self.router.id, memory)
        if self._unschedule is not None:
            self._unschedule()
            self._unschedule = None
        if self._task is not None:
            self._task.cancel()

    @callback
    def seen(self, router: BorderRouter) -> bool:
        """Take a record of the same border router; returns whether it is another one.

        Who keeps the hub tells of it (`tell`), as often as the home can bear.
        """
        if router == self.router:
            return False
        is_moved = self._address not in router.addresses
        if router.record != self.router.record:
            self.record_since = dt_util.utcnow()
        self.router = router
        if is_moved:
            self._schedule(0)
        return True

    @callback
    def tell(self) -> None:
        """Send that the hub is another one than before."""
        if not self._is_stopped:
            self._notify()

    @property
    def outages_per_day(self) -> int:
        """How often the hub went away in the last 24 hours."""
        oldest = dt_util.utcnow() - timedelta(days=1)
        return sum(at >= oldest for at in self._outages)

    @callback
    def forget_outages(self) -> None:
        """Forget how often the hub went away: somebody has seen to it."""
        self._outages.clear()

    @callback
    def excuse_outage(self) -> None:
        """Do not count that the hub is away: the whole home network is."""
        is_away = self.state is HubState.OFFLINE
        if is_away and self._outages and self._outages[-1] == self.since:
            self._outages.pop()

    @callback
    def learn_macs(self, macs: frozenset[str]) -> None:
        """Take the MAC addresses that this host sees of the hub."""
        if macs and macs != self.macs:
            self.macs = macs
            self._send_update()

    @callback
    def heard(self) -> None:
        """Note a packet from the hub."""
        self.hearing, self.silent_since = Hearing.HEARD, None
        self._heard_at = self._hass.loop.time()
        self._take(self.liveness.after_mdns())

    @property
    def was_tried(self) -> bool:
        """Whether it had the time to answer a probe."""
        return self._hass.loop.time() - self._watched_since >= TRIED_AFTER

    @property
    def is_gone(self) -> bool:
        """Whether it has been away for so long that its place may go to another."""
        if self.answers is True:
            return False
        if self.state is HubState.OFFLINE:
            return dt_util.utcnow() - self.since >= GONE_AFTER
        return self.is_unheard_for(GONE_AFTER.total_seconds())

    def seniority(self) -> tuple[bool, float, str]:
        """Return what puts hubs that claim one identity in order, the first one first."""
        first = self.first_seen.timestamp() if self.first_seen else 0.0
        return not self.serves, first, self.router.id

    def precedence(self) -> tuple[bool, float, str]:
        """Return what makes it "the" hub of several: being there, then being the newest."""
        first = self.first_seen.timestamp() if self.first_seen else 0.0
        return self.state is HubState.ONLINE, first, self.router.id

    def is_unheard_for(self, seconds: float) -> bool:
        """Return whether it answered nobody on mDNS for so long."""
        since = self.silent_since
        return since is not None and dt_util.utcnow() - since >= timedelta(
            seconds=seconds
        )

    @callback
    def said_goodbye(self) -> None:
        """Note that the hub left mDNS, and look whether it is really gone."""
        self._fell_silent(Hearing.GOODBYE)
        self._take(self.liveness.after_silent_query())
        self._schedule(0)

    @callback
    def look_soon(self) -> None:
        """Look whether the hub is there and heard."""
        self._schedule(0)

    @property
    def served_locks(self) -> tuple[str, ...]:
        """Names of the locks that are connected through this hub."""
        return self._locks.served

    @callback
    def update_locks(self, locks: LocksBehind) -> None:
        """Update what is known of the locks behind the hub; they may return before it."""
        if locks.is_any_heard and not self._locks.is_any_heard:
            self.locks_heard_since = dt_util.utcnow()
        is_same = locks.served == self._locks.served
        self._locks = locks
        self._take(self.liveness.with_locks_silent(locks.are_silent))
        if not is_same:
            self.changed.send()

    @callback
    def _schedule(self, delay: float) -> None:
        if self._is_stopped:
            return
        if self._unschedule is not None:
            self._unschedule()
        self._unschedule = async_call_later(self._hass, delay, self._start_look)

    @callback
    def _start_look(self, _now: datetime) -> None:
        self._unschedule = None
        if self._task is not None and not self._task.done():
            return
        now = self._hass.loop.time()
        if wait := self._pace.wait(now):
            self._schedule(wait)
            return
        self._pace.look(now)
        self._task = self._hass.async_create_background_task(
            self._look(), f"aqara_lock probe {self.router.title}"
        )

    async def _look(self) -> None:
        """Look, and plan the next look whatever became of this one."""
        try:
            await self._look_once()
        except Exception:
            _LOGGER.exception("A look at hub %s failed", self.router.title)
        self._schedule(self._pause())

    async def _look_once(self) -> None:
        """Probe once; without a quick answer probe again and ask by mDNS beside it.

        Who answers is asked by mDNS, too, once it was not heard for a while.
        """
        first = asyncio.ensure_future(self._probe())
        try:
            done, _ = await asyncio.wait({first}, timeout=QUICK_ANSWER)
            if not done or not first.result():
                await asyncio.gather(first, self._probe(), self._query())
            elif self._is_unheard():
                await self._query()
        finally:
            first.cancel()

    def _pause(self) -> float:
        """Seconds until the next look."""
        if self._method is None:
            return UNPROBED_HUB_INTERVAL
        since = self.missed_since
        if since is None or dt_util.utcnow() - since >= HUB_SUSPICION_LASTS:
            return HUB_PROBE_INTERVAL
        return HUB_SUSPICION_INTERVAL

    async def _probe(self) -> bool:
        if (address := self._choose_address()) is None:
            self._take(self.liveness.without_probe())
            return False
        try:
            answered = await self._ask(address)
        except HostBusy:
            _LOGGER.debug("Too busy to hear whether hub %s answers", self.router.title)
            return False
        if self._method is not None:
            self.answers = answered
        self.answered_at = address if answered else None
        self._take(self.liveness.after_probe(answered=answered))
        return answered

    def _choose_address(self) -> str | None:
        """Return the address to probe: the one of before for as long as it is announced.

        A new one counts against a budget; until that allows it, the one of before is
        probed.
        """
        mesh = self.router.record.omr_prefix
        usable = self._prober.policy.usable(self.router.addresses, mesh)
        if not usable:
            self._address = None
        elif self._address not in usable or is_of_containers(self._address):
            if self._pace.may_meet(usable[0], self._hass.loop.time()):
                self._address = usable[0]
        return self._address

    async def _ask(self, address: str) -> bool:
        """Ask as before; who does not answer that is asked in every way."""
        if self._method is not None and self.liveness.misses == 0:
            return await probe(address, self._method)
        found = await find_method(address)
        self._method = found or self._method
        return found is not None

    def _is_unheard(self) -> bool:
        if self._heard_at is None:
            return True
        return self._hass.loop.time() - self._heard_at >= UNPROBED_HUB_INTERVAL

    def _fell_silent(self, hearing: Hearing) -> None:
        self.hearing = hearing
        self.silent_since = self.silent_since or dt_util.utcnow()

    async def _query(self) -> None:
        asked_at = self._hass.loop.time()
        await self._watch.async_query(self.router.instance)
        # Another hub may answer to the name.
        if self._heard_at is None or self._heard_at < asked_at:
            if self.hearing is not Hearing.GOODBYE:
                self._fell_silent(Hearing.SILENT)
            self._take(self.liveness.after_silent_query())

    @callback
    def _take(self, liveness: HubLiveness) -> None:
        self.liveness = liveness
        if not liveness.answers_probes and self._method is not None:
            self._method, self.answers = None, Gap.UNKNOWN
            self._send_update()
        if not liveness.suspicious:
            self.missed_since = None
        elif self.missed_since is None:
            self.missed_since = dt_util.utcnow()
        state = liveness.state(watched_for(self._hass))
        if state is self.state:
            return
        _LOGGER.info("Hub %s is %s", self.router.title, state)
        before, self.state = self.state, state
        self.since = dt_util.utcnow()
        if before is HubState.OFFLINE and state is HubState.ONLINE:
            self.returned_at = self.since
        if state is HubState.OFFLINE:
            self._outages.append(self.since)
        self._notify()

    @callback
    def _notify(self) -> None:
        self.changed.send()
        self._send_update()

    def _send_update(self) -> None:
        """Send the update; a hub that was stopped is watched by nobody."""
        if not self._is_stopped:
            self.updated.send(self)

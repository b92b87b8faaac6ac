"""Keeps the diagnosis up to date: on change, on suspicion, and on a slow tick of the host."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.util import dt as dt_util

from ..domain.diagnosis import (
    CUT,
    HOST_GRACE,
    MDNS_PATIENCE,
    ROUTE_GRACE,
    Diagnosis,
    Evidence,
    Finding,
    HostEvidence,
    announcement_due,
    diagnose,
    known,
)
from ..domain.thread import BorderRouter
from ..hubs import Hub
from ..locks import Lock
from ..network.host import KernelMonitor
from ..signals import Signal
from ..texts import FindingTexts
from .evidence import take_evidence
from .host_reader import NetworkReader

_LOGGER = logging.getLogger(__name__)

HOST_INTERVAL: Final = timedelta(seconds=30)
"""How often this host's own tables are read; nothing leaves the host for it."""
SETTLING: Final = 0.3
"""Seconds in which the kernel's messages on one change arrive."""
SHORTEST_PAUSE: Final = 3.0
"""Seconds between two readings that the kernel asked for; hubs announce all the time."""


class DiagnosisEngine:
    """Takes evidence and diagnoses; tells who listens when findings changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        reader: NetworkReader,
        routers: Mapping[str, BorderRouter],
        hubs: dict[str, Hub],
        locks: dict[str, Lock],
    ) -> None:
        """Watch what the home knows."""
        self._hass = hass
        self._reader = reader
        self._routers = routers
        self._hubs = hubs
        self._locks = locks
        self._begun_at = hass.loop.time()
        self._cancel: CALLBACK_TYPE | None = None
        self._second_look: CALLBACK_TYPE | None = None
        self._coming_look: CALLBACK_TYPE | None = None
        self._kernel = KernelMonitor(self.kernel_changed)
        self._read_at = 0.0
        self._looking = asyncio.Lock()
        self._begun = self._done = 0
        self._is_asked = self._is_stopped = False
        self._task: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self.evidence = Evidence()
        self.diagnosis = Diagnosis()
        self.words = FindingTexts(hass)
        self.said_on = dt_util.now().date()
        self.judged: Signal[Diagnosis] = Signal()
        """Sends what was found before it counts: locks are checked because of it."""
        self.published: Signal[Diagnosis, FindingTexts] = Signal()
        """Sends every diagnosis that counts, whether it is news or not."""
        self.changed: Signal[()] = Signal()
        self.host_read: Signal[()] = Signal()

    @callback
    def async_start(self) -> None:
        """Diagnose now and on every tick."""
        self._cancel = async_track_time_interval(self._hass, self._tick, HOST_INTERVAL)
        self._kernel.start()
        self.request()

    @callback
    def async_stop(self) -> None:
        """End the tick and what is being read; nothing is read or told any more."""
        self._is_stopped = True
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        self._kernel.stop()
        if self._coming_look is not None:
            self._coming_look()
            self._coming_look = None
        self._cancel_second_look()
        for task in (self._task, self._reading):
            if task is not None:
                task.cancel()

    @property
    def host(self) -> HostEvidence:
        """What this host said last."""
        return self._reader.host

    def say(self, finding: Finding) -> str:
        """Say what is wrong and what to do, in Home Assistant's language."""
        return self.words.message(finding)

    @callback
    def request(self) -> None:
        """Diagnose soon; requests that come together are served together."""
        if self._is_stopped:
            return
        self._is_asked = True
        if self._task is None or self._task.done():
            self._task = self._hass.async_create_background_task(
                self._serve(), "aqara_lock diagnosis"
            )

    async def _serve(self) -> None:
        while self._is_asked:
            self._is_asked = False
            await self.async_refresh()

    @callback
    def kernel_changed(self) -> None:
        """Read the host soon: an address or a route of it is another one."""
        if self._coming_look is None:
            since = self._hass.loop.time() - self._read_at
            delay = max(SETTLING, SHORTEST_PAUSE - since)
            self._coming_look = async_call_later(self._hass, delay, self._look_at_host)

    @callback
    def _look_at_host(self, _now: datetime) -> None:
        self._coming_look = None
        self.request()

    async def async_refresh(self) -> None:
        """Read the host and diagnose; who asks during a look shares the next one.

        A whole home that falls silent asks once for each of its locks.
        """
        asked = self._begun
        async with self._looking:
            if self._done > asked or self._is_stopped:
                return
            self._begun += 1
            try:
                await self._look()
            except Exception:
                _LOGGER.exception("The diagnosis failed; what was found before stands")
            self._done = self._begun

    async def _look(self) -> None:
        self._read_at = self._hass.loop.time()
        await self._read()
        if self._is_stopped:
            return
        self.host_read.send()
        self._diagnose()
        self._plan_second_look()

    async def _read(self) -> None:
        """Read, until the watch is stopped: whoever waits for it goes on then."""
        reading = self._reading = self._hass.async_create_background_task(
            self._reader.async_read(), "aqara_lock reading of host and network"
        )
        try:
            await asyncio.wait({reading})
        finally:
            reading.cancel()
        if not reading.cancelled():
            reading.result()

    def _plan_second_look(self) -> None:
        """Look again as soon as a change has lasted long enough to count."""
        self._cancel_second_look()
        if self._cancel is None:
            return
        silent = (x.unheard_since for x in self.evidence.hubs if x.silent_since)
        unheard = (since + MDNS_PATIENCE for since in silent if since is not None)
        ends = (*_ends(self._reader.host), *unheard)
        waits = [(end - dt_util.utcnow()).total_seconds() for end in ends]
        if coming := [wait for wait in waits if wait > 0]:
            self._second_look = async_call_later(
                self._hass, min(coming), self._refresh_again
            )

    @callback
    def _refresh_again(self, _now: datetime) -> None:
        self._second_look = None
        self.request()

    def _cancel_second_look(self) -> None:
        if self._second_look is not None:
            self._second_look()
            self._second_look = None

    @callback
    def _tick(self, _now: datetime) -> None:
        self.request()

    @callback
    def _diagnose(self) -> None:
        self.evidence = take_evidence(
            self._hass,
            started_at=self._started_at(),
            host=self._reader.host,
            lan=self._reader.lan,
            routers=self._routers.values(),
            hubs=self._hubs,
            locks=self._locks.values(),
            datasets=self._reader.datasets,
        )
        before, said_on = self.diagnosis, self.said_on
        found = diagnose(self.evidence, dt_util.utcnow())
        # Who decides now to check a lock leaves its cause of before standing meanwhile.
        self.judged.send(found)
        self.diagnosis = found.keeping(before, self._undecided(found))
        self.words, self.said_on = FindingTexts(self._hass), dt_util.now().date()
        self.published.send(self.diagnosis, self.words)
        if self.diagnosis != before or self.said_on != said_on:
            self.changed.send()

    def _started_at(self) -> datetime:
        """Give when the watch began, by the clock of now: it may have been set since."""
        lasted = self._hass.loop.time() - self._begun_at
        return dt_util.utcnow() - timedelta(seconds=lasted)

    def _undecided(self, found: Diagnosis) -> set[str]:
        """Return the locks for which the findings of before stand.

        They are being checked, or there is no way to them yet though the cause of their
        silence is over: a route comes back a moment after its hub.
        """
        return {
            lock.id
            for lock in self._locks.values()
            if lock.connection.checking
            or (
                lock.id in found.cut
                and not found.obstacles_of(lock.id)
                and self._had_cause(lock)
            )
        }

    def _had_cause(self, lock: Lock) -> bool:
        """Return whether a lock is silent for a cause that was named up to now."""
        cause = self.diagnosis.error_of(lock.id)
        known = cause is not None and not cause.is_silence
        return known and not lock.connection.responsive


def _ends(host: HostEvidence) -> Iterator[datetime]:
    """Give when what changed has lasted long enough, or is missing for long enough."""
    for at in _changes(host):
        yield from (at + HOST_GRACE, at + ROUTE_GRACE)
    choices = (known(host.choices) or {}).values()
    if any(choice.way in CUT for choice in choices):
        dues = (announcement_due(x) for x in known(host.adapters) or ())
        yield from (due for due in dues if due is not None)


def _changes(host: HostEvidence) -> Iterator[datetime]:
    """Give since when this host's addresses and ways to locks are as they are."""
    if host.ipv6_class_since is not None:
        yield host.ipv6_class_since
    for choice in (known(host.choices) or {}).values():
        if choice.since is not None:
            yield choice.since

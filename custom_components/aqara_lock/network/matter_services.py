"""Matter devices on the home network, browsed by mDNS only while somebody needs to know."""

import asyncio
from collections.abc import Callable, Mapping
import logging
from time import monotonic
from typing import Final, override

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant, callback
from zeroconf import (
    BadTypeInNameException,
    DNSOutgoing,
    DNSQuestion,
    DNSService,
    RecordUpdate,
    RecordUpdateListener,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo

from ..domain.sighting import (
    COMMISSIONABLE,
    OPERATIONAL,
    ServiceRecord,
    Sighting,
    sightings_of,
)

_LOGGER = logging.getLogger(__name__)

RESOLVE_TIMEOUT_MS: Final = 3000
ANSWER_TIMEOUT: Final = 1.5
"""Seconds for a device, or the border router that speaks for it, to answer a question."""
FLAGS_QUERY: Final = 0
TYPE_SRV: Final = 33
CLASS_IN: Final = 1


class MatterServiceWatch(RecordUpdateListener):
    """Browses `_matter._tcp` and `_matterc._udp` between start and stop."""

    def __init__(self, hass: HomeAssistant, changed: Callable[[], None]) -> None:
        """Take who is told of every change; `async_start` begins."""
        self._hass = hass
        self._changed = changed
        self._zeroconf: Zeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._records: dict[str, ServiceRecord] = {}
        self._answered: dict[str, asyncio.Event] = {}
        self._resolving: set[asyncio.Task[None]] = set()
        self._since = 0.0

    @property
    def sightings(self) -> Mapping[str, Sighting]:
        """Every device that is heard now, by host."""
        return sightings_of(self._records.values())

    @property
    def seconds(self) -> float:
        """How long it has been browsing."""
        return monotonic() - self._since

    async def async_start(self) -> None:
        """Begin to browse; what is cached already is there soon."""
        shared = await zeroconf.async_get_async_instance(self._hass)
        self._since = monotonic()
        self._zeroconf = shared.zeroconf
        self._zeroconf.async_add_listener(self, None)
        self._browser = AsyncServiceBrowser(
            self._zeroconf,
            [OPERATIONAL, COMMISSIONABLE],
            handlers=[self._service_changed],
        )

    async def async_stop(self) -> None:
        """Stop to browse; the shared zeroconf stays open."""
        if self._browser is not None:
            await self._browser.async_cancel()
            self._browser = None
        if self._zeroconf is not None:
            self._zeroconf.async_remove_listener(self)
            self._zeroconf = None
        for task in self._resolving:
            task.cancel()

    async def async_is_there(self, instance: str) -> bool:
        """Ask for one service by multicast; what is cached does not count."""
        if self._zeroconf is None:
            return False
        answered = self._answered.setdefault(instance.lower(), asyncio.Event())
        answered.clear()
        question = DNSOutgoing(FLAGS_QUERY)
        question.add_question(DNSQuestion(instance, TYPE_SRV, CLASS_IN))
        self._zeroconf.async_send(question)
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await answered.wait()
        except TimeoutError:
            return False
        return True

    @callback
    def _service_changed(
        self,
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if state_change is ServiceStateChange.Removed:
            if self._records.pop(name, None) is not None:
                self._changed()
            return
        task = self._hass.async_create_background_task(
            self._resolve(zeroconf, service_type, name), f"aqara_lock resolve {name}"
        )
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _resolve(self, zeroconf: Zeroconf, kind: str, name: str) -> None:
        try:
            info = AsyncServiceInfo(kind, name)
        except BadTypeInNameException:
            _LOGGER.debug("Ignoring a Matter device with a malformed name: %s", name)
            return
        found = await info.async_request(zeroconf, RESOLVE_TIMEOUT_MS)
        if not found or info.server is None:
            _LOGGER.debug("No details of %s", name)
            return
        record = ServiceRecord(
            instance=name,
            host=info.server,
            addresses=tuple(info.parsed_scoped_addresses()),
            properties=info.properties,
        )
        if self._zeroconf is not None and self._records.get(name) != record:
            self._records[name] = record
            self._changed()

    @override
    def async_update_records(
        self, zc: Zeroconf, now: float, records: list[RecordUpdate]
    ) -> None:
        """Notice answers to `async_is_there`."""
        for update in records:
            record = update.new
            if isinstance(record, DNSService) and not record.is_expired(now):
                if (waiting := self._answered.get(record.name.lower())) is not None:
                    waiting.set()

    @override
    def async_update_records_complete(self) -> None:
        """Nothing is left to do once a packet was taken in."""

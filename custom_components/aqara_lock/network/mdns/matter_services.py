"""Matter devices on the home network, browsed by mDNS only while somebody needs to know."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Final

from homeassistant.core import HomeAssistant, callback
from zeroconf import DNSRecord, DNSService
from zeroconf.asyncio import AsyncServiceInfo

from ...domain.commissioning import (
    COMMISSIONABLE,
    OPERATIONAL,
    ServiceRecord,
    Sighting,
    sightings_of,
)
from ...signals import Signal
from .browser import ServiceBrowser
from .lock_records import MOST_ADDRESSES

ANSWER_TIMEOUT: Final = 1.5
"""Seconds for a device, or the border router that speaks for it, to answer a question."""
TYPE_SRV: Final = 33
MOST_SERVICES: Final = 256
"""Services that are told apart; the latest stay. A home has some dozens."""


class MatterServiceBrowser:
    """Browses `_matter._tcp` and `_matterc._udp` between start and stop."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; `async_start` begins."""
        self._services = ServiceBrowser(hass, [OPERATIONAL, COMMISSIONABLE])
        self._services.found.connect(self.service_found)
        self._services.gone.connect(self._service_gone)
        self._services.expired.connect(self._service_gone)
        self._services.packet_arrived.connect(self.packet_arrived)
        self.changed: Signal[()] = Signal()
        self._records: dict[str, ServiceRecord] = {}
        self._of_host: dict[str, dict[str, ServiceRecord]] = {}
        self._sightings: dict[str, Sighting] = {}
        self._answered: dict[str, set[asyncio.Event]] = {}
        self._since = 0.0

    @property
    def sightings(self) -> Mapping[str, Sighting]:
        """Every device that is heard now, by host."""
        return self._sightings

    @property
    def seconds(self) -> float:
        """How long it has been browsing."""
        return monotonic() - self._since

    async def async_start(self) -> None:
        """Begin to browse; what is cached already is there soon."""
        self._since = monotonic()
        await self._services.async_start()

    async def async_stop(self) -> None:
        """Stop to browse."""
        await self._services.async_stop()

    async def async_is_there(self, instance: str) -> bool:
        """Ask for one service by multicast; what is cached does not count."""
        answered = asyncio.Event()
        waiting = self._answered.setdefault(instance.lower(), set())
        waiting.add(answered)
        try:
            if not self._services.ask(instance, TYPE_SRV):
                return False
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await answered.wait()
        except TimeoutError:
            return False
        finally:
            waiting.discard(answered)
            if not waiting:
                self._answered.pop(instance.lower(), None)
        return True

    @callback
    def service_found(self, name: str, info: AsyncServiceInfo) -> None:
        """Take the details of a device."""
        record = ServiceRecord(
            instance=name,
            host=info.server or name,
            addresses=tuple(info.parsed_scoped_addresses()[:MOST_ADDRESSES]),
            properties=info.properties,
        )
        if self._records.get(name) == record:
            return
        self._drop(name)
        self._records[name] = record
        self._of_host.setdefault(record.host.lower(), {})[name] = record
        self._join(record.host.lower())
        while len(self._records) > MOST_SERVICES:
            self._drop(next(iter(self._records)))
        self.changed.send()

    def _drop(self, name: str) -> bool:
        """Forget a service; False where it is not known."""
        if (record := self._records.pop(name, None)) is None:
            return False
        host = record.host.lower()
        del self._of_host[host][name]
        self._join(host)
        return True

    def _join(self, host: str) -> None:
        """Join the services of one host anew: only they have changed."""
        if services := self._of_host[host]:
            self._sightings |= sightings_of(services.values())
        else:
            del self._of_host[host], self._sightings[host]

    @callback
    def _service_gone(self, name: str) -> None:
        """Forget a device that left, or that nobody tells of any more."""
        if self._drop(name):
            self.changed.send()

    @callback
    def packet_arrived(self, records: list[DNSRecord]) -> None:
        """Notice answers to `async_is_there`."""
        for record in records:
            if isinstance(record, DNSService):
                for answered in self._answered.get(record.name.lower(), ()):
                    answered.set()

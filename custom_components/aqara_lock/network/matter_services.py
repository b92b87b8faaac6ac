"""Matter devices on the home network, browsed by mDNS only while somebody needs to know."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final

from homeassistant.core import HomeAssistant, callback
from zeroconf import DNSRecord, DNSService
from zeroconf.asyncio import AsyncServiceInfo

from ..domain.sighting import (
    COMMISSIONABLE,
    OPERATIONAL,
    ServiceRecord,
    Sighting,
    sightings_of,
)
from .service_watch import ServiceWatch

ANSWER_TIMEOUT: Final = 1.5
"""Seconds for a device, or the border router that speaks for it, to answer a question."""
TYPE_SRV: Final = 33


class MatterServiceWatch:
    """Browses `_matter._tcp` and `_matterc._udp` between start and stop."""

    def __init__(self, hass: HomeAssistant, changed: Callable[[], None]) -> None:
        """Take who is told of every change; `async_start` begins."""
        self._services = ServiceWatch(hass, [OPERATIONAL, COMMISSIONABLE], self)
        self._changed = changed
        self._records: dict[str, ServiceRecord] = {}
        self._answered: dict[str, asyncio.Event] = {}
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
        self._since = monotonic()
        await self._services.async_start()

    async def async_stop(self) -> None:
        """Stop to browse."""
        await self._services.async_stop()

    async def async_is_there(self, instance: str) -> bool:
        """Ask for one service by multicast; what is cached does not count."""
        answered = self._answered.setdefault(instance.lower(), asyncio.Event())
        answered.clear()
        if not self._services.ask(instance, TYPE_SRV):
            return False
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await answered.wait()
        except TimeoutError:
            return False
        return True

    @callback
    def service_found(self, name: str, info: AsyncServiceInfo) -> None:
        """Take the details of a device."""
        record = ServiceRecord(
            instance=name,
            host=info.server or name,
            addresses=tuple(info.parsed_scoped_addresses()),
            properties=info.properties,
        )
        if self._records.get(name) != record:
            self._records[name] = record
            self._changed()

    @callback
    def service_gone(self, name: str) -> None:
        """Forget a device that left."""
        if self._records.pop(name, None) is not None:
            self._changed()

    @callback
    def service_expired(self, name: str) -> None:
        """Forget a device that nobody tells of any more."""
        self.service_gone(name)

    @callback
    def packet_arrived(self, records: list[DNSRecord]) -> None:
        """Notice answers to `async_is_there`."""
        for record in records:
            if isinstance(record, DNSService):
                if (waiting := self._answered.get(record.name.lower())) is not None:
                    waiting.set()

"""Waits for a device to come onto a Thread network; listens to the home network only."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ...domain.commissioning import (
    Arrival,
    ArrivalPlace,
    Sighting,
    find_arrivals,
    find_present,
)
from ...domain.thread import BorderRouter
from .matter_services import MatterServiceBrowser

THERE_BEFORE: Final = 1.0
"""Seconds after the start in which what is heard was there before."""
NETWORK_GRACE: Final = 10.0
"""Seconds for the network of a new device to become known, before it is told without."""


class ArrivalMonitor:
    """Tells each device on Thread once that was not there, or not there, before."""

    def __init__(
        self,
        hass: HomeAssistant,
        routers: Callable[[], Iterable[BorderRouter]],
        own_fabrics: Callable[[], Iterable[int]],
    ) -> None:
        """Take where the border routers and our own compressed fabric ids come from."""
        self._routers = routers
        self._own_fabrics = own_fabrics
        self._services = MatterServiceBrowser(hass)
        self._services.changed.connect(self._notice)
        self._before: dict[str, Sighting] = {}
        self._told: set[tuple[str, str | None]] = set()
        self._first_seen: dict[str, float] = {}
        self._changed = asyncio.Event()

    async def async_start(self) -> None:
        """Begin to listen."""
        await self._services.async_start()

    async def async_stop(self) -> None:
        """Stop to listen."""
        await self._services.async_stop()

    async def next(self, hub: BorderRouter | None) -> Arrival:
        """Wait for the next device; one whose network stays unknown is told later."""
        while True:
            self._changed.clear()
            for arrival in self._arrivals(hub):
                if self._is_due(arrival):
                    self._told.add(arrival.key)
                    return arrival
            await self._wait()

    def present(self, hub: BorderRouter | None = None) -> list[Arrival]:
        """List every device on Thread that Home Assistant does not have."""
        routers, fabrics = list(self._routers()), set(self._own_fabrics())
        return find_present(self._services.sightings, routers, hub, fabrics)

    def _arrivals(self, hub: BorderRouter | None) -> list[Arrival]:
        routers, fabrics = list(self._routers()), set(self._own_fabrics())
        now = self._services.sightings
        found = find_arrivals(self._before, now, routers, hub, fabrics)
        return [arrival for arrival in found if arrival.key not in self._told]

    def _is_due(self, arrival: Arrival) -> bool:
        if arrival.place is not ArrivalPlace.NETWORK_UNKNOWN:
            return True
        waited = self._services.seconds - self._first_seen.get(arrival.host, 0.0)
        return waited >= NETWORK_GRACE

    async def _wait(self) -> None:
        """Wait for a change; border routers change too, so look once in a while."""
        try:
            async with asyncio.timeout(NETWORK_GRACE / 5):
                await self._changed.wait()
        except TimeoutError:
            return

    @callback
    def _notice(self) -> None:
        """Take what is heard; at first it is what was there before."""
        sightings = self._services.sightings
        for gone in self._first_seen.keys() - sightings.keys():
            del self._first_seen[gone]
        for host in sightings:
            self._first_seen.setdefault(host, self._services.seconds)
        if self._services.seconds < THERE_BEFORE:
            self._before = dict(sightings)
        self._changed.set()

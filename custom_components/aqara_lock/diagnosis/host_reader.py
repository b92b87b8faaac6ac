"""Reads what this host and the home network say, for the diagnosis."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from ipaddress import IPv6Address
import logging
from typing import Final

from homeassistant.core import HomeAssistant

from ..domain.diagnosis import HostEvidence, LanEvidence, known
from ..hubs import Hub, HubLocator, HubProber
from ..locks import Lock
from ..matter import read_software
from ..network.host import HostMonitor
from ..network.probes import GatewayMonitor, identify
from .thread_datasets import ThreadDatasets, async_read_datasets

_LOGGER = logging.getLogger(__name__)

HOST_TIMEOUT: Final = 3.0
"""Seconds for this host's own tables and stores; nothing of it leaves the host."""


class NetworkReader:
    """Keeps the last reading of host and home network."""

    def __init__(
        self,
        hass: HomeAssistant,
        hubs: Mapping[str, Hub],
        locks: Mapping[str, Lock],
        prober: HubProber,
    ) -> None:
        """Begin with nothing known."""
        self._hass = hass
        self._hubs = hubs
        self._locks = locks
        self._host = HostMonitor(hass, self._lock_addresses, self._matter_url)
        self.gateway = GatewayMonitor()
        self._whereabouts = HubLocator(hass, hubs, prober)
        self.datasets = ThreadDatasets()

    @property
    def host(self) -> HostEvidence:
        """What this host said last."""
        return self._host.evidence

    @property
    def lan(self) -> LanEvidence:
        """What is known of the home network."""
        return self.gateway.evidence

    async def async_read(self) -> None:
        """Read anew; the home router is asked sooner when a hub is missing."""
        await self._read_host()
        await asyncio.gather(
            self.gateway.async_refresh(self._missed_since()),
            self._whereabouts.async_look(),
        )
        self._excuse_hubs()

    async def _read_host(self) -> None:
        """Read this host; a slow one says nothing new, and the network is asked anyway."""
        try:
            async with asyncio.timeout(HOST_TIMEOUT):
                self.datasets = await async_read_datasets(self._hass)
                host = await self._host.async_refresh("diagnosis")
        except TimeoutError:
            _LOGGER.debug("This host took too long to say how its network is")
            return
        except Exception:
            _LOGGER.exception("This host could not be read")
            return
        if (gateway := known(self._host.gateway)) is not None:
            self.gateway.seen(identify(*gateway, host.adapters, host.neighbours))
        self._whereabouts.learn(known(host.neighbours) or ())

    def _excuse_hubs(self) -> None:
        """Blame no hub for being away while the router of the home is, too."""
        gateway = known(self.lan.gateway)
        if gateway is None or gateway.answers:
            return
        for hub in self._hubs.values():
            hub.excuse_outage()

    def _missed_since(self) -> datetime | None:
        """Give since when a hub is missed; the latest, because all may be one outage."""
        moments = (hub.missed_since for hub in self._hubs.values())
        return max((at for at in moments if at is not None), default=None)

    def _lock_addresses(self) -> Iterable[IPv6Address]:
        for lock in self._locks.values():
            if not lock.is_bridged:
                yield from lock.addresses.look()

    def _matter_url(self) -> str | None:
        return read_software(self._hass).url

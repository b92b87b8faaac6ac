"""Where a hub is that left its address: what trackers of routers say of its MAC, and a probe."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components.device_tracker import (
    ATTR_IP,
    ATTR_MAC,
    DOMAIN as DEVICE_TRACKER_DOMAIN,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import format_mac
from homeassistant.util import dt as dt_util

from ..domain.budget import HUB_PROBE_INTERVAL
from ..domain.connectivity import HubState
from ..domain.thread import Neighbour, macs_of
from ..network.probes import HostBusy, find_method
from .hub import Hub
from .prober import HubProber

BETWEEN_LOOKS: Final = timedelta(seconds=HUB_PROBE_INTERVAL)


class HubLocator:
    """Learns the MAC of each hub while it is there, and looks for one that is missed.

    A hub in another subnet and one without power look alike until its new address is
    known; integrations of routers tell it as a device tracker with MAC and IP address.
    """

    def __init__(
        self, hass: HomeAssistant, hubs: Mapping[str, Hub], prober: HubProber
    ) -> None:
        """Look after these hubs."""
        self._hass = hass
        self._hubs = hubs
        self._prober = prober
        self._looked_at: dict[str, datetime] = {}

    def learn(self, neighbours: Iterable[Neighbour]) -> None:
        """Take the neighbour table of this host."""
        known = tuple(neighbours)
        for hub in self._hubs.values():
            if hub.state is HubState.ONLINE:
                hub.learn_macs(macs_of(hub.router, known))

    async def async_look(self) -> None:
        """Ask at their new addresses for the hubs that are missed."""
        for gone in set(self._looked_at) - set(self._hubs):
            del self._looked_at[gone]
        await asyncio.gather(*(self._look(hub) for hub in self._hubs.values()))

    async def _look(self, hub: Hub) -> None:
        if hub.missed_since is None or hub.answers is True:
            hub.elsewhere = None
            return
        if not self._is_due(hub):
            return
        for address in self._told(hub):
            self._looked_at[hub.router.id] = dt_util.utcnow()
            try:
                answers = await find_method(address) is not None
            except HostBusy:
                return
            if answers:
                hub.elsewhere = address
                return
        hub.elsewhere = None

    def _is_due(self, hub: Hub) -> bool:
        at = self._looked_at.get(hub.router.id)
        if at is None:
            return True
        return not timedelta(0) <= dt_util.utcnow() - at < BETWEEN_LOOKS

    def _told(self, hub: Hub) -> Iterator[str]:
        """Give the addresses that trackers tell of the hub and that it did not have."""
        macs = {format_mac(mac) for mac in hub.macs}
        for state in self._hass.states.async_all(DEVICE_TRACKER_DOMAIN):
            mac, ip = state.attributes.get(ATTR_MAC), state.attributes.get(ATTR_IP)
            if not mac or format_mac(str(mac)) not in macs:
                continue
            if (
                self._prober.policy.allows(str(ip))
                and str(ip) not in hub.router.plain_addresses
            ):
                yield str(ip)

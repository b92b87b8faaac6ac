"""What can go wrong on the LAN and on the Home Assistant host, and putting it right again."""

from contextlib import suppress

from .command import CommandFailed
from .hub import Hub
from .network import (
    ADVERTISEMENT_BLOCK,
    HA_ADDRESS,
    MULTICAST_BLOCK,
    OUTAGE,
    ROUTER,
    Network,
)
from .thread_network import HOME
from .waiting import wait_until


class Lan:
    """Faults by name; each has a way back, and `repair` undoes all of them."""

    def __init__(self, network: Network, hubs: tuple[Hub, ...]) -> None:
        """Take the network and the hubs whose announcements carry routes and prefixes."""
        self._network = network
        self._hubs = hubs
        self._ha = network.ha

    async def multicast(self, on: bool) -> None:
        """Let the switch pass mDNS multicast, or drop it."""
        await self._network.lan.forget_table("bridge", "multicast")
        if not on:
            await self._network.lan.nft(MULTICAST_BLOCK)

    async def advertisements(self, on: bool) -> None:
        """Let the switch pass router advertisements, or drop them."""
        await self._network.lan.forget_table("bridge", "advertisements")
        if not on:
            await self._network.lan.nft(ADVERTISEMENT_BLOCK)
            return
        await self._solicit()

    async def route(self, on: bool) -> None:
        """Let the Home Assistant host take routes of border routers, or refuse and forget them."""
        length = 64 if on else 0
        await self._ha.sysctl(net__ipv6__conf__eth0__accept_ra_rt_info_max_plen=length)
        if on:
            await self._solicit()
            return
        with suppress(CommandFailed):
            while await self.has_route():
                await self._ha.ip("-6", "route", "delete", HOME.omr_network)

    async def unique_local_addresses(self, on: bool) -> None:
        """Let the hubs announce a ULA prefix, or leave the LAN with link-local addresses."""
        for hub in self._hubs:
            await hub.announce_prefix(on)
        if on:
            await self._solicit()
            return
        await self._ha.ip("-6", "addr", "flush", "dev", "eth0", "scope", "global")

    async def ipv6(self, on: bool) -> None:
        """Switch IPv6 of the Home Assistant host on or off."""
        value = 0 if on else 1
        await self._ha.sysctl(
            net__ipv6__conf__all__disable_ipv6=value,
            net__ipv6__conf__default__disable_ipv6=value,
        )
        if on:
            await wait_until("a link-local address", self._ha.has_link_local)

    async def home_router(self, on: bool) -> None:
        """Switch the home router on or off; the switch inside it is another box here."""
        with suppress(CommandFailed):
            await self._network.lan.ip("addr", "delete", f"{ROUTER}/24", "dev", "br0")
        if on:
            await self._network.lan.ip("addr", "add", f"{ROUTER}/24", "dev", "br0")

    async def home_network(self, on: bool) -> None:
        """Switch the box on or off that is router, switch and Wi-Fi of the home."""
        await self._network.lan.forget_table("bridge", "outage")
        if not on:
            await self._network.lan.nft(OUTAGE)
            return
        await self._solicit()

    async def route_runs_out(self) -> None:
        """Let the route to the mesh end as it does when it is announced no more."""
        await self.advertisements(False)
        with suppress(CommandFailed):
            while await self.has_route():
                await self._ha.ip("-6", "route", "delete", HOME.omr_network)

    async def has_route(self) -> bool:
        """Tell whether the Home Assistant host has a route to the lock's mesh."""
        return bool(await self._ha.ip("-6", "route", "show", HOME.omr_network))

    async def wait_for_route(self, present: bool = True, timeout: float = 15) -> None:
        """Wait until the route to the mesh is there (or gone)."""

        async def as_wanted() -> bool:
            return await self.has_route() is present

        await wait_until(f"route to the mesh {present=}", as_wanted, timeout)

    async def repair(self) -> None:
        """Undo every fault."""
        await self.ipv6(True)
        await self.multicast(True)
        await self.advertisements(True)
        await self.home_router(True)
        await self.home_network(True)
        for hub in self._hubs:
            await hub.announce_prefix(True)
        await self.route(True)

    async def _solicit(self) -> None:
        """Let the host ask for announcements, if it has IPv6 at all."""
        if await self._ha.has_link_local():
            await self._ha.solicit_routers()

    @property
    def home_assistant_address(self) -> str:
        """Return the IPv4 address of the Home Assistant host."""
        return HA_ADDRESS

"""What this host says of its own network, read at once and compared with what it said before."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address
import logging
from socket import if_nameindex
from typing import Final

from homeassistant.components import network
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ...domain.addresses import Address
from ...domain.diagnosis import (
    Adapter,
    Fact,
    Gap,
    HostEvidence,
    IPv6Class,
    NetworkManager,
    Sysctls,
    lan_adapters,
)
from ...domain.thread import RouteChoice
from .adapters import Chosen, read_adapters
from .advertisements import AnnouncementCache
from .boot import read_booted_at
from .conntrack import read_udp_stream_timeout
from .default_gateway import DefaultGateway, read_default_gateway
from .manager import is_bridged, read_manager
from .matter_server_host import MatterServerHost, is_elsewhere
from .neighbours import read_neighbours
from .netlink import Netlink, open_netlink
from .procfs import failed
from .routes import read_choices, read_routes
from .supervisor import Supervised, async_ask_supervisor
from .sysctls import ALL, read_sysctls

_LOGGER = logging.getLogger(__name__)
SAME_BOOT: Final = timedelta(minutes=1)
"""A start that is worked out anew from a clock that was corrected is the same one."""
MOST_WAYS: Final = 1024
"""Ways that are dated; beyond that only those of now."""
_MEMORY: Final[HassKey[HostCache]] = HassKey("aqara_lock_host_memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What has to be known before the reading begins."""

    chosen: Chosen
    supervised: Supervised = field(default_factory=Supervised)
    lock_addresses: frozenset[IPv6Address] = frozenset()
    matter_url: str | None = None
    matter_addresses: Fact[frozenset[Address]] = Gap.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at the host; `gateway` is None when there is no default route."""

    host: HostEvidence
    gateway: Fact[DefaultGateway | None] = Gap.UNKNOWN


async def async_read_host(
    hass: HomeAssistant,
    lock_addresses: Iterable[IPv6Address],
    matter_url: str | None = None,
) -> HostEvidence:
    """Read everything once, without memory of earlier readings."""
    server = MatterServerHost()
    return (await _async_read(hass, lock_addresses, matter_url, server)).host


class HostMonitor:
    """Keeps the last look at this host; it looks only when it is asked to."""

    def __init__(
        self,
        hass: HomeAssistant,
        lock_addresses: Callable[[], Iterable[IPv6Address]],
        matter_url: Callable[[], str | None],
    ) -> None:
        """Take where the locks' addresses and the URL of the Matter server come from."""
        self._hass = hass
        self._lock_addresses = lock_addresses
        self._matter_url = matter_url
        self._server = MatterServerHost()
        self._memory = hass.data.setdefault(_MEMORY, HostCache())
        self._reading = asyncio.Lock()
        self._begun = 0
        self._job: asyncio.Task[Reading] | None = None
        self.evidence = HostEvidence()
        self.gateway: Fact[DefaultGateway | None] = Gap.UNKNOWN

    async def async_refresh(self, reason: str) -> HostEvidence:
        """Look again; who asks while a look is under way shares the next one."""
        asked = self._begun
        async with self._reading:
            if self._begun > asked:
                return self.evidence
            self._begun += 1
            await self._look(reason)
        return self.evidence

    async def _look(self, reason: str) -> None:
        _LOGGER.debug("Looking at this host's network: %s", reason)
        reading = await self._read()
        self.evidence = self._memory.complete(reading.host, dt_util.utcnow())
        self.gateway = reading.gateway

    async def _read(self) -> Reading:
        """Read; a reading that nobody waited for to the end goes on, and is taken next."""
        job = self._job = self._job or self._hass.async_create_background_task(
            _async_read(
                self._hass, self._lock_addresses(), self._matter_url(), self._server
            ),
            "aqara_lock host",
        )
        try:
            await asyncio.wait({job})
            return job.result()
        finally:
            if job.done():
                self._job = None


class HostCache:
    """Adds to a reading since when it is so."""

    def __init__(self) -> None:
        """Start without any reading."""
        self._announcements = AnnouncementCache()
        self._class: tuple[IPv6Class, datetime] | None = None
        self._ways: dict[IPv6Address, RouteChoice] = {}
        self._booted: Fact[datetime] = Gap.UNKNOWN

    def complete(self, host: HostEvidence, now: datetime) -> HostEvidence:
        """Take a reading and give it back with what earlier ones tell."""
        adapters = host.adapters
        if not isinstance(adapters, Gap):
            adapters = self._announcements.complete(adapters, now)
        choices = host.choices
        if not isinstance(choices, Gap):
            choices = self._dated(choices, now)
        return replace(
            host,
            adapters=adapters,
            choices=choices,
            ipv6_class_since=self._class_since(host.ipv6_class, now),
            booted_at=self._steady(host.booted_at),
        )

    def _steady(self, booted: Fact[datetime]) -> Fact[datetime]:
        """Give when the host was started, without the fractions of each reading."""
        before = self._booted
        if isinstance(booted, Gap):
            return booted
        if isinstance(before, Gap) or abs(booted - before) >= SAME_BOOT:
            self._booted = booted
        return self._booted

    def _class_since(self, found: Fact[IPv6Class], now: datetime) -> datetime | None:
        """Give since when the class is seen; a failed reading changes nothing."""
        if isinstance(found, Gap):
            return None
        if self._class is None or self._class[0] is not found:
            self._class = found, now
        return self._class[1]

    def _dated(
        self, choices: Mapping[IPv6Address, RouteChoice], now: datetime
    ) -> dict[IPv6Address, RouteChoice]:
        """Date each way; the beginning of what was so at the first look is unknown."""
        for address, choice in choices.items():
            before = self._ways.get(address)
            if before is None:
                self._ways[address] = replace(choice, seen_since=now)
            elif before.way is not choice.way:
                self._ways[address] = replace(choice, since=now, seen_since=now)
        dates = {a: self._ways[a] for a in choices}
        if len(self._ways) > MOST_WAYS:
            self._ways = dict(dates)
        return {
            a: replace(c, since=dates[a].since, seen_since=dates[a].seen_since)
            for a, c in choices.items()
        }


def read_host(question: Question) -> Reading:
    """Read everything; blocks, for the executor."""
    adapters = read_adapters(question.chosen)
    bridged = _bridged(adapters, question.supervised)
    elsewhere = is_elsewhere(
        question.matter_url,
        question.matter_addresses,
        adapters,
        supervised=question.supervised.present,
    )
    if bridged is True:
        return Reading(host=_only_container(elsewhere), gateway=Gap.NOT_CHECKABLE)
    with open_netlink() as netlink:
        reading = _read_kernel(netlink, question.lock_addresses)
    host = replace(
        reading.host,
        adapters=_with_methods(adapters, question.supervised),
        all_interfaces=read_sysctls(ALL),
        udp_stream_timeout=read_udp_stream_timeout(),
        manager=_manager(adapters, question.supervised),
        bridged_container=bridged,
        matter_server_elsewhere=elsewhere,
        booted_at=read_booted_at(dt_util.utcnow()),
    )
    return replace(reading, host=host)


async def _async_read(
    hass: HomeAssistant,
    lock_addresses: Iterable[IPv6Address],
    matter_url: str | None,
    server: MatterServerHost,
) -> Reading:
    question = Question(
        chosen=Chosen.of(await network.async_get_adapters(hass)),
        supervised=async_ask_supervisor(hass),
        lock_addresses=frozenset(lock_addresses),
        matter_url=matter_url,
        matter_addresses=await server.async_addresses(matter_url),
    )
    return await hass.async_add_executor_job(read_host, question)


def _read_kernel(netlink: Netlink | None, addresses: Iterable[IPv6Address]) -> Reading:
    names = _interface_names()
    routes = read_routes(netlink, names)
    host = HostEvidence(
        routes=routes,
        choices=read_choices(netlink, addresses, routes, names),
        neighbours=read_neighbours(netlink, names),
    )
    return Reading(host=host, gateway=read_default_gateway(netlink, names))


def _interface_names() -> dict[int, str]:
    try:
        return dict(if_nameindex())
    except OSError as err:
        failed("interface names", err)
        return {}


def _bridged(adapters: Fact[tuple[Adapter, ...]], supervised: Supervised) -> Fact[bool]:
    """The Supervisor puts Home Assistant on the host's network."""
    if supervised.present:
        return False
    return adapters if isinstance(adapters, Gap) else is_bridged(adapters)


def _only_container(elsewhere: Fact[bool]) -> HostEvidence:
    """What is seen here is the container's own network, not the host's."""
    gap = Gap.NOT_CHECKABLE
    return HostEvidence(
        adapters=gap,
        all_interfaces=NO_SYSCTLS,
        routes=gap,
        choices=gap,
        neighbours=gap,
        udp_stream_timeout=gap,
        manager=gap,
        bridged_container=True,
        matter_server_elsewhere=elsewhere,
        booted_at=gap,
    )


def _with_methods(
    adapters: Fact[tuple[Adapter, ...]], supervised: Supervised
) -> Fact[tuple[Adapter, ...]]:
    if isinstance(adapters, Gap):
        return adapters
    return tuple(
        replace(adapter, ipv6_method=supervised.method_of(adapter.name))
        for adapter in adapters
    )


def _manager(
    adapters: Fact[tuple[Adapter, ...]], supervised: Supervised
) -> Fact[NetworkManager]:
    if supervised.present:
        return supervised.manager
    if isinstance(adapters, Gap):
        return adapters
    return read_manager(adapter.name for adapter in lan_adapters(adapters))


NO_SYSCTLS: Final = Sysctls(
    accept_ra=Gap.NOT_CHECKABLE,
    rt_info_max_plen=Gap.NOT_CHECKABLE,
    disable_ipv6=Gap.NOT_CHECKABLE,
    forwarding=Gap.NOT_CHECKABLE,
)

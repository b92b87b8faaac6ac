"""The home network and this host's kernel: border routers, mDNS, probes, addresses, routes.

Records lie as bytes in the cache of the shared zeroconf, and zeroconf's own classes read
them. The kernel answers through pyroute2, `/proc` and ifaddr. Not one packet is sent.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from errno import ENETUNREACH
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import inf
from types import SimpleNamespace
from typing import Any, Final

from pyroute2.netlink.exceptions import NetlinkError
from zeroconf import (
    DNSAddress,
    DNSCache,
    DNSPointer,
    DNSRecord,
    DNSService,
    DNSText,
    RecordUpdate,
    ServiceStateChange,
)

MESHCOP: Final = "_meshcop._udp.local."
OPERATIONAL: Final = "_matter._tcp.local."
UNIQUE: Final = 0x8001
SHARED: Final = 1
TTL: Final = 10_000_000
MESH: Final = IPv6Network("fd20:be89:495a:1::/64")
OWN_IPV4: Final = "10.10.10.10"
OWN_LINK_LOCAL: Final = "fe80::10"
OWN_GLOBAL: Final = "fd00:10::10"
ROUTER: Final = "10.10.10.1"
ANSWER_AFTER: Final = 0.05
"""Seconds until a host on the home network answers a question on mDNS."""
NEVER: Final = 86400.0


@dataclass
class Hub:
    """A border router: what it announces and whether it is there."""

    number: int
    name: str
    port_open: bool = False
    answers_echo: bool = True
    powered: bool = True
    thread_on: bool = True
    on_mdns: bool = True
    address: str = ""
    vendor: str = "Aqara"

    def __post_init__(self) -> None:
        """Take an address on the home network."""
        self.address = self.address or f"10.10.10.{20 + self.number}"

    @property
    def border_agent_id(self) -> str:
        """Identify it."""
        return f"{self.number:02x}112233445566778899aabbccddeeff"

    @property
    def link_local(self) -> str:
        """Next hop of the route into the mesh."""
        return f"fe80::1:{self.number}"

    @property
    def host(self) -> str:
        """Name of its host."""
        return f"hub-{self.number}.local."

    @property
    def instance(self) -> str:
        """Name of its service."""
        return f"{self.name}.{MESHCOP}"

    @property
    def routes(self) -> bool:
        """Whether it carries packets into the mesh."""
        return self.powered and self.thread_on

    def records(self) -> list[DNSRecord]:
        """Give what it announces."""
        state = b"\x00\x00\x1f\xb1" if self.thread_on else b"\x00\x00\x1f\x21"
        txt = {
            b"rv": b"1",
            b"vn": self.vendor.encode(),
            b"mn": b"Hub",
            b"nn": b"AqaraHome-f8c4",
            b"tv": b"1.4.0",
            b"xp": bytes.fromhex("b363bc7ef982ac73"),
            b"xa": bytes.fromhex(f"f6a99b425a67ab{self.number:02x}"),
            b"id": bytes.fromhex(self.border_agent_id),
            b"sb": state,
            b"omr": b"\x40" + MESH.network_address.packed[:8],
        }
        return service_records(
            self.instance, MESHCOP, self.host, 49191, txt, (self.address,)
        )


def service_records(
    instance: str,
    kind: str,
    host: str,
    port: int,
    txt: dict[bytes, bytes],
    addresses: tuple[str, ...],
) -> list[DNSRecord]:
    """Give the records of one service."""
    items = (key + b"=" + value for key, value in txt.items())
    text = b"".join(bytes([len(item)]) + item for item in items)
    return [
        DNSPointer(kind, 12, SHARED, TTL, instance),
        DNSService(instance, 33, UNIQUE, TTL, 0, 0, port, host),
        DNSText(instance, 16, UNIQUE, TTL, text),
        *(_address_record(host, address) for address in addresses),
    ]


def _address_record(host: str, text: str) -> DNSAddress:
    address = ip_address(text)
    return DNSAddress(
        host, 1 if address.version == 4 else 28, UNIQUE, TTL, address.packed
    )


@dataclass
class Published:
    """What a border router publishes for a lock."""

    instance: str
    host: str
    addresses: tuple[str, ...]

    @property
    def records(self) -> list[DNSRecord]:
        """Give the records."""
        return service_records(
            self.instance, OPERATIONAL, self.host, 5540, {b"SII": b"50"}, self.addresses
        )


class Browser:
    """Stands for zeroconf's browser."""

    def __init__(self, network: Network, types: list[str], handlers: list[Any]) -> None:
        """Report what is there already."""
        self._network = network
        self.types = types
        self._handlers = handlers

    def tell(self, kind: str, instance: str, change: ServiceStateChange) -> None:
        """Call every handler as zeroconf does."""
        if kind not in self.types:
            return
        for handler in list(self._handlers):
            handler(
                zeroconf=self._network.zeroconf,
                service_type=kind,
                name=instance,
                state_change=change,
            )

    async def async_cancel(self) -> None:
        """End."""
        if self in self._network.browsers:
            self._network.browsers.remove(self)


class Zeroconf:
    """Stands for the shared zeroconf: a cache, and who listens."""

    def __init__(self, network: Network) -> None:
        """Begin with an empty cache."""
        self._network = network
        self.cache = DNSCache()
        self.done = False
        self.question_history = None
        self.started = True
        self.listeners: list[Any] = []

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Loop of the engine."""
        return asyncio.get_running_loop()

    async def async_wait_for_start(self, *_: object) -> None:
        """Be ready."""

    def async_add_listener(self, listener: Any, _question: object) -> None:
        """Tell this one of every packet."""
        self.listeners.append(listener)

    def async_remove_listener(self, listener: Any) -> None:
        """Tell this one nothing more."""
        if listener in self.listeners:
            self.listeners.remove(listener)

    def async_send(self, *_: object, **__: object) -> None:
        """Ask; who is there answers soon."""
        self._network.asked()

    def close(self) -> None:
        """Stay."""


class AsyncZeroconf:
    """Stands for the shared zeroconf's other face."""

    def __init__(self, shared: Zeroconf) -> None:
        """Belong to the shared one."""
        self.zeroconf = shared

    async def async_register_service(self, *_: object, **__: object) -> None:
        """Announce nothing."""

    async_update_service = async_unregister_service = async_register_service

    async def async_close(self) -> None:
        """Stay."""

    ha_async_close = async_close


@dataclass
class Network:
    """Everything between this host and the border routers."""

    hubs: list[Hub] = field(default_factory=list)
    router_up: bool = True
    """Whether the home router (and its Wi-Fi, where the hubs are) works."""
    ipv6_on: bool = True
    has_global: bool = True
    accepts_routes: bool = True
    multicast_blocked: bool = False
    probes: int = 0
    queries: int = 0
    kernel_sockets: list[Any] = field(default_factory=list)
    browsers: list[Browser] = field(default_factory=list)
    published: dict[str, Published] = field(default_factory=dict)
    lost_routes: set[int] = field(default_factory=set)
    """Hubs whose route into the mesh this host has lost."""
    readers: Callable[[], dict[object, Callable[[], object]]] = dict

    def __post_init__(self) -> None:
        """Make the shared zeroconf."""
        self.renew_zeroconf()

    def renew_zeroconf(self) -> None:
        """Begin anew, as a process of Home Assistant does."""
        self.zeroconf = Zeroconf(self)
        self.async_zeroconf = AsyncZeroconf(self.zeroconf)
        self.browsers.clear()
        self.kernel_sockets.clear()
        for hub in self.hubs:
            if self.is_heard(hub):
                self.zeroconf.cache.async_add_records(hub.records())
        for service in self.published.values():
            self.zeroconf.cache.async_add_records(service.records)

    # Border routers and mDNS

    def is_heard(self, hub: Hub) -> bool:
        """Whether a hub answers on mDNS."""
        return (
            hub.powered
            and hub.on_mdns
            and self.router_up
            and not self.multicast_blocked
        )

    def announce(self, hub: Hub) -> None:
        """Let a hub announce itself, or a change."""
        if not self.is_heard(hub):
            return
        cache = self.zeroconf.cache
        old = list(cache.entries_with_name(hub.instance.lower()))
        old += list(cache.entries_with_name(hub.host.lower()))
        cache.async_remove_records(old)
        cache.async_add_records(hub.records())
        self._packet(hub.records(), 0.0)
        for browser in list(self.browsers):
            browser.tell(MESHCOP, hub.instance, ServiceStateChange.Added)

    def goodbye(self, hub: Hub) -> None:
        """Let a hub take its leave."""
        self._packet([DNSPointer(MESHCOP, 12, SHARED, 0, hub.instance)], 0.0)
        for browser in list(self.browsers):
            browser.tell(MESHCOP, hub.instance, ServiceStateChange.Removed)

    def expire(self, hub: Hub) -> None:
        """Let the records of a hub run out."""
        cache = self.zeroconf.cache
        cache.async_remove_records(list(cache.entries_with_name(hub.instance.lower())))
        self._packet(hub.records(), inf)
        for browser in list(self.browsers):
            browser.tell(MESHCOP, hub.instance, ServiceStateChange.Removed)

    def publish(self, instance: str, host: str, *addresses: str) -> None:
        """Let a border router publish a lock."""
        service = Published(f"{instance}.{OPERATIONAL}", host, addresses)
        self.withdraw(instance)
        self.published[instance] = service
        self.zeroconf.cache.async_add_records(service.records)
        for browser in list(self.browsers):
            browser.tell(OPERATIONAL, service.instance, ServiceStateChange.Added)

    def withdraw(self, instance: str) -> None:
        """Let what is published of a lock run out."""
        service = self.published.pop(instance, None)
        if service is None:
            return
        cache = self.zeroconf.cache
        for name in (service.instance, service.host):
            cache.async_remove_records(list(cache.entries_with_name(name.lower())))

    def browse(self, _zc: Any, types: list[str] | str, handlers: list[Any]) -> Browser:
        """Stand for `AsyncServiceBrowser`."""
        wanted = [types] if isinstance(types, str) else types
        browser = Browser(self, wanted, handlers)
        self.browsers.append(browser)
        for hub in self.hubs:
            if self.is_heard(hub):
                browser.tell(MESHCOP, hub.instance, ServiceStateChange.Added)
        return browser

    def asked(self) -> None:
        """Answer a question, a moment later."""
        self.queries += 1
        loop = asyncio.get_running_loop()
        loop.call_later(ANSWER_AFTER, self._answer)

    def _answer(self) -> None:
        for hub in self.hubs:
            if self.is_heard(hub):
                self._packet(hub.records(), 0.0)

    def _packet(self, records: list[DNSRecord], now: float) -> None:
        updates = [RecordUpdate(record, None) for record in records]
        for listener in list(self.zeroconf.listeners):
            listener.async_update_records(self.zeroconf, now, updates)
            listener.async_update_records_complete()

    # Probes

    async def connect(self, address: str, _port: int) -> tuple[Any, Any]:
        """Stand for `asyncio.open_connection`."""
        self.probes += 1
        answers, is_open = self._host_at(address)
        if not answers:
            await asyncio.sleep(NEVER)
        if not is_open:
            raise ConnectionRefusedError
        return SimpleNamespace(), SimpleNamespace(close=lambda: None)

    async def ping(self, address: str, timeout: float = 2.0, **_: Any) -> Any:
        """Stand for `icmplib.async_ping`."""
        self.probes += 1
        answers, _open = self._host_at(address)
        hub = self._hub_at(address)
        if not answers or (hub is not None and not hub.answers_echo):
            await asyncio.sleep(timeout)
            return SimpleNamespace(is_alive=False)
        return SimpleNamespace(is_alive=True)

    def _hub_at(self, address: str) -> Hub | None:
        return next((hub for hub in self.hubs if hub.address == address), None)

    def _host_at(self, address: str) -> tuple[bool, bool]:
        """Tell whether a host answers, and whether its port is open."""
        if address == ROUTER:
            return self.router_up, True
        hub = self._hub_at(address)
        if hub is None:
            return False, False
        return hub.powered and self.router_up, hub.port_open

    # This host's kernel

    def changed(self) -> None:
        """Let the kernel tell of a change."""
        readers = self.readers()
        for waiting in list(self.kernel_sockets):
            waiting.notify()
            if (call := readers.get(waiting)) is not None:
                asyncio.get_running_loop().call_soon(call)

    def addresses(self) -> Iterator[tuple[str, int]]:
        """Give this host's addresses with their prefix lengths."""
        yield OWN_IPV4, 24
        if self.ipv6_on:
            yield OWN_LINK_LOCAL, 64
            if self.has_global:
                yield OWN_GLOBAL, 64

    def adapters(self, **_: Any) -> list[Any]:
        """Stand for `ifaddr.get_adapters`."""
        ips = [
            SimpleNamespace(
                is_IPv6=":" in text,
                ip=(text, 0, 2) if ":" in text else text,
                network_prefix=length,
                nice_name="eth0",
            )
            for text, length in self.addresses()
        ]
        return [SimpleNamespace(nice_name="eth0", name="eth0", ips=ips, index=2)]

    def has_route(self, hub: Hub) -> bool:
        """Whether this host has a route into the mesh by a hub."""
        return (
            self.ipv6_on
            and self.accepts_routes
            and hub.number not in self.lost_routes
            and hub.thread_on
        )

    def next_hops(self) -> list[Hub]:
        """Give the hubs by which this host sends into the mesh, the chosen one first."""
        routed = [hub for hub in self.hubs if self.has_route(hub)]
        return sorted(routed, key=lambda hub: not hub.powered)

    def reaches_mesh(self) -> bool:
        """Whether a packet of this host comes into the mesh and back."""
        if not (self.ipv6_on and self.has_global and self.router_up):
            return False
        hops = self.next_hops()
        return bool(hops) and hops[0].routes

    def iproute(self) -> Any:
        """Stand for `pyroute2.IPRoute`."""
        return IPRoute(self)

    def proc_file(self, path: str) -> str | None:
        """Give the content of a file of the kernel; None where there is none."""
        name = path.rsplit("/", 1)[-1]
        if "/sys/net/ipv6/conf/" in path:
            values = {
                "accept_ra": "1",
                "accept_ra_rt_info_max_plen": "64" if self.accepts_routes else "0",
                "disable_ipv6": "0" if self.ipv6_on else "1",
                "forwarding": "0",
            }
            return values.get(name)
        if path.endswith("/net/if_inet6"):
            return self._if_inet6()
        return None

    def _if_inet6(self) -> str:
        lines = []
        for text, length in self.addresses():
            if ":" in text:
                digits = IPv6Address(text).exploded.replace(":", "")
                scope = 0x20 if text.startswith("fe80") else 0
                lines.append(f"{digits} 02 {length:02x} {scope:02x} 80     eth0\n")
        return "".join(lines)

    @staticmethod
    def proc_exists(path: str) -> bool:
        """Tell whether the kernel has a file or folder."""
        return path.startswith("/proc/sys/net") and "netfilter" not in path


class IPRoute:
    """Answers as pyroute2 does, with plain messages."""

    def __init__(self, network: Network) -> None:
        """Answer for one host."""
        self._network = network

    def close(self) -> None:
        """End."""

    def get_routes(self, family: int = 0, table: int = 254) -> list[dict[str, Any]]:
        """Give the main table."""
        if family == 2:
            return [
                _route(0, None, ROUTER, 16),
                _route(24, "10.10.10.0", None, 2),
            ]
        network = self._network
        if not network.ipv6_on:
            return []
        found = [_route(64, "fe80::", None, 2)]
        if network.has_global:
            found.append(_route(64, "fd00:10::", None, 9))
        for hub in network.next_hops():
            mesh = str(MESH.network_address)
            found.append(_route(64, mesh, hub.link_local, 9, expires=150_000))
        return found

    def get_neighbours(self, family: int = 0) -> list[dict[str, Any]]:
        """Give what is known of the hosts on the wire."""
        network = self._network
        up = network.router_up
        rows = [(ROUTER, "02:00:00:00:00:01", up)]
        rows += [
            (hub.address, f"02:00:00:00:01:{hub.number:02x}", up and hub.powered)
            for hub in network.hubs
        ]
        if family != 2:
            rows = [
                (hub.link_local, f"02:00:00:00:01:{hub.number:02x}", up and hub.powered)
                for hub in network.next_hops()
            ]
        return [
            {
                "state": 0x02 if alive else 0x20,
                "ndm_type": 1,
                "ifindex": 2,
                "attrs": [("NDA_DST", address), ("NDA_LLADDR", mac)],
            }
            for address, mac, alive in rows
        ]

    def route(self, _verb: str, dst: str, flags: int = 0) -> list[dict[str, Any]]:
        """Give the way to an address."""
        network = self._network
        hops = network.next_hops() if IPv6Address(dst) in MESH else []
        if not hops:
            raise NetlinkError(ENETUNREACH, "Network is unreachable")
        source = OWN_GLOBAL if network.has_global else OWN_LINK_LOCAL
        message = _route(64, str(MESH.network_address), hops[0].link_local, 9)
        message["attrs"].append(("RTA_PREFSRC", source))
        return [message]


def _route(
    length: int, to: str | None, via: str | None, proto: int, expires: int = 0
) -> dict[str, Any]:
    attrs: list[tuple[str, Any]] = [("RTA_OIF", 2), ("RTA_PRIORITY", 1024)]
    if to is not None:
        attrs.append(("RTA_DST", to))
    if via is not None:
        attrs.append(("RTA_GATEWAY", via))
    if expires:
        attrs.append(("RTA_CACHEINFO", {"rta_expires": expires}))
    return {"type": 1, "proto": proto, "dst_len": length, "attrs": attrs}

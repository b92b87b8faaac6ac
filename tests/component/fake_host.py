"""What this host says of its network, as a test wants it; nothing of the real one is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface, IPv6Network
from typing import Any, Final
from unittest.mock import patch

from zeroconf import DNSAddress, DNSService, DNSText

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Adapter,
    Gap,
    HostAddress,
    HostEvidence,
    NetworkManager,
)
from custom_components.aqara_lock.domain.thread.routing import (
    Route,
    RouteChoice,
    RouteState,
)
from custom_components.aqara_lock.network.host.default_gateway import DefaultGateway
from custom_components.aqara_lock.network.host.reading import Question, Reading

from .fake_lan import FakeLan
from .fake_matter import COMPRESSED_FABRIC, FakeLock

MODULE: Final = "custom_components.aqara_lock.network.host.reading.read_host"
OWN: Final = ("10.10.10.10/24", "fe80::10/64", "fd00:10::10/64")
MESH: Final = IPv6Network("fd20:be89:495a:1::/64")
HUB_HOP: Final = IPv6Address("fe80::1")
MATTER: Final = "_matter._tcp.local."
TTL: Final = 10_000_000


class FakeHost:
    """A host with a usable address and a route into the mesh, until a test changes it."""

    def __init__(self) -> None:
        """Begin with all well."""
        self.addresses: tuple[str, ...] = OWN
        self.way = RouteState.ROUTED
        self.hop = HUB_HOP
        self.changes: dict[str, Any] = {}
        self.gateway: DefaultGateway | None = None

    def read(self, question: Question) -> Reading:
        """Answer as `read_host`."""
        route = Route(destination=MESH, next_hop=self.hop, interface="eth0")
        is_routed = self.way is RouteState.ROUTED
        host = HostEvidence(
            adapters=(adapter(*self.addresses),),
            routes=(route,) if is_routed else (),
            choices={item: self._choice() for item in question.lock_addresses},
            neighbours=(),
            manager=NetworkManager.HAOS,
            bridged_container=False,
            matter_server_elsewhere=False,
        )
        gateway = self.gateway or Gap.UNKNOWN
        return Reading(host=replace(host, **self.changes), gateway=gateway)

    def _choice(self) -> RouteChoice:
        if self.way is not RouteState.ROUTED:
            return RouteChoice(way=self.way)
        return RouteChoice(way=self.way, next_hop=self.hop, interface="eth0")


def adapter(*addresses: str) -> Adapter:
    """Give an adapter of the home network with these addresses."""
    parsed = (IPv6Interface(x) if ":" in x else IPv4Interface(x) for x in addresses)
    return Adapter(name="eth0", addresses=tuple(map(HostAddress, parsed)))


def publish(lan: FakeLan, lock: FakeLock, *addresses: str) -> None:
    """Let the border router publish a lock's addresses."""
    name = f"{COMPRESSED_FABRIC:016X}-{lock.node_id:016X}.{MATTER}"
    host = f"{lock.node_id:016X}.local."
    packed = (IPv6Address(text).packed for text in addresses)
    lan._zeroconf.cache.async_add_records(
        [
            DNSService(name, 33, 0x8001, TTL, 0, 0, 5540, host),
            DNSText(name, 16, 0x8001, TTL, b"\x06SII=50"),
            *(DNSAddress(host, 28, 0x8001, TTL, item) for item in packed),
        ]
    )


def forget_published(lan: FakeLan, lock: FakeLock) -> None:
    """Let what was published run out."""
    cache = lan._zeroconf.cache
    host = f"{lock.node_id:016X}.local.".lower()
    cache.async_remove_records(list(cache.entries_with_name(host)))


@contextmanager
def emulated_host() -> Iterator[FakeHost]:
    """Put a host under the product."""
    host = FakeHost()
    with patch(MODULE, host.read):
        yield host

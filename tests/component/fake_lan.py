"""The home network in memory: border routers on mDNS that answer probes, or do not.

Records go into the cache that Home Assistant's shared zeroconf has, as bytes, and are
read by zeroconf's own classes. Not one packet is sent.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from time import time
from typing import Any, Final
from unittest.mock import MagicMock, patch

from icmplib import SocketPermissionError
from icmplib.exceptions import ICMPSocketError
from zeroconf import (
    DNSAddress,
    DNSPointer,
    DNSRecord,
    DNSService,
    DNSText,
    RecordUpdate,
    RecordUpdateListener,
    ServiceStateChange,
)

from .nodes import EXTENDED_PAN_ID

SERVICE: Final = "_meshcop._udp.local."
MODULE: Final = "custom_components.aqara_lock.network"
CLASS_IN_UNIQUE: Final = 0x8001
CLASS_IN: Final = 1
TTL: Final = 10_000_000
THREAD_ACTIVE_LEADER: Final = bytes.fromhex("00001fb1")


class Port(StrEnum):
    """What a hub does with a connection to its port."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"


class Echo(StrEnum):
    """What becomes of an ICMP echo."""

    ANSWERED = "answered"
    SILENT = "silent"
    FORBIDDEN = "forbidden"
    FAILS = "fails"


@dataclass(slots=True)
class FakeHub:
    """A border router."""

    name: str = "Hub M100-A1B2"
    host: str = "Hub-M100-A1B2.local."
    border_agent_id: str = "00112233445566778899aabbccddeeff"
    extended_address: str = "f6a99b425a67abed"
    extended_pan_id: str = EXTENDED_PAN_ID
    network_name: str = "AqaraHome-f8c4"
    vendor: str = "Aqara"
    addresses: tuple[str, ...] = ("10.10.10.20", "fe80::1")
    state: bytes = THREAD_ACTIVE_LEADER
    plugged: bool = True
    on_mdns: bool = True
    port: Port = Port.OPEN
    echo: Echo = Echo.SILENT
    more: dict[bytes, bytes] = field(default_factory=dict)
    without: frozenset[bytes] = frozenset()

    @property
    def instance(self) -> str:
        """Full name of the service."""
        return f"{self.name}.{SERVICE}"

    def txt(self) -> dict[bytes, bytes]:
        """Give the TXT record as bytes."""
        every = {
            b"rv": b"1",
            b"vn": self.vendor.encode(),
            b"mn": b"Hub",
            b"nn": self.network_name.encode(),
            b"tv": b"1.4.0",
            b"xp": bytes.fromhex(self.extended_pan_id),
            b"xa": bytes.fromhex(self.extended_address),
            b"id": bytes.fromhex(self.border_agent_id),
            b"sb": self.state,
            b"omr": bytes.fromhex("40fd20be89495a0001"),
            **self.more,
        }
        return {key: value for key, value in every.items() if key not in self.without}

    def records(self) -> list[DNSRecord]:
        """Give what the hub announces."""
        items = (key + b"=" + value for key, value in self.txt().items())
        text = b"".join(bytes([len(item)]) + item for item in items)
        instance, host = self.instance, self.host
        return [
            DNSPointer(SERVICE, 12, CLASS_IN, TTL, instance),
            DNSService(instance, 33, CLASS_IN_UNIQUE, TTL, 0, 0, 49191, host),
            DNSText(instance, 16, CLASS_IN_UNIQUE, TTL, text),
            *(_address(host, address) for address in self.addresses),
        ]


def _address(host: str, text: str) -> DNSAddress:
    address = ip_address(text)
    kind = 1 if address.version == 4 else 28
    return DNSAddress(host, kind, CLASS_IN_UNIQUE, TTL, address.packed)


type Handler = Callable[..., None]


class FakeBrowser:
    """Stands for zeroconf's browser of one type."""

    def __init__(self, lan: FakeLan, zeroconf: Any, handlers: list[Handler]) -> None:
        """Report what is there already."""
        self._lan = lan
        self._zeroconf = zeroconf
        self._handlers = handlers
        lan.browsers.append(self)
        for hub in lan.hubs:
            if hub.plugged and hub.on_mdns:
                self.tell(hub.instance, ServiceStateChange.Added)

    def tell(self, name: str, change: ServiceStateChange) -> None:
        """Call every handler as zeroconf does."""
        for handler in self._handlers:
            handler(
                zeroconf=self._zeroconf,
                service_type=SERVICE,
                name=name,
                state_change=change,
            )

    async def async_cancel(self) -> None:
        """End."""
        self._lan.browsers.remove(self)


class FakeLan:
    """Every border router of the home, and what was sent to them."""

    def __init__(self, shared: MagicMock) -> None:
        """Take the place of the network under the shared zeroconf."""
        self._zeroconf = shared.zeroconf
        self._zeroconf.async_add_listener.side_effect = self._listen
        self._zeroconf.async_remove_listener.side_effect = self._unlisten
        self._zeroconf.async_send.side_effect = self._asked
        self.hubs: list[FakeHub] = []
        self.browsers: list[FakeBrowser] = []
        self.listeners: list[RecordUpdateListener] = []
        self.queries = 0
        self.probes: list[str] = []

    def add(self, hub: FakeHub) -> FakeHub:
        """Plug a hub in for the first time."""
        self.hubs.append(hub)
        self.announce(hub)
        return hub

    def announce(self, hub: FakeHub) -> None:
        """Let a hub announce itself, or a change."""
        old = list(self._zeroconf.cache.entries_with_name(hub.instance.lower()))
        old += list(self._zeroconf.cache.entries_with_name(hub.host.lower()))
        self._zeroconf.cache.async_remove_records(old)
        self._zeroconf.cache.async_add_records(hub.records())
        self.hear(hub.records())
        for browser in list(self.browsers):
            browser.tell(hub.instance, ServiceStateChange.Added)

    def unplug(self, hub: FakeHub, *, goodbye: bool = False) -> None:
        """Take the power off; only an orderly shutdown says goodbye."""
        hub.plugged = False
        if goodbye:
            for browser in list(self.browsers):
                browser.tell(hub.instance, ServiceStateChange.Removed)

    def plug(self, hub: FakeHub) -> None:
        """Give the power back."""
        hub.plugged = True
        self.announce(hub)

    def hear(self, records: list[DNSRecord], now: float | None = None) -> None:
        """Let a packet arrive."""
        at = time() * 1000 if now is None else now
        updates = [RecordUpdate(record, None) for record in records]
        for listener in list(self.listeners):
            listener.async_update_records(self._zeroconf, at, updates)
            listener.async_update_records_complete()

    def _listen(self, listener: RecordUpdateListener, _question: object) -> None:
        self.listeners.append(listener)

    def _unlisten(self, listener: RecordUpdateListener) -> None:
        self.listeners.remove(listener)

    def _asked(self, *_: object, **__: object) -> None:
        self.queries += 1
        for hub in self.hubs:
            if hub.plugged and hub.on_mdns:
                self.hear(hub.records(), 0)

    def _at(self, address: str) -> FakeHub | None:
        plugged = (hub for hub in self.hubs if hub.plugged)
        return next((hub for hub in plugged if address in hub.addresses), None)

    async def _connect(self, address: str, port: int) -> tuple[MagicMock, MagicMock]:
        self.probes.append(address)
        hub = self._at(address)
        if hub is None or hub.port is Port.SILENT:
            raise TimeoutError
        if hub.port is Port.REFUSED:
            raise ConnectionRefusedError
        return MagicMock(), MagicMock()

    async def _ping(self, address: str, **_: object) -> MagicMock:
        self.probes.append(address)
        hub = self._at(address)
        if hub is not None and hub.echo is Echo.FORBIDDEN:
            raise SocketPermissionError(privileged=True)
        if hub is not None and hub.echo is Echo.FAILS:
            raise ICMPSocketError("down")
        return MagicMock(is_alive=hub is not None and hub.echo is Echo.ANSWERED)


@contextmanager
def emulated_lan(shared: MagicMock) -> Iterator[FakeLan]:
    """Put a home network under the product."""
    lan = FakeLan(shared)

    def browser(zeroconf: Any, _types: object, handlers: list[Handler]) -> FakeBrowser:
        return FakeBrowser(lan, zeroconf, handlers)

    with ExitStack() as stack:
        for target, stand_in in (
            ("border_routers.AsyncServiceBrowser", browser),
            ("border_routers.QUERY_TIMEOUT", 0),
            ("host.open_netlink", nullcontext),
            ("procfs.NET", Path("/nonexistent")),
            ("procfs.SYSCTL", Path("/nonexistent")),
            ("reachability.asyncio.open_connection", lan._connect),
            ("reachability.async_ping", lan._ping),
        ):
            stack.enter_context(patch(f"{MODULE}.{target}", stand_in))
        yield lan

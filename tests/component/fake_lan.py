"""The home network in memory: border routers on mDNS that answer probes, or do not.

Records go into the cache that Home Assistant's shared zeroconf has, as bytes, and are
read by zeroconf's own classes. Not one packet is sent.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from math import inf
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
OPERATIONAL: Final = "_matter._tcp.local."
COMMISSIONABLE: Final = "_matterc._udp.local."
MODULE: Final = "custom_components.aqara_lock.network"
SURVEY: Final = "custom_components.aqara_lock.preflight.readiness.SURVEY_SECONDS"
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

    @property
    def type(self) -> str:
        """Type of the service."""
        return SERVICE

    @property
    def is_heard(self) -> bool:
        """Whether it answers on mDNS."""
        return self.plugged and self.on_mdns

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
        return _records(self, 49191)


def apple_tv() -> FakeHub:
    """Give a border router of another maker and another network."""
    return FakeHub(
        name="Apple TV",
        host="AppleTV.local.",
        border_agent_id="aa" * 16,
        extended_address="aabbccddeeff0011",
        extended_pan_id="0102030405060708",
        network_name="MyHome",
        vendor="Apple Inc.",
        addresses=("10.10.10.30",),
    )


@dataclass(slots=True)
class FakeService:
    """A Matter device on mDNS: `<fabric>-<node>` of `_matter._tcp`, or an open window."""

    name: str
    type: str = OPERATIONAL
    host: str = "54EF441000000190.local."
    addresses: tuple[str, ...] = ("fd20:be89:495a:1::190", "fe80::190")
    text: dict[bytes, bytes] = field(default_factory=dict)
    answers: bool = True

    @property
    def instance(self) -> str:
        """Full name of the service."""
        return f"{self.name}.{self.type}"

    @property
    def is_heard(self) -> bool:
        """Whether it answers on mDNS."""
        return self.answers

    def txt(self) -> dict[bytes, bytes]:
        """Give the TXT record as bytes."""
        return self.text

    def records(self) -> list[DNSRecord]:
        """Give what is announced for the device."""
        return _records(self, 5540)


def _records(of: FakeHub | FakeService, port: int) -> list[DNSRecord]:
    items = (key + b"=" + value for key, value in of.txt().items())
    text = b"".join(bytes([len(item)]) + item for item in items)
    instance, host = of.instance, of.host
    return [
        DNSPointer(of.type, 12, CLASS_IN, TTL, instance),
        DNSService(instance, 33, CLASS_IN_UNIQUE, TTL, 0, 0, port, host),
        DNSText(instance, 16, CLASS_IN_UNIQUE, TTL, text),
        *(_address(host, address) for address in of.addresses),
    ]


def _address(host: str, text: str) -> DNSAddress:
    address = ip_address(text)
    kind = 1 if address.version == 4 else 28
    return DNSAddress(host, kind, CLASS_IN_UNIQUE, TTL, address.packed)


type Handler = Callable[..., None]


class FakeBrowser:
    """Stands for zeroconf's browser."""

    def __init__(
        self, lan: FakeLan, zeroconf: Any, types: list[str], handlers: list[Handler]
    ) -> None:
        """Report what is there already."""
        self._lan = lan
        self._zeroconf = zeroconf
        self._types = types
        self._handlers = handlers
        lan.browsers.append(self)
        for one in (*lan.hubs, *lan.services):
            if one.is_heard:
                self.tell(one, ServiceStateChange.Added)

    def tell(self, one: FakeHub | FakeService, change: ServiceStateChange) -> None:
        """Call every handler as zeroconf does."""
        if one.type not in self._types:
            return
        for handler in self._handlers:
            handler(
                zeroconf=self._zeroconf,
                service_type=one.type,
                name=one.instance,
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
        self.services: list[FakeService] = []
        self.browsers: list[FakeBrowser] = []
        self.listeners: list[RecordUpdateListener] = []
        self.queries = 0
        self.while_probed: Callable[[], object] = list
        self.probes: list[str] = []

    def add(self, hub: FakeHub) -> FakeHub:
        """Plug a hub in for the first time."""
        self.hubs.append(hub)
        self.announce(hub)
        return hub

    def show(self, service: FakeService) -> FakeService:
        """Let a Matter device announce itself, or a change."""
        if service not in self.services:
            self.services.append(service)
        self.announce(service)
        return service

    def withdraw(self, service: FakeService) -> None:
        """Let a service say goodbye."""
        self.services.remove(service)
        cache = self._zeroconf.cache
        old = list(cache.entries_with_name(service.instance.lower()))
        cache.async_remove_records(old)
        self._take_leave(service)

    def _take_leave(self, one: FakeHub | FakeService) -> None:
        """Send the pointer with a lifetime of zero (RFC 6762 10.1)."""
        self.hear([DNSPointer(one.type, 12, CLASS_IN, 0, one.instance)])
        for browser in list(self.browsers):
            browser.tell(one, ServiceStateChange.Removed)

    def expire(self, hub: FakeHub) -> None:
        """Let the records run out: nothing was heard for as long as they live."""
        cache = self._zeroconf.cache
        cache.async_remove_records(list(cache.entries_with_name(hub.instance.lower())))
        self.hear(hub.records(), inf)
        for browser in list(self.browsers):
            browser.tell(hub, ServiceStateChange.Removed)

    def announce(self, hub: FakeHub | FakeService) -> None:
        """Let a hub announce itself, or a change."""
        old = list(self._zeroconf.cache.entries_with_name(hub.instance.lower()))
        old += list(self._zeroconf.cache.entries_with_name(hub.host.lower()))
        self._zeroconf.cache.async_remove_records(old)
        self._zeroconf.cache.async_add_records(hub.records())
        self.hear(hub.records())
        for browser in list(self.browsers):
            browser.tell(hub, ServiceStateChange.Added)

    def unplug(self, hub: FakeHub, *, goodbye: bool = False) -> None:
        """Take the power off; only an orderly shutdown says goodbye."""
        hub.plugged = False
        if goodbye:
            self._take_leave(hub)

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
        for one in (*self.hubs, *self.services):
            if one.is_heard:
                self.hear(one.records(), 0)

    def _at(self, address: str) -> FakeHub | None:
        plugged = (hub for hub in self.hubs if hub.plugged)
        return next((hub for hub in plugged if address in hub.addresses), None)

    async def _connect(self, address: str, port: int) -> tuple[MagicMock, MagicMock]:
        self.probes.append(address)
        self.while_probed()
        hub = self._at(address)
        if hub is None or hub.port is Port.SILENT:
            raise TimeoutError
        if hub.port is Port.REFUSED:
            raise ConnectionRefusedError
        return MagicMock(), MagicMock()

    async def _ping(self, address: str, **_: object) -> MagicMock:
        self.probes.append(address)
        self.while_probed()
        hub = self._at(address)
        if hub is not None and hub.echo is Echo.FORBIDDEN:
            raise SocketPermissionError(privileged=True)
        if hub is not None and hub.echo is Echo.FAILS:
            raise ICMPSocketError("down")
        return MagicMock(is_alive=hub is not None and hub.echo is Echo.ANSWERED)


def _no_netlink() -> None:
    raise OSError("There is no netlink here")


@contextmanager
def emulated_lan(shared: MagicMock) -> Iterator[FakeLan]:
    """Put a home network under the product."""
    lan = FakeLan(shared)

    def browser(
        zeroconf: Any, types: list[str] | str, handlers: list[Handler]
    ) -> FakeBrowser:
        wanted = [types] if isinstance(types, str) else types
        return FakeBrowser(lan, zeroconf, wanted, handlers)

    with ExitStack() as stack:
        for target, stand_in in (
            ("mdns.browser.AsyncServiceBrowser", browser),
            ("mdns.border_routers.QUERY_TIMEOUT", 0),
            ("mdns.border_routers.QUESTION_INTERVAL", 0),
            ("mdns.matter_services.ANSWER_TIMEOUT", 0),
            ("host.reading.open_netlink", nullcontext),
            ("probes.reachability.open_netlink", nullcontext),
            ("host.kernel_monitor.open_socket", _no_netlink),
            ("host.procfs.NET", Path("/nonexistent")),
            ("host.procfs.SYSCTL", Path("/nonexistent")),
            ("probes.reachability.asyncio.open_connection", lan._connect),
            ("probes.reachability.async_ping", lan._ping),
        ):
            stack.enter_context(patch(f"{MODULE}.{target}", stand_in))
        stack.enter_context(patch(SURVEY, 0))
        yield lan

"""What this host says of its own network: adapters, addresses, kernel settings, routes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface, IPv6Network
from typing import Final

from ...addresses import UNIQUE_LOCAL
from ...thread import Neighbour, Route, RouteChoice
from .fact import Fact, Gap

ASSIGNED_UNIQUE_LOCAL: Final = IPv6Network("fd00::/8")
GLOBAL_UNICAST: Final = IPv6Network("2000::/3")


class IPv6Class(StrEnum):
    """How far the best IPv6 address of a host reaches."""

    NONE = "none"
    LINK_LOCAL = "link_local"
    LOCAL = "local"
    INTERNET = "internet"


class AddressFlag(StrEnum):
    """Flags of an address that matter here (`IFA_F_…`)."""

    DEPRECATED = "deprecated"
    TENTATIVE = "tentative"
    DAD_FAILED = "dad_failed"


@dataclass(frozen=True, slots=True)
class HostAddress:
    """One address with its prefix length."""

    interface: IPv4Interface | IPv6Interface
    flags: frozenset[AddressFlag] = frozenset()

    @property
    def ipv6(self) -> IPv6Address | None:
        """The address, if it is an IPv6 one."""
        interface = self.interface
        return interface.ip if isinstance(interface, IPv6Interface) else None

    @property
    def is_usable(self) -> bool:
        """Whether packets may be sent from it."""
        return not self.flags & {AddressFlag.TENTATIVE, AddressFlag.DAD_FAILED}

    @property
    def is_preferred(self) -> bool:
        """Whether new connections use it."""
        return not self.flags


class AdapterKind(StrEnum):
    """What an adapter leads to."""

    LAN = "lan"
    THREAD = "thread"
    OTHER = "other"


class IPv6Method(StrEnum):
    """What the network settings of Home Assistant OS say."""

    AUTO = "auto"
    STATIC = "static"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sysctls:
    """`net.ipv6.conf.<interface>`; a None of `rt_info_max_plen` is a kernel without it."""

    accept_ra: Fact[int] = Gap.UNKNOWN
    rt_info_max_plen: Fact[int | None] = Gap.UNKNOWN
    disable_ipv6: Fact[int] = Gap.UNKNOWN
    forwarding: Fact[int] = Gap.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """Router advertisements that arrived (`Icmp6InRouterAdvertisements`).

    `longest_gap` is the longest time in seconds that was seen between two of them.
    """

    count: int
    unchanged_since: datetime | None = None
    longest_gap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One network adapter; `enabled` is Home Assistant's own choice of adapters."""

    name: str
    kind: AdapterKind = AdapterKind.LAN
    enabled: bool = True
    addresses: tuple[HostAddress, ...] = ()
    sysctls: Sysctls = field(default_factory=Sysctls)
    ipv6_method: Fact[IPv6Method] = Gap.UNKNOWN
    announcements: Fact[Announcements] = Gap.UNKNOWN


class NetworkManager(StrEnum):
    """Who sets addresses and routes; each but `NONE` handles announcements itself."""

    HAOS = "haos"
    NETWORK_MANAGER = "network_manager"
    NETWORKD = "networkd"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEvidence:
    """The host that runs Home Assistant; each part is known, unknown or not checkable.

    `choices` says for the addresses of the locks what the kernel would do. A None of
    `udp_stream_timeout` (seconds) is a kernel that tracks no connections. `booted_at` is
    when the host was started.
    """

    adapters: Fact[tuple[Adapter, ...]] = Gap.UNKNOWN
    ipv6_class_since: datetime | None = None
    all_interfaces: Sysctls = field(default_factory=Sysctls)
    routes: Fact[tuple[Route, ...]] = Gap.UNKNOWN
    choices: Fact[Mapping[IPv6Address, RouteChoice]] = field(
        default=Gap.UNKNOWN, hash=False
    )
    neighbours: Fact[tuple[Neighbour, ...]] = Gap.UNKNOWN
    udp_stream_timeout: Fact[int | None] = Gap.UNKNOWN
    manager: Fact[NetworkManager] = Gap.UNKNOWN
    bridged_container: Fact[bool] = Gap.UNKNOWN
    matter_server_elsewhere: Fact[bool] = Gap.UNKNOWN
    booted_at: Fact[datetime] = Gap.UNKNOWN

    @property
    def ipv6_class(self) -> Fact[IPv6Class]:
        """The best class of the home-network adapters; a gap when they are not known."""
        if isinstance(self.adapters, Gap):
            return self.adapters
        return ipv6_class(lan_adapters(self.adapters))


def lan_adapters(adapters: Iterable[Adapter]) -> tuple[Adapter, ...]:
    """Choose the adapters of the home network: the enabled ones, else all."""
    lan = [adapter for adapter in adapters if adapter.kind is AdapterKind.LAN]
    enabled = [adapter for adapter in lan if adapter.enabled]
    return tuple(enabled or lan)


def ipv6_class(adapters: Iterable[Adapter]) -> IPv6Class:
    """Judge the best usable address of several adapters."""
    found = IPv6Class.NONE
    for address in (address for adapter in adapters for address in adapter.addresses):
        if address.ipv6 is not None and address.is_usable:
            found = max(found, class_of(address.ipv6), key=_RANK.__getitem__)
    return found


def class_of(address: IPv6Address) -> IPv6Class:
    """Judge one address; what is neither local nor global reaches nothing."""
    if address.is_link_local:
        return IPv6Class.LINK_LOCAL
    if address in UNIQUE_LOCAL:
        return IPv6Class.LOCAL
    return IPv6Class.INTERNET if address in GLOBAL_UNICAST else IPv6Class.NONE


_RANK: Final = {member: rank for rank, member in enumerate(IPv6Class)}

"""Network adapters of this host: Home Assistant's choice of them joined with what they have now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface
import re
from typing import Any, Final

from homeassistant.components.network import Adapter as CoreAdapter
import ifaddr

from ...domain.diagnosis import (
    Adapter,
    AdapterKind,
    AddressFlag,
    Fact,
    Gap,
    HostAddress,
    Sysctls,
)
from . import procfs
from .advertisements import read_announcements
from .netlink import UNREADABLE
from .sysctls import read_sysctls

THREAD_RADIO: Final = re.compile(r"wpan\d+|(ot|thread)[-_]?\d*")
NO_LAN: Final = re.compile(
    r"lo\d*|docker.*|hassio|veth.*|br-[0-9a-f]{12}|virbr.*|vnet.*|lxc.*|lxdbr.*|podman.*|cni.*"
    r"|flannel.*|cali.*|tun.*|tap.*|wg.*|tailscale.*|zt.*|ppp.*|utun.*|bridge\d+|awdl\d+|llw\d+"
    r"|ifb.*|sit\d+|ip6tnl.*|dummy.*|can\d+|cilium.*|kube-.*|vxlan\..*|weave|antrea-.*|incusbr.*"
    r"|vboxnet\d+|vmnet\d+|nordlynx|ygg\d*|anpi\d+|ap\d+|gif\d+|stf\d+"
)
"""Names of interfaces that lead into containers, virtual machines and tunnels."""
FLAGS: Final = {
    0x08: AddressFlag.DAD_FAILED,
    0x20: AddressFlag.DEPRECATED,
    0x40: AddressFlag.TENTATIVE,
}
"""`IFA_F_…` (linux/if_addr.h)."""
OPTIMISTIC: Final = 0x04
"""Usable although duplicate address detection still runs (RFC 4429)."""

type FlagTable = Mapping[tuple[str, IPv6Address], frozenset[AddressFlag]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Home Assistant's choice of adapters by name; it is made when Home Assistant starts."""

    names: frozenset[str]
    enabled: frozenset[str]

    @classmethod
    def of(cls, adapters: Iterable[CoreAdapter]) -> Chosen:
        """Take what Home Assistant's network integration says."""
        every = list(adapters)
        return cls(
            frozenset(a["name"] for a in every),
            frozenset(a["name"] for a in every if a["enabled"]),
        )


def read_adapters(chosen: Chosen) -> Fact[tuple[Adapter, ...]]:
    """Read every adapter but the loopback, with its addresses of this moment."""
    flags = read_flags()
    if flags is Gap.UNKNOWN:
        return flags
    try:
        found = list(ifaddr.get_adapters(include_unconfigured=True))
    except (OSError, ValueError) as err:
        return procfs.failed("adapters", err)
    table = {} if isinstance(flags, Gap) else flags
    return tuple(
        _adapter(adapter, chosen, table)
        for adapter in found
        if _counts(adapter, chosen)
    )


def kind_of(name: str) -> AdapterKind:
    """Tell by its name what an adapter leads to."""
    if THREAD_RADIO.fullmatch(name):
        return AdapterKind.THREAD
    return AdapterKind.OTHER if NO_LAN.fullmatch(name) else AdapterKind.LAN


def read_flags() -> Fact[FlagTable]:
    """Read the flags of the IPv6 addresses."""
    text = procfs.read(procfs.NET / "if_inet6")
    if isinstance(text, Gap):
        return text
    try:
        return parse_flags(text)
    except UNREADABLE as err:
        return procfs.failed("if_inet6", err)


def parse_flags(text: str) -> FlagTable:
    """Read the text of `/proc/net/if_inet6`."""
    lines = (line.split() for line in text.splitlines())
    return {
        (fields[5], IPv6Address(int(fields[0], 16))): flags_of(int(fields[4], 16))
        for fields in lines
    }


def flags_of(bits: int) -> frozenset[AddressFlag]:
    """Read the flags that matter here."""
    found = frozenset(flag for bit, flag in FLAGS.items() if bits & bit)
    return found - {AddressFlag.TENTATIVE} if bits & OPTIMISTIC else found


def _counts(adapter: Any, chosen: Chosen) -> bool:
    """Leave out the loopback, and what has no address and never had one."""
    name = adapter.nice_name
    if name == "lo" or re.fullmatch(r"lo\d+", name):
        return False
    return bool(adapter.ips) or name in chosen.names


def _adapter(adapter: Any, chosen: Chosen, flags: FlagTable) -> Adapter:
    name = adapter.nice_name
    kind = kind_of(name)
    is_lan = kind is AdapterKind.LAN
    return Adapter(
        name=name,
        kind=kind,
        enabled=name in chosen.enabled,
        addresses=tuple(_address(name, ip, flags) for ip in adapter.ips),
        sysctls=read_sysctls(name) if is_lan else Sysctls(),
        announcements=read_announcements(name) if is_lan else Gap.UNKNOWN,
    )


def _address(name: str, ip: Any, flags: FlagTable) -> HostAddress:
    if not ip.is_IPv6:
        return HostAddress(IPv4Interface(f"{ip.ip}/{ip.network_prefix}"))
    address = IPv6Address(ip.ip[0].partition("%")[0])
    return HostAddress(
        IPv6Interface((address, ip.network_prefix)),
        flags.get((name, address), frozenset()),
    )

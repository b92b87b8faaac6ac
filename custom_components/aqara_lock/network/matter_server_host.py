"""Whether the Matter server runs on another host, so that this one's network says little."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
import re
from socket import SOCK_STREAM, gaierror, getaddrinfo, gethostname
from typing import Final
from urllib.parse import urlsplit

from ..domain.evidence import Adapter, Fact, Gap
from . import procfs

APP_HOST: Final = re.compile(r"(core|local|[0-9a-f]{8})-[a-z0-9-]*matter[a-z0-9-]*")
"""Host name of an app (add-on) of the Supervisor; Matter servers use the host's network."""

type Address = IPv4Address | IPv6Address


def is_elsewhere(
    url: str | None, adapters: Fact[Iterable[Adapter]], *, supervised: bool
) -> Fact[bool]:
    """Judge the URL of core's Matter entry; resolves a name, so it blocks."""
    host = host_of(url)
    if host is None:
        return Gap.UNKNOWN
    if host in {"localhost", gethostname().lower()}:
        return False
    if supervised and APP_HOST.fullmatch(host):
        return False
    addresses = _addresses_of(host)
    if isinstance(addresses, Gap) or any(a.is_loopback for a in addresses):
        return addresses if isinstance(addresses, Gap) else False
    if isinstance(adapters, Gap):
        return adapters
    own = {a.interface.ip for adapter in adapters for a in adapter.addresses}
    return not own & addresses


def host_of(url: str | None) -> str | None:
    """Give the host of a URL in lower case; None where there is none."""
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _addresses_of(host: str) -> Fact[frozenset[Address]]:
    try:
        return frozenset({ip_address(host.partition("%")[0])})
    except ValueError:
        pass
    try:
        found = getaddrinfo(host, None, type=SOCK_STREAM)
    except (gaierror, OSError, UnicodeError) as err:
        return procfs.failed("address of the Matter server", err)
    texts = {str(entry[4][0]).partition("%")[0] for entry in found}
    return frozenset(ip_address(text) for text in texts)

"""Whether the Matter server runs on another host, so that this one's network says little."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
import re
from socket import SOCK_STREAM, gethostname
from typing import Final
from urllib.parse import urlsplit

from homeassistant.util import dt as dt_util

from ...domain.addresses import Address, parse_address
from ...domain.diagnosis import Adapter, Fact, Gap
from . import procfs

APP_HOST: Final = re.compile(r"(core|local|[0-9a-f]{8})-[a-z0-9-]*matter[a-z0-9-]*")
"""Host name of an app (add-on) of the Supervisor; Matter servers use the host's network."""
RESOLVE_TIMEOUT: Final = 1.0
"""Seconds; a name that nobody resolves must not hold up the diagnosis."""
RESOLVE_AGAIN: Final = timedelta(minutes=10)


class MatterServerHost:
    """Resolves the name of the Matter server's host, seldom."""

    def __init__(self) -> None:
        """Start without any name."""
        self._host: str | None = None
        self._found: Fact[frozenset[Address]] = Gap.UNKNOWN
        self._tried_at: datetime | None = None

    async def async_addresses(self, url: str | None) -> Fact[frozenset[Address]]:
        """Give the addresses of the host; sends a query for a name at most."""
        host = host_of(url)
        if host is None or is_this_host(host):
            return Gap.UNKNOWN
        if (literal := parse_address(host)) is not None:
            return frozenset({literal})
        if host != self._host or self._is_due():
            self._host, self._tried_at = host, dt_util.utcnow()
            self._found = await _resolve(host)
        return self._found

    def _is_due(self) -> bool:
        if self._tried_at is None:
            return True
        return dt_util.utcnow() - self._tried_at >= RESOLVE_AGAIN


def is_elsewhere(
    url: str | None,
    addresses: Fact[frozenset[Address]],
    adapters: Fact[Iterable[Adapter]],
    *,
    supervised: bool,
) -> Fact[bool]:
    """Judge the URL of core's Matter entry and the addresses that its host has."""
    host = host_of(url)
    if host is None:
        return Gap.UNKNOWN
    if is_this_host(host) or (supervised and APP_HOST.fullmatch(host)):
        return False
    if isinstance(addresses, Gap):
        return addresses
    if any(address.is_loopback for address in addresses):
        return False
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


def is_this_host(host: str) -> bool:
    """Tell whether a name is this host's own."""
    return host in {"localhost", gethostname().lower()}


async def _resolve(host: str) -> Fact[frozenset[Address]]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_TIMEOUT):
            found = await loop.getaddrinfo(host, None, type=SOCK_STREAM)
    except (OSError, UnicodeError) as err:
        return procfs.failed("address of the Matter server", err)
    addresses = (parse_address(str(entry[4][0])) for entry in found)
    return frozenset(address for address in addresses if address is not None)

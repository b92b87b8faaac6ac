"""Addresses of a lock as its border router publishes them (`_matter._tcp`), from the cache."""

from collections.abc import Iterable
from ipaddress import IPv6Address
from typing import Final

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey
from zeroconf.asyncio import AsyncServiceInfo

from ...domain.addresses import parse_address, unscoped
from ...domain.diagnosis import Fact, Gap
from ...domain.identity import NodeAddress

SERVICE_TYPE: Final = "_matter._tcp.local."
MOST_ADDRESSES: Final = 32
"""Addresses of one device that are taken: each costs questions to the kernel."""
_LAST: Final[HassKey[dict[NodeAddress, tuple[IPv6Address, ...]]]] = HassKey(
    "aqara_lock_lock_addresses"
)


@callback
def lock_addresses(
    hass: HomeAssistant, address: NodeAddress
) -> Fact[tuple[IPv6Address, ...]]:
    """Give the addresses as they were published last; unknown if they never were.

    Costs no traffic: core's Matter integration has the type browsed. Address records
    live for two minutes only (RFC 6762 10), so the last ones are remembered.
    """
    last = hass.data.setdefault(_LAST, {})
    if found := _published(hass, address):
        last[address] = found
    return last.get(address, Gap.UNKNOWN)


@callback
def published_addresses(hass: HomeAssistant, address: NodeAddress) -> frozenset[str]:
    """Give all addresses of a node that are published now, IPv4 and link-local too."""
    return frozenset(map(unscoped, _cached(hass, address)))


@callback
def remember_addresses(
    hass: HomeAssistant, address: NodeAddress, stored: Iterable[str]
) -> None:
    """Take what was published in an earlier run, until something newer is."""
    found = tuple(IPv6Address(text) for text in stored)
    if found:
        hass.data.setdefault(_LAST, {}).setdefault(address, found)


def _published(hass: HomeAssistant, address: NodeAddress) -> tuple[IPv6Address, ...]:
    found = map(parse_address, _cached(hass, address))
    return tuple(
        item
        for item in found
        if isinstance(item, IPv6Address) and not item.is_link_local
    )


def _cached(hass: HomeAssistant, address: NodeAddress) -> list[str]:
    """Read the cache."""
    instance = f"{address.compressed_fabric_id:016X}-{address.node_id:016X}"
    info = AsyncServiceInfo(SERVICE_TYPE, f"{instance}.{SERVICE_TYPE}")
    shared = zeroconf.async_get_async_zeroconf(hass)
    if not info.load_from_cache(shared.zeroconf):
        return []
    return info.parsed_scoped_addresses()[:MOST_ADDRESSES]

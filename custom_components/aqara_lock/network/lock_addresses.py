"""Addresses of a lock as its border router publishes them (`_matter._tcp`), from the cache."""

from ipaddress import IPv6Address, ip_address
from typing import Final

from homeassistant.components import zeroconf
from homeassistant.core import HomeAssistant, callback
from zeroconf.asyncio import AsyncServiceInfo

from ..domain.evidence import Fact, Gap
from ..domain.identity import NodeAddress

SERVICE_TYPE: Final = "_matter._tcp.local."


@callback
def lock_addresses(
    hass: HomeAssistant, address: NodeAddress
) -> Fact[tuple[IPv6Address, ...]]:
    """Give the published addresses; unknown while the record is not in the cache.

    Costs no traffic: core's Matter integration has the type browsed.
    """
    instance = f"{address.compressed_fabric_id:016X}-{address.node_id:016X}"
    info = AsyncServiceInfo(SERVICE_TYPE, f"{instance}.{SERVICE_TYPE}")
    shared = zeroconf.async_get_async_zeroconf(hass)
    if not info.load_from_cache(shared.zeroconf):
        return Gap.UNKNOWN
    found = (ip_address(text.split("%")[0]) for text in info.parsed_scoped_addresses())
    return tuple(
        item
        for item in found
        if isinstance(item, IPv6Address) and not item.is_link_local
    )

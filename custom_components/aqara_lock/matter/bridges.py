"""Matter bridges among core's devices, with the addresses that they tell of themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from chip.clusters import Objects as clusters
from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from matter_server.client import MatterClient
from matter_server.client.models.node import MatterNode

from ..domain.identity import NodeAddress
from .devices import current_address, node_at

INTERFACES = clusters.GeneralDiagnostics.Attributes.NetworkInterfaces


@dataclass(frozen=True, slots=True)
class MatterBridge:
    """A node that brings other devices into Matter, and core's device of it."""

    device_id: str
    address: NodeAddress
    addresses: frozenset[str]
    """IP addresses of its network interfaces, as it last told the server."""


@callback
def find_bridges(hass: HomeAssistant) -> list[MatterBridge]:
    """List the bridges of every loaded Matter entry."""
    devices = dr.async_get(hass)
    found: list[MatterBridge] = []
    for entry in hass.config_entries.async_entries(MATTER_DOMAIN):
        if entry.state is not ConfigEntryState.LOADED:
            continue
        client: MatterClient = entry.runtime_data.adapter.matter_client
        of_entry = dr.async_entries_for_config_entry(devices, entry.entry_id)
        found.extend(_bridges(hass, of_entry, client))
    return found


@callback
def node_of(hass: HomeAssistant, device_id: str) -> NodeAddress | None:
    """Give the address of a bridge's device; None when it is gone."""
    device = dr.async_get(hass).async_get(device_id)
    if not isinstance(device, dr.DeviceEntry):
        return None
    address = current_address(hass, device)
    return None if address is None or address.bridged_endpoint else address


def _bridges(
    hass: HomeAssistant,
    devices: Iterable[dr.DeviceEntry],
    client: MatterClient,
) -> Iterator[MatterBridge]:
    for device in devices:
        address = current_address(hass, device)
        if address is None or address.bridged_endpoint is not None:
            continue
        node = node_at(client, address)
        if node is not None and node.is_bridge_device:
            yield MatterBridge(device.id, address, _addresses(node))


def _addresses(node: MatterNode) -> frozenset[str]:
    interfaces: Any = node.get_attribute_value(0, None, INTERFACES)
    found = interfaces if isinstance(interfaces, list) else []
    return frozenset(
        str(ip_address(raw))
        for interface in found
        for raw in (*interface.IPv4Addresses, *interface.IPv6Addresses)
        if len(raw) in (4, 16)
    )

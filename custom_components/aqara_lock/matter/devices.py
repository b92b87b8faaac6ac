"""Locks in the device registry: core's Matter devices, found by address or by serial."""

from dataclasses import dataclass
from typing import Final

from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from matter_server.client import MatterClient
from matter_server.client.models.node import MatterNode

from ..domain.identity import LockIdentity, NodeAddress, parse_serial
from .node import LockNode, door_lock_endpoints

LOCK_UNIQUE_ID_PART: Final = "MatterLock"


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device of core's Matter integration and the address in its identifiers."""

    entry: dr.DeviceEntry
    address: NodeAddress

    @property
    def id(self) -> str:
        """Id in the device registry."""
        return self.entry.id


@dataclass(frozen=True, slots=True)
class LockCandidate:
    """A door lock that core's Matter integration has."""

    device: dr.DeviceEntry
    identity: LockIdentity

    @property
    def name(self) -> str:
        """Name as the user knows it."""
        return self.device.name_by_user or self.device.name or "Lock"


@callback
def find_device(hass: HomeAssistant, identity: LockIdentity) -> FoundDevice | None:
    """Find the lock's device by its address, else by its serial number."""
    devices = dr.async_get(hass)
    by_serial: FoundDevice | None = None
    for entry in hass.config_entries.async_entries(MATTER_DOMAIN):
        for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
            if (address := address_of(device)) is None:
                continue
            if address == identity.address:
                return FoundDevice(device, address)
            if identity.serial and identity.serial in _serials(device):
                by_serial = FoundDevice(device, address)
    return by_serial


@callback
def nodes_of_fabric(hass: HomeAssistant, compressed_fabric_id: int) -> frozenset[int]:
    """Give the node ids of all devices that core has on a fabric."""
    devices = dr.async_get(hass)
    found = (
        address_of(device)
        for entry in hass.config_entries.async_entries(MATTER_DOMAIN)
        for device in dr.async_entries_for_config_entry(devices, entry.entry_id)
    )
    return frozenset(
        x.node_id for x in found if x and x.compressed_fabric_id == compressed_fabric_id
    )


@callback
def find_locks(hass: HomeAssistant) -> list[LockCandidate]:
    """List every door-lock endpoint of every loaded Matter entry."""
    found: list[LockCandidate] = []
    devices = dr.async_get(hass)
    for entry in hass.config_entries.async_entries(MATTER_DOMAIN):
        if entry.state is not ConfigEntryState.LOADED:
            continue
        client: MatterClient = entry.runtime_data.adapter.matter_client
        for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
            found.extend(_locks_of(device, client))
    return found


@callback
def find_core_lock_entity(
    hass: HomeAssistant, device: dr.DeviceEntry, endpoint_id: int
) -> er.RegistryEntry | None:
    """Find core's own lock entity of this endpoint."""
    entries = er.async_entries_for_device(
        er.async_get(hass), device.id, include_disabled_entities=True
    )
    part = f"-{endpoint_id}-{LOCK_UNIQUE_ID_PART}-"
    return next((e for e in entries if _is_core_lock(e) and part in e.unique_id), None)


def _is_core_lock(entry: er.RegistryEntry) -> bool:
    return entry.platform == MATTER_DOMAIN and entry.domain == Platform.LOCK


def address_of(device: dr.DeviceEntry) -> NodeAddress | None:
    """Read a device's address in its identifiers; None for one that is not core's."""
    texts = (text for domain, text in device.identifiers if domain == MATTER_DOMAIN)
    addresses = (NodeAddress.parse(text) for text in texts)
    return next((address for address in addresses if address), None)


def _serials(device: dr.DeviceEntry) -> set[str]:
    texts = (text for domain, text in device.identifiers if domain == MATTER_DOMAIN)
    return {serial for text in texts if (serial := parse_serial(text))}


def _locks_of(device: dr.DeviceEntry, client: MatterClient) -> list[LockCandidate]:
    if (address := address_of(device)) is None:
        return []
    nodes = {node.node_id: node for node in client.get_nodes()}
    if (node := nodes.get(address.node_id)) is None:
        return []
    serial = next(iter(_serials(device)), None)
    return [
        LockCandidate(device, LockIdentity(address, endpoint_id, serial))
        for endpoint_id in door_lock_endpoints(node)
        if _device_endpoint(node, endpoint_id) == address.bridged_endpoint
        and LockNode.read(node, endpoint_id) is not None
    ]


def _device_endpoint(node: MatterNode, endpoint_id: int) -> int | None:
    """Give the bridged endpoint that core's device of an endpoint stands for.

    None where that device is the node. A bridged device of several parts is one device,
    known by the endpoint that holds them together.
    """
    whole = node.get_compose_parent(endpoint_id) or node.endpoints[endpoint_id]
    return whole.endpoint_id if whole.is_bridged_device else None

"""Locks in the device registry: core's Matter devices, found by address or by serial."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from matter_server.client import MatterClient
from matter_server.client.models.node import MatterNode
from matter_server.common.errors import NodeNotExists

from ..domain.identity import (
    ID_PREFIX,
    LockIdentity,
    NodeAddress,
    NodePresence,
    choose_node,
    parse_serial,
)
from .node import LockNode, door_lock_endpoints

LOCK_UNIQUE_ID_PART: Final = "MatterLock"


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device of core's Matter integration and the address in its identifiers."""

    entry: dr.DeviceEntry
    address: NodeAddress


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
def find_device(
    hass: HomeAssistant,
    identity: LockIdentity,
    strangers: Collection[NodeAddress] = (),
) -> FoundDevice | None:
    """Return the lock's device and node, by its address or its serial number.

    `strangers` are nodes of the same serial number that are known to be other locks.
    """
    devices = {
        address: device
        for device in _core_devices(hass)
        for address in addresses_of(device)
        if address == identity.address
        or (
            address not in strangers
            and _has_serial(device, identity)
            and _may_be_lock(hass, device, address)
        )
    }
    found = choose_node(
        (presence_of(hass, device, address) for address, device in devices.items()),
        identity.address,
    )
    return FoundDevice(devices[found.address], found.address) if found else None


@callback
def lock_endpoint(hass: HomeAssistant, found: FoundDevice, wanted: int) -> int:
    """Return the door-lock endpoint of a node: the wanted one, else the only other."""
    node = _node_at(hass, found.entry, found.address)
    endpoints = _lock_endpoints(node, found.address) if node else []
    return endpoints[0] if len(endpoints) == 1 else wanted


@callback
def may_be_device_of(
    hass: HomeAssistant, identity: LockIdentity, device_id: str
) -> bool:
    """Return whether a device has the address or the serial number of a lock.

    Without a look at every other device: each change of one is told to every lock.
    """
    device = dr.async_get(hass).async_get(device_id)
    if not isinstance(device, dr.DeviceEntry):
        return False
    return identity.address in addresses_of(device) or _has_serial(device, identity)


def _has_serial(device: dr.DeviceEntry, identity: LockIdentity) -> bool:
    return identity.serial is not None and identity.serial in _serials(device)


def _may_be_lock(
    hass: HomeAssistant, device: dr.DeviceEntry, address: NodeAddress
) -> bool:
    """Return False for a bridge that kept the serial number of a lock behind it."""
    node = _node_at(hass, device, address)
    return node is None or bool(_lock_endpoints(node, address))


def _lock_endpoints(node: MatterNode, address: NodeAddress) -> list[int]:
    return [
        endpoint_id
        for endpoint_id in door_lock_endpoints(node)
        if _device_endpoint(node, endpoint_id) == address.bridged_endpoint
    ]


def _node_at(
    hass: HomeAssistant, device: dr.DeviceEntry, address: NodeAddress
) -> MatterNode | None:
    client = client_of(hass, device)
    return node_at(client, address) if client is not None else None


def node_at(client: MatterClient, address: NodeAddress) -> MatterNode | None:
    """Return a node as the server has it; None where it has none.

    A server with another identity (fabric) counts anew: the same number is another node.
    """
    info = client.server_info
    fabric = info.compressed_fabric_id if info else address.compressed_fabric_id
    if fabric != address.compressed_fabric_id:
        return None
    try:
        return client.get_node(address.node_id)
    except NodeNotExists:
        return None


@callback
def presence_of(
    hass: HomeAssistant, device: dr.DeviceEntry, address: NodeAddress
) -> NodePresence:
    """Return what the server of a device's Matter entry says of a node."""
    if (node := _node_at(hass, device, address)) is None:
        return NodePresence(address=address)
    info = _device_info(node, address)
    return NodePresence(
        address=address,
        is_on_server=True,
        is_available=bool(node.available),
        commissioned_at=node.node_data.date_commissioned,
        unique_id=getattr(info, "uniqueID", None) or None,
    )


def _device_info(node: MatterNode, address: NodeAddress) -> object:
    endpoint = node.endpoints.get(address.bridged_endpoint or 0)
    return endpoint.device_info if endpoint is not None else None


@callback
def client_of(hass: HomeAssistant, device: dr.DeviceEntry) -> MatterClient | None:
    """Return the client of the Matter entry that owns a device; None while it is not loaded."""
    entry = hass.config_entries.async_get_entry(device.config_entry_id)
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    client: MatterClient = entry.runtime_data.adapter.matter_client
    return client


def _core_devices(hass: HomeAssistant) -> Iterator[dr.DeviceEntry]:
    devices = dr.async_get(hass)
    for entry in hass.config_entries.async_entries(MATTER_DOMAIN):
        yield from dr.async_entries_for_config_entry(devices, entry.entry_id)


@callback
def nodes_of_fabric(hass: HomeAssistant, compressed_fabric_id: int) -> frozenset[int]:
    """Return the node ids of all devices that core has on a fabric."""
    return frozenset(
        address.node_id
        for device in _core_devices(hass)
        for address in addresses_of(device)
        if address.compressed_fabric_id == compressed_fabric_id
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
            found.extend(_locks_of(hass, device, client))
    return found


@callback
def find_core_lock_entities(
    hass: HomeAssistant, device: dr.DeviceEntry, endpoint_id: int
) -> list[er.RegistryEntry]:
    """Return core's own lock entities of this endpoint, the one in use first.

    A lock that was commissioned again has one for each of its nodes. The node that the
    device stands for comes first, then what is enabled, then the newest node.
    """
    current = current_address(hass, device)
    prefix = f"{current.identifier.removeprefix(ID_PREFIX)}-" if current else ""
    part = f"-{endpoint_id}-{LOCK_UNIQUE_ID_PART}-"
    found = [
        entry
        for entry in er.async_entries_for_device(
            er.async_get(hass), device.id, include_disabled_entities=True
        )
        if _is_core_lock(entry) and part in entry.unique_id
    ]
    # A unique id begins with fabric and node in hexadecimal digits of a fixed length.
    found.sort(key=lambda entry: entry.unique_id, reverse=True)
    found.sort(key=lambda entry: entry.disabled_by is not None)
    found.sort(key=lambda entry: not entry.unique_id.startswith(prefix))
    return found


@callback
def find_core_lock_entity(
    hass: HomeAssistant, device: dr.DeviceEntry, endpoint_id: int
) -> er.RegistryEntry | None:
    """Return core's own lock entity of this endpoint that is in use."""
    return next(iter(find_core_lock_entities(hass, device, endpoint_id)), None)


def _is_core_lock(entry: er.RegistryEntry) -> bool:
    return entry.platform == MATTER_DOMAIN and entry.domain == Platform.LOCK


def addresses_of(device: dr.DeviceEntry) -> tuple[NodeAddress, ...]:
    """Return the addresses in a device's identifiers, the highest node id first.

    There is none where the device is not core's, and several where a lock was
    commissioned again.
    """
    texts = (text for domain, text in device.identifiers if domain == MATTER_DOMAIN)
    found = (NodeAddress.parse(text) for text in sorted(texts, reverse=True))
    return tuple(address for address in found if address)


def address_of(device: dr.DeviceEntry) -> NodeAddress | None:
    """Return the newest address of a device; None for one that is not core's."""
    return next(iter(addresses_of(device)), None)


@callback
def current_address(hass: HomeAssistant, device: dr.DeviceEntry) -> NodeAddress | None:
    """Return the address of the node that a device stands for now."""
    found = choose_node(presence_of(hass, device, x) for x in addresses_of(device))
    return found.address if found else None


def _serials(device: dr.DeviceEntry) -> set[str]:
    texts = (text for domain, text in device.identifiers if domain == MATTER_DOMAIN)
    return {serial for text in texts if (serial := parse_serial(text))}


def _locks_of(
    hass: HomeAssistant, device: dr.DeviceEntry, client: MatterClient
) -> list[LockCandidate]:
    if (address := current_address(hass, device)) is None:
        return []
    if (node := node_at(client, address)) is None:
        return []
    locks = (LockNode.read(node, x) for x in _lock_endpoints(node, address))
    return [
        LockCandidate(
            device,
            LockIdentity(address, lock.endpoint_id, _serial_of(device, lock.serial)),
        )
        for lock in locks
        if lock is not None
    ]


def _serial_of(device: dr.DeviceEntry, told: str | None) -> str | None:
    """Return the serial number that the node tells, of the several a device may have."""
    serials = _serials(device)
    return told if told in serials else max(serials, default=None)


def _device_endpoint(node: MatterNode, endpoint_id: int) -> int | None:
    """Give the bridged endpoint that core's device of an endpoint stands for.

    None where that device is the node. A bridged device of several parts is one device,
    known by the endpoint that holds them together.
    """
    whole = node.get_compose_parent(endpoint_id) or node.endpoints[endpoint_id]
    return whole.endpoint_id if whole.is_bridged_device else None

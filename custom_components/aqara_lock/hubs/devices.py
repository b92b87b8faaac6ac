"""The device that a hub's entities stand on: core's, where the hub is a Matter bridge there."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from ..domain.addresses import unscoped
from ..domain.diagnosis import Gap, HostEvidence, known
from ..domain.identity import NodeAddress
from ..domain.thread import BorderRouter, same_hubs
from ..matter import MatterBridge, find_bridges, follow_core, node_of
from ..network.mdns import published_addresses
from ..signals import Signal
from ..store import HomeStore
from .hub import Hub


class HubDevices:
    """Keeps every hub on one device; once it was found at core, a hub stays there.

    Only the removal of core's device, or another hub that it belongs to, ends that:
    neither a hub without power nor a Matter server that is away says anything.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        store: HomeStore,
        hubs: Mapping[str, Hub],
    ) -> None:
        """Prepare; `async_start` begins."""
        self._hass = hass
        self._entry_id = entry_id
        self._store = store
        self._hubs = hubs
        self._watches: list[CALLBACK_TYPE] = []
        self._own_addresses: tuple[str, ...] | None = None
        self.moved: Signal[str | None, str] = Signal()
        """Sends the device that a hub left, if there was one, and the one it has now."""

    @callback
    def async_start(self) -> None:
        """Follow core's devices and its Matter entry."""
        self._watches = follow_core(
            self._hass, self._entry_changed, self._device_changed
        )
        self.follow()

    @callback
    def async_stop(self) -> None:
        """Follow no more."""
        while self._watches:
            self._watches.pop()()

    def device_id(self, hub_id: str) -> str | None:
        """Id of the device that a hub stands on; None when it has none."""
        linked = self._linked(hub_id)
        own = self._own(hub_id)
        return linked or (own.id if own else None)

    def device(self, hub_id: str) -> dr.DeviceEntry | None:
        """Give the device that a hub stands on."""
        device_id = self.device_id(hub_id)
        found = dr.async_get(self._hass).async_get(device_id) if device_id else None
        return found if isinstance(found, dr.DeviceEntry) else None

    def hub_on(self, device_id: str | None) -> str | None:
        """Give the hub that stands on a device."""
        if device_id is None:
            return None
        hubs = [
            x for x in self._hubs.values() if self.device_id(x.router.id) == device_id
        ]
        found = max(hubs, key=Hub.precedence, default=None)
        return found.router.id if found else None

    def bridge_of(self, lock: NodeAddress) -> str | None:
        """Give the hub whose Matter bridge brings a lock."""
        for hub_id in self._hubs:
            linked = self._linked(hub_id)
            node = node_of(self._hass, linked) if linked else None
            if node is not None and _is_same_node(node, lock):
                return hub_id
        return None

    @callback
    def register(self, router: BorderRouter) -> None:
        """Make or renew the hub's own device, unless it stands on core's."""
        if self._linked(router.id) is not None:
            return
        dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry_id,
            identifiers={(DOMAIN, router.id)},
            name=router.title,
            manufacturer=router.record.vendor_name,
            model=router.record.model_name,
            sw_version=router.record.software_version,
        )

    @callback
    def forget(self, hub_id: str) -> None:
        """Forget where a hub stood."""
        if self._store.memory.bridges.pop(hub_id, None) is not None:
            self._store.async_schedule_save()

    @callback
    def remove(self, hub_id: str) -> None:
        """Take away what a hub had that is no more: its entities and its own device."""
        registry = er.async_get(self._hass)
        for entry in er.async_entries_for_config_entry(registry, self._entry_id):
            if entry.unique_id.startswith(f"{hub_id}_"):
                registry.async_remove(entry.entity_id)
        if (own := self._own(hub_id)) is not None:
            dr.async_get(self._hass).async_remove_device(own.id)
        self.forget(hub_id)

    @callback
    def host_read(self, host: HostEvidence) -> None:
        """Update the addresses of this host, and place every hub by them."""
        self._own_addresses = _addresses_of(host)
        self.follow()

    @callback
    def follow(self) -> None:
        """Look which hubs core has as Matter bridges, and move those that changed."""
        if not self._hubs:
            return
        found = self._find()
        for hub_id in list(self._hubs):
            self._place(hub_id, found)

    def _find(self) -> dict[str, str]:
        """Give core's device by hub, as the addresses show."""
        own = self._own_addresses
        if own is None:
            return {}
        routers = {hub_id: hub.router.addresses for hub_id, hub in self._hubs.items()}
        bridges = {x.device_id: self._addresses(x) for x in find_bridges(self._hass)}
        found = same_hubs(routers, bridges, own)
        holders = {
            device_id: routers[hub_id]
            for hub_id, device_id in self._store.memory.bridges.items()
            if hub_id in routers
        }
        return {
            hub_id: device_id
            for hub_id, device_id in found.items()
            if self._store.memory.bridges.get(hub_id) == device_id
            or not _shares(holders.get(device_id, ()), bridges[device_id])
        }

    def _addresses(self, bridge: MatterBridge) -> frozenset[str]:
        return bridge.addresses | published_addresses(self._hass, bridge.address)

    def _place(self, hub_id: str, found: Mapping[str, str]) -> None:
        remembered = self._store.memory.bridges.get(hub_id)
        wanted = found.get(hub_id)
        if wanted is None and remembered not in found.values():
            wanted = self._linked(hub_id)
        if wanted == remembered:
            return
        before = remembered or self.device_id(hub_id)
        if wanted is None:
            self.forget(hub_id)
            self.register(self._hubs[hub_id].router)
        else:
            self._store.memory.bridges[hub_id] = wanted
            self._store.async_schedule_save()
        self._move(hub_id, before)

    def _move(self, hub_id: str, before: str | None) -> None:
        """Bring the hub's entities to its device, and take an own one away that is empty."""
        after = self.device_id(hub_id)
        assert after is not None
        registry = er.async_get(self._hass)
        for entry in er.async_entries_for_config_entry(registry, self._entry_id):
            if entry.unique_id.startswith(f"{hub_id}_") and entry.device_id != after:
                registry.async_update_entity(entry.entity_id, device_id=after)
        self.moved.send(before, after)
        own = self._own(hub_id)
        if own is not None and own.id != after:
            dr.async_get(self._hass).async_remove_device(own.id)

    def _linked(self, hub_id: str) -> str | None:
        """Give core's device of a hub, if it is still there."""
        device_id = self._store.memory.bridges.get(hub_id)
        if device_id is None or node_of(self._hass, device_id) is None:
            return None
        return device_id

    def _own(self, hub_id: str) -> dr.DeviceEntry | None:
        return dr.async_get(self._hass).async_get_device_by_identifier(
            (DOMAIN, hub_id), self._entry_id
        )

    @callback
    def _entry_changed(self, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            self.follow()

    @callback
    def _device_changed(self, event: Event[Any]) -> None:
        linked = event.data["device_id"] in self._store.memory.bridges.values()
        if linked or event.data["action"] == "create":
            self.follow()


def _addresses_of(host: HostEvidence) -> tuple[str, ...] | None:
    """Return the addresses of this host; None before they were looked up."""
    if host.adapters is Gap.UNKNOWN:
        return None
    found = (adapter.addresses for adapter in known(host.adapters) or ())
    return tuple(str(one.interface.ip) for addresses in found for one in addresses)


def _shares(one: Iterable[str], other: frozenset[str]) -> bool:
    """Return whether the hub that stands on a bridge has one of its addresses still.

    Another one that announces them, too, only claims to be the bridge.
    """
    return any(unscoped(text) in other for text in one)


def _is_same_node(bridge: NodeAddress, lock: NodeAddress) -> bool:
    one = (bridge.compressed_fabric_id, bridge.node_id)
    return one == (lock.compressed_fabric_id, lock.node_id)

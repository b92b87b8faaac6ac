"""The way from every lock to the hub that serves it, and the place of its device."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .core_entities import DevicePlacement, UndoLedger
from .domain.diagnosis import HostEvidence, known
from .domain.thread import (
    NOT_ON_THREAD,
    LockPath,
    PathEvidence,
    RouteEvidence,
    resolve_path,
)
from .hubs import Hub, HubRegistry, LocksBehind
from .locks import Lock

TOLD_BY_OTHERS: Final = frozenset({PathEvidence.PARENT, PathEvidence.NEXT_HOP})
"""What a lock or this host says of the way, and no border router of itself."""


class Topology:
    """Tells each lock its path and its hubs, and each hub whether its locks are silent."""

    def __init__(
        self,
        hass: HomeAssistant,
        locks: Mapping[str, Lock],
        hubs: HubRegistry,
        undo: UndoLedger,
    ) -> None:
        """Follow these locks and hubs."""
        self._locks = locks
        self._hubs = hubs
        self._host = HostEvidence()
        self._undo = undo
        self._places = DevicePlacement(hass, undo)
        self._places.moved.connect(self.follow)

    @callback
    def async_stop(self) -> None:
        """Drop what is planned."""
        self._places.async_stop()

    @callback
    def forget(self, lock_id: str) -> None:
        """Drop what is planned for a lock that is gone."""
        self._places.forget(lock_id)

    @callback
    def host_read(self, host: HostEvidence) -> None:
        """Update how this host sends packets, and with it the way of every lock."""
        self._host = host
        self.follow_all()

    @callback
    def follow_all(self) -> None:
        """Look at the way of every lock again."""
        for lock in self._locks.values():
            self.follow(lock)

    @callback
    def follow(self, lock: Lock) -> None:
        """Look at the way of one lock again."""
        devices, watched = self._hubs.devices, self._hubs.watched
        lock.bridge_hub_id = self._bridge_of(lock)
        lock.upper_hub_id = devices.hub_on(
            lock.device.via_device_id if lock.device else None
        )
        path = self.path_of(lock)
        ids = (lock.bridge_hub_id,) if lock.is_bridged else path.routers
        lock.follow_hubs(path, [watched[x] for x in ids if x in watched])
        if path.serving is not None and path.evidence in TOLD_BY_OTHERS:
            self._hubs.served(path.serving)
        if lock.is_bridged:
            return
        self._undo.adopt(lock.id, lock.device)
        if lock.stands_under_hub:
            self._places.follow(lock, self._wanted_device(lock))
        else:
            self._places.release(lock)

    @callback
    def follow_silence(self) -> None:
        """Tell each hub of the locks behind it, silent or heard, as far as they are followed.

        Of a paused lock, and of one that the Matter server lacks, nothing is heard.
        """
        every = list(self._locks.values())
        followed = [x for x in every if x.is_linked]
        for hub in self._hubs.watched.values():
            behind = [x for x in followed if _is_behind(x, hub)]
            locks = LocksBehind(
                are_silent=bool(behind) and all(x.is_silent for x in behind),
                is_any_heard=any(x.connection.responsive for x in behind),
                served=tuple(sorted(x.name for x in every if _is_served(x, hub))),
            )
            hub.update_locks(locks)

    @callback
    def hub_moved(self, before: str | None, after: str) -> None:
        """Bring the locks that hang under a hub to its other device."""
        for lock in self._locks.values():
            device = lock.device
            if device is not None and before and device.via_device_id == before:
                self._undo.link(lock.id, device, after)

    def path_of(self, lock: Lock) -> LockPath:
        """Resolve which border routers a lock's network has, and which serves it."""
        if lock.is_bridged:
            return NOT_ON_THREAD
        return resolve_path(
            lock.extended_pan_id,
            lock.parent_extended_address,
            self._hubs.seen.values(),
            self._route_to(lock),
            self._preferred(lock),
        )

    def _preferred(self, lock: Lock) -> list[str]:
        """Return who wins where several claim one identity: chosen, then known for longest.

        A lock stays with the hub that its device stands under.
        """
        known = sorted(self._hubs.watched.values(), key=Hub.seniority)
        first = (lock.preferred_hub_id, lock.upper_hub_id)
        return [*(x for x in first if x is not None), *(x.router.id for x in known)]

    def _route_to(self, lock: Lock) -> RouteEvidence:
        """Give how packets for the lock would leave this host, as last read."""
        addresses, host = lock.addresses.look(), self._host
        choices = known(host.choices) or {}
        return RouteEvidence(
            addresses=addresses,
            choices=[choices[item] for item in addresses if item in choices],
            routes=known(host.routes) or (),
            neighbours=known(host.neighbours) or (),
        )

    def _bridge_of(self, lock: Lock) -> str | None:
        if not lock.is_bridged:
            return None
        return self._hubs.devices.bridge_of(lock.link.identity.address)

    def _wanted_device(self, lock: Lock) -> str | None:
        """Give the device of the hub that serves a lock, as far as that is known."""
        serving = lock.path.serving if lock.path else None
        return self._hubs.devices.device_id(serving) if serving else None


def _is_served(lock: Lock, hub: Hub) -> bool:
    """Return whether it is known that a lock is connected through this hub."""
    if lock.is_bridged:
        return lock.bridge_hub_id == hub.router.id
    return lock.path is not None and lock.path.serving == hub.router.id


def _is_behind(lock: Lock, hub: Hub) -> bool:
    if lock.is_bridged:
        return lock.bridge_hub_id == hub.router.id
    return lock.extended_pan_id == hub.router.record.extended_pan_id

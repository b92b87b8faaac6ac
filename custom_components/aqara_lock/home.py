"""The runtime of the home: wires hubs to locks, keeps their devices in order, nothing else."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
import logging

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .commissioning import Commissioning
from .const import CONF_HUB, DOMAIN, SUBENTRY_LOCK
from .diagnosis_repairs import DiagnosisRepairs
from .diagnosis_watch import DiagnosisWatch
from .domain.border_router import BorderRouter
from .domain.budget import MAX_PROBED_HUBS
from .domain.evidence import Gap, known
from .domain.liveness import HubState
from .domain.path import NOT_ON_THREAD, LockPath, WaySeen, resolve_path
from .domain.people import Slot
from .household import Household
from .hub_device import HubDevices
from .lock_places import LockPlaces
from .lock_repairs import follow_directory
from .lock_store import LockStore
from .matter.commissioning import own_fabrics
from .network.arrivals import ArrivalWatch
from .network.border_routers import BorderRouterWatch
from .network.lock_addresses import lock_addresses
from .network.reachability import ProbeMethod
from .network_reader import NetworkReader
from .new_apps import forget_new_apps
from .replacement import follow_replacement, hide_core_lock
from .signal import Signal
from .store import HomeStore
from .stored_hub import restore_hub, store_hub
from .stored_router import RouterMemory
from .undo import UndoLedger
from .unknown_users import forget_unknown_users
from .watched_hub import WatchedHub
from .watched_lock import WatchedLock

_LOGGER = logging.getLogger(__name__)

type AqaraLockConfigEntry = ConfigEntry[Home]


class Home:
    """Locks and hubs of one household."""

    def __init__(self, hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
        """Prepare; `async_start` begins."""
        self._hass = hass
        self._entry = entry
        self._store = HomeStore(hass, entry.entry_id)
        self._routers: dict[str, BorderRouter] = {}
        self._replacing: dict[str, bool] = {}
        self._causes: dict[str, str | None] = {}
        self._changed: dict[str, WatchedLock] = {}
        self._following = asyncio.Lock()
        self.undo = UndoLedger(hass, self._store)
        self._places = LockPlaces(
            hass, self.undo, self._wanted_device, self._lock_follows_hubs
        )
        self.household = Household(hass, entry)
        self.commissioning = Commissioning(hass, self._routers.values)
        self.watch = BorderRouterWatch(hass, self)
        self.hubs: dict[str, WatchedHub] = {}
        self.locks: dict[str, WatchedLock] = {}
        self.hub_added: Signal[WatchedHub] = Signal()
        self.lock_added: Signal[WatchedLock] = Signal()
        reader = NetworkReader(hass, self.hubs, self.locks)
        self._router = RouterMemory(self._store, reader.gateway)
        self.diagnosis = DiagnosisWatch(
            hass,
            reader,
            self._routers,
            self.hubs,
            self.locks,
        )
        self.devices = HubDevices(
            hass,
            entry.entry_id,
            self._store,
            self.hubs,
            self._own_addresses,
            self._hub_moved,
        )
        self.repairs = DiagnosisRepairs(hass, self.diagnosis)
        self.core_replaced: Signal[WatchedLock] = Signal()

    async def async_start(self) -> None:
        """Load what is remembered and begin to watch; never fails on a missing part."""
        await self._store.async_load()
        self._router.recall()
        for stored in self._store.memory.hubs.values():
            if (hub := restore_hub(stored)) is not None:
                self._routers[hub.router.id] = hub.router
                self._add_hub(hub.router, hub.method, hub.first_seen, hub.macs)
        for subentry in self._lock_subentries():
            await self._add_lock(subentry)
        self.undo.restore_others(set(self.locks))
        self.devices.async_start()
        self._entry.async_on_unload(
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stopping)
        )
        await self.watch.async_start()
        for heard in (self._host_read, self._router.keep):
            self._entry.async_on_unload(self.diagnosis.host_read.connect(heard))
        self._entry.async_on_unload(self.diagnosis.changed.connect(self._diagnosed))
        self.diagnosis.async_start()
        self.repairs.async_start()

    async def async_stop(self) -> None:
        """End every watch and write what is remembered."""
        self._changed.clear()
        await self.commissioning.async_stop()
        self.devices.async_stop()
        self.repairs.async_stop()
        self.diagnosis.async_stop()
        await self.watch.async_stop()
        for hub in self.hubs.values():
            hub.async_stop()
        for lock in self.locks.values():
            await lock.async_stop()
        self._places.async_stop()
        await self._store.async_save()

    @callback
    def _diagnosed(self) -> None:
        """Tell of every silent lock for which another cause is known now."""
        silent = [x for x in self.locks.values() if not x.connection.responsive]
        before, self._causes = self._causes, {lock.id: lock.cause for lock in silent}
        for lock in silent:
            if self._causes[lock.id] != before.get(lock.id):
                lock.connection_changed.send()

    @callback
    def _stopping(self, _event: Event) -> None:
        """Have every journal written with the last moment that was watched."""
        for lock in self.locks.values():
            lock.schedule_save()

    async def async_follow_subentries(self) -> None:
        """Add and remove locks as the user did, without a reload."""
        async with self._following:
            await self._add_and_remove_locks()
        self._follow_settings()

    async def _add_and_remove_locks(self) -> None:
        wanted = {
            subentry.subentry_id: subentry for subentry in self._lock_subentries()
        }
        for gone in set(self.locks) - set(wanted):
            await self._remove_lock(gone)
        for subentry_id in set(wanted) - set(self.locks):
            await self._add_lock(wanted[subentry_id])
            self.lock_added.send(self.locks[subentry_id])

    def _follow_settings(self) -> None:
        """Take the settings of every lock; bindings of persons who left fall."""
        known = set(self.household.people)
        for lock in self.locks.values():
            lock.follow_options()
            lock.log.directory.keep_people(known)
            if self._replacing[lock.id] is not lock.replaces_core:
                self._change_replacement(lock)
        for hub in self.hubs.values():
            hub.switch_id = self.household.hub_switches.get(hub.router.id)
        self._add_relevant_hubs()
        self.diagnosis.request()

    def _change_replacement(self, lock: WatchedLock) -> None:
        """Give core's lock entity its place back, or take it."""
        self._replacing[lock.id] = lock.replaces_core
        follow_replacement(self._hass, lock, self.undo)
        if lock.replaces_core:
            self.core_replaced.send(lock)

    @callback
    def bind_person(
        self, person_id: str, slots: Iterable[tuple[WatchedLock, Slot]]
    ) -> None:
        """Bind these slots to a person, and no others."""
        wanted = list(slots)
        for lock in self.locks.values():
            # A reload while a dialog was open made every lock anew.
            of_lock = [slot for owner, slot in wanted if owner.id == lock.id]
            lock.log.directory.bind_person(person_id, of_lock)

    @property
    def routers(self) -> Mapping[str, BorderRouter]:
        """Every border router that was seen or is remembered, by its id."""
        return self._routers

    def path_of(self, lock: WatchedLock) -> LockPath:
        """Resolve which border routers a lock's network has, and which serves it."""
        if lock.is_bridged:
            return NOT_ON_THREAD
        return resolve_path(
            lock.extended_pan_id,
            lock.parent_extended_address,
            self._routers.values(),
            self._way_to(lock),
        )

    def _way_to(self, lock: WatchedLock) -> WaySeen:
        """Give how packets for the lock would leave this host, as last read."""
        addresses = known(lock_addresses(self._hass, lock.link.identity.address)) or ()
        host = self.diagnosis.host
        choices = known(host.choices) or {}
        return WaySeen(
            addresses=addresses,
            choices=[choices[item] for item in addresses if item in choices],
            routes=known(host.routes) or (),
            neighbours=known(host.neighbours) or (),
        )

    def watch_arrivals(self) -> ArrivalWatch:
        """Make a watch for devices that come onto a Thread network; who asks starts it."""
        return ArrivalWatch(
            self._hass, self._routers.values, lambda: own_fabrics(self._hass)
        )

    def hub_device_id(self, hub_id: str) -> str | None:
        """Id of a hub's device; None when it has none."""
        return self.devices.device_id(hub_id)

    def _own_addresses(self) -> list[str] | None:
        """Give the addresses of this host; None before they were looked up."""
        adapters = self.diagnosis.host.adapters
        if adapters is Gap.UNKNOWN:
            return None
        found = (x.addresses for x in known(adapters) or ())
        return [str(one.interface.ip) for addresses in found for one in addresses]

    @callback
    def _hub_moved(self, before: str | None, after: str) -> None:
        """Bring the locks that hang under a hub to its other device."""
        for lock in self.locks.values():
            device = lock.device
            if device is not None and before and device.via_device_id == before:
                self.undo.link(lock.id, device, after)
        self._locks_follow_hubs()

    @callback
    def _host_read(self) -> None:
        self.devices.follow()
        self._locks_follow_hubs()

    @callback
    def forget_hub(self, device: dr.DeviceEntry) -> bool:
        """Forget a hub that is not there; False for one that is, or is no hub."""
        ids = {text for domain, text in device.identifiers if domain == DOMAIN}
        hub = next((self.hubs[hub_id] for hub_id in ids & set(self.hubs)), None)
        if hub is None or hub.state is HubState.ONLINE:
            return False
        hub.async_stop()
        del self.hubs[hub.router.id]
        self._routers.pop(hub.router.id, None)
        self._store.memory.hubs.pop(hub.router.id, None)
        self.devices.forget(hub.router.id)
        self._store.async_schedule_save()
        return True

    @callback
    def border_router_seen(self, router: BorderRouter) -> None:
        """Take a border router that appeared or changed."""
        self._routers[router.id] = router
        if (hub := self.hubs.get(router.id)) is not None:
            hub.seen(router)
        self._add_relevant_hubs()
        self._locks_follow_hubs()

    @callback
    def border_router_heard(self, instance: str) -> None:
        """Note a packet of a border router."""
        if (hub := self._hub_named(instance)) is not None:
            hub.heard()

    @callback
    def border_router_gone(self, instance: str) -> None:
        """Note a goodbye."""
        if (hub := self._hub_named(instance)) is not None:
            hub.said_goodbye()

    def _hub_named(self, instance: str) -> WatchedHub | None:
        hubs = (h for h in self.hubs.values() if h.router.instance == instance)
        return next(hubs, None)

    def _lock_subentries(self) -> list[ConfigSubentry]:
        every = self._entry.subentries.values()
        return [entry for entry in every if entry.subentry_type == SUBENTRY_LOCK]

    def _add_relevant_hubs(self) -> None:
        networks = {lock.extended_pan_id for lock in self.locks.values()}
        meant = {lock.meant_hub_id for lock in self.locks.values()}
        meant.add(self._entry.data.get(CONF_HUB))
        for router in self._routers.values():
            relevant = router.record.is_aqara
            relevant |= router.record.extended_pan_id in networks
            relevant |= router.id in meant
            if relevant and router.id not in self.hubs:
                self._add_hub(router, None, dt_util.utcnow())

    def _add_hub(
        self,
        router: BorderRouter,
        method: ProbeMethod | None,
        first_seen: datetime | None,
        macs: frozenset[str] = frozenset(),
    ) -> None:
        if len(self.hubs) >= MAX_PROBED_HUBS:
            _LOGGER.debug("Not watching %s: enough hubs are watched", router.title)
            return
        hub = WatchedHub(
            self._hass, router, self.watch, self._hub_changed, method, first_seen
        )
        hub.macs = macs
        hub.switch_id = self.household.hub_switches.get(router.id)
        self.hubs[router.id] = hub
        self.devices.register(router)
        self._remember(hub)
        self.hub_added.send(hub)
        hub.async_start()

    @callback
    def _hub_changed(self, hub: WatchedHub) -> None:
        self.devices.register(hub.router)
        self.devices.follow()
        self._remember(hub)
        self._locks_follow_hubs()
        self.diagnosis.request()

    def _remember(self, hub: WatchedHub) -> None:
        stored = store_hub(hub.router, hub.method, hub.first_seen, hub.macs)
        if self._store.memory.hubs.get(hub.router.id) != stored:
            self._store.memory.hubs[hub.router.id] = stored
            self._store.async_schedule_save()

    async def _add_lock(self, subentry: ConfigSubentry) -> None:
        lock = WatchedLock(self._hass, subentry, self.household, self.lock_changed)
        lock.doctor = self.diagnosis
        self.locks[subentry.subentry_id] = lock
        self._replacing[lock.id] = lock.replaces_core
        await lock.async_start()
        follow_directory(self._hass, lock)
        self._add_relevant_hubs()
        self._lock_follows_hubs(lock)
        follow_replacement(self._hass, lock, self.undo)

    async def _remove_lock(self, subentry_id: str) -> None:
        lock = self.locks.pop(subentry_id)
        del self._replacing[subentry_id]
        self._places.forget(subentry_id)
        await lock.async_remove()
        forget_unknown_users(self._hass, subentry_id)
        forget_new_apps(self._hass, subentry_id)
        self.undo.restore(subentry_id)

    @callback
    def lock_changed(self, lock: WatchedLock) -> None:
        """Have a lock taken whose device, network or silence changed.

        One after the other, so that a whole home that changes at once blocks nobody.
        """
        if not self._changed:
            self._hass.loop.call_soon(self._take_changed)
        self._changed[lock.id] = lock

    @callback
    def _take_changed(self) -> None:
        if not self._changed:
            return
        lock = self._changed.pop(next(iter(self._changed)))
        # It may have been removed since it changed.
        if self.locks.get(lock.id) is lock:
            self._add_relevant_hubs()
            self._lock_follows_hubs(lock)
            hide_core_lock(self._hass, lock, self.undo)
        if self._changed:
            self._hass.loop.call_soon(self._take_changed)
            return
        self._follow_silence()
        self.diagnosis.request()

    def _follow_silence(self) -> None:
        """Tell each hub whether all locks behind it are silent."""
        for hub in self.hubs.values():
            behind = [x for x in self.locks.values() if self._is_behind(x, hub)]
            hub.set_locks_silent(bool(behind) and all(x.is_silent for x in behind))

    def _is_behind(self, lock: WatchedLock, hub: WatchedHub) -> bool:
        if lock.is_bridged:
            return lock.bridge_hub_id == hub.router.id
        return lock.extended_pan_id == hub.router.record.extended_pan_id

    def _locks_follow_hubs(self) -> None:
        for lock in self.locks.values():
            self._lock_follows_hubs(lock)

    def _lock_follows_hubs(self, lock: WatchedLock) -> None:
        lock.bridge_hub_id = self._bridge_of(lock)
        lock.upper_hub_id = self.devices.hub_on(
            lock.device.via_device_id if lock.device else None
        )
        path = self.path_of(lock)
        ids = (lock.bridge_hub_id,) if lock.is_bridged else path.routers
        lock.follow_hubs(path, [self.hubs[x] for x in ids if x in self.hubs])
        if not lock.is_bridged:
            self._places.follow(lock)

    def _bridge_of(self, lock: WatchedLock) -> str | None:
        if not lock.is_bridged:
            return None
        return self.devices.bridge_of(lock.link.identity.address)

    def _wanted_device(self, lock: WatchedLock) -> str | None:
        """Give the device of the hub that serves a lock, as far as that is known."""
        serving = lock.path.serving if lock.path else None
        return self.hub_device_id(serving) if serving else None


async def async_forget(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    """Put back everything that was changed for a home, and erase its memory."""
    store = HomeStore(hass, entry.entry_id)
    await store.async_load()
    UndoLedger(hass, store).restore_others(set())
    await store.async_remove()
    for subentry_id in entry.subentries:
        forget_unknown_users(hass, subentry_id)
        forget_new_apps(hass, subentry_id)
        await LockStore(hass, subentry_id).async_remove()

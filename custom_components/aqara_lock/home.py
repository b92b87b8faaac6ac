"""The runtime of the home: wires hubs to locks, keeps their devices in order, nothing else."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv6Address
import logging

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_time_interval

from .commissioning import Commissioning
from .const import CONF_HUB, DOMAIN, SUBENTRY_LOCK
from .core_entities import UndoLedger, follow_replacement, hide_core_lock
from .diagnosis import DiagnosisEngine, DiagnosisRepairs, NetworkReader, forget_repairs
from .domain.access import Slot
from .domain.diagnosis import Gap, HostEvidence, known
from .domain.thread import BorderRouter, HubRoles
from .host_clock import LOOK_EVERY, begin_host_clock
from .household import Household
from .hubs import HubRegistry, RouterStore, policy_for
from .issues import follow_directory, forget_new_ecosystems, forget_unknown_users
from .locks import Lock, LockStore
from .matter import own_fabrics
from .network.mdns import ArrivalMonitor
from .signals import Signal
from .slices import async_slices
from .store import HomeStore, async_delete_left_over
from .topology import Topology

_LOGGER = logging.getLogger(__name__)


class ChangedLocks:
    """Has each lock followed once, however often it changed meanwhile."""

    def __init__(
        self,
        hass: HomeAssistant,
        follow: Callable[[Lock], None],
        settled: Callable[[], None],
    ) -> None:
        """Take who follows a lock, and who is told when all were followed."""
        self._hass = hass
        self._follow = follow
        self._settled = settled
        self._waiting: dict[str, Lock] = {}
        self._is_stopped = False

    @callback
    def add(self, lock: Lock) -> None:
        """Have a lock followed soon."""
        if self._is_stopped:
            return
        if not self._waiting:
            self._hass.loop.call_soon(self._take)
        self._waiting[lock.id] = lock

    @callback
    def async_stop(self) -> None:
        """Follow none of those that wait, and nobody any more."""
        self._is_stopped = True
        self._waiting.clear()

    @callback
    def _take(self) -> None:
        """Follow the next; one that fails keeps nobody else waiting."""
        if not self._waiting:
            return
        lock = self._waiting.pop(next(iter(self._waiting)))
        try:
            self._follow(lock)
        except Exception:
            _LOGGER.exception("A change of lock %s could not be followed", lock.name)
        if self._waiting:
            self._hass.loop.call_soon(self._take)
            return
        self._settled()


type AqaraLockConfigEntry = ConfigEntry[Home]


class Home:
    """Locks and hubs of one household."""

    def __init__(self, hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
        """Prepare; `async_start` begins."""
        self._hass = hass
        self._entry = entry
        self.clock = begin_host_clock(hass)
        self._store = HomeStore(hass, entry.entry_id)
        self._replacing: dict[str, bool] = {}
        self._causes: dict[str, str | None] = {}
        self._changed = ChangedLocks(hass, self._follow_lock, self._locks_followed)
        self._following = asyncio.Lock()
        self.undo = UndoLedger(hass, self._store)
        self.household = Household(hass, entry)
        self.locks: dict[str, Lock] = {}
        self.lock_added: Signal[Lock] = Signal()
        self.core_replaced: Signal[Lock] = Signal()
        self._hubs = HubRegistry(
            hass,
            entry,
            self._store,
            roles=self._roles,
            switch_of=lambda hub_id: self.household.hub_switches.get(hub_id),
            own_addresses=lambda: _own_addresses(self.diagnosis.host),
            on_seen=lambda: self.paths.follow_all(),
            on_change=self._hub_changed,
            on_move=lambda before, after: self.paths.hub_moved(before, after),
        )
        self.hubs = self._hubs.watched
        self.hub_added = self._hubs.added
        self.devices = self._hubs.devices
        self.hub_prober = self._hubs.prober
        self.watch = self._hubs.watch
        self.commissioning = Commissioning(hass, self._hubs.seen.values)
        reader = NetworkReader(hass, self.hubs, self.locks, self.hub_prober)
        self._router = RouterStore(self._store, reader.gateway)
        self.diagnosis = DiagnosisEngine(
            hass, reader, self._hubs.seen, self.hubs, self.locks
        )
        self.paths = Topology(
            hass, self.locks, self._hubs, lambda: self.diagnosis.host, self.undo
        )
        self.repairs = DiagnosisRepairs(hass, self.diagnosis)

    async def async_start(self) -> None:
        """Load what is remembered and begin to watch; never fails on a missing part."""
        await async_delete_left_over(self._hass)
        await self.clock.async_look()
        self._entry.async_on_unload(
            async_track_time_interval(self._hass, self.clock.async_look, LOOK_EVERY)
        )
        await self._store.async_load()
        self._router.recall()
        self._hubs.recall()
        for subentry in self._lock_subentries():
            await self._add_lock(subentry)
        self.undo.restore_others(set(self.locks))
        self.devices.async_start()
        self._entry.async_on_unload(
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._stopping)
        )
        self._entry.async_on_unload(
            self._entry.async_on_state_change(self._state_changed)
        )
        self._learn_networks()
        await self.watch.async_start()
        for heard in (self._host_read, self._router.keep):
            self._entry.async_on_unload(self.diagnosis.host_read.connect(heard))
        self._entry.async_on_unload(self.diagnosis.changed.connect(self._diagnosed))
        self.diagnosis.async_start()
        self.repairs.async_start()

    async def async_stop(self) -> None:
        """End every watch and write what is remembered.

        Whoever plans or asks something stops before anything is waited for: hubs and
        locks go on to report until they are stopped, too.
        """
        self._changed.async_stop()
        self.repairs.async_stop()
        self.diagnosis.async_stop()
        self.paths.async_stop()
        if self._entry.disabled_by is not None:
            forget_repairs(self._hass)
        await self.commissioning.async_stop()
        await self._hubs.async_stop()
        async with self._following:
            # Who follows the subentries now is done; who comes later does nothing.
            pass
        await self._stop_locks()
        await self._store.async_close()

    async def _stop_locks(self) -> None:
        """Stop every lock; one that was removed a moment ago is forgotten."""
        for lock in list(self.locks.values()):
            if lock.id in self._entry.subentries:
                await lock.async_stop()
            else:
                await self._remove_lock(lock.id)

    @callback
    def _diagnosed(self) -> None:
        """Tell of every silent lock for which another cause is known now."""
        silent = [x for x in self.locks.values() if not x.connection.responsive]
        before, self._causes = self._causes, {lock.id: lock.cause for lock in silent}
        for lock in silent:
            if self._causes[lock.id] != before.get(lock.id):
                lock.connection_changed.send()

    @callback
    def _state_changed(self) -> None:
        """Begin to tell of the locks once everybody who listens is there."""
        if self._is_loaded():
            for lock in self.locks.values():
                lock.teller.async_start()

    @callback
    def _stopping(self, _event: Event) -> None:
        """Have every journal written with the last moment that was watched."""
        for lock in self.locks.values():
            lock.schedule_save()

    async def async_follow_subentries(self) -> None:
        """Add and remove locks as the user did, without a reload."""
        async with self._following:
            await self._add_and_remove_locks()
            await self._async_follow_settings()

    def _is_loaded(self) -> bool:
        """Return whether the platforms are there, and the home goes on."""
        return self._entry.state is ConfigEntryState.LOADED

    async def _add_and_remove_locks(self) -> None:
        if not self._is_loaded():
            return
        wanted = {
            subentry.subentry_id: subentry for subentry in self._lock_subentries()
        }
        for gone in set(self.locks) - set(wanted):
            await self._remove_lock(gone)
        for subentry_id in set(wanted) - set(self.locks):
            await self._add_lock(wanted[subentry_id])
            if not self._is_loaded():
                return
            self.lock_added.send(self.locks[subentry_id])
            self.locks[subentry_id].teller.async_start()

    async def _async_follow_settings(self) -> None:
        """Take the settings of every lock; persons who left are forgotten."""
        async for (lock,) in async_slices(list(self.locks.values()), 1):
            if not self._is_loaded():
                return
            lock.follow_options()
            if self._replacing[lock.id] is not lock.replaces_core:
                self._change_replacement(lock)
        self._hubs.follow_settings()
        self.diagnosis.request()

    def _change_replacement(self, lock: Lock) -> None:
        """Give core's lock entity its place back, or take it."""
        self._replacing[lock.id] = lock.replaces_core
        follow_replacement(self._hass, lock, self.undo)
        if lock.replaces_core:
            self.core_replaced.send(lock)

    async def async_bind_person(
        self, person_id: str, slots: Iterable[tuple[str, Slot]]
    ) -> None:
        """Bind these slots, each with its lock's id, to a person, and no others.

        Raises NotKeptError where that could not be written.
        """
        wanted, changed = list(slots), []
        for lock in self.locks.values():
            of_lock = [slot for owner, slot in wanted if owner == lock.id]
            if lock.log.directory.bind_person(person_id, of_lock):
                changed.append(lock)
        for lock in changed:
            await lock.async_save()

    async def async_check_disk(self) -> None:
        """Write and read back; raises NotKeptError where the disk takes nothing."""
        await self._store.async_save()

    @property
    def routers(self) -> Mapping[str, BorderRouter]:
        """Every border router that was seen or is remembered, by its id."""
        return self._hubs.seen

    def watch_arrivals(self) -> ArrivalMonitor:
        """Make a watch for devices that come onto a Thread network; who asks starts it."""
        return ArrivalMonitor(
            self._hass, self._hubs.seen.values, lambda: own_fabrics(self._hass)
        )

    def _learn_networks(self) -> None:
        """Take what may be probed: nothing in a mesh, where battery devices are."""
        self.hub_prober.policy = policy_for(
            self.diagnosis.host, self._hubs.seen.values(), self._lock_addresses()
        )

    @callback
    def _host_read(self) -> None:
        self._learn_networks()
        self._hubs.follow_host()
        self.devices.follow()
        self.paths.follow_all()

    @callback
    def border_router_seen(self, router: BorderRouter) -> None:
        """Take a border router that a dialog found before the watch heard of it."""
        self._hubs.border_router_seen(router)

    @callback
    def forget_hub(self, device: dr.DeviceEntry) -> bool:
        """Forget a hub that is not there; False for one that is, or is no hub."""
        return self._hubs.forget(device)

    @callback
    def _hub_changed(self) -> None:
        self.paths.follow_all()
        self.diagnosis.request()

    def _roles(self) -> HubRoles:
        """Return which hubs somebody chose, and which networks the locks are on."""
        meant = {lock.preferred_hub_id for lock in self.locks.values()}
        chosen = {self._entry.data.get(CONF_HUB), *meant, *self.household.hub_switches}
        networks = {lock.extended_pan_id for lock in self.locks.values()}
        return HubRoles(
            frozenset(x for x in chosen if x is not None),
            frozenset(x for x in networks if x is not None),
        )

    def _lock_addresses(self) -> Iterator[IPv6Address]:
        for lock in self.locks.values():
            if not lock.is_bridged:
                yield from known(lock.addresses.known) or ()

    def _lock_subentries(self) -> list[ConfigSubentry]:
        every = self._entry.subentries.values()
        return [entry for entry in every if entry.subentry_type == SUBENTRY_LOCK]

    async def _add_lock(self, subentry: ConfigSubentry) -> None:
        lock = Lock(self._hass, subentry, self.household, self.lock_changed)
        lock.doctor = self.diagnosis
        await lock.async_start()
        # Only now it is known whether it can be talked to, and the diagnosis may judge it.
        self.locks[lock.id] = lock
        self._replacing[lock.id] = lock.replaces_core
        follow_directory(self._hass, lock)
        self._hubs.add_those_that_matter()
        self.paths.follow(lock)
        follow_replacement(self._hass, lock, self.undo)

    async def _remove_lock(self, subentry_id: str) -> None:
        lock = self.locks.pop(subentry_id)
        del self._replacing[subentry_id]
        self.paths.forget(subentry_id)
        await lock.async_remove()
        forget_unknown_users(self._hass, subentry_id)
        forget_new_ecosystems(self._hass, subentry_id)
        self.undo.restore(subentry_id)

    @callback
    def lock_changed(self, lock: Lock) -> None:
        """Have a lock taken whose device, network or silence changed."""
        self._changed.add(lock)

    def _follow_lock(self, lock: Lock) -> None:
        """Take a lock as it is now; it may have been removed since it changed."""
        if self.locks.get(lock.id) is lock:
            self._hubs.add_those_that_matter()
            self.paths.follow(lock)
            hide_core_lock(self._hass, lock, self.undo)

    def _locks_followed(self) -> None:
        self.paths.follow_silence()
        self.diagnosis.request()


def _own_addresses(host: HostEvidence) -> list[str] | None:
    """Give the addresses of this host; None before they were looked up."""
    if host.adapters is Gap.UNKNOWN:
        return None
    found = (adapter.addresses for adapter in known(host.adapters) or ())
    return [str(one.interface.ip) for addresses in found for one in addresses]


@callback
def find_home(hass: HomeAssistant) -> Home | None:
    """Return the home that runs now; a reload makes another one."""
    entries: list[AqaraLockConfigEntry] = hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    return entries[0].runtime_data if entries else None


async def async_forget(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    """Put back everything that was changed for a home, and erase its memory."""
    store = HomeStore(hass, entry.entry_id)
    await store.async_load()
    UndoLedger(hass, store).restore_others(set())
    await store.async_remove()
    forget_repairs(hass)
    for subentry_id in entry.subentries:
        forget_unknown_users(hass, subentry_id)
        forget_new_ecosystems(hass, subentry_id)
        await LockStore(hass, subentry_id).async_remove()

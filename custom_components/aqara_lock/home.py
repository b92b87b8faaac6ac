"""The runtime of the home: wires hubs to locks, keeps their devices in order, nothing else."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from ipaddress import IPv6Address
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_time_interval

from .access import (
    Access,
    AccessIssues,
    AccessNotices,
    AccessStore,
    tell_of_removed_door,
)
from .alerts import Alerts
from .commissioning import Commissioning
from .const import DOMAIN, SUBENTRY_LOCK
from .core_entities import (
    UndoLedger,
    follow_replacement,
    hide_core_lock,
    is_free,
    remove_our_lock,
    stands_before_core,
    until_done,
)
from .diagnosis import DiagnosisEngine, DiagnosisRepairs, NetworkReader, forget_repairs
from .domain.access import Slot
from .domain.diagnosis import Diagnosis, known
from .domain.thread import BorderRouter
from .host_clock import LOOK_EVERY, begin_host_clock
from .household import Household
from .hubs import HubRegistry, RouterStore, policy_for
from .issues import follow_directory, forget_new_ecosystems, forget_unknown_users
from .locks import Lock, LockStore, RetainedLocks
from .matter import own_fabrics
from .network.mdns import ArrivalMonitor
from .signals import Signal
from .slices import async_slices
from .store import HomeStore, async_delete_left_over
from .texts import FindingTexts
from .topology import Topology

_LOGGER = logging.getLogger(__name__)


type AqaraLockConfigEntry = ConfigEntry[Home]


class Home:
    """Locks and hubs of one household."""

    def __init__(self, hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
        """Prepare; `async_start` begins."""
        self._hass = hass
        self._entry = entry
        self.clock = begin_host_clock(hass)
        self._store = HomeStore(hass, entry.entry_id)
        self._replacing: dict[str, tuple[bool, bool]] = {}
        self._pending: dict[str, Lock] = {}
        self._is_update_planned = self._is_diagnosis_due = self._is_stopped = False
        self._following = asyncio.Lock()
        self.undo = UndoLedger(hass, self._store)
        self.household = Household(hass, entry)
        self.retained = RetainedLocks(hass, self._store, self.household)
        self._people = set(self.household.people)
        self.access = Access(hass, entry.entry_id, self.household)
        self.retained.forgotten.connect(self._keep_doors)
        self._access_issues = AccessIssues(hass, self.access)
        self.access_notices = AccessNotices(self.access)
        self.locks: dict[str, Lock] = {}
        self.lock_added: Signal[Lock] = Signal()
        self.core_replaced: Signal[Lock] = Signal()
        self.device_id = ""
        """Of the home's own device."""
        self.people_changed: Signal[()] = Signal()
        """Who is in the home, or who may see it."""
        self._reordered: set[str] = set()
        """Locks whose entity is being registered once more."""
        self._hubs = HubRegistry(hass, entry, self._store)
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
        self.paths = Topology(hass, self.locks, self._hubs, self.undo)
        self._hubs.seen_changed.connect(self._request_paths)
        self._hubs.changed.connect(self.request_update)
        self.devices.moved.connect(self._hub_moved)
        self.repairs = DiagnosisRepairs(hass, self.diagnosis)
        self._alerts = Alerts(hass, entry, self.diagnosis)

    async def async_start(self) -> None:
        """Load what is remembered and begin to watch; never fails on a missing part."""
        self._make_device()
        await async_delete_left_over(self._hass)
        await self.clock.async_look()
        self._entry.async_on_unload(
            async_track_time_interval(self._hass, self.clock.async_look, LOOK_EVERY)
        )
        await self._store.async_load()
        self._router.recall()
        self._hubs.recall()
        await self.access.async_start()
        forget_old = self.retained.async_forget_old
        await forget_old()
        await self.retained.async_keep_people()
        self._entry.async_on_unload(
            async_track_time_interval(self._hass, forget_old, timedelta(days=1))
        )
        for subentry in self._lock_subentries():
            await self._add_lock(subentry)
        self.undo.restore_others(set(self.locks))
        devices = [lock.device for lock in self.locks.values()]
        self.undo.release_others({x.id for x in devices if x is not None})
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
        diagnosis = self.diagnosis
        for end in (
            diagnosis.judged.connect(self._judged),
            diagnosis.published.connect(self._published),
            diagnosis.changed.connect(self._diagnosed),
        ):
            self._entry.async_on_unload(end)
        self.diagnosis.async_start()
        self.repairs.async_start()
        self._access_issues.async_start()
        self.access_notices.async_start()

    def _make_device(self) -> None:
        """Have the device of the home there: those of people stand below it."""
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, self._entry.entry_id)},
            name="Home network",
            entry_type=dr.DeviceEntryType.SERVICE,
        )
        self.device_id = device.id

    async def async_stop(self) -> None:
        """End every watch and write what is remembered.

        Whoever plans or asks something stops before anything is waited for: hubs and
        locks go on to report until they are stopped, too.
        """
        self._is_stopped = True
        self._pending.clear()
        self.repairs.async_stop()
        self._alerts.async_stop()
        self.diagnosis.async_stop()
        self.paths.async_stop()
        if self._entry.disabled_by is not None:
            forget_repairs(self._hass)
        await self.commissioning.async_stop()
        self._access_issues.async_stop()
        self.access_notices.async_stop()
        await self.access.async_stop()
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
        """Announce every silent lock for which another cause is known now."""
        for lock in self.locks.values():
            lock.verdict.announce()
        self._alerts.follow_diagnosis()

    @callback
    def _judged(self, found: Diagnosis) -> None:
        """Let each lock decide what is to be done about what was found."""
        for lock in self.locks.values():
            lock.verdict.judge(found)

    @callback
    def _published(self, diagnosis: Diagnosis, words: FindingTexts) -> None:
        """Hand the diagnosis to the locks, which say why they do not answer."""
        for lock in self.locks.values():
            lock.verdict.update(diagnosis, words)

    async def _async_refresh(self) -> None:
        """Diagnose because a lock needs to know now what is wrong."""
        await self.diagnosis.async_refresh()

    @callback
    def _state_changed(self) -> None:
        """Begin to tell of the locks once everybody who listens is there."""
        if self._is_loaded():
            for lock in self.locks.values():
                lock.teller.async_start()
                self._alerts.follow(lock)

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
            self._alerts.follow(self.locks[subentry_id])

    async def _async_follow_settings(self) -> None:
        """Take the settings of every lock; persons who left are forgotten."""
        async for (lock,) in async_slices(list(self.locks.values()), 1):
            if not self._is_loaded():
                return
            lock.follow_options()
            if self._replacing[lock.id] != (lock.replaces_core, lock.turns_core_off):
                self._change_replacement(lock)
        await self._async_follow_people()
        self._hubs.follow_settings()
        self.request_update()

    async def _async_follow_people(self) -> None:
        """Take persons who left out of what is kept of removed locks, too."""
        before, self._people = self._people, set(self.household.people)
        self.access.people_changed()
        self.people_changed.send()
        if before - self._people:
            await self.retained.async_keep_people()

    @callback
    def _keep_doors(self) -> None:
        """Want nothing more at locks that were removed and are forgotten now."""
        there = {subentry.subentry_id for subentry in self._lock_subentries()}
        self.access.keep_doors(there | set(self._store.memory.retained))

    def _change_replacement(self, lock: Lock) -> None:
        """Give core's lock entity its place back, or take it."""
        was_replaced, _ = self._replacing[lock.id]
        self._replacing[lock.id] = lock.replaces_core, lock.turns_core_off
        follow_replacement(self._hass, lock, self.undo)
        if lock.replaces_core and not was_replaced:
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
    def setup_place(self) -> Mapping[str, Any]:
        """Where the dialog that adds a lock was closed; empty where nobody was."""
        return self._store.memory.setup

    @callback
    def keep_setup_place(self, place: dict[str, Any]) -> None:
        """Remember where the dialog that adds a lock is."""
        self._store.memory.setup = place
        self._store.async_schedule_save()

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
        self.devices.host_read(self.diagnosis.host)
        self.paths.host_read(self.diagnosis.host)

    @callback
    def border_router_seen(self, router: BorderRouter) -> None:
        """Take a border router that a dialog found before the watch heard of it."""
        self._hubs.border_router_seen(router)

    @callback
    def forget_hub(self, device: dr.DeviceEntry) -> bool:
        """Forget a hub that is not there; False for one that is, or is no hub."""
        return self._hubs.forget(device)

    @callback
    def _hub_moved(self, before: str | None, after: str) -> None:
        """Bring the locks below a hub to its other device."""
        self.paths.hub_moved(before, after)
        self._request_paths()

    def _update_networks(self) -> None:
        """Have the border routers watched that are on the networks of the locks."""
        networks = (lock.extended_pan_id for lock in self.locks.values())
        self._hubs.update_networks(x for x in networks if x is not None)

    def _lock_addresses(self) -> Iterator[IPv6Address]:
        for lock in self.locks.values():
            if not lock.is_bridged:
                yield from known(lock.addresses.known) or ()

    def _lock_subentries(self) -> list[ConfigSubentry]:
        every = self._entry.subentries.values()
        return [entry for entry in every if entry.subentry_type == SUBENTRY_LOCK]

    async def _add_lock(self, subentry: ConfigSubentry) -> None:
        lock = Lock(self._hass, subentry, self.household)
        lock.updated.connect(partial(self.request_update, lock))
        lock.verdict.refresh_requested.connect(self._async_refresh)
        before = await lock.async_give_back(self.retained)
        if before is not None:
            self.access.door_moved(before, lock.id)
        await lock.async_start()
        # Only now it is known whether it can be talked to, and the diagnosis may judge it.
        self.locks[lock.id] = lock
        self._replacing[lock.id] = lock.replaces_core, lock.turns_core_off
        follow_directory(self._hass, lock)
        self.access.follow(lock)
        self._update_networks()
        self.paths.follow(lock)
        follow_replacement(self._hass, lock, self.undo)

    async def _remove_lock(self, subentry_id: str) -> None:
        lock = self.locks.pop(subentry_id)
        del self._replacing[subentry_id]
        self.paths.forget(subentry_id)
        self._update_networks()
        if not self._is_stopped:
            tell_of_removed_door(self._hass, lock.name, self.access.of_door(lock.id))
        await self.access.async_unfollow(subentry_id)
        await lock.async_retain(self.retained)
        self._alerts.forget(subentry_id)
        forget_unknown_users(self._hass, subentry_id)
        forget_new_ecosystems(self._hass, subentry_id)
        self.undo.restore(subentry_id)

    # The one place where the parts of the home meet.

    @callback
    def request_update(self, lock: Lock | None = None) -> None:
        """Have the home updated soon because a lock or a hub changed, and diagnosed.

        Without a lock all of them are updated. What changes meanwhile is updated with it.
        """
        self._is_diagnosis_due = True
        self._request_paths(lock)

    @callback
    def _request_paths(self, lock: Lock | None = None) -> None:
        """Have paths updated soon; an announcement alone is no reason to read the host."""
        if self._is_stopped:
            return
        changed = self.locks.values() if lock is None else (lock,)
        self._pending.update({one.id: one for one in changed})
        self._plan_update()

    def _plan_update(self) -> None:
        if not self._is_update_planned:
            self._is_update_planned = True
            self._hass.loop.call_soon(self._update)

    @callback
    def _update(self) -> None:
        """Update paths and connectivity of the locks, then hub silence, then the diagnosis.

        One lock in a turn of the event loop: a home with many must not block it.
        """
        self._is_update_planned = False
        if self._is_stopped:
            return
        if self._pending:
            self._update_lock(self._pending.pop(next(iter(self._pending))))
        if self._pending:
            self._plan_update()
            return
        self.paths.follow_silence()
        if self._is_diagnosis_due:
            self._is_diagnosis_due = False
            self.diagnosis.request()

    def _update_lock(self, lock: Lock) -> None:
        """Update what depends on a lock; one that fails keeps no other waiting."""
        if self.locks.get(lock.id) is not lock:
            # It was removed since it changed.
            return
        try:
            self._update_networks()
            self.paths.follow(lock)
            hide_core_lock(self._hass, lock, self.undo)
            self._follow_order(lock)
        except Exception:
            _LOGGER.exception("Lock %s could not be updated", lock.name)

    def _follow_order(self, lock: Lock) -> None:
        """Register our lock entity once more where core's came after it."""
        if not self._is_loaded() or lock.id in self._reordered:
            return
        if not stands_before_core(self._hass, lock):
            return
        self._reordered.add(lock.id)
        entity_id = remove_our_lock(self._hass, lock.id)
        self._entry.async_on_unload(
            until_done(self._hass, partial(self._register_again, lock, entity_id))
        )

    def _register_again(self, lock: Lock, entity_id: str | None) -> bool:
        """Add our lock entity once its id is free; returns whether that is over."""
        if entity_id is not None and not is_free(self._hass, entity_id):
            return False
        self._reordered.discard(lock.id)
        is_there = self._is_loaded() and self.locks.get(lock.id) is lock
        if is_there and lock.replaces_core:
            self.core_replaced.send(lock)
        return True


@callback
def find_home(hass: HomeAssistant) -> Home | None:
    """Return the home that runs now; a reload makes another one."""
    entries: list[AqaraLockConfigEntry] = hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    return entries[0].runtime_data if entries else None


@callback
def find_lock(hass: HomeAssistant, lock_id: str) -> Lock | None:
    """Return the lock as it runs now; a dialog may be open over a reload."""
    home = find_home(hass)
    return home.locks.get(lock_id) if home else None


async def async_forget(hass: HomeAssistant, entry: AqaraLockConfigEntry) -> None:
    """Put back everything that was changed for a home, and erase its memory."""
    store = HomeStore(hass, entry.entry_id)
    await store.async_load()
    for subentry_id in entry.subentries:
        remove_our_lock(hass, subentry_id)
    UndoLedger(hass, store).restore_others(set())
    retained = set(store.memory.retained)
    await AccessStore(hass, entry.entry_id).async_remove()
    await store.async_remove()
    forget_repairs(hass)
    for subentry_id in entry.subentries:
        forget_unknown_users(hass, subentry_id)
        forget_new_ecosystems(hass, subentry_id)
        retained.add(subentry_id)
    for lock_id in retained:
        await LockStore(hass, lock_id).async_remove()

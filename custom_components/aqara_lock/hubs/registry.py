"""The border routers of the home: which are seen, which are watched, what is remembered."""

from collections import Counter
from collections.abc import Iterable
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN
from ..domain.budget import MAX_PROBED_HUBS, MAX_SEEN_ROUTERS
from ..domain.connectivity import HubState
from ..domain.diagnosis import Hearing
from ..domain.thread import (
    BorderRouter,
    HubClaims,
    HubNames,
    HubRole,
    HubRoles,
    Rank,
    Standing,
)
from ..host_clock import host_clock
from ..network.mdns import BorderRouterBrowser
from ..signals import Signal
from ..store import HomeStore
from .conflicts import HubConflicts
from .devices import HubDevices
from .hub import Hub
from .paced_signal import PacedSignal
from .prober import HubProber
from .settings import MovedSettings, chosen_hubs, move_back, replace_hub, switch_of
from .store import Predecessor, StoredHub, restore_hub, store_hub
from .successions import HubSuccessions

_LOGGER = logging.getLogger(__name__)

RECENT: Final = 120.0
"""Seconds in which everybody who is there was asked, and has answered."""
RENAMED_AFTER: Final = 30.0
"""Seconds without a word under its name after which a hub may have taken another name."""
MOST_TRIED: Final = 256
MOST_IGNORED: Final = 32


class HubRegistry:
    """Watches the border routers that matter, and keeps a device for each of them.

    Places go by rank, because records on mDNS are only claims.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        store: HomeStore,
    ) -> None:
        """Prepare; which hubs a user chose is read from the settings of the entry."""
        self._hass = hass
        self._entry = entry
        self._store = store
        self._clock = host_clock(hass)
        self._networks: frozenset[str] = frozenset()
        self._heard_at: dict[str, float] = {}
        self._tried: dict[str, None] = {}
        self._ignored: set[str] = set()
        self._is_stopped = False
        self._heirs: dict[str, BorderRouter] = {}
        self.claims = HubClaims()
        self.names = HubNames()
        self.seen: dict[str, BorderRouter] = {}
        self.watched: dict[str, Hub] = {}
        self.added: Signal[Hub] = Signal()
        self.changed: Signal[()] = Signal()
        self.seen_changed = PacedSignal(hass)
        # Two devices of one name change its record with every answer of theirs.
        self._records_changed = PacedSignal(hass)
        self._records_changed.connect(self._tell_records)
        self._renewed: dict[str, Hub] = {}
        self.prober = HubProber()
        self.watch = BorderRouterBrowser(hass)
        self.watch.seen.connect(self.border_router_seen)
        self.watch.heard.connect(self._heard)
        self.watch.gone.connect(self._gone)
        self.watch.expired.connect(self._expired)
        self.devices = HubDevices(hass, entry.entry_id, store, self.watched)
        self._successions = HubSuccessions(hass, self.seen, self.watched, self.names)
        self._conflicts = HubConflicts(hass)

    @callback
    def recall(self) -> None:
        """Watch what is remembered."""
        found = map(restore_hub, list(self._store.memory.hubs.values()))
        for hub in (x for x in found if x is not None):
            if hub.ignored:
                self._ignored.add(hub.router.id)
                continue
            self.seen[hub.router.id] = hub.router
            self._add(hub)

    async def async_stop(self) -> None:
        """End every watch, and begin none any more."""
        self._is_stopped = True
        self.seen_changed.stop()
        self._records_changed.stop()
        self._conflicts.forget()
        self.devices.async_stop()
        for hub in self.watched.values():
            hub.async_stop()
        await self.watch.async_stop()

    @callback
    def follow_settings(self) -> None:
        """Take which switch feeds which hub, and watch who matters now."""
        for hub in self.watched.values():
            hub.switch_id = switch_of(self._entry, hub.router.id)
        self.add_those_that_matter()

    @callback
    def update_networks(self, networks: Iterable[str]) -> None:
        """Update the Thread networks of the locks, and watch who matters now."""
        self._networks = frozenset(networks)
        self.add_those_that_matter()

    @callback
    def add_those_that_matter(self) -> None:
        """Watch the border routers that matter most, as far as there are places."""
        roles = self._roles()
        waiting = [x for x in self.seen.values() if x.id not in self.watched]
        waiting.sort(key=lambda router: self._standing(router, roles).rank)
        for router in waiting:
            self._consider(router, roles)

    @callback
    def follow_host(self) -> None:
        """Look after identities and places once this host was read."""
        if self._successions.is_any_open:
            # Who is there answers, whoever announced something else meanwhile.
            self.watch.ask()
        while self._heirs:
            _, router = self._heirs.popitem()
            self.border_router_seen(router)
        for hub in list(self.watched.values()):
            self._follow_rivals(hub)
        self._undo_successions()
        self._follow_successions()
        self.add_those_that_matter()
        self._conflicts.follow(self._disputed())

    def _follow_successions(self) -> None:
        """Forget each id that a hub has no more, as after a reset; it is the same hub."""
        for old, new in self._successions.replaced():
            _LOGGER.info("Hub %s has another id now", self.seen[new].title)
            before, hub = self.watched.get(old), self.watched[new]
            moved = replace_hub(self._hass, self._entry, old, new)
            if before is not None:
                hub.predecessor = _predecessor(before, moved)
            self._abandon(old)
            self._remember(hub)
            self.changed.send()

    def _undo_successions(self) -> None:
        """Let settings mean the hub that they were made for: it is back."""
        for old, new in self._successions.returned():
            hub = self.watched[new]
            if (before := hub.predecessor) is None:
                continue
            _LOGGER.info("Hub %s is back under its first id", self.seen[old].title)
            move_back(self._hass, self._entry, old, new, before.moved)
            hub.predecessor = None
            self._remember(hub)
            self.changed.send()

    def _abandon(self, hub_id: str) -> None:
        """Forget a hub with its device and entities."""
        self.drop(hub_id)
        self.devices.remove(hub_id)

    def _disputed(self) -> dict[str, str]:
        """Return the names of the hubs that more than one device claims to be, by id."""
        now = self._hass.loop.time()
        claimed = self.claims.disputed(now)
        radios = Counter(
            x.router.record.extended_address
            for x in self.watched.values()
            if self._is_here(x, now)
        )
        return {
            hub_id: hub.router.title
            for hub_id, hub in self.watched.items()
            if hub_id in claimed
            or self.names.is_disputed(hub.router, now)
            or (
                radios[hub.router.record.extended_address] > 1
                and self._is_here(hub, now)
            )
        }

    def _is_here(self, hub: Hub, now: float) -> bool:
        """Return whether a hub is heard now, and was not only met a moment ago."""
        heard_at = self._heard_at.get(hub.router.id)
        return heard_at is not None and now - heard_at < RECENT and hub.was_tried

    @callback
    def served(self, hub_id: str) -> None:
        """Take that a lock, or this host's route to it, named a hub as the one that serves."""
        hub = self.watched.get(hub_id)
        if hub is None and hub_id in self.seen:
            self._ignored.discard(hub_id)
            self._replace_worst(hub_id, Rank.SERVES)
            hub = self.watched.get(hub_id)
        if hub is not None and not hub.serves:
            hub.serves = True
            self._remember(hub)

    @callback
    def forget(self, device: dr.DeviceEntry) -> bool:
        """Forget a hub; False for one that the home needs and that is there, or no hub.

        One that is announced still, and serves no lock, is ignored from then on.
        """
        ids = {text for domain, text in device.identifiers if domain == DOMAIN}
        hubs = [hub for hub_id, hub in self.watched.items() if hub_id in ids]
        roles = self._roles()
        if not hubs or any(self._is_needed(hub, roles) for hub in hubs):
            return False
        for hub in hubs:
            now = self._hass.loop.time()
            rivals = self.claims.rivals(hub.router.id, now)
            self.drop(hub.router.id)
            self.devices.forget(hub.router.id)
            if hub.state is HubState.ONLINE:
                self._ignore(hub)
            elif rivals:
                # Its entities have the ids of those that are about to go.
                self._heirs[hub.router.id] = rivals[-1]
        return True

    def _is_needed(self, hub: Hub, roles: HubRoles) -> bool:
        if hub.state is not HubState.ONLINE:
            return False
        is_chosen = roles.of(hub.router) is HubRole.CHOSEN
        return is_chosen or hub.serves or not roles.networks

    def _ignore(self, hub: Hub) -> None:
        if len(self._ignored) >= MOST_IGNORED:
            return
        known = StoredHub(hub.router, None, hub.first_seen, ignored=True)
        self._ignored.add(hub.router.id)
        self._store.memory.hubs[hub.router.id] = store_hub(known)
        self._store.async_schedule_save()

    @callback
    def drop(self, hub_id: str) -> None:
        """Watch a hub no more, and forget that it was seen."""
        self._unwatch(hub_id)
        self.seen.pop(hub_id, None)
        self._heard_at.pop(hub_id, None)
        self.claims.settle(hub_id)

    def _unwatch(self, hub_id: str) -> None:
        if (hub := self.watched.pop(hub_id, None)) is not None:
            hub.async_stop()
        self._store.memory.hubs.pop(hub_id, None)
        self._store.async_schedule_save()

    @callback
    def border_router_seen(self, router: BorderRouter) -> None:
        """Take a border router that appeared or changed; an id is its first name's."""
        if self._is_stopped:
            return
        now = self._hass.loop.time()
        known = self.seen.get(router.id)
        if known is not None and known.instance.lower() != router.instance.lower():
            self.claims.claim(router, now)
            if not self._has_renamed(known, router):
                return
        self._take(router, now)

    def _take(self, router: BorderRouter, now: float) -> None:
        self.names.announced(router, now)
        self._successions.announced(router)
        is_new = self.seen.get(router.id) != router
        self.seen[router.id] = router
        self._heard_at[router.id] = now
        if (hub := self.watched.get(router.id)) is not None:
            if hub.seen(router):
                self._renewed[router.id] = hub
                self._records_changed.send()
        else:
            self._consider(router, self._roles())
        self._trim()
        if is_new:
            self.seen_changed.send()

    def _tell_records(self) -> None:
        """Tell of the hubs that announced something else since the last time."""
        renewed, self._renewed = self._renewed, {}
        for hub in renewed.values():
            hub.tell()

    def _has_renamed(self, known: BorderRouter, router: BorderRouter) -> bool:
        """Return whether a hub has another name now: the old is silent, its address not.

        Of one that nobody probes the address has to do.
        """
        if not router.shares_address(known):
            return False
        hub = self.watched.get(known.id)
        if hub is None:
            return True
        return hub.answers is True and hub.is_unheard_for(RENAMED_AFTER)

    def _follow_rivals(self, hub: Hub) -> None:
        """Take the name under which a hub is announced now."""
        now = self._hass.loop.time()
        for rival in self.claims.rivals(hub.router.id, now):
            if self._has_renamed(hub.router, rival):
                self.claims.settle(hub.router.id)
                self._take(rival, now)
                return

    @callback
    def _heard(self, instance: str) -> None:
        """Note a packet of a border router."""
        now = self._hass.loop.time()
        self.claims.heard(instance, now)
        owner = self.names.owner(instance)
        if owner in self.seen:
            self._heard_at[owner] = now
        elif owner is not None and len(self.seen) < MAX_SEEN_ROUTERS:
            self.watch.look_up(instance)
        if (hub := self._named(instance)) is not None:
            hub.heard()

    @callback
    def _gone(self, instance: str) -> None:
        """Note a goodbye."""
        self.claims.withdraw(instance)
        if (hub := self._named(instance)) is not None:
            hub.said_goodbye()
        else:
            self._forget_unwatched(instance)

    @callback
    def _expired(self, instance: str) -> None:
        """Note that a border router was not heard for long: no word of its own."""
        self.claims.withdraw(instance)
        if (hub := self._named(instance)) is not None:
            hub.look_soon()
        else:
            self._forget_unwatched(instance)

    def _forget_unwatched(self, instance: str) -> None:
        """Forget who is not watched: mDNS alone tells whether it is there."""
        for router in list(self.seen.values()):
            if router.instance == instance and router.id not in self.watched:
                self._lose(router.id)

    def _lose(self, hub_id: str) -> None:
        self.seen.pop(hub_id, None)
        self._heard_at.pop(hub_id, None)
        self.seen_changed.send()

    def _roles(self) -> HubRoles:
        """Return the roles of now; an id that settings were moved from stays chosen."""
        former = self._successions.predecessors.keys()
        return HubRoles(chosen_hubs(self._entry) | former, self._networks)

    def _trim(self) -> None:
        """Forget what matters least, and was heard least of late, of too many."""
        if len(self.seen) <= MAX_SEEN_ROUTERS:
            return
        roles = self._roles()
        others = [x for x in self.seen.values() if x.id not in self.watched]
        others.sort(
            key=lambda x: (
                -self._standing(x, roles).rank,
                self._heard_at.get(x.id, 0.0),
            )
        )
        for router in others[: len(self.seen) - MAX_SEEN_ROUTERS]:
            self._lose(router.id)

    def _named(self, instance: str) -> Hub | None:
        if (owner := self.names.owner(instance)) is not None:
            hub = self.watched.get(owner)
            is_its_own = hub is not None and _is_named(hub, instance)
            return hub if is_its_own else None
        hubs = (x for x in self.watched.values() if _is_named(x, instance))
        return max(hubs, key=Hub.precedence, default=None)

    def _standing(self, router: BorderRouter, roles: HubRoles) -> Standing:
        role = roles.of(router)
        if (hub := self.watched.get(router.id)) is None:
            return Standing(role=role, tried=router.id in self._tried)
        return Standing(
            role=role,
            serves=hub.serves,
            answers=hub.method is not None,
            tried=hub.was_tried,
            gone=hub.is_gone,
        )

    def _consider(self, router: BorderRouter, roles: HubRoles) -> None:
        """Watch a border router that matters, in the place of one that matters less."""
        if router.id in self.watched or roles.of(router) is HubRole.NONE:
            return
        if router.id in self._ignored and roles.of(router) is not HubRole.CHOSEN:
            return
        if len(self.watched) < MAX_PROBED_HUBS:
            self._add(StoredHub(router, None, self._clock.now()))
        else:
            self._replace_worst(router.id, self._standing(router, roles).rank)

    def _replace_worst(self, hub_id: str, rank: Rank) -> None:
        """Watch one more; the chosen ones, which a user counts, have a place in any case."""
        roles = self._roles()
        ranks = {
            x: self._standing(hub.router, roles).rank for x, hub in self.watched.items()
        }
        worst = max(ranks, key=ranks.__getitem__, default=None)
        is_full = len(self.watched) >= MAX_PROBED_HUBS
        if is_full and worst is not None and ranks[worst] > rank:
            self._evict(worst)
        elif is_full and rank is not Rank.CHOSEN:
            _LOGGER.debug("Not watching %s: enough hubs are watched", hub_id)
            return
        self._add(StoredHub(self.seen[hub_id], None, self._clock.now()))

    def _evict(self, hub_id: str) -> None:
        """Give up the place of a hub that proved less than another, and its device."""
        hub = self.watched[hub_id]
        _LOGGER.info("Hub %s is watched no more: others matter more", hub.router.title)
        if hub.was_tried:
            self._tried[hub_id] = None
        while len(self._tried) > MOST_TRIED:
            del self._tried[next(iter(self._tried))]
        self._unwatch(hub_id)
        self.devices.remove(hub_id)
        if hub.hearing is not Hearing.HEARD:
            self._lose(hub_id)

    def _add(self, known: StoredHub) -> None:
        router = known.router
        hub = Hub(
            self._hass,
            known,
            self.watch,
            self.prober,
        )
        hub.switch_id = switch_of(self._entry, router.id)
        hub.updated.connect(self._changed)
        self.watched[router.id] = hub
        self.devices.register(router)
        self._remember(hub)
        self.added.send(hub)
        hub.async_start()

    @callback
    def _changed(self, hub: Hub) -> None:
        self.devices.register(hub.router)
        self.devices.follow()
        self._remember(hub)
        self.changed.send()

    def _remember(self, hub: Hub) -> None:
        """Remember a hub; one that proved nothing is found anew after a restart."""
        hubs, hub_id = self._store.memory.hubs, hub.router.id
        standing = self._standing(hub.router, self._roles())
        if not standing.is_worth_storing:
            return
        data = store_hub(stored_form(hub))
        if hubs.get(hub_id) != data:
            hubs[hub_id] = data
            self._store.async_schedule_save()


def stored_form(hub: Hub) -> StoredHub:
    """Return what is remembered of a hub."""
    return StoredHub(
        hub.router,
        hub.method,
        hub.first_seen,
        hub.macs,
        serves=hub.serves,
        predecessor=hub.predecessor,
    )


def _predecessor(hub: Hub, moved: MovedSettings) -> Predecessor:
    """Return what is kept of an id that was replaced; the first of several counts."""
    if (first := hub.predecessor) is not None:
        return Predecessor(first.hub, first.moved | moved)
    return Predecessor(store_hub(stored_form(hub)), moved)


def _is_named(hub: Hub, instance: str) -> bool:
    return hub.router.instance.lower() == instance.lower()

"""The border routers of the home: which are seen, which are watched, what is remembered."""

from collections.abc import Callable, Iterable
import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .domain.border_router import BorderRouter
from .domain.budget import MAX_PROBED_HUBS
from .domain.hub_names import STABLE, HubNames
from .domain.liveness import HubState
from .hub_device import HubDevices, MoveListener
from .hub_prober import HubProber
from .network.border_routers import BorderRouterWatch
from .signal import Signal
from .store import HomeStore
from .stored_hub import StoredHub, restore_hub, store_hub
from .watched_hub import WatchedHub

_LOGGER = logging.getLogger(__name__)


class HomeHubs:
    """Watches the border routers that matter, and keeps a device for each of them."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        store: HomeStore,
        *,
        matters: Callable[[BorderRouter], bool],
        switch_of: Callable[[str], str | None],
        own_addresses: Callable[[], Iterable[str] | None],
        on_seen: Callable[[], None],
        on_change: Callable[[], None],
        on_move: MoveListener,
        on_replaced: Callable[[str, str], None],
    ) -> None:
        """Prepare; `switch_of` gives the switch that feeds a hub, if a user named one."""
        self._hass = hass
        self._store = store
        self._matters = matters
        self._switch_of = switch_of
        self._on_seen = on_seen
        self._on_change = on_change
        self._on_replaced = on_replaced
        self._names = HubNames()
        self.seen: dict[str, BorderRouter] = {}
        self.watched: dict[str, WatchedHub] = {}
        self.added: Signal[WatchedHub] = Signal()
        self.prober = HubProber()
        self.watch = BorderRouterWatch(hass, self)
        self.devices = HubDevices(
            hass, entry_id, store, self.watched, own_addresses, on_move
        )

    @callback
    def recall(self) -> None:
        """Watch what is remembered."""
        for stored in self._store.memory.hubs.values():
            if (hub := restore_hub(stored)) is not None:
                self.seen[hub.router.id] = hub.router
                self._add(hub)

    async def async_stop(self) -> None:
        """End every watch."""
        self.devices.async_stop()
        await self.watch.async_stop()
        for hub in self.watched.values():
            hub.async_stop()

    @callback
    def follow_settings(self) -> None:
        """Take which switch feeds which hub, and watch who matters now."""
        for hub in self.watched.values():
            hub.switch_id = self._switch_of(hub.router.id)
        self.add_those_that_matter()

    @callback
    def add_those_that_matter(self) -> None:
        """Watch every border router that matters, and was not watched before."""
        for router in self.seen.values():
            if router.id not in self.watched and self._matters(router):
                self._add(StoredHub(router, None, dt_util.utcnow()))

    @callback
    def forget(self, device: dr.DeviceEntry) -> bool:
        """Forget a hub that is not there; False for one that is, or is no hub."""
        ids = {text for domain, text in device.identifiers if domain == DOMAIN}
        hubs = [hub for hub_id, hub in self.watched.items() if hub_id in ids]
        if not hubs or any(hub.state is HubState.ONLINE for hub in hubs):
            return False
        for hub in hubs:
            self._drop(hub.router.id)
            self.devices.forget(hub.router.id)
        return True

    @callback
    def forget_replaced(self) -> None:
        """Forget each id that a hub has no more, as after a reset; it is the same hub."""
        now = self._hass.loop.time()
        silent = {
            x.router.id for x in self.watched.values() if x.is_unheard_for(STABLE)
        }
        for old, new in list(self._names.replaced(self.seen, now, silent)):
            _LOGGER.info("Hub %s has another id now", self.seen[new].title)
            self._drop(old)
            self.devices.remove(old)
            self._on_replaced(old, new)
            self._on_change()

    def _drop(self, hub_id: str) -> None:
        if (hub := self.watched.pop(hub_id, None)) is not None:
            hub.async_stop()
        self.seen.pop(hub_id, None)
        self._store.memory.hubs.pop(hub_id, None)
        self._store.async_schedule_save()

    @callback
    def border_router_seen(self, router: BorderRouter) -> None:
        """Take a border router that appeared or changed."""
        self._names.announced(router, self._hass.loop.time())
        self.seen[router.id] = router
        if (hub := self.watched.get(router.id)) is not None:
            hub.seen(router)
        self.add_those_that_matter()
        self._on_seen()

    @callback
    def border_router_heard(self, instance: str) -> None:
        """Note a packet of a border router."""
        if (hub := self._named(instance)) is not None:
            hub.heard()

    @callback
    def border_router_gone(self, instance: str) -> None:
        """Note a goodbye."""
        if (hub := self._named(instance)) is not None:
            hub.said_goodbye()
        else:
            self._forget_unwatched(instance)

    @callback
    def border_router_expired(self, instance: str) -> None:
        """Note that a border router was not heard for long: no word of its own."""
        if (hub := self._named(instance)) is not None:
            hub.look_soon()
        else:
            self._forget_unwatched(instance)

    def _forget_unwatched(self, instance: str) -> None:
        """Forget who is not watched: mDNS alone tells whether it is there."""
        for router in list(self.seen.values()):
            if router.instance == instance and router.id not in self.watched:
                del self.seen[router.id]
                self._on_seen()

    def _named(self, instance: str) -> WatchedHub | None:
        if (owner := self._names.owner(instance)) is not None:
            return self.watched.get(owner)
        hubs = (x for x in self.watched.values() if x.router.instance == instance)
        return max(hubs, key=WatchedHub.precedence, default=None)

    def _add(self, known: StoredHub) -> None:
        router = known.router
        if len(self.watched) >= MAX_PROBED_HUBS:
            _LOGGER.debug("Not watching %s: enough hubs are watched", router.title)
            return
        hub = WatchedHub(
            self._hass,
            router,
            self.watch,
            self.prober,
            self._changed,
            known.method,
            known.first_seen,
        )
        hub.macs = known.macs
        hub.switch_id = self._switch_of(router.id)
        self.watched[router.id] = hub
        self.devices.register(router)
        self._remember(hub)
        self.added.send(hub)
        hub.async_start()

    @callback
    def _changed(self, hub: WatchedHub) -> None:
        self.devices.register(hub.router)
        self.devices.follow()
        self._remember(hub)
        self._on_change()

    def _remember(self, hub: WatchedHub) -> None:
        stored = store_hub(hub.router, hub.method, hub.first_seen, hub.macs)
        if self._store.memory.hubs.get(hub.router.id) != stored:
            self._store.memory.hubs[hub.router.id] = stored
            self._store.async_schedule_save()

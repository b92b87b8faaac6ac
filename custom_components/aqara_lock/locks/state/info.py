"""What is known of one lock: its settings, its device, its node, what it said so far."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from ...const import (
    CONF_CORE_LOCK_OFF,
    CONF_DEVICE_IDENTIFIER,
    CONF_ENDPOINT_ID,
    CONF_HUB,
    CONF_KEEP_LAST_STATE,
    CONF_OBSERVATIONS,
    CONF_REPLACE_CORE_LOCK,
    CONF_SERIAL,
    CONF_UNDER_HUB,
)
from ...domain.commissioning import BindingReport
from ...domain.identity import LockIdentity, NodeAddress
from ...domain.journal import (
    ActivityType,
    Journal,
    ReportsWho,
    activity_types,
    reports_who,
)
from ...domain.thread import LockPath
from ...household import Household
from ...hubs import Hub
from ...matter import LinkState, LockCommands, LockLink, LockNode
from .events import LockSignals
from .store import LockStore
from .telemetry import LockTelemetry


class LockInfo(LockSignals):
    """What is known of a lock, and its signals; the runtime fills in what changes."""

    def __init__(
        self,
        subentry: ConfigSubentry,
        household: Household,
        store: LockStore,
        link: LockLink,
    ) -> None:
        """Initialize with what the settings say."""
        super().__init__()
        self._subentry = subentry
        self.household = household
        self.store = store
        self.commands = LockCommands(link)
        self.history = LockTelemetry()
        self._hubs: list[Hub] = []
        self.link = link
        self.device: dr.DeviceEntry | None = None
        self.node: LockNode | None = None
        self.path: LockPath | None = None

    @property
    def id(self) -> str:
        """Id of the subentry."""
        return self._subentry.subentry_id

    @property
    def name(self) -> str:
        """Name as the user knows it."""
        device = self.device
        named = (device.name_by_user or device.name) if device else None
        return named or self._subentry.title

    @property
    def endpoint_id(self) -> int:
        """Matter endpoint of the door lock."""
        return self.link.identity.endpoint_id

    @property
    def replaces_core(self) -> bool:
        """Whether ours takes the place of core's lock entity."""
        return bool(self._subentry.data.get(CONF_REPLACE_CORE_LOCK))

    @property
    def turns_core_off(self) -> bool:
        """Whether core's lock entity is off, and not only hidden, while ours replaces it."""
        return self.replaces_core and bool(self._subentry.data.get(CONF_CORE_LOCK_OFF))

    @property
    def stands_under_hub(self) -> bool:
        """Whether its device hangs under the hub's, which hides Matter's menu on its page."""
        return bool(self._subentry.data.get(CONF_UNDER_HUB))

    @property
    def keeps_last_state(self) -> bool:
        """Whether the last known state stays when the lock is silent for long."""
        return bool(self._subentry.data.get(CONF_KEEP_LAST_STATE))

    @property
    def is_observed(self) -> bool:
        """Whether the user chose what else sees who is at the door."""
        return bool(self._subentry.data.get(CONF_OBSERVATIONS))

    @property
    def preferred_hub_id(self) -> str | None:
        """Border agent id of the hub that the user wants to serve the lock."""
        chosen: str | None = self._subentry.data.get(CONF_HUB)
        return chosen

    @property
    def is_linked(self) -> bool:
        """Whether a command can be sent at all."""
        return self.link.state is LinkState.READY

    @property
    def is_bridged(self) -> bool:
        """Whether a bridge stands between Matter and the lock."""
        if self.link.identity.address.bridged_endpoint is not None:
            return True
        return self.node is not None and self.node.is_bridged

    @property
    def is_silent(self) -> bool:
        """Whether the Matter server lost the lock."""
        return self.node is not None and self.is_linked and not self.node.available

    @property
    def extended_pan_id(self) -> str | None:
        """Thread network of the lock; None where it is not known."""
        return self.node.extended_pan_id if self.node else None

    @property
    def parent_extended_address(self) -> str | None:
        """Thread parent of the lock, where the lock tells."""
        return self.node.parent_extended_address if self.node else None

    @property
    def served_by_name(self) -> str | None:
        """Name of the hub that serves the lock, or of all that may be it."""
        if self.path is None or not self.path.routers:
            return None
        wanted = [self.path.serving] if self.path.serving else self.path.routers
        names = [hub.router.title for hub in self._hubs if hub.router.id in wanted]
        return ", ".join(sorted(names)) or None

    @property
    def journal(self) -> Journal:
        """Journal of the lock."""
        return self.store.memory.journal

    @property
    def reports_who(self) -> ReportsWho:
        """Whether it says who unlocked: from its own reports, and from what it has.

        A lock without users behind a bridge cannot, whatever it reports.
        """
        if self.is_bridged and self.node is not None and not self.node.has_users:
            return ReportsWho.NO
        return reports_who(self.journal.pages())

    @property
    def activity_types(self) -> list[ActivityType]:
        """What this lock can report."""
        return activity_types(self.node.features) if self.node else list(ActivityType)

    @property
    def came_back(self) -> bool | None:
        """Whether the lock was ever available to a server of this make, if known."""
        before, now = self.store.memory.server_kind, self.link.server_kind
        return None if before is None or now is None else before == now

    @property
    def binding(self) -> BindingReport | None:
        """The last binding report."""
        return self.store.memory.binding

    @callback
    def schedule_save(self) -> None:
        """Schedule a write of what is remembered."""
        self.remember_history()
        self.store.async_schedule_save()

    @callback
    def remember_history(self) -> None:
        """Keep what the lock did with what is remembered of it."""
        self.store.memory.flips = self.history.availability_as_list()
        self._remember_doubt()

    def _remember_doubt(self) -> None:
        """Keep a doubt with what was known when it began: a later view may be another."""
        memory, since = self.store.memory, self.history.in_doubt_since
        is_kept = memory.doubt is not None and memory.doubt.since == since
        if since is None:
            memory.doubt = None
        elif self.node is not None and not is_kept:
            memory.doubt = self.history.doubt(self.node)

    @callback
    def journal_changed(self) -> None:
        """Schedule a write of the journal, and announce that its entries changed."""
        self.store.async_schedule_save()
        self.entries_changed.send()


def identity_of(subentry: ConfigSubentry) -> LockIdentity:
    """Read which Matter endpoint a subentry is for; raises ValueError for none."""
    data: Mapping[str, Any] = subentry.data
    address = NodeAddress.parse(data[CONF_DEVICE_IDENTIFIER])
    if address is None:
        raise ValueError(f"Subentry {subentry.subentry_id} names no Matter device")
    return LockIdentity(address, data[CONF_ENDPOINT_ID], data.get(CONF_SERIAL))

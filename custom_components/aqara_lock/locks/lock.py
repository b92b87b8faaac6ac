"""One lock under watch: its state, its journal and the connection to it."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ..const import CONF_OBSERVATIONS
from ..domain.commissioning import BindingReport
from ..domain.connectivity import Cause, Connection, ConnectionCheck
from ..domain.doorlock import LockState, ReceivedEvent
from ..domain.identity import NodeAddress
from ..domain.journal import GapReason, JournalEntry
from ..domain.thread import LockPath
from ..household import Household
from ..hubs import Hub
from ..matter import LinkState, LockLink, LockNode, LockReads
from .activity import LockActivity
from .commands import CommandDispatcher
from .connectivity import (
    ConnectionChecker,
    ConnectionMonitor,
    ConnectionNotifier,
    ConnectionVerdict,
    LastingSilence,
    LockPing,
    memory_of,
)
from .state import (
    AddressStore,
    CoreTransitions,
    LockInfo,
    LockRadio,
    LockStore,
    LockUsers,
    NodeCache,
    RetainedLocks,
    identity_of,
    is_more_than_the_bolt,
)

PROBLEMS: Final[Mapping[LinkState, Cause]] = {
    LinkState.LOCK_REMOVED: Cause.LOCK_REMOVED,
    LinkState.MATTER_UNAVAILABLE: Cause.MATTER_UNAVAILABLE,
    LinkState.MATTER_SERVER_TOO_OLD: Cause.MATTER_SERVER_TOO_OLD,
    LinkState.NOT_A_LOCK: Cause.NOT_A_LOCK,
}


class Lock(LockInfo):
    """Takes what the link reports and tells the entities what changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        subentry: ConfigSubentry,
        household: Household,
    ) -> None:
        """Prepare one lock of the home; `async_start` begins."""
        store = LockStore(hass, subentry.subentry_id)
        link = LockLink(hass, identity_of(subentry))
        super().__init__(subentry, household, store, link)
        self._hass = hass
        reads = LockReads(link)
        self.radio = LockRadio(store, reads)
        self._node_memory = NodeCache(store, link, self.radio, self.history)
        self.addresses = AddressStore(hass, store, link)
        directory = LockUsers(hass, store, self.commands, reads)
        self._shows_names = household.shows_names
        self._activity = LockActivity(hass, self, directory, reads)
        self.log = self._activity.log
        self.door = self._activity.door
        self.public = self._activity.public
        self.core_transitions = CoreTransitions(hass, link, self.log.own_commands)
        memory = memory_of(hass, self.id)
        ping = LockPing(hass, self, self.commands, memory)
        self.connections = ConnectionMonitor(hass, store, memory, ping)
        self.connections.changed.connect(self._connection_changed)
        self.checker = ConnectionChecker(hass, memory, ping, self.connections)
        self.verdict = ConnectionVerdict(hass, self, self.connections)
        self.silence = LastingSilence(
            hass, self, self.door, self.connections, self.verdict
        )
        self.operator = CommandDispatcher(
            hass, self, self._activity, self.connections, self.verdict
        )
        self.teller = ConnectionNotifier(hass, self, self.door, self.verdict)
        self.bridge_hub_id: str | None = None
        self.upper_hub_id: str | None = None
        self._is_behind = True
        self.is_known_again = False
        """Whether it was removed before, and what was known of it is back."""
        self._follow_link()
        self._told_path: tuple[LockPath, str | None] | None = None

    def _follow_link(self) -> None:
        """Connect what the link tells; each is handled in this order."""
        link, log = self.link, self.log
        link.changed.connect(self._link_changed)
        link.device_changed.connect(self._device_changed)
        link.node_reported.connect(self._node_reported)
        link.node_moved.connect(self._node_moved)
        link.node_heard.connect(self._node_heard)
        link.lock_state_reported.connect(self._lock_state_reported)
        link.lock_state_reported.connect(self._activity.state_reported)
        link.event_received.connect(self._event_received)
        link.event_received.connect(log.take)
        link.event_damaged.connect(log.event_lost)
        link.other_event_numbered.connect(log.other_event_reported)
        link.started.connect(self._start_up_reported)
        link.shutting_down.connect(self.connections.shut_down_reported)
        self.core_transitions.entity_found.connect(self.updated.send)

    @property
    def connection(self) -> Connection:
        """Whether the lock answers."""
        return self.connections.connection

    @property
    def hides_state(self) -> bool:
        """Whether nobody knows any more how the door is, and the user wants to see that."""
        return self.silence.lasts and not self.keeps_last_state

    @callback
    def keep_binding(self, report: BindingReport) -> None:
        """Remember a binding report."""
        self.store.memory.binding = report
        self.schedule_save()
        self.binding_changed.send()

    async def async_start(self) -> None:
        """Load what is remembered and tie in with core's client."""
        await self.store.async_load()
        self._resume_node()
        if self.binding is not None and self.binding.check is not None:
            self.checker.remember(self.binding.check, self.binding.at)
        self.node = self._node_memory.stored()
        self.history.load_availability(self.store.memory.flips)
        self.history.resume(self.store.memory.doubt)
        self.addresses.load()
        self.door.restore()
        self.connections.resume(self.store.memory.silence)
        self.silence.resume(self.store.memory.silence)
        self.follow_options()
        self.core_transitions.async_start()
        self.link.async_start()
        self._take_link(self.link.state)
        self.connections.async_start()

    def _resume_node(self) -> None:
        """Go on with the node that a lock was followed to after it was commissioned again."""
        stored = self.store.memory.followed_node
        address = NodeAddress.parse(stored) if stored else None
        if address is not None:
            self.link.resume(address)

    @callback
    def follow_options(self) -> None:
        """Apply the journal's limits, observers and persons of the home's settings."""
        self.log.limit_journal(self.household.journal_limit, self.household.journal_age)
        self.log.observers.observe(self._subentry.data.get(CONF_OBSERVATIONS, ()))
        self.state_changed.send()
        forgot = self.log.keep_people()
        if forgot or self._shows_names is not self.household.shows_names:
            self._refresh_names()

    def _refresh_names(self) -> None:
        """Refresh what is shown by who may see names."""
        self._shows_names = self.household.shows_names
        self._activity.refresh_actor()
        self.names_visibility_changed.send()

    @callback
    def entry_assigned(self, line: JournalEntry, context: Context | None) -> None:
        """Show what somebody said by hand of an entry, and tell that it was said."""
        self._activity.refresh_actor()
        self.assigned.send(line)
        self.public.publish_assignment(line, context)

    @callback
    def forget_activity(self) -> None:
        """Show nobody any more who was erased from the journal."""
        self._activity.forget()

    async def async_stop(self) -> None:
        """Stop following the lock and write what is remembered."""
        self.checker.async_stop()
        await self.operator.async_end_commands()
        self.link.async_stop()
        self.connections.async_stop()
        self.silence.async_stop()
        self._activity.async_stop()
        self.operator.async_stop()
        self.core_transitions.async_stop()
        self.remember_history()
        await self.store.async_close()

    async def async_retain(self, retained: RetainedLocks) -> None:
        """Stop following a lock that was removed; what is remembered of it is kept."""
        self.log.link_lost(GapReason.NOT_IN_HOME)
        await self.async_stop()
        retained.retain(self.id, self.name, self.link.identity)

    async def async_give_back(self, retained: RetainedLocks) -> str | None:
        """Take what was kept of the lock, before it is followed; returns its id of then."""
        before = await retained.async_give_back(self.store, self.link.identity)
        self.is_known_again = before is not None
        return before

    async def async_check_connection(self) -> ConnectionCheck:
        """Ping because a user asks, and read the radio link anew if the lock answers."""
        result = await self.checker.async_check()
        if result.answered:
            await self.radio.async_refresh(self.node)
        return result

    async def async_save(self) -> None:
        """Write what is remembered because a user asked for it; raises NotKeptError."""
        self.remember_history()
        await self.store.async_save()

    async def async_erase(self) -> None:
        """Forget all lines, in every file too; raises NotKeptError where a file stays."""
        self.journal.erase()
        self.forget_activity()
        self.entries_changed.send()
        await self.store.async_erase()

    @callback
    def follow_hubs(self, path: LockPath, hubs: Iterable[Hub]) -> None:
        """Set the route to the lock and the hubs of its network."""
        self.path = path
        self._hubs = list(hubs)
        # A hub beyond the budget is not watched, and may carry the lock.
        all_watched = self.is_bridged or len(self._hubs) == len(path.routers)
        known = self._hubs if all_watched else ()
        self.connections.hubs_changed(known, path.next_hop)
        told = path, self.served_by_name
        if told != self._told_path:
            self._told_path = told
            self.path_changed.send()

    @property
    def _address(self) -> NodeAddress:
        return self.link.identity.address

    @callback
    def _device_changed(self, device: dr.DeviceEntry | None) -> None:
        """Handle the device that the lock has now."""
        moved = (device.id if device else None) != (
            self.device.id if self.device else None
        )
        self.device = device
        self.core_transitions.follow()
        if moved:
            self.device_moved.send()

    @callback
    def _link_changed(self, state: LinkState) -> None:
        """Handle a new state of the link."""
        self._take_link(state)
        if state is LinkState.READY:
            self._tied_in()
        else:
            self.log.link_lost()
        self.state_changed.send()
        self.connection_changed.send()
        self.updated.send()

    def _take_link(self, state: LinkState) -> None:
        self.connections.link_changed(PROBLEMS.get(state), self.link.server_kind)
        self.connections.pause_changed(state is LinkState.PAUSED)

    def _tied_in(self) -> None:
        """Start with a fresh client: state as it is, and what was missed."""
        before, node = self.node, self.link.node
        if node is None:
            return
        # The view of an earlier run may be the same: of a lock that is not heard.
        if node.available or node.bridge_available:
            self.connections.availability_changed(node.available)
        else:
            self.connections.found_away()
        self.store.memory.followed_node = self._address.identifier
        self._take_node(node)
        known = before.lock_state if before is not None else None
        doubt = self.store.memory.doubt
        is_newer = doubt is not None and doubt.is_over(
            node.lock_state, node.interviewed_at
        )
        if is_newer or known not in (None, node.lock_state):
            # It was reported or read while no client listened.
            self.operator.state_reported(node.lock_state)
        self.door.begin(node.lock_state)
        self._is_behind = True
        self._backfill(node)

    def _backfill(self, node: LockNode) -> None:
        """Catch up once the server hears the lock again: until then it may miss events."""
        if not self._is_behind or not node.available:
            return
        self._is_behind = False
        self._hass.async_create_background_task(
            self.log.async_backfill(node), f"aqara_lock catch up {self.name}"
        )

    @callback
    def _node_moved(self) -> None:
        """Handle the node that a lock has since it was recommissioned."""
        self.log.link_lost(GapReason.LOCK_REMOVED)
        self._tied_in()
        self.state_changed.send()
        self.connection_changed.send()
        self.updated.send()

    @callback
    def _node_reported(self) -> None:
        """Handle a new view of the node."""
        node = self.link.node
        if node is None or node == self.node:
            return
        before = self.node
        was_available = before is None or before.available
        if was_available != node.available:
            self.history.availability_flipped(available=node.available)
        self._take_node(node)
        if node.available and (not was_available or _is_interviewed(before, node)):
            # A server that has the lock again has read it anew.
            self._state_read_again(before, node)
        if was_available and node.available:
            self.connections.sign_of_life()
        elif node.available:
            self.log.lock_returned()
            self._backfill(node)
        if is_more_than_the_bolt(before, node):
            self.updated.send()
            self.state_changed.send()

    def _state_read_again(self, before: LockNode | None, node: LockNode) -> None:
        """Handle that the server has read the bolt; another position is a report, too."""
        self.operator.state_reported(node.lock_state)
        if before is not None and before.lock_state is node.lock_state:
            self.door.report(node.lock_state, dt_util.utcnow())

    def _take_node(self, node: LockNode) -> None:
        before, self.node = self.node, node
        self._activity.door_state_reported(node.door_state)
        self.log.follow_node(node, self._address.compressed_fabric_id)
        if not is_more_than_the_bolt(before, node):
            return
        self._node_memory.take(before, node)
        self.log.directory.fabrics_counted(node.commissioned_fabrics)
        self.path_changed.send()
        self.connections.availability_changed(node.available)

    @callback
    def _node_heard(self) -> None:
        """Handle that the lock spoke, or only the bridge before it."""
        if not self.is_bridged:
            self.connections.reported()

    @callback
    def _lock_state_reported(self, state: LockState | None) -> None:
        """Handle a LockState report as a sign of life, and as what a command waits for."""
        self._spoke_behind_bridge()
        self.history.reported()
        self.operator.state_reported(state)

    @callback
    def _event_received(self, _received: ReceivedEvent) -> None:
        """Handle an event of the lock as a sign of life."""
        self._spoke_behind_bridge()

    def _spoke_behind_bridge(self) -> None:
        """Take what was said for the word of a bridged lock; of any other it is one already."""
        if self.is_bridged:
            self.connections.reported()

    @callback
    def _start_up_reported(self, event_number: int) -> None:
        """Handle a restart of the lock, or of the bridge before it."""
        if not self.is_bridged:
            self.history.rebooted()
            self.connections.reported()
        self.log.start_up_reported(self.link.identity.address.node_id, event_number)

    @callback
    def _connection_changed(self, before: Connection, after: Connection) -> None:
        if before.responsive is not after.responsive:
            self.log.answers(answers=after.responsive)
        if before.responsive and not after.responsive:
            self.history.fell_silent(after.since)
        if after.responsive or after.checking is not before.checking:
            self.connection_changed.send()
        self.state_changed.send()
        self.teller.tell(before, after)
        self.updated.send()


def _is_interviewed(before: LockNode | None, now: LockNode) -> bool:
    """Return whether the server read the whole lock since an earlier view."""
    return before is not None and before.interviewed_at != now.interviewed_at

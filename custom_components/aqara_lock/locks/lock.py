"""One lock under watch: its state, its journal and the connection to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from ..const import CONF_OBSERVATIONS
from ..domain.commissioning import BindingReport
from ..domain.connectivity import Cause, Connection, ConnectionCheck
from ..domain.doorlock import RawEvent
from ..domain.identity import NodeAddress
from ..domain.journal import GapReason, JournalEntry
from ..domain.thread import LockPath
from ..household import Household
from ..hubs import Hub
from ..matter import (
    LinkState,
    LockCommands,
    LockLink,
    LockNode,
    LockReads,
    find_core_lock_entities,
)
from .activity import LockActivity
from .commands import CommandDispatcher
from .connectivity import (
    ConnectionChecker,
    ConnectionMonitor,
    ConnectionNotifier,
    ConnectionVerdict,
    LockPing,
    memory_of,
)
from .state import (
    AddressStore,
    CoreTransitions,
    LockInfo,
    LockRadio,
    LockStore,
    LockTelemetry,
    LockUsers,
    NodeCache,
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
        link = LockLink(hass, identity_of(subentry), self)
        LockInfo.__init__(self, subentry, store, link)
        self._hass = hass
        self.commands = LockCommands(self.link)
        reads = LockReads(self.link)
        self.radio = LockRadio(self._store, reads)
        self.history = LockTelemetry()
        self._node_memory = NodeCache(self._store, self.link, self.radio, self.history)
        self.addresses = AddressStore(hass, self._store, lambda: self._address)
        directory = LockUsers(hass, self._store, self.commands, reads)
        self.household = household
        self._shows_names = household.shows_names
        self._activity = LockActivity(hass, self._store, directory, reads, self)
        self.log = self._activity.log
        self.door = self._activity.door
        self.public = self._activity.public
        self.core_transitions = CoreTransitions(
            hass,
            self._core_entity_ids,
            self._activity.core_moved,
            self._core_entity_came,
        )
        memory = memory_of(hass, self.id)
        ping = LockPing(hass, self, self.commands, memory)
        self.connections = ConnectionMonitor(hass, store, memory, ping)
        self.connections.changed.connect(self._connection_changed)
        self.checker = ConnectionChecker(hass, memory, ping, self.connections)
        self.operator = CommandDispatcher(hass, self)
        self.verdict = ConnectionVerdict(hass, self, self.connections)
        self.teller = ConnectionNotifier(hass, self, self.door, self.verdict)
        self.bridge_hub_id: str | None = None
        self.upper_hub_id: str | None = None
        self._is_behind = True
        self._told_path: tuple[LockPath, str | None] | None = None

    @property
    def connection(self) -> Connection:
        """Whether the lock answers."""
        return self.connections.connection

    @property
    def radio_read_at(self) -> datetime | None:
        """When the server last had the radio link anew."""
        return self.radio.read_at

    @callback
    def keep_binding(self, report: BindingReport) -> None:
        """Remember a binding report."""
        self._store.memory.binding = report
        self.schedule_save()
        self.binding_changed.send()

    async def async_start(self) -> None:
        """Load what is remembered and tie in with core's client."""
        await self._store.async_load()
        self._resume_node()
        if self.binding is not None and self.binding.check is not None:
            self.checker.remember(self.binding.check, self.binding.at)
        self.node = self._node_memory.stored()
        self.history.load_availability(self._store.memory.flips)
        self.history.resume(self._store.memory.doubt)
        self.addresses.load()
        self.door.restore()
        self.follow_options()
        self.core_transitions.async_start()
        self.link.async_start()
        self._take_link(self.link.state)
        self.connections.async_start()

    def _resume_node(self) -> None:
        """Go on with the node that a lock was followed to after it was commissioned again."""
        stored = self._store.memory.followed_node
        address = NodeAddress.parse(stored) if stored else None
        if address is not None:
            self.link.resume(address)

    @callback
    def follow_options(self) -> None:
        """Take the journal's limits, observers and persons from the home's settings."""
        self.log.limit_journal(self.household.journal_limit, self.household.journal_age)
        self.log.observers.observe(self._subentry.data.get(CONF_OBSERVATIONS, ()))
        forgot = self.log.keep_people()
        if forgot or self._shows_names is not self.household.shows_names:
            self._refresh_names()

    def _refresh_names(self) -> None:
        """Let what is shown follow who may see names."""
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
        """Let go of the lock and write what is remembered."""
        self.checker.async_stop()
        await self.operator.async_end_commands()
        self.link.async_stop()
        self.connections.async_stop()
        self._activity.async_stop()
        self.operator.async_stop()
        self.core_transitions.async_stop()
        self._remember_history()
        await self._store.async_close()

    async def async_remove(self) -> None:
        """Let go of the lock and forget it."""
        await self.async_stop()
        await self._store.async_remove()

    async def async_check_connection(self) -> ConnectionCheck:
        """Ping because a user asks, and read the radio link anew if the lock answers."""
        result = await self.checker.async_check()
        if result.answered:
            await self.radio.async_refresh(self.node)
        return result

    async def async_save(self) -> None:
        """Write what is remembered because a user asked for it; raises NotKeptError."""
        self._remember_history()
        await self._store.async_save()

    async def async_erase(self) -> None:
        """Forget all lines, in every file too; raises NotKeptError where a file stays."""
        self.journal.erase()
        self.forget_activity()
        self.log.entries_changed.send()
        await self._store.async_erase()

    @callback
    def schedule_save(self) -> None:
        """Have what is remembered written soon."""
        self._remember_history()
        self._store.async_schedule_save()

    def _remember_history(self) -> None:
        self._store.memory.flips = self.history.availability_as_list()
        self._remember_doubt()

    def _remember_doubt(self) -> None:
        """Keep a doubt with what was known when it began: a later view may be another."""
        memory, since = self._store.memory, self.history.in_doubt_since
        is_kept = memory.doubt is not None and memory.doubt.since == since
        if since is None:
            memory.doubt = None
        elif self.node is not None and not is_kept:
            memory.doubt = self.history.doubt(self.node)

    @callback
    def follow_hubs(self, path: LockPath, hubs: Iterable[Hub]) -> None:
        """Take the path to the lock and the hubs of its network."""
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
    def device_changed(self, device: dr.DeviceEntry | None) -> None:
        """Take the device that the lock has now."""
        moved = (device.id if device else None) != (
            self.device.id if self.device else None
        )
        self.device = device
        self.core_transitions.follow()
        if moved:
            self.device_moved.send()

    def _core_entity_ids(self) -> list[str]:
        """Give core's own lock entities of this lock."""
        if self.device is None:
            return []
        found = find_core_lock_entities(self._hass, self.device, self.endpoint_id)
        return [entry.entity_id for entry in found]

    @callback
    def _core_entity_came(self) -> None:
        """Take that core made its lock entity, which comes after its device."""
        self.updated.send()

    @callback
    def link_changed(self, state: LinkState) -> None:
        """Take whether the lock can be talked to."""
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
        """Begin anew with a fresh client: state as it is, and what was missed."""
        before, node = self.node, self.link.node
        if node is None:
            return
        # The view of an earlier run may be the same: of a lock that is not heard.
        if node.available or node.bridge_available:
            self.connections.availability_changed(node.available)
        else:
            self.connections.found_away()
        self._store.memory.followed_node = self._address.identifier
        self._take_node(node)
        known = before.lock_state if before is not None else None
        doubt = self._store.memory.doubt
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
    def node_moved(self) -> None:
        """Begin anew with the node that a lock has since it was commissioned again."""
        self.log.link_lost(GapReason.LOCK_REMOVED)
        self._tied_in()
        self.state_changed.send()
        self.connection_changed.send()
        self.updated.send()

    @callback
    def node_reported(self) -> None:
        """Take a new view of the node."""
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
    def node_heard(self) -> None:
        """Take that the lock spoke, or only the bridge before it."""
        if not self.is_bridged:
            self.connections.reported()

    @callback
    def lock_state_reported(self) -> None:
        """Take a LockState report."""
        self.connections.reported()
        self.history.reported()
        if self.link.node is not None:
            self.operator.state_reported(self.link.node.lock_state)
            self._activity.state_reported(self.link.node.lock_state)

    @callback
    def event_reported(self, raw: RawEvent) -> None:
        """Take an event of the lock."""
        self.connections.reported()
        self.log.take(raw)

    @callback
    def event_damaged(self) -> None:
        """Take that something was reported and nobody knows what."""
        self.log.event_lost()

    @callback
    def other_event_reported(self, event_number: int) -> None:
        """Take the number of an event of the node that is none of the lock's."""
        self.log.other_event_reported(event_number)

    @callback
    def start_up_reported(self, event_number: int) -> None:
        """Take a restart of the lock, or of the bridge before it."""
        if not self.is_bridged:
            self.history.rebooted()
            self.connections.reported()
        self.log.start_up_reported(self.link.identity.address.node_id, event_number)

    @callback
    def shut_down_reported(self) -> None:
        """Take that the lock is about to restart, or the bridge before it."""
        self.connections.shut_down_reported()

    @property
    def cause(self) -> str | None:
        """Id of the cause of the silence."""
        return self.verdict.cause

    @callback
    def problem_message(self) -> str:
        """Say what is wrong, what still works and what to do first; empty if well."""
        return self.verdict.problem_message()

    @callback
    def _connection_changed(self, before: Connection, after: Connection) -> None:
        if before.responsive is not after.responsive:
            self.log.answers(answers=after.responsive)
        if after.responsive or after.checking is not before.checking:
            self.connection_changed.send()
        self.state_changed.send()
        self.teller.tell(before, after)
        self.updated.send()


def _is_interviewed(before: LockNode | None, now: LockNode) -> bool:
    """Tell whether the server read the whole lock since an earlier view."""
    return before is not None and before.interviewed_at != now.interviewed_at

"""One lock under watch: its state, its journal and the connection to it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .activity_log import ActivityLog
from .connection_check import ConnectionChecker
from .connection_teller import ConnectionTeller, Doctor
from .connection_watch import ConnectionWatch
from .const import CONF_OBSERVATIONS
from .core_transitions import CoreTransitions
from .domain.attribution import Attribution
from .domain.binding import BindingReport
from .domain.connection import Cause, Connection
from .domain.door_lock import AlarmCode, LockOperationType, LockState
from .domain.duress import Duress
from .domain.evidence import known
from .domain.identity import NodeAddress
from .domain.operations import (
    DoorLockAlarm,
    LockOperation,
    LockOperationError,
    RawEvent,
)
from .domain.path import LockPath
from .domain.placement import Advice, ConnectionCheck
from .door_state import DoorState
from .household import Household
from .line_counter import LineCounter
from .lock_directory import LockDirectory
from .lock_facts import LockFacts, identity_of
from .lock_history import LockHistory
from .lock_ping import LockPing
from .lock_radio import LockRadio
from .lock_signals import LockSignals
from .lock_store import LockStore
from .log_listener import Told
from .matter.commands import LockCommands
from .matter.devices import find_core_lock_entity
from .matter.link import LinkState, LockLink
from .matter.node import LockNode
from .matter.reads import LockReads
from .network.lock_addresses import lock_addresses, remember_addresses
from .operator import LockOperator
from .public_activity import PublicActivity
from .watched_hub import WatchedHub

_LOGGER = logging.getLogger(__name__)

PROBLEMS: Final[Mapping[LinkState, Cause]] = {
    LinkState.LOCK_REMOVED: Cause.LOCK_REMOVED,
    LinkState.MATTER_UNAVAILABLE: Cause.MATTER_UNAVAILABLE,
    LinkState.MATTER_SERVER_TOO_OLD: Cause.MATTER_SERVER_TOO_OLD,
    LinkState.NOT_A_LOCK: Cause.NOT_A_LOCK,
}


class WatchedLock(LockFacts, LockSignals):
    """Takes what the link reports and tells the entities what changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        subentry: ConfigSubentry,
        household: Household,
        on_change: Callable[[WatchedLock], None],
    ) -> None:
        """Prepare one lock of the home; `async_start` begins."""
        LockSignals.__init__(self)
        store = LockStore(hass, subentry.subentry_id)
        link = LockLink(hass, identity_of(subentry), self)
        LockFacts.__init__(self, subentry, store, link)
        self._hass = hass
        self._on_change = on_change
        self.commands = LockCommands(self.link)
        reads = LockReads(self.link)
        self.radio = LockRadio(self._store, reads)
        directory = LockDirectory(hass, self._store, self.commands, reads)
        self.household = household
        self._shows_names = household.shows_names
        self.log = ActivityLog(hass, self._store, directory, reads, household, self)
        self.core_transitions = CoreTransitions(
            hass, self._core_entity_id, self._core_moved, self._core_entity_came
        )
        self.door = DoorState(hass, self._door_written, self._door_unexplained)
        ping = LockPing(
            hass,
            self.commands,
            self._is_silent_behind_bridge,
            lambda: self.connections.sign_of_life(),
        )
        self.connections = ConnectionWatch(
            hass, ping, self._is_cut, self._connection_changed
        )
        self.checker = ConnectionChecker(hass, ping, self.connections)
        self.history = LockHistory()
        self.line_counter = LineCounter()
        self.operator = LockOperator(hass, self)
        self.public = PublicActivity(hass, self)
        self.teller = ConnectionTeller(hass, self)
        self.bridge_hub_id: str | None = None
        self.upper_hub_id: str | None = None
        self.doctor: Doctor | None = None
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
        if self.binding is not None and self.binding.check is not None:
            self.checker.remember(self.binding.check, self.binding.at)
        stored = self._store.memory.node
        self.node = LockNode.from_dict(stored) if stored else None
        self.history.load_flips(self._store.memory.flips)
        remember_addresses(self._hass, self._address, self._store.memory.addresses)
        self.follow_options()
        self.core_transitions.async_start()
        self.link.async_start()
        self.connections.link_changed(PROBLEMS.get(self.link.state))

    @callback
    def follow_options(self) -> None:
        """Take the journal's limits and the observers from the home's settings."""
        self.log.limit_journal(self.household.journal_limit, self.household.journal_age)
        self.log.observers.observe(self._subentry.data.get(CONF_OBSERVATIONS, ()))
        if self._shows_names is not self.household.shows_names:
            self._show_anew()

    def _show_anew(self) -> None:
        """Let what is shown follow who may see names."""
        self._shows_names = self.household.shows_names
        self.door.changed_by = self.public.last_actor(self.door.state)
        self.door_written.send()
        self.names_visibility_changed.send()

    async def async_stop(self) -> None:
        """Let go of the lock and write what is remembered."""
        self.link.async_stop()
        self.connections.async_stop()
        self.door.async_stop()
        self.log.async_stop()
        self.operator.async_stop()
        self.core_transitions.async_stop()
        self._store.memory.flips = self.history.flips_as_list()
        await self._store.async_save()

    async def async_remove(self) -> None:
        """Let go of the lock and forget it."""
        await self.async_stop()
        await self._store.async_remove()

    async def async_check_connection(self) -> ConnectionCheck:
        """Ping because a user asks, and read the radio link anew if the lock answers."""
        result = await self.checker.async_check()
        if result.advice is not Advice.NO_ANSWER:
            await self.radio.async_read_anew(self.node)
        return result

    async def async_save(self) -> None:
        """Write what is remembered now."""
        await self._store.async_save()

    @callback
    def schedule_save(self) -> None:
        """Have what is remembered written soon."""
        self._store.memory.flips = self.history.flips_as_list()
        self._store.async_schedule_save()

    @callback
    def follow_hubs(self, path: LockPath, hubs: Iterable[WatchedHub]) -> None:
        """Take the path to the lock and the hubs of its network."""
        self.path = path
        self._hubs = list(hubs)
        # A hub beyond the budget is not watched, and may carry the lock.
        all_watched = self.is_bridged or len(self._hubs) == len(path.routers)
        self.connections.hubs_changed(self._hubs if all_watched else ())
        self._remember_addresses()
        told = path, self.served_by_name
        if told != self._told_path:
            self._told_path = told
            self.path_changed.send()

    @property
    def _address(self) -> NodeAddress:
        return self.link.identity.address

    def _remember_addresses(self) -> None:
        """Keep where the lock was last, for a start in which it cannot be asked for."""
        found = known(lock_addresses(self._hass, self._address)) or ()
        texts = [str(address) for address in found]
        if texts and texts != self._store.memory.addresses:
            self._store.memory.addresses = texts
            self._store.async_schedule_save()

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

    def _core_entity_id(self) -> str | None:
        """Give core's own lock entity of this lock."""
        if self.device is None:
            return None
        core = find_core_lock_entity(self._hass, self.device, self.endpoint_id)
        return core.entity_id if core else None

    @callback
    def _core_entity_came(self) -> None:
        """Take that core made its lock entity, which comes after its device."""
        self._on_change(self)

    @callback
    def link_changed(self, state: LinkState) -> None:
        """Take whether the lock can be talked to."""
        self.connections.link_changed(PROBLEMS.get(state))
        if state is LinkState.READY:
            self._tied_in()
        else:
            self.log.link_lost()
        self.state_changed.send()
        self.connection_changed.send()
        self._on_change(self)

    def _tied_in(self) -> None:
        """Begin anew with a fresh client: state as it is, and what was missed."""
        node = self.link.node
        if node is None:
            return
        self._take_node(node)
        self.door.begin(node.lock_state)
        self._is_behind = True
        self._catch_up(node)

    def _catch_up(self, node: LockNode) -> None:
        """Catch up once the server hears the lock again: until then it may miss events."""
        if not self._is_behind or not node.available:
            return
        self._is_behind = False
        self._hass.async_create_background_task(
            self.log.async_catch_up(node), f"aqara_lock catch up {self.name}"
        )

    @callback
    def node_reported(self) -> None:
        """Take a new view of the node."""
        node = self.link.node
        if node is None or node == self.node:
            return
        before = self.node
        was_available = before is None or before.available
        if was_available != node.available:
            self.history.flipped(available=node.available)
        self._take_node(node)
        if was_available and node.available:
            self.connections.sign_of_life()
        elif node.available:
            self.log.lock_returned()
            self._catch_up(node)
        if _is_more_than_the_bolt(before, node):
            self._on_change(self)
            self.state_changed.send()

    def _take_node(self, node: LockNode) -> None:
        before, self.node = self.node, node
        self.log.follow_node(node, self.link.identity.address.compressed_fabric_id)
        if before is not None and not _is_more_than_the_bolt(before, node):
            return
        self.radio.follow(before, node)
        self.history.battery_reported(node.battery_percent)
        if node.available:
            self._take_answering_node(node)
        self.log.directory.fabrics_counted(node.commissioned_fabrics)
        self.path_changed.send()
        self.connections.availability_changed(node.available)
        stored = node.as_dict()
        if stored != self._store.memory.node:
            self._store.memory.node = stored
            self._store.async_schedule_save()

    def _take_answering_node(self, node: LockNode) -> None:
        """Take what is no older than now: of a silent lock the server shows the past."""
        memory = self._store.memory
        memory.server_kind = self.link.server_kind
        memory.sharing = memory.sharing.seen(
            node=node.node_id,
            is_open=node.sharing_window,
            apps=node.commissioned_fabrics,
            at=dt_util.utcnow(),
        )

    @callback
    def lock_state_reported(self) -> None:
        """Take a LockState report."""
        now = dt_util.utcnow()
        self.connections.sign_of_life()
        self.history.reported()
        self.log.state_reported(now)
        if self.link.node is not None:
            self.door.report(self.link.node.lock_state, now)

    @callback
    def event_reported(self, raw: RawEvent) -> None:
        """Take an event of the lock."""
        self.connections.sign_of_life()
        self.log.take(raw)

    @callback
    def start_up_reported(self, event_number: int) -> None:
        """Take a restart of the lock, or of the bridge before it."""
        if not self.is_bridged:
            self.history.rebooted()
            self.connections.sign_of_life()
        self.log.start_up_reported(self.link.identity.address.node_id, event_number)

    @callback
    def operation_arrived(self, operation: LockOperationType | None) -> None:
        """Note an operation before it is known who did it."""
        self.door.operation_arrived(operation)

    @callback
    def told(self, told: Told) -> None:
        """Take an attributed event: state first, then the event, in one go."""
        if isinstance(told.event, LockOperation | LockOperationError):
            self.operated.send(told.event, told.attribution or Attribution())
        if isinstance(told.event, LockOperation):
            actor = self.public.actor(told.attribution)
            self.door.explain(told.event.type, actor, told.context)
        if told.event == DoorLockAlarm(AlarmCode.LOCK_JAMMED):
            self.door.jam()
        if told.line is not None and told.is_new_line:
            self.public.publish(told.line, told.context)

    @callback
    def _core_moved(self, operation: LockOperationType, context: Context) -> None:
        self._hass.async_create_background_task(
            self.log.own_commands.async_seen_at_core(operation, context),
            "aqara_lock core transition",
            eager_start=True,
        )

    @callback
    def caught_up(self) -> None:
        """Show who brought the lock into its state, if that was before it was found."""
        if self.door.is_as_found:
            self.door.changed_by = self.public.last_actor(self.door.state)
            self.door_written.send()

    @callback
    def forget_activity(self) -> None:
        """Show nobody any more who was erased from the journal."""
        self.door.changed_by = None
        self.door_written.send()
        self.activity_forgotten.send()

    @callback
    def duress_noticed(self, notice: Duress) -> None:
        """Pass on a private notice."""
        self.duress.send(notice)

    @property
    def cause(self) -> str | None:
        """Id of the cause of the silence."""
        return self.teller.cause

    @callback
    def problem_message(self) -> str:
        """Say what is wrong, what still works and what to do first; empty if well."""
        return self.teller.problem_message()

    def _is_cut(self) -> bool:
        return self.doctor is not None and self.doctor.is_cut(self.id)

    def _is_silent_behind_bridge(self) -> bool:
        return self.is_bridged and self.is_silent

    @callback
    def _door_written(self) -> None:
        self.operator.door_written()
        self.door_written.send()

    @callback
    def _door_unexplained(self, state: LockState, at: datetime) -> None:
        line = self.log.state_unexplained(state, at)
        if line is not None:
            self.public.publish(line, None)

    @callback
    def _connection_changed(self, before: Connection, after: Connection) -> None:
        if after.responsive:
            self.connection_changed.send()
        self.state_changed.send()
        self._hass.async_create_task(
            self.teller.async_tell(before, after), "aqara_lock connection notice"
        )
        self._on_change(self)


def _is_more_than_the_bolt(before: LockNode | None, now: LockNode) -> bool:
    """Tell whether more than the position of the bolt has changed."""
    return before is None or replace(before, lock_state=now.lock_state) != now

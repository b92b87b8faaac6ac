"""The link between one lock and core's Matter client, renewed whenever core renews its own."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
import logging
from typing import Any, Final
from weakref import WeakKeyDictionary

from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from matter_server.client import MatterClient
from matter_server.client.models.node import MatterNode
from matter_server.common.models import EventType, MatterNodeEvent

from ..const import DOMAIN
from ..domain.doorlock import CLUSTER_ID, LockState, ReceivedEvent, received_event
from ..domain.identity import LockIdentity, NodeAddress
from ..signals import Signal
from .changes import follow_core
from .devices import (
    addresses_of,
    client_of,
    find_device,
    lock_endpoint,
    may_be_device_of,
    node_at,
    presence_of,
)
from .errors import Failure, LinkError
from .node import LOCK_STATE_PATH, LockNode, door_lock_endpoints
from .turns import turns_of

_LOGGER = logging.getLogger(__name__)

START_UP: Final = (0, 0x28, 0)
SHUT_DOWN: Final = (0, 0x28, 1)
"""Endpoint, BasicInformation cluster and event ids of StartUp and ShutDown (Matter 1.6 §11.1)."""
LAST_PYTHON_SCHEMA: Final = 11
WHOLE_NODE: Final = (
    EventType.NODE_ADDED,
    EventType.NODE_UPDATED,
    EventType.NODE_REMOVED,
)
TOO_OLD_ISSUE: Final = "server_version_version_too_old"
_FOLLOWED: HassKey[WeakKeyDictionary[MatterClient, set[NodeAddress]]] = HassKey(
    f"{DOMAIN}_followed"
)
"""Which nodes are followed over which client; a client lives as long as its connection."""


class LinkState(StrEnum):
    """Whether the lock can be talked to, and if not, what is missing."""

    READY = "ready"
    PAUSED = "paused"
    LOCK_REMOVED = "lock_removed"
    MATTER_UNAVAILABLE = "matter_unavailable"
    MATTER_SERVER_TOO_OLD = "matter_server_too_old"
    NOT_A_LOCK = "not_a_lock"


class LockLink:
    """One subscription set per lock; costs the lock nothing and reads nothing on a timer.

    `changed` carries a new state of the link, `device_changed` the device of the lock, if
    any. `node_reported` says that `node` is another view, `node_moved` that the lock is
    another node now, `node_heard` that the node spoke at all. `lock_state_reported` carries
    LockState when it was reported, None where the lock gives none. `event_received` carries an event of the Door Lock cluster,
    `event_damaged` says that one cannot be understood. `other_event_numbered` and
    `started` carry the number of another event of the node, and of its start.
    """

    def __init__(self, hass: HomeAssistant, identity: LockIdentity) -> None:
        """Prepare the link of a lock; `async_start` begins."""
        self._hass = hass
        self.changed: Signal[LinkState] = Signal()
        self.device_changed: Signal[dr.DeviceEntry | None] = Signal()
        self.node_reported: Signal[()] = Signal()
        self.node_moved: Signal[()] = Signal()
        self.node_heard: Signal[()] = Signal()
        self.lock_state_reported: Signal[LockState | None] = Signal()
        self.event_received: Signal[ReceivedEvent] = Signal()
        self.event_damaged: Signal[()] = Signal()
        self.other_event_numbered: Signal[int] = Signal()
        self.started: Signal[int] = Signal()
        self.shutting_down: Signal[()] = Signal()
        self._client: MatterClient | None = None
        self._subscriptions: list[CALLBACK_TYPE] = []
        self._watches: list[CALLBACK_TYPE] = []
        self._addresses: tuple[NodeAddress, ...] = ()
        self._strangers: set[NodeAddress] = set()
        self._others: list[CALLBACK_TYPE] = []
        self._noted: LockNode | None = None
        """A view that was not handled yet; everything else of the lock comes after it."""
        self.open_reads: set[asyncio.Task[Any]] = set()
        self.identity = identity
        self.device: dr.DeviceEntry | None = None
        self.node: LockNode | None = None
        self.state = LinkState.MATTER_UNAVAILABLE

    @callback
    def async_start(self) -> None:
        """Bind now if possible, and again on every change of core's entry or device."""
        self._watches = follow_core(
            self._hass, self._entry_changed, self._device_updated
        )
        self._rebind()

    @callback
    def async_stop(self) -> None:
        """Unsubscribe from client and registry, and cancel every read without an answer.

        A view that waits is dropped: the next start reads the node anew.
        """
        self._noted = None
        for read in self.open_reads:
            read.cancel()
        for unsubscribe in self._watches:
            unsubscribe()
        self._watches.clear()
        self._unbind()

    @property
    def hass(self) -> HomeAssistant:
        """Home Assistant, which runs the requests over this link."""
        return self._hass

    def require_client(self) -> MatterClient:
        """Return the client of the lock's own Matter entry; raises LinkError."""
        if self._client is None or self.state is not LinkState.READY:
            raise LinkError(_FAILURES[self.state])
        return self._client

    @callback
    def refresh_view(self) -> None:
        """Handle what was read on request: the client tells nobody of that."""
        self._take_noted()
        self._refresh()

    @property
    def schema_version(self) -> int:
        """Schema of the connected server; 0 while there is none."""
        info = self._client.server_info if self._client else None
        return info.schema_version if info else 0

    @property
    def server_kind(self) -> str | None:
        """Make of the connected server; None while there is none.

        Only the matter.js server has ever gone beyond schema 11.
        """
        info = self._client.server_info if self._client else None
        if info is None:
            return None
        is_js = info.schema_version > LAST_PYTHON_SCHEMA
        return "matter_js" if is_js or "matter.js" in info.sdk_version else "python"

    @callback
    def follows_all_along(self) -> bool:
        """Return whether the server kept every event since this was last asked for this lock.

        The matter.js server keeps events only while a client listens to it.
        """
        client = self.require_client()
        followed = self._hass.data.setdefault(_FOLLOWED, WeakKeyDictionary())
        nodes = followed.setdefault(client, set())
        known = self.identity.address in nodes
        nodes.add(self.identity.address)
        return known or self.server_kind == "python"

    @callback
    def _entry_changed(self, entry: ConfigEntry) -> None:
        if entry.domain == MATTER_DOMAIN:
            self._rebind()

    @callback
    def _device_updated(self, event: Event[Any]) -> None:
        """Follow removal, re-creation and disabling of core's device."""
        changed: str = event.data["device_id"]
        is_ours = self.device is not None and changed == self.device.id
        if is_ours or may_be_device_of(self._hass, self.identity, changed):
            self._rebind()

    @callback
    def _rebind(self) -> None:
        self._take_noted()
        was_ready = self.state is LinkState.READY
        moved = self._follow_device()
        client = self._find_client()
        if client is not self._client:
            self._unbind()
            if client is not None:
                self._bind(client)
        self._refresh(moved=moved and was_ready)

    def _follow_device(self) -> bool:
        """Set the device and the node that are the lock now; returns whether the node is another."""
        found = find_device(self._hass, self.identity, self._strangers)
        moved = found is not None and found.address != self.identity.address
        if found is not None and moved:
            address = found.address
            _LOGGER.info("The lock was commissioned again: node %s", address.node_id)
            endpoint_id = lock_endpoint(self._hass, found, self.identity.endpoint_id)
            self.identity = LockIdentity(address, endpoint_id, self.identity.serial)
            self._unbind()
        device = found.entry if found else None
        if device != self.device:
            self.device = device
            self._addresses = addresses_of(device) if device else ()
            self._follow_others()
            self.device_changed.send(device)
        return moved

    def _find_client(self) -> MatterClient | None:
        return client_of(self._hass, self.device) if self.device else None

    @callback
    def resume(self, address: NodeAddress) -> None:
        """Go on with the node that was followed before Home Assistant stopped."""
        self.identity = replace(self.identity, address=address)

    def _note_strangers(self) -> None:
        """Learn from a word of the followed node which other nodes are other locks.

        A lock that was commissioned again speaks as its new node only.
        """
        device, own = self.device, self.identity.address
        others = [address for address in self._addresses if address != own]
        if device is not None and others:
            self._strangers.update(
                address
                for address in others
                if presence_of(self._hass, device, address).is_available
            )

    def _bind(self, client: MatterClient) -> None:
        self._client = client
        node_id = self.identity.address.node_id
        path = f"{self.identity.endpoint_id}/{LOCK_STATE_PATH}"

        def subscribe(
            handler: Callable[[EventType, Any], None],
            event: EventType,
            attr_path: str | None = None,
        ) -> None:
            self._subscriptions.append(
                client.subscribe_events(handler, event, node_id, attr_path)
            )

        for event in WHOLE_NODE:
            subscribe(self._on_node, event)
        subscribe(self._on_lock_state, EventType.ATTRIBUTE_UPDATED, path)
        subscribe(self._on_attribute, EventType.ATTRIBUTE_UPDATED)
        subscribe(self._on_event, EventType.NODE_EVENT)
        self._follow_others()

    def _follow_others(self) -> None:
        """Subscribe to the other nodes that the lock is, or was: nearly always none."""
        self._leave_others()
        client, own = self._client, self.identity.address
        if client is None:
            return
        for node_id in {x.node_id for x in self._addresses if x != own}:
            for event in WHOLE_NODE:
                self._others.append(
                    client.subscribe_events(self._on_other_node, event, node_id)
                )

    def _leave_others(self) -> None:
        for unsubscribe in self._others:
            unsubscribe()
        self._others.clear()

    @callback
    def _unbind(self) -> None:
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()
        self._leave_others()
        self._client = None

    def _read_node(self) -> MatterNode | None:
        if self._client is None:
            return None
        return node_at(self._client, self.identity.address)

    @callback
    def _refresh(self, *, moved: bool = False) -> None:
        """Read the node again and announce what changed."""
        node = self._read_node()
        if node is not None:
            self.node = LockNode.read(node, self.identity.endpoint_id) or self.node
        self._set_state(self._judge(node))
        if self.state is not LinkState.READY:
            return
        if moved:
            self.node_moved.send()
        else:
            self.node_reported.send()

    def _judge(self, node: MatterNode | None) -> LinkState:
        if self.device is None:
            return LinkState.LOCK_REMOVED
        if self.device.disabled_by is not None:
            return LinkState.PAUSED
        if self._client is None:
            return self._why_no_client()
        if node is None:
            return LinkState.LOCK_REMOVED
        if self.identity.endpoint_id not in door_lock_endpoints(node):
            return LinkState.NOT_A_LOCK
        return LinkState.READY

    def _why_no_client(self) -> LinkState:
        """Return whether core refuses the server, or whether it is away."""
        issues = ir.async_get(self._hass)
        issue = issues.async_get_issue(MATTER_DOMAIN, TOO_OLD_ISSUE)
        if issue is not None and issue.active:
            return LinkState.MATTER_SERVER_TOO_OLD
        return LinkState.MATTER_UNAVAILABLE

    def _set_state(self, state: LinkState) -> None:
        if state is self.state:
            return
        log = _LOGGER.info if state is LinkState.READY else _LOGGER.warning
        log("Connection to the Matter lock: %s", state)
        self.state = state
        self.changed.send(state)

    @callback
    def _on_node(self, _event: EventType, _data: Any) -> None:
        """Handle a whole node, in a turn of its own where it says nothing new of the bolt.

        The client takes everything that came in one packet in one go, and a server may
        lose or find all locks of a home in one.
        """
        self._take_noted()
        if (view := self._view_that_can_wait()) is None:
            self._take_node()
        elif view != self.node:
            self._noted = view
            turns_of(self._hass).add(self._take_noted)
        self._follow_soon()

    def _view_that_can_wait(self) -> LockNode | None:
        """Return the node as it is now; None where it must be handled at once."""
        node, known = self._read_node(), self.node
        if node is None or known is None or self.state is not LinkState.READY:
            return None
        if self._judge(node) is not LinkState.READY:
            return None
        view = LockNode.read(node, self.identity.endpoint_id)
        return view if view is not None and view.is_same_door(known) else None

    @callback
    def _take_noted(self) -> None:
        """Handle the view that waits, if one does."""
        if self._noted is None:
            return
        self.node, self._noted = self._noted, None
        self.node_reported.send()

    def _take_node(self) -> None:
        """Handle a whole node; what it says of the bolt is a report, if it is another one."""
        before, was_ready = self.node, self.state is LinkState.READY
        self._refresh()
        goes_on = was_ready and self.state is LinkState.READY
        if goes_on and before and self.node and self.node.available:
            if before.lock_state is not self.node.lock_state:
                self.node_heard.send()
                self.lock_state_reported.send(self.node.lock_state)

    @callback
    def _on_other_node(self, _event: EventType, _data: Any) -> None:
        """Follow a lock whose other node comes, goes or becomes available."""
        self._follow_soon()

    def _follow_soon(self) -> None:
        """Rebind after the event: the client goes through its subscriptions just now."""
        if len(self._addresses) > 1:
            self._hass.loop.call_soon(self._follow_if_started)

    @callback
    def _follow_if_started(self) -> None:
        if self._watches:
            self._rebind()

    @callback
    def _on_attribute(self, _event: EventType, _value: Any) -> None:
        self._take_noted()
        self._note_strangers()
        self.node_heard.send()
        node = self._read_node()
        if node is not None:
            self.node = LockNode.read(node, self.identity.endpoint_id) or self.node
            self.node_reported.send()

    @callback
    def _on_lock_state(self, _event: EventType, _value: Any) -> None:
        """Handle LockState; `_on_attribute` gets the same report, and reads the rest."""
        self._take_noted()
        self._note_strangers()
        self.node_heard.send()
        node = self._read_node()
        if node is None or self.node is None:
            return
        self.node = self.node.with_lock_state(node)
        self.node_reported.send()
        self.lock_state_reported.send(self.node.lock_state)

    @callback
    def _on_event(self, _event: EventType, event: MatterNodeEvent) -> None:
        self._take_noted()
        self._note_strangers()
        self.node_heard.send()
        place = (event.endpoint_id, event.cluster_id)
        if place == (self.identity.endpoint_id, CLUSTER_ID):
            self._receive(event)
        elif (*place, event.event_id) == START_UP:
            self.started.send(event.event_number)
        else:
            if (*place, event.event_id) == SHUT_DOWN:
                self.shutting_down.send()
            self.other_event_numbered.send(event.event_number)

    def _receive(self, event: MatterNodeEvent) -> None:
        """Decode an event of the lock: nobody decodes it again."""
        received = received_event(vars(event), dt_util.utcnow(), live=True)
        if received is None:
            _LOGGER.warning("An event of the lock is damaged and is left out")
            self.event_damaged.send()
            return
        self.event_received.send(received)


_FAILURES: Final = {
    LinkState.READY: Failure.MATTER_UNAVAILABLE,
    LinkState.PAUSED: Failure.LOCK_MISSING,
    LinkState.LOCK_REMOVED: Failure.LOCK_MISSING,
    LinkState.MATTER_UNAVAILABLE: Failure.MATTER_UNAVAILABLE,
    LinkState.MATTER_SERVER_TOO_OLD: Failure.SERVER_TOO_OLD,
    LinkState.NOT_A_LOCK: Failure.LOCK_MISSING,
}

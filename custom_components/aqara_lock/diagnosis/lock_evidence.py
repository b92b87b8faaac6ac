"""Evidence on one lock and one hub, from what is known without asking them anything."""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv6Address

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..domain.connectivity import HubState
from ..domain.diagnosis import (
    Battery,
    BatteryLevel,
    FabricCount,
    Fact,
    Gap,
    HubEvidence,
    LockEvidence,
    PowerSwitch,
    RadioLink,
    Sharing,
    Transport,
)
from ..domain.journal import other_controllers
from ..hubs import Hub
from ..locks import Lock, count_entries
from ..matter import LinkState, LockNode, siblings_of

LEVELS = (BatteryLevel.OK, BatteryLevel.WARNING, BatteryLevel.CRITICAL)


def hub_evidence(hass: HomeAssistant, hub: Hub) -> HubEvidence:
    """Say what is known of a hub."""
    return HubEvidence(
        router=hub.router,
        state=hub.state,
        offline_since=hub.since if hub.state is HubState.OFFLINE else None,
        online_since=hub.since if hub.state is HubState.ONLINE else None,
        answers=hub.answers,
        hearing=hub.hearing,
        silent_since=hub.silent_since,
        locks_heard_since=hub.locks_heard_since,
        record_since=hub.record_since,
        outages_per_day=hub.outages_per_day,
        first_seen=hub.first_seen,
        returned_at=hub.returned_at,
        elsewhere=hub.elsewhere,
        power_switch=_power_switch(hass, hub.switch_id),
    )


def _power_switch(
    hass: HomeAssistant, entity_id: str | None
) -> Fact[PowerSwitch | None]:
    """Read the switch that feeds a hub, as the user says; None where there is none."""
    if entity_id is None:
        return None
    state = hass.states.get(entity_id)
    if state is None or state.state not in (STATE_ON, STATE_OFF):
        return Gap.UNKNOWN
    return PowerSwitch(
        name=state.name, is_on=state.state == STATE_ON, changed_at=state.last_changed
    )


def lock_evidence(
    lock: Lock,
    others: Iterable[Lock],
    beside: frozenset[int],
) -> LockEvidence:
    """Say what is known of a lock; a lock that was never seen has only its name.

    `beside` are the devices that Home Assistant has: one may be bound to the lock.
    """
    connection = lock.connections.evidence
    is_ready = lock.link.state is LinkState.READY
    counts = count_entries(lock.journal.pages(), _begun_anew(lock))
    return LockEvidence(
        id=lock.id,
        name=lock.name,
        transport=_transport(lock.node),
        paused=lock.link.state is LinkState.PAUSED,
        link_problem=connection.link_problem,
        link_lost_at=connection.link_lost_at,
        path=lock.path,
        extended_pan_id=lock.node.extended_pan_id if lock.node else Gap.UNKNOWN,
        network_name=lock.node.network_name if lock.node else None,
        addresses=_addresses(lock),
        meant_hub=lock.preferred_hub_id or _left_behind_by(lock),
        bridge_hub=lock.bridge_hub_id,
        siblings=siblings_of(lock.link, [x.link for x in others]),
        available=lock.node.available if lock.node and is_ready else Gap.UNKNOWN,
        bridge_answers=_bridge_answers(lock),
        unavailable_since=connection.unavailable_since,
        found_away=connection.found_away,
        absent_from=connection.absent_from,
        last_sign_of_life=connection.last_sign_of_life,
        last_report=lock.history.last_report,
        restored=Gap.UNKNOWN if lock.came_back is None else lock.came_back,
        unconfirmed_at=lock.history.unconfirmed_at,
        ping=lock.connections.last_series,
        ping_failed_at=connection.ping_failed_at,
        flips=lock.history.flips,
        reboots=lock.history.reboots,
        radio=_radio(lock),
        battery=_battery(lock),
        feature_map=int(lock.node.features) if lock.node else Gap.UNKNOWN,
        fabrics=_fabrics(lock.node),
        apps=_apps(lock),
        sharing=_sharing(lock),
        failed_commands=lock.history.failed_commands,
        silent_changes=counts.silent_changes,
        operations_since_reboot=counts.operations,
        local_operations=counts.local,
        other_controllers=other_controllers(
            counts.own_fabric, beside, dt_util.utcnow()
        ),
        observed=lock.is_observed,
    )


def _begun_anew(lock: Lock) -> datetime | None:
    """Return since when a lock that restarted has nothing in its way to tell of operations.

    A Matter server that starts has it report anew: what was so before counts no more.
    """
    if not lock.history.reboots:
        return None
    restarted = lock.history.reboots[-1]
    returned = lock.connections.evidence.link_returned_at
    return restarted if returned is None else max(restarted, returned)


def _left_behind_by(lock: Lock) -> str | None:
    """Give the hub that served a lock until it left the lock's network for another.

    A lock that went itself has a border router where it is now, and nobody said that
    the hub before was meant.
    """
    path = lock.path
    return None if path is None or path.routers else lock.upper_hub_id


def _addresses(lock: Lock) -> Fact[tuple[IPv6Address, ...]]:
    """Give the lock's own addresses: behind a bridge it has none."""
    return () if lock.is_bridged else lock.addresses.known


def _bridge_answers(lock: Lock) -> Fact[bool]:
    """Tell whether the Matter server has the bridge that brings a lock."""
    node = lock.node
    if node is None or not lock.is_linked or node.bridge_available is None:
        return Gap.UNKNOWN
    return node.bridge_available


def _transport(node: LockNode | None) -> Fact[Transport]:
    if node is None:
        return Gap.UNKNOWN
    if node.is_bridged:
        return Transport.BRIDGED
    return Transport.THREAD if node.uses_thread else Gap.UNKNOWN


def _radio(lock: Lock) -> Fact[RadioLink | None]:
    node = lock.node
    if node is None:
        return Gap.UNKNOWN
    if not node.tells_radio or lock.radio.read_at is None:
        return None
    counted = lock.radio.counted(node)
    return RadioLink(
        as_of=lock.radio.read_at,
        link_quality=node.link_quality,
        rssi=node.rssi,
        frame_error_rate=node.frame_error_rate,
        acknowledged=counted.acknowledged_share if counted else None,
        detached_per_day=counted.detached_per_day if counted else None,
    )


def _battery(lock: Lock) -> Fact[Battery | None]:
    node = lock.node
    if node is None:
        return Gap.UNKNOWN
    if node.battery_percent is None and node.battery_level is None:
        return None
    level = node.battery_level
    known = level is not None and 0 <= level < len(LEVELS)
    return Battery(
        percent=node.battery_percent,
        level=LEVELS[level] if known and level is not None else None,
        drop_per_day=lock.history.battery_drop_per_day,
    )


def _sharing(lock: Lock) -> Fact[Sharing]:
    """Read who may join; what a silent lock said before counts no more."""
    node = lock.node
    if node is None or node.sharing_window is None:
        return Gap.UNKNOWN
    if not (lock.is_linked and node.available):
        return Gap.UNKNOWN
    seen, opener = lock.log.memory.sharing, node.sharing_fabric_index
    return Sharing(
        window_open=node.sharing_window,
        opened_here=opener is not None and opener == node.own_fabric_index,
        opened_at=seen.opened_at,
        missed_at=seen.missed_at,
    )


def _apps(lock: Lock) -> Fact[frozenset[str]]:
    """Name the ecosystems, once they were read."""
    fabrics = lock.log.memory.fabrics
    if fabrics.read_at is None:
        return Gap.UNKNOWN
    return frozenset(fabric.ecosystem for fabric in fabrics.current)


def _fabrics(node: LockNode | None) -> Fact[FabricCount]:
    if node is None:
        return Gap.UNKNOWN
    used, supported = node.commissioned_fabrics, node.supported_fabrics
    if used is None or not supported:
        return Gap.UNKNOWN
    return FabricCount(used, supported)

"""Evidence on one lock and one hub, from what is known without asking them anything."""

from collections.abc import Iterable
from ipaddress import IPv6Address

from homeassistant.core import HomeAssistant

from .domain.activity import LineKind
from .domain.attribution import Method
from .domain.evidence import (
    Battery,
    BatteryLevel,
    FabricCount,
    Fact,
    Firmware,
    Gap,
    HubEvidence,
    LocalOperations,
    LockEvidence,
    RadioLink,
    Transport,
)
from .domain.liveness import HubState
from .matter.link import LinkState
from .matter.node import LockNode
from .matter.siblings import siblings_of
from .network.lock_addresses import lock_addresses
from .watched_hub import WatchedHub
from .watched_lock import WatchedLock

LEVELS = (BatteryLevel.OK, BatteryLevel.WARNING, BatteryLevel.CRITICAL)
LOCAL_METHODS_NOBODY_DOES = frozenset({Method.REMOTE, Method.AUTO, Method.SCHEDULE})


def hub_evidence(hub: WatchedHub) -> HubEvidence:
    """Say what is known of a hub."""
    return HubEvidence(
        router=hub.router,
        state=hub.state,
        offline_since=hub.since if hub.state is HubState.OFFLINE else None,
        answers=hub.answers,
        hearing=hub.hearing,
        silent_since=hub.silent_since,
        record_since=hub.record_since,
        outages_per_day=hub.outages_per_day,
        first_seen=hub.first_seen,
    )


def lock_evidence(
    hass: HomeAssistant, lock: WatchedLock, others: Iterable[WatchedLock]
) -> LockEvidence:
    """Say what is known of a lock; a lock that was never seen has only its name."""
    connection = lock.connections.evidence
    is_ready = lock.link.state is LinkState.READY
    return LockEvidence(
        id=lock.id,
        name=lock.name,
        transport=_transport(lock.node),
        paused=lock.link.state is LinkState.PAUSED,
        link_problem=connection.link_problem,
        link_lost_at=connection.link_lost_at,
        path=lock.path,
        extended_pan_id=lock.node.extended_pan_id if lock.node else Gap.UNKNOWN,
        addresses=_addresses(hass, lock),
        meant_hub=lock.meant_hub_id or lock.upper_hub_id,
        bridge_hub=lock.bridge_hub_id,
        siblings=siblings_of(lock.link, [x.link for x in others]),
        available=lock.node.available if lock.node and is_ready else Gap.UNKNOWN,
        unavailable_since=connection.unavailable_since,
        last_sign_of_life=connection.last_sign_of_life,
        last_report=lock.history.last_report,
        unconfirmed_at=lock.history.unconfirmed_at,
        ping=lock.connections.last_series,
        flips=lock.history.flips,
        reboots=lock.history.reboots,
        radio=_radio(lock),
        battery=_battery(lock.node),
        firmware=_firmware(lock.node),
        feature_map=int(lock.node.features) if lock.node else Gap.UNKNOWN,
        fabrics=_fabrics(lock.node),
        failed_commands=lock.history.failed_commands,
        silent_changes=_silent_changes(lock),
        operations_since_reboot=_operations_since_reboot(lock),
        local_operations=_local_operations(lock),
    )


def _addresses(hass: HomeAssistant, lock: WatchedLock) -> Fact[tuple[IPv6Address, ...]]:
    """Give the lock's own addresses: behind a bridge it has none."""
    if lock.is_bridged:
        return ()
    return lock_addresses(hass, lock.link.identity.address)


def _transport(node: LockNode | None) -> Fact[Transport]:
    if node is None:
        return Gap.UNKNOWN
    if node.is_bridged:
        return Transport.BRIDGED
    return Transport.THREAD if node.uses_thread else Gap.UNKNOWN


def _radio(lock: WatchedLock) -> Fact[RadioLink | None]:
    node = lock.node
    if node is None:
        return Gap.UNKNOWN
    if node.parent_extended_address is None or lock.radio_read_at is None:
        return None
    return RadioLink(
        as_of=lock.radio_read_at, link_quality=node.link_quality, rssi=node.rssi
    )


def _battery(node: LockNode | None) -> Fact[Battery | None]:
    if node is None:
        return Gap.UNKNOWN
    if node.battery_percent is None and node.battery_level is None:
        return None
    level = node.battery_level
    known = level is not None and 0 <= level < len(LEVELS)
    return Battery(
        percent=node.battery_percent,
        level=LEVELS[level] if known and level is not None else None,
    )


def _firmware(node: LockNode | None) -> Fact[Firmware]:
    if node is None or node.software_version is None:
        return Gap.UNKNOWN
    return Firmware(node.software_version)


def _fabrics(node: LockNode | None) -> Fact[FabricCount]:
    if node is None:
        return Gap.UNKNOWN
    used, supported = node.commissioned_fabrics, node.supported_fabrics
    if used is None or not supported:
        return Gap.UNKNOWN
    return FabricCount(used, supported)


def _since_reboot(lock: WatchedLock, kind: LineKind) -> int:
    reboots = lock.history.reboots
    if not reboots:
        return 0
    lines = reversed(lock.journal.lines())
    recent = (line for line in lines if line.occurred_at >= reboots[-1])
    return sum(line.kind is kind for line in recent)


def _silent_changes(lock: WatchedLock) -> int:
    return _since_reboot(lock, LineKind.UNEXPLAINED)


def _operations_since_reboot(lock: WatchedLock) -> int:
    return _since_reboot(lock, LineKind.EVENT)


def _local_operations(lock: WatchedLock) -> Fact[LocalOperations]:
    told = [
        line.attribution
        for line in lock.journal.lines()
        if line.kind is LineKind.EVENT
        and line.attribution is not None
        and line.attribution.method not in LOCAL_METHODS_NOBODY_DOES
    ]
    nameless = sum(_is_nameless(who.method, who.user_index) for who in told)
    return LocalOperations(total=len(told), nameless=nameless)


def _is_nameless(method: Method, user_index: int | None) -> bool:
    return method is Method.UNKNOWN and user_index is None

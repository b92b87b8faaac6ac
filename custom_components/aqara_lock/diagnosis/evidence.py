"""The whole snapshot that the diagnosis is made from."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..domain.connectivity import Cause
from ..domain.diagnosis import (
    Evidence,
    Fact,
    Gap,
    Hearing,
    HostEvidence,
    HubEvidence,
    LanEvidence,
    MatterState,
    SoftwareEvidence,
)
from ..domain.identity import LockIdentity
from ..domain.thread import BorderRouter
from ..hubs import Hub
from ..locks import Lock
from ..matter import (
    LinkState,
    MatterSoftware,
    find_locks,
    nodes_of_fabric,
    read_software,
)
from ..network.host import async_ask_supervisor
from .lock_evidence import hub_evidence, lock_evidence
from .thread_datasets import ThreadDatasets

NOT_READ: Final = ThreadDatasets()
CORE_DOMAINS: Final = frozenset({"matter", "thread", "network", "zeroconf"})


def take_evidence(
    hass: HomeAssistant,
    *,
    started_at: datetime,
    host: HostEvidence,
    lan: LanEvidence,
    routers: Iterable[BorderRouter],
    hubs: dict[str, Hub],
    locks: Iterable[Lock],
    datasets: ThreadDatasets = NOT_READ,
) -> Evidence:
    """Put together what is known now; asks nobody anything."""
    watched = list(locks)
    nodes = _nodes(hass, watched)
    return Evidence(
        started_at=started_at,
        host=host,
        lan=lan,
        hubs=tuple(_hub(hass, router, hubs.get(router.id)) for router in routers),
        locks=tuple(
            lock_evidence(lock, watched, nodes[_fabric(lock)]) for lock in watched
        ),
        software=_software(hass, watched, datasets),
    )


def _nodes(hass: HomeAssistant, locks: Iterable[Lock]) -> dict[int, frozenset[int]]:
    """Give the devices that Home Assistant has on each fabric of the locks."""
    fabrics = {_fabric(lock) for lock in locks}
    return {fabric: nodes_of_fabric(hass, fabric) for fabric in fabrics}


def _fabric(lock: Lock) -> int:
    return lock.link.identity.address.compressed_fabric_id


def _hub(hass: HomeAssistant, router: BorderRouter, hub: Hub | None) -> HubEvidence:
    """Say what is known of a border router; one that is not watched is on mDNS now."""
    if hub is None:
        return HubEvidence(router=router, hearing=Hearing.HEARD)
    return hub_evidence(hass, hub)


def _software(
    hass: HomeAssistant, locks: list[Lock], datasets: ThreadDatasets
) -> SoftwareEvidence:
    server = read_software(hass)
    fabric, stored = _fabrics(server, locks)
    return SoftwareEvidence(
        matter=_matter_state(server, locks),
        server_schema=server.schema if server.schema is not None else Gap.UNKNOWN,
        server_version=server.version or Gap.UNKNOWN,
        matter_lost_at=_lost_at(locks),
        server_returned_at=_returned_at(locks),
        server_changed_kind=_server_changed(locks),
        fabric=fabric,
        stored_fabric=stored,
        unconfigured_locks=_unconfigured(hass, locks, server),
        credentials_set=_known(server.thread_credentials_set),
        addons=async_ask_supervisor(hass).addons,
        preferred_network=datasets.preferred,
        datasets=datasets.networks,
        core_issues=_core_issues(hass),
    )


def _unconfigured(
    hass: HomeAssistant, locks: list[Lock], server: MatterSoftware
) -> Fact[tuple[str, ...]]:
    """Name the door locks of Matter that are not set up here."""
    if server.state is not MatterState.READY:
        return Gap.UNKNOWN
    taken = {_endpoint(lock.link.identity) for lock in locks}
    found = (x for x in find_locks(hass) if _endpoint(x.identity) not in taken)
    return tuple(sorted(x.name for x in found))


def _endpoint(identity: LockIdentity) -> tuple[str, int]:
    """Tell a lock from others as long as it is one device, however often commissioned."""
    return identity.serial or identity.address.identifier, identity.endpoint_id


def _matter_state(server: MatterSoftware, locks: list[Lock]) -> Fact[MatterState]:
    if any(lock.link.state is LinkState.READY for lock in locks):
        return MatterState.READY
    return server.state


def _server_changed(locks: list[Lock]) -> Fact[bool]:
    """Tell whether a lock was last available to a server of another make."""
    known = [lock.came_back for lock in locks if lock.came_back is not None]
    return not all(known) if known else Gap.UNKNOWN


def _lost_at(locks: list[Lock]) -> datetime | None:
    """Give since when core's client is away, as the locks saw it."""
    found = (lock.connections.evidence for lock in locks)
    away = (x for x in found if x.link_problem is Cause.MATTER_UNAVAILABLE)
    return min((x.link_lost_at for x in away if x.link_lost_at), default=None)


def _returned_at(locks: list[Lock]) -> datetime | None:
    """Give when core's client came back to its server, as the locks saw it last."""
    found = (lock.connections.evidence.link_returned_at for lock in locks)
    return max((moment for moment in found if moment is not None), default=None)


def _fabrics(
    server: MatterSoftware, locks: list[Lock]
) -> tuple[Fact[int], Fact[int | None]]:
    """Compare the fabrics of the locks with those of the Matter servers.

    With several servers, one that still knows its locks says nothing about another.
    """
    stored = {_fabric(lock) for lock in locks}
    if not stored or not server.fabrics:
        return Gap.UNKNOWN, Gap.UNKNOWN
    if stored <= server.fabrics:
        return min(stored), min(stored)
    if stored & server.fabrics:
        return Gap.UNKNOWN, Gap.UNKNOWN
    return min(server.fabrics), min(stored)


def _known(value: bool | None) -> Fact[bool]:
    return Gap.UNKNOWN if value is None else value


def _core_issues(hass: HomeAssistant) -> frozenset[str]:
    issues = ir.async_get(hass).issues.values()
    active = (issue for issue in issues if issue.active)
    return frozenset(i.issue_id for i in active if i.domain in CORE_DOMAINS)

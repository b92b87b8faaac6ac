"""The path to every lock in words and colours, as plain data for whoever may see it."""

from typing import Any

from ..domain import codec
from ..domain.connectivity import HubState
from ..domain.diagnosis import Finding, Severity, link_of, path_health
from ..hubs import Hub
from ..locks import Lock
from ..texts import title_and_remedy
from .viewer import Viewer, lock_entity_id


def health_view(viewer: Viewer) -> dict[str, Any]:
    """Return the path of each lock that may be read, its hub, and what was found."""
    home = viewer.home
    readable = viewer.readable()
    hubs = home.hubs.values() if readable else ()
    return {
        "loaded": True,
        "locks": [_lock_view(viewer, lock) for lock in readable],
        "hubs": [_hub_view(viewer, hub) for hub in hubs],
        "home": [
            _finding_view(viewer, finding)
            for finding in home.diagnosis.diagnosis.of_home()
            if readable and not finding.concerned
        ],
    }


def _lock_view(viewer: Viewer, lock: Lock) -> dict[str, Any]:
    connection = lock.connection
    findings = viewer.home.diagnosis.diagnosis.of_lock(lock.id)
    path = path_health(
        findings, responsive=connection.responsive, checking=connection.checking
    )
    return codec.present(
        lock_id=lock.id,
        name=lock.name,
        entity_id=lock_entity_id(viewer.hass, lock),
        responsive=connection.responsive,
        checking=connection.checking,
        since=connection.since.isoformat() if connection.since else None,
        cause=lock.verdict.cause,
        hub=_serving_hub(viewer, lock),
        path=[
            {"link": link.value, "state": state.value} for link, state in path.items()
        ],
        findings=[_finding_view(viewer, finding) for finding in findings],
    )


def _serving_hub(viewer: Viewer, lock: Lock) -> str | None:
    """Return the name of the hub that brings a lock, as far as it is known."""
    bridged = lock.bridge_hub_id if lock.is_bridged else None
    serving = bridged or (lock.path.serving if lock.path else None)
    hub = viewer.home.hubs.get(serving) if serving else None
    return hub.router.title if hub else None


def _hub_view(viewer: Viewer, hub: Hub) -> dict[str, Any]:
    may_read = {lock.name for lock in viewer.readable()}
    return codec.present(
        hub_id=hub.router.id,
        name=hub.router.title,
        device_id=viewer.home.devices.device_id(hub.router.id),
        online=None if hub.state is HubState.UNKNOWN else hub.state is HubState.ONLINE,
        since=hub.since.isoformat(),
        locks=[name for name in hub.served_locks if name in may_read],
    )


def _finding_view(viewer: Viewer, finding: Finding) -> dict[str, Any]:
    """Return what was found, what to do about it, and whether there is a repair of it."""
    title, remedy = title_and_remedy(viewer.hass, finding)
    return {
        "id": finding.id,
        "link": link_of(finding).value,
        "severity": finding.severity.name.lower(),
        "title": title,
        "remedy": remedy,
        "is_repair": finding.severity > Severity.NOTICE,
    }

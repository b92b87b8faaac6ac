"""One lock in the diagnostics: how it stands, what went wrong lately, what was seen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from typing import Any, Final

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .domain.binding import BindingReport
from .domain.evidence import LockEvidence
from .domain.fabrics import Ecosystem
from .domain.journal import Journal
from .domain.path import LockPath
from .domain.reports_who import reports_who
from .home import AqaraLockConfigEntry
from .lock_store import LockMemory
from .matter.capability_probe import async_probe_capabilities
from .matter.errors import LinkError
from .matter.link import LockLink
from .matter.node import LockNode
from .matter.reads import LockReads
from .redaction import Redaction
from .watched_lock import WatchedLock

MAX_FLIPS: Final = 50
TOLD_ELSEWHERE: Final = frozenset({"id", "name", "path", "flips", "apps"})
"""Parts of the evidence that other sections have, or that may hold words of a user."""


async def async_lock_section(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    lock: WatchedLock,
    hidden: Redaction,
) -> dict[str, Any]:
    """Tell of one lock; the lock itself is not asked."""
    return {
        **_lock(hass, entry, lock, hidden),
        "capabilities": await _capabilities(lock.link),
    }


async def _capabilities(link: LockLink) -> dict[str, Any]:
    """Give what the lock could tell; the lock itself is not asked."""
    try:
        return await async_probe_capabilities(link, LockReads(link))
    except LinkError as err:
        return {"unknown": err.failure.value}


def _lock(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    lock: WatchedLock,
    hidden: Redaction,
) -> dict[str, Any]:
    return {
        "lock": hidden.tag(lock.id),
        "link": _link(lock.link, hidden),
        "server": _server(lock.link),
        "replaces_core": lock.replaces_core,
        "stands_under_hub": lock.stands_under_hub,
        "node": _node(lock.node, hidden) if lock.node else None,
        "door": _door(lock),
        "connection": {
            key: hidden.plain(getattr(lock.connection, key))
            for key in ("responsive", "cause", "since")
        },
        "connection_evidence": hidden.plain(lock.connections.evidence),
        "evidence": _evidence(entry, lock, hidden),
        "history": _history(lock, hidden),
        "path": _path(lock.path, hidden) if lock.path else None,
        "memory": _memory(lock.log.memory),
        "binding": _binding(lock.binding, hidden) if lock.binding else None,
        "journal": _journal(lock.journal),
        "entities": _entities(hass, entry, lock),
    }


def _evidence(
    entry: AqaraLockConfigEntry, lock: WatchedLock, hidden: Redaction
) -> dict[str, Any] | None:
    """Give what the rules saw of the lock when they were last asked."""
    seen = entry.runtime_data.diagnosis.evidence.locks
    found = next((x for x in seen if x.id == lock.id), None)
    if found is None:
        return None
    names = {item.name for item in fields(LockEvidence)} - TOLD_ELSEWHERE
    return {name: hidden.plain(getattr(found, name), name) for name in sorted(names)}


def _link(link: LockLink, hidden: Redaction) -> dict[str, Any]:
    address = link.identity.address
    device = link.device
    return {
        "state": link.state.value,
        "node": hidden.tag(address.node_id),
        "fabric": hidden.tag(address.compressed_fabric_id),
        "endpoint": link.identity.endpoint_id,
        "bridged_endpoint": address.bridged_endpoint,
        "serial": hidden.tag(link.identity.serial),
        "device": hidden.tag(device.id) if device else None,
        "device_disabled": device.disabled_by is not None if device else None,
        "via_device": hidden.tag(device.via_device_id) if device else None,
    }


def _server(link: LockLink) -> dict[str, Any]:
    """Give the versions of the Matter server, or why they are not known."""
    try:
        info = link.require_client().server_info
    except LinkError as err:
        return {"unknown": err.failure.value}
    if info is None:
        return {"unknown": "not_connected"}
    return {
        "schema": info.schema_version,
        "min_schema": info.min_supported_schema_version,
        "sdk": info.sdk_version,
    }


def _node(node: LockNode, hidden: Redaction) -> dict[str, Any]:
    return {
        "available": node.available,
        "is_bridged": node.is_bridged,
        "product": node.product_name,
        "software": node.software_version,
        "serial": hidden.tag(node.serial),
        "features": [feature.name for feature in node.features],
        "accepted_commands": sorted(node.accepted_commands),
        "requires_pin": node.requires_pin,
        "pin_length": list(node.pin_length),
        "fabrics": node.commissioned_fabrics,
        "own_fabric_index": node.own_fabric_index,
        "controller_nodes": [
            hidden.tag(item) for item in sorted(node.controller_nodes)
        ],
        "network": hidden.tag(node.extended_pan_id),
        "parent": hidden.tag(node.parent_extended_address),
    }


def _door(lock: WatchedLock) -> dict[str, Any]:
    return {
        "state": lock.door.state.name.lower() if lock.door.state is not None else None,
        "jammed": lock.door.jammed,
        "has_actor": lock.door.changed_by is not None,
    }


def _history(lock: WatchedLock, hidden: Redaction) -> dict[str, Any]:
    """Give what went wrong lately on the way to the lock."""
    history = lock.history
    flips = history.flips
    return {
        "flips": hidden.plain(flips.flips[-MAX_FLIPS:]),
        "beat": hidden.plain(flips.beat),
        "reboots": hidden.plain(history.reboots),
        "failed_commands": hidden.plain(history.failed_commands),
        "unconfirmed_at": hidden.plain(history.unconfirmed_at),
        "last_report": hidden.plain(history.last_report),
        "last_pings": hidden.plain(lock.connections.last_series),
    }


def _path(path: LockPath, hidden: Redaction) -> dict[str, Any]:
    return {
        "evidence": path.evidence.value,
        "network": hidden.tag(path.extended_pan_id),
        "by_prefix": path.by_prefix,
        "prefix": hidden.tag(path.prefix),
        "routers": [hidden.tag(item) for item in path.routers],
        "serving": hidden.tag(path.serving),
        "next_hop": hidden.address(str(path.next_hop)) if path.next_hop else None,
    }


def _binding(report: BindingReport, hidden: Redaction) -> dict[str, Any]:
    return {
        "at": report.at.isoformat(),
        "hangs": report.hangs.value,
        "need": report.need.value,
        "model": report.model,
        "meant_hub": hidden.tag(report.meant_hub),
        "meant_network": hidden.tag(report.meant_network),
        "network": hidden.tag(report.network),
        "served_by": hidden.tag(report.served_by),
        "evidence": report.path_evidence.value,
        "routers": hidden.plain([hub.id for hub in report.routers]),
        "apps": [
            app if app in set(Ecosystem) else hidden.tag(app)
            for app in report.ecosystems
        ],
        "fabrics": [report.fabrics_used, report.fabrics_supported],
        "check": hidden.plain(report.check),
        "battery_percent": report.battery_percent,
        "reports_who": report.reports_who.value,
    }


def _memory(memory: LockMemory) -> dict[str, Any]:
    """Count what is remembered; user types stay out, duress is private."""
    return {
        "users_read": memory.users_read,
        "users": len(memory.directory.users),
        "bindings": len(memory.directory.bindings),
    }


def _journal(journal: Journal) -> dict[str, Any]:
    """Count public lines: raw events would show what has no line."""
    lines = journal.lines()
    known = [line.attribution for line in lines if line.attribution]
    return {
        "lines": len(lines),
        "oldest": lines[0].occurred_at.isoformat() if lines else None,
        "newest": lines[-1].occurred_at.isoformat() if lines else None,
        "kinds": _counts(line.kind for line in lines),
        "types": _counts(line.type for line in lines if line.type),
        "time_sources": _counts(line.time_source for line in lines),
        "methods": _counts(who.method for who in known),
        "confidences": _counts(who.confidence for who in known),
        "live": sum(line.live for line in lines),
        "reports_who": reports_who(journal.pages()).value,
    }


def _counts(items: Iterable[Enum]) -> dict[str, int]:
    return dict(sorted(Counter(str(item.value) for item in items).items()))


def _entities(
    hass: HomeAssistant, entry: AqaraLockConfigEntry, lock: WatchedLock
) -> dict[str, str]:
    """Say of each entity whether it is there, never what it says: that may be a name."""
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {
        f"{item.domain}.{item.unique_id.removeprefix(f'{lock.id}_')}": _presence(
            hass, item
        )
        for item in entries
        if item.config_subentry_id == lock.id
    }


def _presence(hass: HomeAssistant, entry: er.RegistryEntry) -> str:
    if entry.disabled_by is not None:
        return "disabled"
    state = hass.states.get(entry.entity_id)
    if state is None:
        return "missing"
    return "unavailable" if state.state == STATE_UNAVAILABLE else "available"

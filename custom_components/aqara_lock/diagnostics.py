"""Diagnostics of the home, a section per lock and hub, without names, addresses or codes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
import re
from typing import Any, Final

from homeassistant.components.system_log import DOMAIN as SYSTEM_LOG_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .const import (
    CONF_CONTROLLERS,
    CONF_LLM_TOOL,
    CONF_MAY_ASSIGN,
    CONF_NAMES_VISIBLE_TO,
    DOMAIN,
    SUBENTRY_LOCK,
    SUBENTRY_PERSON,
)
from .domain.access import Ecosystem
from .domain.commissioning import BindingReport
from .domain.diagnosis import Diagnosis, Finding, HubEvidence, LockEvidence
from .domain.journal import Journal, reports_who
from .domain.thread import BorderRouter, LockPath, MeshcopRecord
from .home import AqaraLockConfigEntry, Home
from .hubs import Hub
from .locks import Lock, StoredLock
from .matter import LinkError, LockLink, LockNode, LockReads, async_probe_capabilities
from .preflight import async_survey
from .redaction import Redaction


def hub_section(
    hub: Hub, seen: HubEvidence | None, hidden: Redaction
) -> dict[str, Any]:
    """Tell of a hub that is watched, and what the rules saw of it."""
    return {
        **router_section(hub.router, hidden),
        "probe_address": hidden.address(hub.address) if hub.address else None,
        "probe_method": str(hub.method) if hub.method else None,
        "state": hub.state.value,
        "since": hub.since.isoformat(),
        "liveness": hidden.plain(hub.liveness),
        "evidence": _hub_evidence(seen, hidden) if seen else None,
    }


def router_section(router: BorderRouter, hidden: Redaction) -> dict[str, Any]:
    """Tell what any border router announces."""
    probed = router.probe_address
    return {
        "hub": hidden.tag(router.id),
        "name": hidden.tag(router.title),
        "host": hidden.tag(router.host),
        "addresses": [hidden.address(text) for text in router.addresses],
        "probe_address": hidden.address(probed) if probed else None,
        "record": _record(router.record, hidden),
    }


def _hub_evidence(seen: HubEvidence, hidden: Redaction) -> dict[str, Any]:
    names = (
        "answers",
        "hearing",
        "silent_since",
        "record_since",
        "first_seen",
        "outages_per_day",
        "elsewhere",
        "power_switch",
    )
    return {name: hidden.plain(getattr(seen, name), name) for name in names}


def _record(record: MeshcopRecord, hidden: Redaction) -> dict[str, Any]:
    state, stamp = record.state, record.active_timestamp
    return {
        "vendor": record.vendor_name,
        "model": record.model_name,
        "thread_version": record.thread_version,
        "software": record.software_version,
        "is_aqara": record.is_aqara,
        "network": hidden.tag(record.extended_pan_id),
        "network_name": hidden.tag(record.network_name),
        "extended_address": hidden.tag(record.extended_address),
        "partition": hidden.tag(record.partition_id),
        "mesh_prefix": hidden.tag(record.omr_prefix),
        "interface": state.interface.name.lower()
        if state and state.interface
        else None,
        "role": state.role.name.lower() if state else None,
        "dataset_seconds": stamp.seconds if stamp else None,
    }


MAX_FLIPS: Final = 50
TOLD_ELSEWHERE: Final = frozenset({"id", "name", "path", "flips", "apps"})
"""Parts of the evidence that other sections have, or that may hold words of a user."""


async def async_lock_section(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    lock: Lock,
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
    lock: Lock,
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
    entry: AqaraLockConfigEntry, lock: Lock, hidden: Redaction
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


def _door(lock: Lock) -> dict[str, Any]:
    return {
        "state": lock.door.state.name.lower() if lock.door.state is not None else None,
        "jammed": lock.door.jammed,
        "has_actor": lock.door.changed_by is not None,
    }


def _history(lock: Lock, hidden: Redaction) -> dict[str, Any]:
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


def _memory(memory: StoredLock) -> dict[str, Any]:
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
    hass: HomeAssistant, entry: AqaraLockConfigEntry, lock: Lock
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


MAX_ERRORS: Final = 20
OWN: Final = __package__
PROGRAM_PARTS: Final = 3
"""As in `homeassistant.components.automation`; what follows may be a word of a user."""
OWN_FRAME: Final = re.compile(rf'/{DOMAIN}/((?:[a-z_]+/)*[a-z_]+\.py)", line (\d+)')
CLASS_NAME: Final = re.compile(
    r"[A-Za-z_][\w.]*(Error|Exception|Warning|Timeout|Failed)"
)
KINDS: Final = frozenset(
    {"installed", "missed", "newest", "reason", "state", "version", "where"}
)
"""Parameters of findings that are words of a program, never of a user."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AqaraLockConfigEntry
) -> dict[str, Any]:
    """Give what is needed to find a cause, from the file alone."""
    hidden = Redaction()
    if entry.state is ConfigEntryState.LOADED:
        found = await _running(hass, entry, hidden)
    else:
        found = await _not_running(hass, hidden)
    return {"home": _home(entry), **found, "last_errors": _last_errors(hass)}


async def _running(
    hass: HomeAssistant, entry: AqaraLockConfigEntry, hidden: Redaction
) -> dict[str, Any]:
    home = entry.runtime_data
    locks = home.locks.values()
    return {
        "locks": [await async_lock_section(hass, entry, x, hidden) for x in locks],
        **_hubs(home, hidden),
        "host": hidden.plain(home.diagnosis.host),
        "lan": hidden.plain(home.diagnosis.evidence.lan),
        "software": hidden.plain(home.diagnosis.evidence.software),
        "findings": _findings(home.diagnosis.diagnosis, hidden),
        "access": _access(home, hidden),
    }


def _access(home: Home, hidden: Redaction) -> dict[str, Any]:
    """Return how access stands, door by door; nobody is in it, and no code."""
    access = home.access
    standing = [(key, access.status(key)) for key in access.grants]
    return {
        "readable": access.is_readable,
        "doors": [
            {
                "known": door.table.is_known,
                "reachable": door.is_reachable,
                "limits": hidden.plain(door.limits),
                "users": len(door.table.users),
                "strangers": len(door.strangers()),
                "job": door.progress.state.value,
                "failed": sorted(x.value for x in door.progress.failed.values()),
                "grants": sorted(
                    status.state.value
                    for key, status in standing
                    if key.door_id == door.id and status is not None
                ),
            }
            for door in access.doors.values()
        ],
    }


async def _not_running(hass: HomeAssistant, hidden: Redaction) -> dict[str, Any]:
    """Look at the network as a flow does, for a home that could not be set up."""
    evidence = (await async_survey(hass)).evidence
    hubs = ((hub, router_section(hub.router, hidden)) for hub in evidence.hubs)
    return {
        "hubs": [{**section, "state": hub.state.value} for hub, section in hubs],
        "host": hidden.plain(evidence.host),
        "software": hidden.plain(evidence.software),
    }


def _hubs(home: Home, hidden: Redaction) -> dict[str, Any]:
    seen = {hub.id: hub for hub in home.diagnosis.evidence.hubs}
    others = (x for x in home.routers.values() if x.id not in home.hubs)
    return {
        "hubs": [
            hub_section(hub, seen.get(hub.router.id), hidden)
            for hub in home.hubs.values()
        ],
        "other_border_routers": [router_section(x, hidden) for x in others],
    }


def _findings(diagnosis: Diagnosis, hidden: Redaction) -> dict[str, Any]:
    return {
        "found": [_finding(finding, hidden) for finding in diagnosis.findings],
        "not_checked": {rule: gap.value for rule, gap in diagnosis.not_checked.items()},
    }


def _finding(finding: Finding, hidden: Redaction) -> dict[str, Any]:
    return {
        "rule": finding.id,
        "scope": finding.scope.value,
        "subject": hidden.tag(finding.subject),
        "locks": [hidden.tag(lock) for lock in finding.locks],
        "severity": finding.severity.name,
        "confidence": finding.confidence.name,
        "caveat": finding.caveat.value if finding.caveat else None,
        "parameters": {
            key: value if key in KINDS else hidden.plain(value)
            for key, value in finding.parameters.items()
        },
    }


def _home(entry: AqaraLockConfigEntry) -> dict[str, Any]:
    kinds = Counter(subentry.subentry_type for subentry in entry.subentries.values())
    return {
        "state": entry.state.value,
        "locks": kinds[SUBENTRY_LOCK],
        "persons": kinds[SUBENTRY_PERSON],
        "controller_labels": len(entry.options.get(CONF_CONTROLLERS, {})),
        "names_visible_to": entry.options.get(CONF_NAMES_VISIBLE_TO),
        "may_assign": entry.options.get(CONF_MAY_ASSIGN),
        "llm_tool": entry.options.get(CONF_LLM_TOOL),
    }


def _last_errors(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Give where warnings and errors of ours came from; their texts may hold names."""
    handler = hass.data.get(SYSTEM_LOG_DOMAIN)
    if handler is None:
        return []
    ours = [item for item in handler.records.to_list() if _is_ours(item)]
    return [
        {
            "logger": _program(item["name"]),
            "frames": _own_frames(item),
            "level": item["level"],
            "line": item["source"][1],
            "exception": _kind_of(item["exception"]),
            "count": item["count"],
            "last": item["timestamp"],
        }
        for item in ours[:MAX_ERRORS]
    ]


def _is_ours(item: dict[str, Any]) -> bool:
    """Tell an error of ours, also one that Home Assistant itself had to log."""
    return item["name"].startswith(OWN) or bool(_own_frames(item))


def _program(logger: str) -> str:
    """Name the program behind a logger; those of automations and scripts go on with theirs."""
    if logger.startswith(OWN):
        return logger
    return ".".join(logger.split(".")[:PROGRAM_PARTS])


def _own_frames(item: dict[str, Any]) -> list[str]:
    """Give the places in our own files that an exception came through."""
    return [f"{file}:{line}" for file, line in OWN_FRAME.findall(item["exception"])]


def _kind_of(trace: str) -> str | None:
    """Give the class of an exception; what follows it may hold names."""
    last = trace.strip().rpartition("\n")[2].partition(":")[0].strip()
    return last if CLASS_NAME.fullmatch(last) else None

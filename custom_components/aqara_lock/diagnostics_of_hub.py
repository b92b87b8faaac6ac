"""One border router in the diagnostics: what it announces, and what speaks for it."""

from typing import Any

from .domain.border_router import BorderRouter
from .domain.evidence import HubEvidence
from .domain.meshcop import MeshcopRecord
from .redaction import Redaction
from .watched_hub import WatchedHub


def hub_section(
    hub: WatchedHub, seen: HubEvidence | None, hidden: Redaction
) -> dict[str, Any]:
    """Tell of a hub that is watched, and what the rules saw of it."""
    return {
        **router_section(hub.router, hidden),
        "probe_address": hidden.address(hub.address) if hub.address else None,
        "probe_method": str(hub.method) if hub.method else None,
        "state": hub.state.value,
        "since": hub.since.isoformat(),
        "liveness": hidden.plain(hub.liveness),
        "evidence": _evidence(seen, hidden) if seen else None,
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


def _evidence(seen: HubEvidence, hidden: Redaction) -> dict[str, Any]:
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

"""What a lock could tell, looked up on request in what the Matter server holds already.

Ids and names of fields alone, never their values; not one message goes to the lock.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..domain.doorlock import CLUSTER_ID, AttributeId, RawEvent
from .link import LockLink
from .reads import LockReads

GLOBAL_LISTS: Final[Mapping[str, int]] = {
    "attributes": 0xFFFB,
    "accepted_commands": 0xFFF9,
    "generated_commands": 0xFFF8,
}
DESCRIPTOR_SERVERS: Final = "29/1"
REVISION: Final = 0xFFFD
BORDER_ROUTER_CLUSTERS: Final[Mapping[str, int]] = {
    "thread_border_router_management": 0x452,
    "thread_network_directory": 0x453,
}


TOLD_EVENTS: Final[Mapping[int, str]] = {2: "operation", 3: "error", 4: "user_change"}
"""Alarms stay out: one of them is private."""


async def async_probe_capabilities(link: LockLink, reads: LockReads) -> dict[str, Any]:
    """Give clusters, attributes and commands by id, and the fields of recent events.

    Raises LinkError.
    """
    client, identity = link.require_client(), link.identity
    held = client.get_node(identity.address.node_id).node_data.attributes
    lock = f"{identity.endpoint_id}/{CLUSTER_ID}"
    events = await reads.async_remembered_events()
    return {
        "root_clusters": _ids(held.get(f"0/{DESCRIPTOR_SERVERS}")),
        "lock_clusters": _ids(held.get(f"{identity.endpoint_id}/{DESCRIPTOR_SERVERS}")),
        "feature_map": held.get(f"{lock}/{AttributeId.FEATURE_MAP.value}"),
        "revision": held.get(f"{lock}/{REVISION}"),
        **{key: _ids(held.get(f"{lock}/{x}")) for key, x in GLOBAL_LISTS.items()},
        "recent_events": {
            name: _shape([x.raw for x in events if x.raw.event_id == event_id])
            for event_id, name in TOLD_EVENTS.items()
        },
        "on_any_node": {
            name: any(node.has_cluster(cluster) for node in client.get_nodes())
            for name, cluster in BORDER_ROUTER_CLUSTERS.items()
        },
    }


def _ids(found: object) -> list[int]:
    """Give ids in order; an attribute that is not held gives none."""
    every = found if isinstance(found, list) else []
    return sorted(item for item in every if isinstance(item, int))


def _shape(events: Iterable[RawEvent]) -> dict[str, Any]:
    """Tell which fields are ever filled, and what kind of time the events carry."""
    every = list(events)
    filled = {k for x in every for k, v in x.data.items() if v is not None}
    return {
        "count": len(every),
        "fields": sorted(filled),
        "times": sorted({str(event.timestamp_type) for event in every}),
    }

"""The only package that knows core's Matter integration, its client and the cluster objects."""

from .bridges import MatterBridge, find_bridges, node_of
from .capability_probe import async_probe_capabilities
from .changes import follow_core
from .commands import LockCommands, SentCommand
from .commissioning import (
    CommissionRefused,
    async_commission,
    async_wait_for_lock,
    fabric_names,
    find_lock_of_node,
    is_other_device,
    own_fabrics,
    supported_fabrics,
)
from .devices import (
    LockCandidate,
    find_core_lock_entities,
    find_core_lock_entity,
    find_locks,
    nodes_of_fabric,
)
from .errors import Failure, LinkError
from .link import LinkState, LockLink
from .node import LockNode
from .reads import LockReads, RecentEvents
from .siblings import siblings_of
from .software import MatterSoftware, read_software
from .table_commands import TableCommands

__all__ = [
    "CommissionRefused",
    "Failure",
    "LinkError",
    "LinkState",
    "LockCandidate",
    "LockCommands",
    "LockLink",
    "LockNode",
    "LockReads",
    "MatterBridge",
    "MatterSoftware",
    "RecentEvents",
    "SentCommand",
    "TableCommands",
    "async_commission",
    "async_probe_capabilities",
    "async_wait_for_lock",
    "fabric_names",
    "find_bridges",
    "find_core_lock_entities",
    "find_core_lock_entity",
    "find_lock_of_node",
    "find_locks",
    "follow_core",
    "is_other_device",
    "node_of",
    "nodes_of_fabric",
    "own_fabrics",
    "read_software",
    "siblings_of",
    "supported_fabrics",
]

"""Thread border routers, the identity of a hub, and the path to a lock."""

from .border_router import BorderRouter
from .hub_claims import HubClaims
from .hub_names import STABLE, HubNames
from .hub_rank import HubRole, HubRoles, Rank, Standing
from .meshcop import AQARA_NETWORK_PREFIX, MeshcopRecord, ThreadRole, parse_txt
from .path import (
    NOT_ON_THREAD,
    LockPath,
    PathEvidence,
    RouteEvidence,
    macs_of,
    owns_next_hop,
    resolve_path,
)
from .probe_policy import ANYWHERE, ProbePolicy, is_of_containers, policy_of
from .remembered_hub import find_again, unannounced
from .routing import (
    DEAD_NEIGHBOUR,
    LEARNED,
    Neighbour,
    NeighbourState,
    Route,
    RouteChoice,
    RouteState,
    best_route,
)
from .same_hub import same_hubs

__all__ = [
    "ANYWHERE",
    "AQARA_NETWORK_PREFIX",
    "DEAD_NEIGHBOUR",
    "LEARNED",
    "NOT_ON_THREAD",
    "STABLE",
    "BorderRouter",
    "HubClaims",
    "HubNames",
    "HubRole",
    "HubRoles",
    "LockPath",
    "MeshcopRecord",
    "Neighbour",
    "NeighbourState",
    "PathEvidence",
    "ProbePolicy",
    "Rank",
    "Route",
    "RouteChoice",
    "RouteEvidence",
    "RouteState",
    "Standing",
    "ThreadRole",
    "best_route",
    "find_again",
    "is_of_containers",
    "macs_of",
    "owns_next_hop",
    "parse_txt",
    "policy_of",
    "resolve_path",
    "same_hubs",
    "unannounced",
]

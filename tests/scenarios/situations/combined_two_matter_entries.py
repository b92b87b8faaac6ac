"""Locks on two Matter servers and two Thread networks: a fault of one hides none of the other."""

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from tests.scenarios.home import (
    APPLE,
    OTHER_MESH,
    ago,
    case,
    home,
    hub,
    lock,
    silent_lock,
    software,
)

OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
ELSEWHERE = {"extended_pan_id": APPLE}
CUT = lock(
    "back",
    link_problem=Cause.MATTER_UNAVAILABLE,
    link_lost_at=ago(minutes=1),
    **ELSEWHERE,
)
ONE_SERVER_IS_AWAY_AND_A_MESH_IS_SILENT = case(
    home(hub(1), hub(2, record=OTHER), silent_lock(), silent_lock("side"), CUT),
    "matter_unavailable",
    "mesh_silent",
    lock="mesh_silent",
    home="matter_unavailable",
)
SPLIT = {**OTHER, "partition_id": 8}
ONE_NETWORK_SPLIT_AND_A_MESH_IS_SILENT = case(
    home(
        hub(1),
        hub(2, record=OTHER),
        hub(3, record=SPLIT),
        silent_lock(),
        silent_lock("side"),
        silent_lock("back", **ELSEWHERE, last_sign_of_life=ago(days=2)),
    ),
    "network_split",
    "mesh_silent",
    lock="mesh_silent",
    home="mesh_silent",
)
ITS_SERVER_IS_STARTING = case(
    home(
        software(fabric=2),
        lock(link_problem=Cause.MATTER_UNAVAILABLE, link_lost_at=ago(seconds=8)),
    )
)

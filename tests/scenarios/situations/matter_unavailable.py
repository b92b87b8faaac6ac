"""The Matter integration lost its server."""

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, MatterState
from tests.scenarios.home import ago, case, home, lock, software

FOUND = case(
    home(
        software(matter=MatterState.RETRYING, matter_lost_at=ago(minutes=1)),
        lock(available=Gap.UNKNOWN),
    ),
    "matter_unavailable",
    lock="matter_unavailable",
    home="matter_unavailable",
)
ONE_LOCK_OF_ANOTHER_ENTRY = case(
    home(
        lock(link_problem=Cause.MATTER_UNAVAILABLE, link_lost_at=ago(minutes=1)),
        lock("back"),
    ),
    "matter_unavailable",
    lock="matter_unavailable",
    home="matter_unavailable",
)
NEAR_MISS = case(
    home(software(matter=MatterState.RETRYING, matter_lost_at=ago(seconds=8)))
)

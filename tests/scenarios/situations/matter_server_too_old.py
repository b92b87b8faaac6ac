"""The Matter server lacks what is needed."""

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.diagnosis.evidence import MatterState
from tests.scenarios.home import case, home, lock, software

FOUND = case(
    home(lock(link_problem=Cause.MATTER_SERVER_TOO_OLD)),
    "matter_server_too_old",
    lock="matter_server_too_old",
    home="matter_server_too_old",
)
THE_INTEGRATION_TRIES_AGAIN_AND_AGAIN = case(
    home(
        software(matter=MatterState.RETRYING),
        lock(link_problem=Cause.MATTER_SERVER_TOO_OLD),
    ),
    "matter_server_too_old",
    lock="matter_server_too_old",
    home="matter_server_too_old",
)
NEAR_MISS = case(home(software(server_schema=11)))

"""Two hubs, one gone; the kernel still sends to the dead one."""

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from custom_components.aqara_lock.domain.thread.routing import Neighbour, NeighbourState
from tests.scenarios.home import ago, case, gone_hub, home, host, hub, lock, silent_lock

FOUND = case(
    home(gone_hub(1), hub(2)),
    "hub_offline",
    "next_hop_dead",
    lock="next_hop_dead",
    home="hub_offline",
)
NEAR_MISS = case(
    home(
        gone_hub(1, offline_since=ago(minutes=5)),
        hub(2),
        lock(last_sign_of_life=ago(minutes=1)),
    ),
    "hub_offline",
    home="hub_offline",
)
UNANSWERED = (Neighbour(address="fe80::a%eth0", state=NeighbourState.FAILED),)
BY_ITS_NEIGHBOUR_ENTRY = case(
    home(
        host(neighbours=UNANSWERED),
        hub(1, state=HubState.UNKNOWN, hearing=Gap.UNKNOWN, answers=Gap.UNKNOWN),
        hub(2),
        silent_lock(),
    ),
    "next_hop_dead",
    lock="next_hop_dead",
)

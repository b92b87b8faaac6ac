"""Two hubs, one gone; the kernel still sends to the dead one."""

from tests.scenarios.home import ago, case, gone_hub, home, hub, lock

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

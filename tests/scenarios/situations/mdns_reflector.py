"""One hub is announced with addresses of two networks."""

from tests.scenarios.home import case, home, hub, silent_lock

BOTH = hub(addresses=("192.168.1.20", "192.168.7.20", "fe80::a"))
FOUND = case(
    home(BOTH, silent_lock()),
    "mdns_reflector",
    "lock_unreachable",
    lock="lock_unreachable",
    home="mdns_reflector",
)
ALL_WORKS = case(home(BOTH), notices=("mdns_reflector",))
NEAR_MISS = case(home(hub(addresses=("192.168.1.20", "fd99::20", "fe80::a"))))

"""One hub is announced with addresses of two networks."""

from tests.scenarios.home import case, home, hub

FOUND = case(
    home(hub(addresses=("192.168.1.20", "192.168.7.20", "fe80::a"))),
    "mdns_reflector",
    home="mdns_reflector",
)
NEAR_MISS = case(home(hub(addresses=("192.168.1.20", "fd99::20", "fe80::a"))))

"""The router gives out addresses of no valid range."""

from tests.scenarios.home import adapter, case, home, host, silent_lock

STRANGE = host(adapter("192.168.1.5/24", "fe80::5/64", "fd99::5/64", "fc12::5/64"))
FOUND = case(
    home(STRANGE, silent_lock()),
    "bogus_prefix",
    "lock_unreachable",
    lock="lock_unreachable",
    home="bogus_prefix",
)
ALL_WORKS = case(home(STRANGE), notices=("bogus_prefix",))
NEAR_MISS = case(
    home(host(adapter("192.168.1.5/24", "fe80::5/64", "fd12::5/64", "2a00::5/64")))
)

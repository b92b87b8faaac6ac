"""Only link-local addresses on the host, and nothing says why."""

from tests.scenarios.home import adapter, ago, case, home, host, unrouted_host

LINK_LOCAL = adapter("192.168.1.5/24", "fe80::5/64")
FOUND = case(
    home(unrouted_host(LINK_LOCAL, ipv6_class_since=ago(seconds=40))),
    "ipv6_link_local_only",
    lock="ipv6_link_local_only",
    home="ipv6_link_local_only",
)
NEAR_MISS = case(home(host(LINK_LOCAL, ipv6_class_since=ago(hours=1))))

"""IPv6 off on the host: routes and neighbours are gone, IPv4 works."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Sysctls
from tests.scenarios.home import adapter, ago, case, home, unrouted_host

OFF = case(
    home(
        unrouted_host(
            adapter("192.168.1.5/24", sysctls=Sysctls(disable_ipv6=1)),
            ipv6_class_since=ago(seconds=40),
            neighbours=(),
        )
    ),
    "ipv6_disabled",
    lock="ipv6_disabled",
    home="ipv6_disabled",
)

"""The host forwards, and so ignores announcements."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Adapter, Sysctls
from tests.scenarios.home import adapter, case, home, host, unrouted_host


def forwarding(accept: int) -> Adapter:
    sysctls = Sysctls(accept_ra=accept, rt_info_max_plen=64, forwarding=1)
    return adapter(sysctls=sysctls)


FOUND = case(
    home(unrouted_host(forwarding(1))),
    "forwarding_ignores_announcements",
    lock="forwarding_ignores_announcements",
    home="forwarding_ignores_announcements",
)
EVERYWHERE = case(
    home(
        unrouted_host(
            adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=64, forwarding=0)),
            all_interfaces=Sysctls(forwarding=1),
        )
    ),
    "forwarding_ignores_announcements",
    lock="forwarding_ignores_announcements",
    home="forwarding_ignores_announcements",
)
NEAR_MISS = case(
    home(unrouted_host(forwarding(2))),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
ROUTE_IS_THERE = case(home(host(forwarding(1))))

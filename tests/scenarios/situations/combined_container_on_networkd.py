"""Nobody can tell from a container who reads announcements; `accept_ra` 0 is usual there."""

from ipaddress import IPv6Address, IPv6Network

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, Sysctls
from tests.scenarios.home import adapter, case, home, route, unrouted_host

NO_KERNEL = adapter(sysctls=Sysctls(accept_ra=0, rt_info_max_plen=0))
LEARNED = route(destination=IPv6Network("::/0"), next_hop=IPv6Address("fe80::1"))
ANNOUNCEMENTS_ARE_READ = case(
    home(unrouted_host(NO_KERNEL, manager=Gap.NOT_CHECKABLE, routes=(LEARNED,))),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)
NOTHING_IS_LEARNED = case(
    home(unrouted_host(NO_KERNEL, manager=Gap.NOT_CHECKABLE)),
    "route_info_ignored",
    lock="route_info_ignored",
    home="route_info_ignored",
)

"""The kernel's default refuses announced routes to the mesh."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    NetworkManager,
    Sysctls,
)
from tests.scenarios.home import adapter, case, home, host, unrouted_host

REFUSES = adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=0))
FOUND = case(
    home(unrouted_host(REFUSES)),
    "route_info_ignored",
    lock="route_info_ignored",
    home="route_info_ignored",
)
READS_NONE = adapter(sysctls=Sysctls(accept_ra=0, rt_info_max_plen=64))
ANNOUNCEMENTS_ARE_NOT_READ = case(
    home(unrouted_host(READS_NONE)),
    "route_info_ignored",
    lock="route_info_ignored",
    home="route_info_ignored",
)
NEAR_MISS = case(home(host(REFUSES)))
MANAGED = case(
    home(unrouted_host(REFUSES, manager=NetworkManager.NETWORK_MANAGER)),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)

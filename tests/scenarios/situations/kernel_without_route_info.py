"""The kernel was built without route information."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    NetworkManager,
    Sysctls,
)
from tests.scenarios.home import adapter, case, home, unrouted_host

OLD_KERNEL = adapter(sysctls=Sysctls(accept_ra=1, rt_info_max_plen=None))
FOUND = case(
    home(unrouted_host(OLD_KERNEL)),
    "kernel_without_route_info",
    lock="kernel_without_route_info",
    home="kernel_without_route_info",
)
NEAR_MISS = case(
    home(unrouted_host(OLD_KERNEL, manager=NetworkManager.HAOS)),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)

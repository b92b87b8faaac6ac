"""Home Assistant OS with `accept_ra` 0, and all is well (R06)."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    NetworkManager,
    Sysctls,
)
from tests.scenarios.home import adapter, case, home, host, unrouted_host

SYSCTLS = Sysctls(accept_ra=0, rt_info_max_plen=0, disable_ipv6=0, forwarding=0)
ALL_IS_WELL = case(home(host(adapter(sysctls=SYSCTLS), manager=NetworkManager.HAOS)))
SAME_BUT_NO_ROUTE = case(
    home(unrouted_host(adapter(sysctls=SYSCTLS), manager=NetworkManager.HAOS)),
    "no_route_to_mesh",
    lock="no_route_to_mesh",
    home="no_route_to_mesh",
)

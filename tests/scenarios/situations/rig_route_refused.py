"""Route information is refused (0): the route never comes."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Announcements,
    Sysctls,
)
from tests.scenarios.home import adapter, ago, case, home, unrouted_host

REFUSED = case(
    home(
        unrouted_host(
            adapter(
                sysctls=Sysctls(accept_ra=1, rt_info_max_plen=0, forwarding=0),
                announcements=Announcements(
                    count=90, unchanged_since=ago(seconds=3), longest_gap=4
                ),
            )
        )
    ),
    "route_info_ignored",
    lock="route_info_ignored",
    home="route_info_ignored",
)

"""The Matter server is on another host."""

from custom_components.aqara_lock.domain.routing import Way
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    case,
    choice,
    home,
    host,
    silent_lock,
)

NO_IPV6_HERE = host(
    adapter("192.168.1.5/24"),
    routes=(),
    matter_server_elsewhere=True,
    choices={LOCK_ADDRESS: choice(Way.NO_ROUTE)},
    ipv6_class_since=None,
)
LOCK_IS_WELL = case(home(NO_IPV6_HERE))
LOCK_IS_SILENT = case(
    home(NO_IPV6_HERE, silent_lock()),
    "ipv6_disabled",
    lock="ipv6_disabled",
    home="ipv6_disabled",
)

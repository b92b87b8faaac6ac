"""The Matter server is on another host."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, Siblings
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    case,
    choice,
    home,
    host,
    lock,
    silent_lock,
)

NO_IPV6_HERE = host(
    adapter("192.168.1.5/24"),
    routes=(),
    matter_server_elsewhere=True,
    choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE)},
    ipv6_class_since=None,
)
LOCK_IS_WELL = case(home(NO_IPV6_HERE))
LOCK_IS_SILENT = case(
    home(NO_IPV6_HERE, silent_lock()),
    "ipv6_disabled",
    lock="ipv6_disabled",
    home="ipv6_disabled",
)
ANOTHER_LOCK_ANSWERS_THE_SERVER = case(
    home(NO_IPV6_HERE, silent_lock(), lock("back")),
    "lock_unreachable",
    lock="lock_unreachable",
)
ANOTHER_DEVICE_ANSWERS_THE_SERVER = case(
    home(NO_IPV6_HERE, silent_lock(siblings=Siblings(total=2, silent=1))),
    "lock_unreachable",
    lock="lock_unreachable",
)
NO_ROUTE_HERE_FROM_THE_START = case(
    home(
        host(
            routes=(),
            matter_server_elsewhere=True,
            choices={LOCK_ADDRESS: replace(choice(RouteState.NO_ROUTE), since=None)},
        ),
        silent_lock(),
        lock("back"),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
CONTAINER_IS_NOT_THE_CAUSE_OF_ONE_SILENCE = case(
    home(
        host(bridged_container=True, matter_server_elsewhere=Gap.UNKNOWN),
        silent_lock(),
        lock("back"),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)

"""The route is there, the local (ULA) address is not."""

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import LOCK_ADDRESS, adapter, ago, case, choice, home, host

MISSING = case(
    home(
        host(
            adapter("192.168.1.5/24", "fe80::5/64"),
            ipv6_class_since=ago(seconds=30),
            choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=30)},
        )
    ),
    "no_source_address",
    lock="no_source_address",
    home="no_source_address",
)

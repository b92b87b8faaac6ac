"""Router advertisements are blocked; dead route still listed."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Announcements
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    ago,
    case,
    choice,
    home,
    host,
    route,
)

BLOCKED = case(
    home(
        host(
            adapter(
                announcements=Announcements(
                    count=90, unchanged_since=ago(seconds=66), longest_gap=4
                )
            ),
            routes=(route(expires=-16),),
            choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=20)},
        )
    ),
    "router_announcements_missing",
    lock="router_announcements_missing",
    home="router_announcements_missing",
)

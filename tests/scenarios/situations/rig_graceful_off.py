"""The hub says goodbye and takes its route along at once."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Hearing
from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    ago,
    case,
    choice,
    gone_hub,
    home,
    host,
    hub,
    unrouted_host,
)

GONE = case(
    home(
        gone_hub(offline_since=ago(seconds=20), hearing=Hearing.GOODBYE),
        unrouted_host(),
    ),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
ITS_FIRST_SECONDS = case(
    home(
        hub(hearing=Hearing.GOODBYE, answers=True),
        host(routes=(), choices={LOCK_ADDRESS: choice(RouteState.NO_ROUTE, seconds=1)}),
    )
)

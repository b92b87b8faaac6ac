"""Home Assistant is up again before the router is."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Gap,
    Gateway,
    MatterState,
)
from tests.scenarios.home import (
    adapter,
    ago,
    case,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    silent_lock,
    software,
)

NO_LEASE = host(
    adapter("fe80::5/64", "169.254.7.7/16"), routes=(), choices={}, neighbours=()
)
UNKNOWN = lan(gateway=Gap.UNKNOWN, changed_at=Gap.UNKNOWN)
DOWN = lan(gateway=Gateway(answers=False, since=ago(minutes=3)))
ROUTER_IS_STARTING = case(
    home(NO_LEASE, gone_hub(), silent_lock(), UNKNOWN),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
NO_LEASE_BUT_THE_HUB_ANSWERS = case(
    home(NO_LEASE, hub(addresses=("fe80::a", "fd99::20")), lock(), UNKNOWN),
)
WIFI = {"transport": Gap.UNKNOWN, "extended_pan_id": None, "addresses": ()}
ONLY_A_WIFI_LOCK = case(
    replace(home(silent_lock(**WIFI), DOWN), hubs=()),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
ROUTER_DOES_NOT_ANSWER_BUT_THE_LOCK = case(
    replace(home(lock(**WIFI), DOWN), hubs=()),
)
SERVER_ON_ANOTHER_HOST = case(
    home(
        gone_hub(),
        DOWN,
        host(matter_server_elsewhere=True),
        silent_lock(available=Gap.UNKNOWN),
        software(matter=MatterState.RETRYING, matter_lost_at=ago(minutes=3)),
    ),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
SERVER_HERE_IS_STOPPED_TOO = case(
    home(
        gone_hub(),
        DOWN,
        silent_lock(available=Gap.UNKNOWN),
        software(matter=MatterState.RETRYING, matter_lost_at=ago(minutes=3)),
    ),
    "matter_unavailable",
    "home_network_down",
    lock="matter_unavailable",
    home="matter_unavailable",
)

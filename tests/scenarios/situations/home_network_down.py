"""The router is silent, and so is the hub."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, Gateway
from tests.scenarios.home import (
    adapter,
    ago,
    case,
    gone_hub,
    home,
    host,
    lan,
    silent_lock,
)

DOWN = lan(gateway=Gateway(answers=False, since=ago(seconds=30)))
FOUND = case(
    home(DOWN, gone_hub(), silent_lock()),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
JUST_BACK = case(
    home(
        gone_hub(offline_since=ago(seconds=40)),
        lan(gateway=Gateway(answers=True, since=ago(seconds=3))),
    )
)
BACK_WITHOUT_THE_HUB = case(
    home(
        gone_hub(offline_since=ago(seconds=40)),
        lan(gateway=Gateway(answers=True, since=ago(seconds=20))),
    ),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
GONE_AFTER_THE_NETWORK_WAS_BACK = case(
    home(
        gone_hub(offline_since=ago(seconds=2)),
        lan(gateway=Gateway(answers=True, since=ago(seconds=6))),
    ),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
NEAR_MISS = case(home(DOWN))
CABLE_OUT = case(
    home(host(replace(adapter(), addresses=())), gone_hub(), lan(gateway=Gap.UNKNOWN)),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
GATEWAY_NOT_KNOWN = case(
    home(lan(gateway=Gap.UNKNOWN), gone_hub()),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)

"""The home network is down as a whole."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Gateway
from tests.scenarios.home import ago, case, gone_hub, home, lan, unrouted_host

DOWN = case(
    home(
        gone_hub(1),
        gone_hub(2),
        lan(gateway=Gateway(answers=False, since=ago(seconds=40))),
        unrouted_host(),
    ),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)

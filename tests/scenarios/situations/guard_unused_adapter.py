"""Home Assistant's adapter has no address any more; another one carries everything."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from tests.scenarios.home import adapter, ago, case, gone_hub, home, host, lock

UNPLUGGED = replace(adapter(), addresses=())
WIFI = adapter(name="wlan0", enabled=False)
WIFI_CARRIES = case(home(host(UNPLUGGED, WIFI)))
WIFI_CARRIES_AND_A_HUB_IS_OFF = case(
    home(host(UNPLUGGED, WIFI), gone_hub(), lock(last_sign_of_life=ago(minutes=3))),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
NO_IPV6 = adapter("192.168.1.5/24")
WAY_IS_NOT_KNOWN = case(
    home(
        host(
            NO_IPV6,
            ipv6_class_since=ago(minutes=1),
            choices=Gap.UNKNOWN,
            routes=Gap.UNKNOWN,
        ),
        lock(last_sign_of_life=ago(minutes=3)),
    )
)
LINK_LOCAL_AND_WAY_IS_NOT_KNOWN = case(
    home(
        host(
            adapter("192.168.1.5/24", "fe80::5/64"),
            ipv6_class_since=ago(minutes=1),
            choices=Gap.UNKNOWN,
            routes=Gap.UNKNOWN,
        ),
        lock(last_sign_of_life=ago(minutes=3)),
    )
)

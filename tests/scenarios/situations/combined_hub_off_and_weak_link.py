"""The hub is off, and the link was weak before."""

from custom_components.aqara_lock.domain.diagnosis.evidence import RadioLink
from tests.scenarios.home import ago, case, gone_hub, home, hub, lock

HUB_OFF = case(
    home(gone_hub(), lock(radio=RadioLink(as_of=ago(hours=1), rssi=-92))),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
HUB_BACK = case(
    home(hub(), lock(radio=RadioLink(as_of=ago(hours=1), rssi=-92))),
    "weak_link",
    lock="weak_link",
)

"""The hub that brings a Zigbee lock into Home Assistant is away itself."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import PingSeries
from tests.scenarios.home import FRONT, ago, bridged_lock, case, gone_hub, home

AWAY = bridged_lock(
    FRONT,
    bridge_hub=None,
    available=False,
    bridge_answers=False,
    unavailable_since=ago(minutes=5),
    last_sign_of_life=ago(minutes=10),
)
FOUND = case(home(AWAY), "bridge_unreachable", lock="bridge_unreachable")
NOT_NOTICED_BY_THE_SERVER = case(
    home(
        bridged_lock(
            FRONT,
            bridge_hub=None,
            bridge_answers=True,
            last_sign_of_life=ago(minutes=10),
            ping=PingSeries(at=ago(minutes=2), sent=1),
            ping_failed_at=ago(minutes=2),
        )
    ),
    "bridge_unreachable",
    lock="bridge_unreachable",
)
BORDER_ROUTER_IS_THE_CAUSE = case(
    home(gone_hub(), replace(AWAY, bridge_hub=gone_hub().id)),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
NEAR_MISS = case(
    home(replace(AWAY, bridge_answers=True)),
    "bridged_lock_unreachable",
    lock="bridged_lock_unreachable",
)

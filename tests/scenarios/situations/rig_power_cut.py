"""The hub's power is cut: route and mDNS entry stay (test rig, row 1)."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Hearing
from tests.scenarios.home import ago, case, gone_hub, home

AT_ONCE = case(
    home(gone_hub(offline_since=ago(seconds=4), hearing=Hearing.SILENT)),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)

"""A switch that feeds the hub was turned off."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import PowerSwitch
from tests.scenarios.home import ago, case, gone_hub, home, hub

OFF = PowerSwitch(name="Hall plug", is_on=False, changed_at=ago(seconds=40))
FOUND = case(
    home(gone_hub(power_switch=OFF)),
    "hub_switched_off",
    lock="hub_switched_off",
    home="hub_switched_off",
)
ON_AGAIN_BUT_THE_HUB_IS_NOT_BACK = case(
    home(gone_hub(power_switch=replace(OFF, is_on=True))),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
FED_IN_ANOTHER_WAY = case(home(hub(power_switch=OFF)))
NEAR_MISS = case(
    home(gone_hub(power_switch=replace(OFF, changed_at=ago(hours=3)))),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)

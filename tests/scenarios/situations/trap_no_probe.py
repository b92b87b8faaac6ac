"""A hub that never answers a probe is well while it is heard (trap 2)."""

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from tests.scenarios.home import case, home, hub

HEARD = case(home(hub(answers=Gap.UNKNOWN)))
UNHEARD_SO_FAR = case(
    home(hub(state=HubState.UNKNOWN, answers=Gap.UNKNOWN, hearing=Gap.UNKNOWN))
)

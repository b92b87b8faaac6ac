"""Five apps are connected, and no more fit."""

from custom_components.aqara_lock.domain.diagnosis.evidence import FabricCount
from tests.scenarios.home import case, home, lock

FOUND = case(home(lock(fabrics=FabricCount(5, 5))), notices=("fabrics_full",))
NEAR_MISS = case(home(lock(fabrics=FabricCount(4, 5))))

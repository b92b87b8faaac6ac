"""The hub answers, but every device behind it is silent."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Siblings
from tests.scenarios.home import case, home, silent_lock

FOUND = case(
    home(silent_lock(siblings=Siblings(3, 3))),
    "mesh_silent",
    lock="mesh_silent",
    home="mesh_silent",
)
NEAR_MISS = case(
    home(silent_lock(siblings=Siblings(3, 2))),
    "lock_unreachable",
    lock="lock_unreachable",
)
TWO_LOCKS = case(
    home(silent_lock(), silent_lock("back")),
    "mesh_silent",
    lock="mesh_silent",
    home="mesh_silent",
)

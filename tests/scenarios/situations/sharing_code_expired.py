"""A sharing code ran out before anybody used it."""

from custom_components.aqara_lock.domain.evidence import Sharing
from tests.scenarios.home import ago, case, home, lock

FOUND = case(
    home(lock(sharing=Sharing(window_open=False, code_made_at=ago(minutes=9)))),
    notices=("sharing_code_expired",),
)
NEAR_MISS = case(
    home(
        lock(
            sharing=Sharing(window_open=False, code_made_at=ago(minutes=9), joined=True)
        )
    )
)

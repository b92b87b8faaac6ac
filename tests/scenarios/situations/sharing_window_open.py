"""The lock is open for another app, not by our doing."""

from custom_components.aqara_lock.domain.evidence import Sharing
from tests.scenarios.home import ago, case, home, lock

FOUND = case(
    home(lock(sharing=Sharing(window_open=True))), notices=("sharing_window_open",)
)
NEAR_MISS = case(
    home(lock(sharing=Sharing(window_open=True, code_made_at=ago(minutes=2))))
)

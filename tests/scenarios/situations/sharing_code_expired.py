"""A sharing code ran out before anybody used it."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Sharing
from tests.scenarios.home import ago, case, home, lock

MISSED = Sharing(window_open=False, opened_at=ago(minutes=19), missed_at=ago(minutes=9))

FOUND = case(home(lock(sharing=MISSED)), notices=("sharing_code_expired",))
NEAR_MISS = case(
    home(lock(sharing=Sharing(window_open=False, opened_at=ago(minutes=19))))
)

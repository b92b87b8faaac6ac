"""The lock is open for another app, not by our doing."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Sharing
from tests.scenarios.home import ago, case, home, lock

OPEN = Sharing(window_open=True, opened_at=ago(minutes=2))
HERE = Sharing(window_open=True, opened_at=ago(minutes=2), opened_here=True)
TOO_LONG = Sharing(window_open=True, opened_at=ago(minutes=20), opened_here=True)

FOUND = case(home(lock(sharing=OPEN)), notices=("sharing_window_open",))
OPEN_FOR_TOO_LONG = case(home(lock(sharing=TOO_LONG)), notices=("sharing_window_open",))
NEAR_MISS = case(home(lock(sharing=HERE)))

"""A 0.8 s blip at the moment of recovery is no alarm (trap 5)."""

from tests.scenarios.home import ago, case, home, silent_lock

BLIP = case(
    home(
        silent_lock(
            unavailable_since=ago(seconds=0.8), last_sign_of_life=ago(seconds=3)
        )
    )
)

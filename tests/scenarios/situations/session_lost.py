"""The lock answers pings, but stays unavailable."""

from tests.scenarios.home import answered, case, home, silent_lock

FOUND = case(
    home(silent_lock(ping=answered(80, 95, 102))), "session_lost", lock="session_lost"
)
NEAR_MISS = case(
    home(silent_lock(ping=answered(80, 95, 102, minutes=6))),
    "lock_unreachable",
    lock="lock_unreachable",
)

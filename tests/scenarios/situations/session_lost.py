"""The lock answers pings, but stays unavailable."""

from tests.scenarios.home import ago, answered, case, home, silent_lock

FOUND = case(
    home(silent_lock(ping=answered(80, 95, 102))), "session_lost", lock="session_lost"
)
HEARD_BY_THE_PING_ITSELF = case(
    home(silent_lock(ping=answered(80, seconds=10), last_sign_of_life=ago(seconds=10))),
    "session_lost",
    lock="session_lost",
)
JUST_RESTARTED = case(
    home(
        silent_lock(
            unavailable_since=ago(seconds=30),
            ping=answered(80, seconds=10),
            last_sign_of_life=ago(seconds=10),
        )
    )
)
NEAR_MISS = case(
    home(silent_lock(ping=answered(80, 95, 102, minutes=6))),
    "lock_unreachable",
    lock="lock_unreachable",
)
ANSWERED_LONG_AGO = case(
    home(
        silent_lock(
            unavailable_since=ago(hours=3),
            ping=answered(80, minutes=90),
            last_sign_of_life=ago(minutes=90),
        )
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)

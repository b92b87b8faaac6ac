"""A command succeeds, but no report of it arrives."""

from tests.scenarios.home import ago, answered, case, home, lock

FOUND = case(
    home(lock(unconfirmed_at=ago(seconds=45), last_report=ago(minutes=30))),
    "stale_subscription",
    lock="stale_subscription",
)
NEAR_MISS = case(home(lock(unconfirmed_at=ago(seconds=90))))
QUIET_BUT_ANSWERS = case(
    home(lock(last_report=ago(hours=9), ping=answered(90, 120, 73)))
)

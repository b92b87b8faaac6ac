"""Only the lock is gone; its hub and its neighbours are well."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    FailedCommand,
    Gap,
    Refusal,
    Siblings,
)
from tests.scenarios.home import (
    ago,
    answered,
    case,
    gone_hub,
    home,
    lock,
    silent_lock,
    unrouted_host,
)

TIMED_OUT = FailedCommand(at=ago(seconds=6), refusal=Refusal.TIMEOUT)
FOUND = case(
    home(silent_lock(siblings=Siblings(2, 0))),
    "lock_unreachable",
    lock="lock_unreachable",
)
PINGS_LOST = case(
    home(lock(ping=answered(sent=3, minutes=2), last_sign_of_life=ago(minutes=8))),
    "lock_unreachable",
    lock="lock_unreachable",
)
NEAR_MISS = case(
    home(
        silent_lock(unavailable_since=ago(seconds=6), last_sign_of_life=ago(seconds=9))
    )
)
SOMEBODY_NEEDED_IT = case(
    home(
        lock(
            ping=answered(sent=1, seconds=5),
            ping_failed_at=ago(seconds=5),
            last_sign_of_life=ago(minutes=8),
            failed_commands=(TIMED_OUT,),
        )
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
SOMEBODY_CHECKED_IT = case(
    home(
        lock(ping=answered(sent=5, seconds=20), last_sign_of_life=ago(minutes=8)),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
NOBODY_NEEDED_IT = case(
    home(lock(ping=answered(sent=1, seconds=5), last_sign_of_life=ago(minutes=8)))
)
PAUSED = case(home(silent_lock(paused=True)))
WIFI_LOCK = case(
    home(silent_lock(transport=Gap.UNKNOWN), gone_hub(), unrouted_host()),
    "lock_unreachable",
    notices=("hub_offline",),
    lock="lock_unreachable",
)

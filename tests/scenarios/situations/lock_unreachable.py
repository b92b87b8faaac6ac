"""Only the lock is gone; its hub and its neighbours are well."""

from custom_components.aqara_lock.domain.evidence import Siblings, Transport
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
PAUSED = case(home(silent_lock(paused=True)))
WIFI_LOCK = case(
    home(silent_lock(transport=Transport.WIFI), gone_hub(), unrouted_host()),
    "hub_offline",
    "lock_unreachable",
    lock="lock_unreachable",
    home="hub_offline",
)

"""The clock of the host was set back: what seems to begin in the future has lasted."""

from tests.scenarios.home import ago, case, gone_hub, home, silent_lock

LOCK = case(
    home(silent_lock(unavailable_since=ago(hours=-3))),
    "lock_unreachable",
    lock="lock_unreachable",
)
HUB = case(
    home(gone_hub(offline_since=ago(hours=-3))),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)

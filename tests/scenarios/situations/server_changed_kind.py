"""After a new Matter server the lock never came back."""

from tests.scenarios.home import case, home, silent_lock, software

NEW_SERVER = software(server_changed_kind=True)
FOUND = case(
    home(NEW_SERVER, silent_lock(restored=False)),
    "server_changed_kind",
    lock="server_changed_kind",
    home="server_changed_kind",
)
NEAR_MISS = case(
    home(NEW_SERVER, silent_lock(restored=True)),
    "lock_unreachable",
    lock="lock_unreachable",
)

"""The hub lives, but turned its Thread radio off."""

from tests.scenarios.home import ago, case, home, hub, lock, thread_state, unrouted_host

OFF = {"state": thread_state(active=False)}
FOUND = case(
    home(hub(record=OFF, record_since=ago(seconds=40)), unrouted_host()),
    "thread_interface_off",
    lock="thread_interface_off",
    home="thread_interface_off",
)
ANOTHER_CARRIES = case(
    home(hub(record=OFF), hub(2)),
    "thread_interface_off",
    home="thread_interface_off",
)
ITS_LOCK_DENIES_IT = case(home(hub(record=OFF), lock(last_sign_of_life=ago(minutes=2))))
NEAR_MISS = case(home(hub(record={"state": None})))

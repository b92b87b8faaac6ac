"""The hub lives, but turned its Thread radio off."""

from tests.scenarios.home import case, home, hub, thread_state, unrouted_host

OFF = {"state": thread_state(active=False)}
FOUND = case(
    home(hub(record=OFF), unrouted_host()),
    "thread_interface_off",
    lock="thread_interface_off",
    home="thread_interface_off",
)
ANOTHER_CARRIES = case(
    home(hub(record=OFF), hub(2)),
    "thread_interface_off",
    home="thread_interface_off",
)
NEAR_MISS = case(home(hub(record={"state": None})))

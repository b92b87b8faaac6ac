"""Thread off on the hub: route withdrawn, hub answers, `sb` shows it."""

from tests.scenarios.home import ago, case, home, hub, thread_state, unrouted_host

OFF = case(
    home(
        hub(record={"state": thread_state(active=False)}, record_since=ago(seconds=40)),
        unrouted_host(),
    ),
    "thread_interface_off",
    lock="thread_interface_off",
    home="thread_interface_off",
)

"""A hub that no lock needs is put away; that keeps nothing from working."""

from tests.scenarios.home import (
    APPLE,
    OTHER_MESH,
    ago,
    case,
    gone_hub,
    home,
    hub,
    lan,
    lock,
)

PUT_AWAY = gone_hub(2, record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH})
NOBODY_NEEDS_IT = case(home(hub(), PUT_AWAY, lock()), notices=("hub_offline",))
LEFT_WITH_THE_WIFI = case(
    home(hub(), PUT_AWAY, lock(), lan(changed_at=ago(minutes=1))),
    notices=("hub_left_wifi",),
)
MEANT = case(
    home(hub(), PUT_AWAY, lock(meant_hub=PUT_AWAY.id)),
    "hub_offline",
    "wrong_thread_network",
    lock="wrong_thread_network",
    home="hub_offline",
)
ONE_OF_TWO = case(
    home(hub(), gone_hub(2), lock()),
    "hub_offline",
    home="hub_offline",
)

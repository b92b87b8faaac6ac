"""The hub moved: its old address is silent, the new one answers."""

from tests.scenarios.home import ago, case, gone_hub, home

MOVED = case(
    home(gone_hub(offline_since=ago(seconds=10), elsewhere="192.168.2.20")),
    "other_subnet",
    lock="other_subnet",
    home="other_subnet",
)

"""The hub restarts within 20 s: no false alarm once it is back."""

from tests.scenarios.home import ago, case, home, hub

BACK = case(home(hub(record_since=ago(seconds=2), outages_per_day=1)))

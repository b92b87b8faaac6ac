"""The hub went away eight times today."""

from tests.scenarios.home import case, home, hub

FOUND = case(
    home(hub(outages_per_day=8)),
    "hub_unstable",
    lock="hub_unstable",
    home="hub_unstable",
)
NEAR_MISS = case(home(hub(outages_per_day=3)))

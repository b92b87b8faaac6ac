"""Home Assistant does not hold the network's credentials."""

from tests.scenarios.home import APPLE, case, home, software

FOUND = case(
    home(software(datasets=frozenset({APPLE}), credentials_set=False)),
    notices=("credentials_missing",),
)
NEAR_MISS = case(home(software(datasets=frozenset(), credentials_set=True)))

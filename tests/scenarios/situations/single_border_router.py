"""One hub serves the network alone."""

from tests.scenarios.home import case, home, hub

FOUND = case(home(), notices=("single_border_router",))
NEAR_MISS = case(home(hub(1), hub(2)))

"""A hub has a new radio address after its restart (R34)."""

from tests.scenarios.home import case, home, hub

NEW_RADIO = case(home(hub(record={"extended_address": "00000000000000ff"})))

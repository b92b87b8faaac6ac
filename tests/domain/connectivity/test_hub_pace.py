"""How often hubs are looked at, and at how many addresses, whatever mDNS says."""

from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.aqara_lock.domain.budget import (
    EARLY_LOOKS_OF_ALL,
    HUB_PROBE_INTERVAL,
    MAX_PROBED_HUBS,
    NEW_ADDRESSES,
    NEW_ADDRESSES_OF_ALL,
)
from custom_components.aqara_lock.domain.connectivity.hub_pace import (
    MOST_MET,
    HomePace,
    HubPace,
)


def looks(pace: HubPace, moments: list[float]) -> list[float]:
    """Give when a hub was looked at by somebody who wants it at these moments."""
    done = []
    for now in moments:
        if not pace.wait(now):
            pace.look(now)
            done.append(now)
    return done


def flood(seconds: int, each: int = 10) -> list[float]:
    return [number / each for number in range(seconds * each)]


def test_flood_of_goodbyes_makes_no_flood_of_looks() -> None:
    done = looks(HubPace(HomePace()), flood(60))
    assert len(done) <= 20 + 60 / HUB_PROBE_INTERVAL + 1


def test_regular_looks_go_on_during_a_flood() -> None:
    done = looks(HubPace(HomePace()), flood(300))
    gaps = [later - earlier for earlier, later in pairwise(done)]
    assert max(gaps) <= HUB_PROBE_INTERVAL


def test_goodbye_is_looked_after_at_once() -> None:
    pace = HubPace(HomePace())
    assert looks(pace, [0.0, 0.0, 0.0, 0.0]) == [0.0, 0.0, 0.0]
    assert 0 < pace.wait(0.0) <= 1


def test_suspicion_is_looked_into_each_second_for_ten() -> None:
    moments = [float(second) for second in range(11)]
    assert looks(HubPace(HomePace()), moments) == moments


def test_all_hubs_share_what_they_may_cost() -> None:
    home = HomePace()
    hubs = [HubPace(home) for _ in range(5 * MAX_PROBED_HUBS)]
    for hub in hubs:
        hub.look(0.0)
    early = sum(len(looks(hub, [0.1])) for hub in hubs)
    assert early == EARLY_LOOKS_OF_ALL[0].most


def test_clock_that_begins_anew_blocks_no_look() -> None:
    pace = HubPace(HomePace())
    pace.look(1e6)
    assert pace.wait(3.0) == 0


@given(st.lists(st.floats(0, 600), max_size=400))
def test_wait_is_the_time_until_a_look_is_allowed(moments: list[float]) -> None:
    pace, last = HubPace(HomePace()), 0.0
    for now in sorted(moments):
        last = now
        if not pace.wait(now):
            pace.look(now)
    assert 0 <= pace.wait(last) <= HUB_PROBE_INTERVAL
    assert pace.wait(last + pace.wait(last) + 1e-6) == 0


def test_hub_that_announces_ever_new_addresses_steers_no_scan() -> None:
    pace = HubPace(HomePace())
    met = [x for x in range(600) if pace.may_meet(f"192.168.1.{x}", x / 10)]
    assert len(met) == NEW_ADDRESSES[0].most


def test_hubs_that_come_and_go_steer_no_scan() -> None:
    home = HomePace()
    met = [x for x in range(600) if HubPace(home).may_meet(f"10.0.0.{x}", x / 10)]
    assert len(met) == NEW_ADDRESSES_OF_ALL[0].most


def test_known_address_costs_nothing() -> None:
    home = HomePace()
    pace = HubPace(home, ["10.0.0.1"])
    assert all(pace.may_meet("10.0.0.1", now) for now in range(100))
    assert home.new_addresses.left(0) == NEW_ADDRESSES_OF_ALL[0].most
    assert pace.may_meet("10.0.0.2", 100)
    assert all(pace.may_meet("10.0.0.2", now) for now in range(101, 200))
    assert home.new_addresses.left(200) == NEW_ADDRESSES_OF_ALL[0].most - 1


def test_only_so_many_addresses_are_remembered() -> None:
    """The oldest is new again, and counts."""
    home = HomePace()
    pace = HubPace(home)
    for number in range(MOST_MET + 1):
        assert pace.may_meet(f"10.0.0.{number}", number * 1000)
    now = (MOST_MET + 1) * 1000
    before = home.new_addresses.left(now)
    assert pace.may_meet(f"10.0.0.{MOST_MET}", now)
    assert home.new_addresses.left(now) == before
    assert pace.may_meet("10.0.0.0", now)
    assert home.new_addresses.left(now) == before - 1

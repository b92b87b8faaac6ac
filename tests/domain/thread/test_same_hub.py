"""A border router and a Matter bridge that share an address are one hub."""

from hypothesis import given, strategies as st

from custom_components.aqara_lock.domain.thread.same_hub import same_hubs

ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "fe80::1", "fd00::1"])
DEVICES = st.dictionaries(st.sampled_from("abc"), st.lists(ADDRESSES), max_size=3)


def test_one_address_is_enough() -> None:
    routers = {"m100": ["10.0.0.1", "fe80::1%eth0"], "m3": ["10.0.0.2"]}
    bridges = {"bridge": ["FE80::1"], "other": ["10.0.0.9"]}
    assert same_hubs(routers, bridges) == {"m100": "bridge"}


def test_more_shared_addresses_count_more() -> None:
    routers = {"m100": ["10.0.0.1", "fe80::1"], "m3": ["10.0.0.2", "fe80::1"]}
    bridges = {"one": ["10.0.0.1", "fe80::1"], "two": ["10.0.0.2", "fe80::1"]}
    assert same_hubs(routers, bridges) == {"m100": "one", "m3": "two"}


def test_equally_good_partners_are_none() -> None:
    bridges = {"one": ["10.0.0.1"], "two": ["10.0.0.1"]}
    assert same_hubs({"m100": ["10.0.0.1"]}, bridges) == {}
    assert same_hubs(bridges, {"m100": ["10.0.0.1"]}) == {}


def test_addresses_of_this_host_prove_nothing() -> None:
    router, bridge = {"otbr": ["10.0.0.1"]}, {"bridge": ["10.0.0.1"]}
    assert same_hubs(router, bridge, ["10.0.0.1"]) == {}


@given(DEVICES, DEVICES, st.lists(ADDRESSES))
def test_partners_share_an_address_and_are_nobody_elses(
    routers: dict[str, list[str]], bridges: dict[str, list[str]], foreign: list[str]
) -> None:
    found = same_hubs(routers, bridges, foreign)
    assert len(set(found.values())) == len(found)
    for router, bridge in found.items():
        assert (set(routers[router]) & set(bridges[bridge])) - set(foreign)

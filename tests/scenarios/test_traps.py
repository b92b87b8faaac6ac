"""What the diagnosis must never do to the network that it looks at."""

from hypothesis import given, strategies as st

from tests.scenarios.home import hub

ADDRESSES = st.lists(
    st.sampled_from(
        [
            "192.168.1.20",
            "fe80::a",
            "fe80::a%eth0",
            "fd99::20",
            "fd11:22:33:44::20",
            "169.254.7.20",
        ]
    ),
    unique=True,
)


@given(ADDRESSES)
def test_a_link_local_address_is_never_probed(addresses: list[str]) -> None:
    """Linux would not fail over to another border router meanwhile (trap 1)."""
    probed = hub(addresses=tuple(addresses)).router.probe_address
    assert probed is None or not probed.startswith(("fe80", "169.254"))


@given(ADDRESSES)
def test_the_mesh_is_never_probed(addresses: list[str]) -> None:
    probed = hub(addresses=tuple(addresses)).router.probe_address
    assert probed != "fd11:22:33:44::20"


def test_an_address_of_containers_is_probed_last() -> None:
    """This host may have the very same one, and would answer itself."""
    both = hub(addresses=("172.17.0.1", "172.30.32.1", "192.168.1.20"))
    assert both.router.probe_address == "192.168.1.20"
    assert hub(addresses=("172.17.0.1",)).router.probe_address == "172.17.0.1"

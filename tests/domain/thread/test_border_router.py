"""Which address of a border router may be probed, and what it is called."""

from dataclasses import replace

import pytest

from tests.scenarios.home import hub

MESH_ADDRESS = "fd11:22:33:44::20"


@pytest.mark.parametrize(
    ("addresses", "probed"),
    [
        (("192.168.1.20",), "192.168.1.20"),
        (("10.0.0.20",), "10.0.0.20"),
        (("172.16.0.20",), "172.16.0.20"),
        (("fd99::20", "192.168.1.20"), "192.168.1.20"),
        (("fe80::a", "fd99::20"), "fd99::20"),
        (("fd99::20%eth0",), "fd99::20%eth0"),
        (("fc99::20",), "fc99::20"),
        ((MESH_ADDRESS, "fd99::20"), "fd99::20"),
        (("172.17.0.1", "fd99::20"), "fd99::20"),
        (("172.30.33.1", "10.0.0.20"), "10.0.0.20"),
        (("172.30.34.1", "10.0.0.20"), "172.30.34.1"),
        (("172.17.0.1",), "172.17.0.1"),
        (("0.0.0.0",), None),
        (("8.8.8.8",), None),
        (("2001:4860::20",), None),
        (("127.0.0.1",), None),
        (("169.254.7.20",), None),
        (("fe80::a%eth0",), None),
        (("fe99::20",), None),
        (("::1",), None),
        ((MESH_ADDRESS,), None),
        ((), None),
    ],
)
def test_only_what_is_private_and_costs_no_radio_time_is_probed(
    addresses: tuple[str, ...], probed: str | None
) -> None:
    assert hub(addresses=addresses).router.probe_address == probed


def test_a_hub_that_tells_no_mesh_is_probed_at_any_private_address() -> None:
    hidden = hub(addresses=(MESH_ADDRESS,), record={"omr_prefix": None}).router
    assert hidden.probe_address == MESH_ADDRESS


def test_the_first_of_several_addresses_is_probed() -> None:
    two = hub(addresses=("192.168.1.21", "192.168.1.20")).router
    assert two.probe_address == "192.168.1.21"


def test_a_border_router_has_the_name_of_its_service() -> None:
    one = hub(name="Hall hub").router
    assert one.title == "Hall hub"
    assert replace(one, instance="Hall hub").title == "Hall hub"
    assert one.id == one.record.border_agent_id

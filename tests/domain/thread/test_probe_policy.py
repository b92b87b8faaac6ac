"""Which addresses may be probed, whatever a record on mDNS says."""

from ipaddress import ip_network

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.addresses import parse_address
from custom_components.aqara_lock.domain.thread.probe_policy import (
    ANYWHERE,
    ProbePolicy,
    policy_of,
)

HOME = policy_of(
    [ip_network(x) for x in ("192.168.1.0/24", "fe80::/64", "fd10::/64", "2a02:8::/64")]
    + [ip_network("81.2.69.0/25"), ip_network("172.20.0.0/22")],
    [ip_network("fd11:22:33:44::/64"), None],
    [],
)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("192.168.1.20", True),
        ("10.1.2.3", True),
        ("172.31.0.9", True),
        ("81.2.69.20", True),
        ("2a02:8::20", True),
        ("fd10::20%eth0", True),
        ("fd99::20", True),
        ("172.20.1.255", True),
        ("172.20.1.0", True),
        ("172.20.3.255", False),
        ("172.20.0.0", False),
        ("192.168.1.255", False),
        ("192.168.1.0", False),
        ("10.1.2.255", False),
        ("10.1.2.0", False),
        ("81.2.69.200", False),
        ("8.8.8.8", False),
        ("2a02:9::20", False),
        ("fd11:22:33:44::190", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("169.254.7.20", False),
        ("fe80::a", False),
        ("fe80::a%eth0", False),
        ("224.0.0.251", False),
        ("239.255.255.250", False),
        ("ff02::fb", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("198.51.100.7", False),
        ("203.0.113.7", False),
        ("2001:db8::7", False),
        ("3fff::7", False),
        ("::ffff:192.168.1.20", False),
        ("100.64.0.7", False),
        ("198.18.0.7", False),
        ("", False),
        ("hub.local", False),
        ("192.168.1.256", False),
    ],
)
def test_only_hosts_of_the_home_network_are_probed(text: str, allowed: bool) -> None:
    assert HOME.allows(text) is allowed


def test_documentation_and_link_local_stay_forbidden_on_own_wires() -> None:
    every = ("192.0.2.0/24", "2001:db8::/64", "169.254.0.0/16", "fe80::/64")
    policy = policy_of(map(ip_network, every), ())
    for text in ("192.0.2.7", "2001:db8::7", "169.254.7.7", "fe80::7"):
        assert not policy.allows(text)


def test_address_of_a_battery_lock_is_not_probed_for_a_hub_that_claims_it() -> None:
    lock = parse_address("fd77:1:2:3::190")
    policy = policy_of((), (), [lock] if lock and lock.version == 6 else [])
    assert not policy.allows("fd77:1:2:3::190")
    assert not policy.allows("fd77:1:2:3::20")
    assert policy.allows("fd77:1:2:4::20")


def test_mesh_that_covers_everything_forbids_nothing() -> None:
    policy = policy_of((), [ip_network("fc00::/7"), ip_network("fd00::/8")])
    assert policy.allows("fd99::20")


def test_own_wire_counts_before_a_mesh_that_somebody_claims() -> None:
    wire = ip_network("fd10::/64")
    policy = policy_of([wire], [wire])
    assert policy.allows("fd10::20")
    assert not policy.allows("fd10::20", wire)


def test_narrow_networks_have_no_broadcast_address() -> None:
    policy = policy_of(map(ip_network, ("192.168.9.4/31", "192.168.9.8/32")), ())
    for text in ("192.168.9.4", "192.168.9.5", "192.168.9.8"):
        assert policy.allows(text)


@given(st.text(max_size=40))
def test_any_text_may_be_asked_for(text: str) -> None:
    assert isinstance(HOME.allows(text), bool)


@given(st.ip_addresses())
def test_nothing_that_is_no_unicast_host_is_ever_probed(address: object) -> None:
    for policy in (HOME, ANYWHERE, ProbePolicy()):
        found = parse_address(str(address))
        assert found is not None
        if policy.allows(str(address)):
            special = (
                found.is_multicast,
                found.is_loopback,
                found.is_link_local,
                found.is_unspecified,
                found.is_reserved,
            )
            assert not any(special)

"""What diagnostics put in the place of names and addresses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, IntFlag, StrEnum
from ipaddress import ip_address, ip_interface, ip_network
import json
import re
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.redaction import Redaction

TAG = re.compile(r"^#[0-9a-f]{8}$")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Kind(StrEnum):
    """A kind."""

    HUB = "hub"


class Number(IntEnum):
    """A number with a name."""

    ONE = 1


class Bits(IntFlag):
    """Features."""

    PIN = 1
    USER = 256


@dataclass(frozen=True)
class Facts:
    """Something that is known."""

    name: str
    vendor_name: str
    kind: Kind
    seen: datetime
    node: int


@given(st.text(min_size=1), st.text(min_size=1))
def test_equal_values_have_equal_tags_and_others_have_not(a: str, b: str) -> None:
    hidden = Redaction()
    assert TAG.match(str(hidden.tag(a)))
    assert (hidden.tag(a) == hidden.tag(b)) is (a == b)
    assert hidden.tag(a) != Redaction().tag(a)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.168.1.20", "ipv4 private"),
        ("8.8.8.8", "ipv4 public"),
        ("fe80::1%eth0", "ipv6 link-local"),
        ("fd20:be89::1", "ipv6 unique-local"),
        ("2001:4860::1", "ipv6 global"),
        ("nonsense", "unreadable"),
    ],
)
def test_address_shows_its_kind_alone(address: str, shown: str) -> None:
    kind, _, tag = Redaction().address(address).rpartition(" ")
    assert kind == shown
    assert TAG.match(tag)


def test_scope_and_case_make_no_other_address() -> None:
    hidden = Redaction()
    assert hidden.address("fe80::A%eth0") == hidden.address("fe80::a")


def test_kinds_times_and_counts_stay() -> None:
    hidden = Redaction()
    found = hidden.plain(
        [
            Kind.HUB,
            Number.ONE,
            Bits.PIN | Bits.USER,
            NOON,
            timedelta(minutes=1),
            7,
            None,
        ]
    )
    assert found == ["hub", "ONE", "PIN|USER", NOON.isoformat(), 60.0, 7, None]


def test_names_ids_and_addresses_do_not() -> None:
    found = Redaction().plain(
        {
            "Anna": ip_address("192.168.1.20"),
            1: [ip_network("fd20:be89::/64"), 112233, b"\x01\x02"],
        }
    )
    text = json.dumps(found)
    for secret in ("Anna", "192.168", "fd20", "112233"):
        assert secret not in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (ip_interface("192.168.1.5/24"), "ipv4 private /24"),
        (ip_interface("fe80::5/64"), "ipv6 link-local /64"),
        (ip_network("fd11:22:33:44::/64"), "ipv6 unique-local /64"),
        (ip_network("2001:4860::/48"), "ipv6 global /48"),
        ("fe80::a%eth0", "ipv6 link-local"),
    ],
)
def test_kind_and_length_of_networks_stay(value: object, shown: str) -> None:
    hidden = Redaction()
    kind, _, tag = str(hidden.plain(value)).rpartition(" ")
    assert kind == shown
    assert TAG.match(tag)


def test_own_address_and_neighbour_can_be_seen_as_equal() -> None:
    hidden = Redaction()
    own = str(hidden.plain(ip_interface("fd99::5/64"))).rpartition(" ")[2]
    assert own == hidden.address("fd99::5").rpartition(" ")[2]


def test_default_route_is_told() -> None:
    assert Redaction().plain(ip_network("::/0")) == "default"


@pytest.mark.parametrize("name", ["eth0", "wlan0", "end0", "enp3s0", "eth0.20"])
def test_usual_adapter_names_stay(name: str) -> None:
    assert Redaction().plain(name, "interface") == name


@pytest.mark.parametrize(
    "name", ["enx54ef44000001", "wlx54ef44000001", "Anna", "anna0"]
)
def test_adapter_names_that_tell_more_do_not(name: str) -> None:
    assert TAG.match(str(Redaction().plain(name, "interface")))


def test_facts_keep_their_shape() -> None:
    found: dict[str, Any] = Redaction().plain(
        Facts("Front door", "Aqara", Kind.HUB, NOON, 0x1234567890)
    )
    assert TAG.match(found.pop("name"))
    assert TAG.match(found.pop("node"))
    assert found == {"vendor_name": "Aqara", "kind": "hub", "seen": NOON.isoformat()}


def test_set_has_an_order() -> None:
    assert Redaction().plain(frozenset({3, 1, 2})) == [1, 2, 3]

"""Addresses are compared without the interface that they count on."""

from ipaddress import ip_address

import pytest

from custom_components.aqara_lock.domain.addresses import parse_address, unscoped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FE80::1%eth0", "fe80::1"),
        ("192.168.1.20", "192.168.1.20"),
        ("fe80::1%", "fe80::1"),
    ],
)
def test_address_without_its_scope(text: str, expected: str) -> None:
    assert unscoped(text) == expected
    assert parse_address(text) == ip_address(expected)


@pytest.mark.parametrize("text", ["", "%eth0", "homeassistant.local", "fe80:::1"])
def test_any_other_text_is_no_address(text: str) -> None:
    assert parse_address(text) is None

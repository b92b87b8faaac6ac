"""The name of a fabric on mDNS, derived from its root key."""

from base64 import b64encode

import pytest

from custom_components.aqara_lock.domain.commissioning.fabric_id import (
    compressed_fabric_id,
    decode_public_key,
)

ROOT = bytes.fromhex(
    "044a9f42b1ca4840d37292bbc7f6a7e11e22200c976fc900dbc98a7a383a641cb8"
    "254a2e56d4e295a847943b4e3897c4a773e930277b4d9fbede8a052686bfacfa"
)


def test_the_example_of_the_specification_is_met() -> None:
    assert compressed_fabric_id(ROOT, 0x2906C908D115D362) == 0x87E1B004E235A130


def test_another_fabric_of_the_same_root_has_another_name() -> None:
    assert compressed_fabric_id(ROOT, 1) != compressed_fabric_id(ROOT, 2)


@pytest.mark.parametrize("key", [b"", ROOT[:-1], b"\x02" + ROOT[1:]])
def test_what_is_no_public_key_has_no_name(key: bytes) -> None:
    assert compressed_fabric_id(key, 1) is None


def test_a_key_is_read_as_servers_write_it() -> None:
    assert decode_public_key(b64encode(ROOT).decode()) == ROOT


@pytest.mark.parametrize("text", [None, 5, "", "no base 64!", "abc", "é===", "٣"])
def test_what_is_no_base_64_is_empty(text: object) -> None:
    assert decode_public_key(text) == b""

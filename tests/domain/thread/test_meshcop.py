"""The TXT record of a border router, bit by bit; what it does not say stays unsaid."""

from ipaddress import IPv6Network

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.foreign_names import LONGEST_KEPT
from custom_components.aqara_lock.domain.thread.meshcop import (
    DatasetTimestamp,
    MeshcopRecord,
    StateBitmap,
    ThreadInterface,
    ThreadRole,
    parse_txt,
)

LEAST = {
    b"xa": bytes.fromhex("f6a99b425a67abed"),
    b"xp": bytes.fromhex("b363bc7ef982ac73"),
}
ACTIVE_LEADER = bytes.fromhex("00001fb1")
KEYS = (b"id", b"xa", b"xp", b"nn", b"vn", b"mn", b"tv", b"sv", b"sb", b"at", b"pt")


def record(**more: bytes) -> MeshcopRecord:
    """Decode the least that a record must say, and more."""
    found = parse_txt(LEAST | {key.encode(): value for key, value in more.items()})
    assert found is not None
    return found


def test_the_least_that_a_record_must_say() -> None:
    found = record()
    assert found.border_agent_id == found.extended_address == "f6a99b425a67abed"
    assert found.extended_pan_id == "b363bc7ef982ac73"
    assert found.thread_active is None
    rest = (found.network_name, found.vendor_name, found.state, found.omr_prefix)
    assert rest == (None, None, None, None)


@pytest.mark.parametrize("missing", [b"xa", b"xp"])
def test_without_an_identity_it_is_no_border_router(missing: bytes) -> None:
    assert parse_txt({k: v for k, v in LEAST.items() if k != missing}) is None
    assert parse_txt({**LEAST, missing: b""}) is None
    assert parse_txt({**LEAST, missing: None}) is None


def test_everything_that_a_record_may_say() -> None:
    found = record(
        id=bytes.fromhex("00112233445566778899aabbccddeeff"),
        nn=b"AqaraHome-f8c4",
        vn=b"Aqara",
        mn=b"Hub M100",
        tv=b"1.4.0",
        sv=b"4.3.8",
        sb=ACTIVE_LEADER,
        at=bytes.fromhex("0000000000010001"),
        pt=bytes.fromhex("0000002a"),
        omr=bytes.fromhex("40fd20be89495a0001"),
    )
    assert found.border_agent_id == "00112233445566778899aabbccddeeff"
    assert (found.network_name, found.vendor_name) == ("AqaraHome-f8c4", "Aqara")
    assert (found.model_name, found.thread_version) == ("Hub M100", "1.4.0")
    assert found.software_version == "4.3.8"
    assert found.state == StateBitmap(ThreadInterface.ACTIVE, ThreadRole.LEADER, True)
    assert found.active_timestamp == DatasetTimestamp(1, authoritative=True)
    assert found.partition_id == 42
    assert found.omr_prefix == IPv6Network("fd20:be89:495a:1::/64")


@pytest.mark.parametrize(
    ("bitmap", "active"),
    [
        ("00000000", False),
        ("00000008", False),
        ("00000010", True),
        ("00000018", None),
        ("000010", None),
        ("0000000010", None),
    ],
)
def test_whether_the_thread_interface_is_active(
    bitmap: str, active: bool | None
) -> None:
    assert record(sb=bytes.fromhex(bitmap)).thread_active is active


@pytest.mark.parametrize(("bits", "role"), list(enumerate(ThreadRole)))
def test_the_role(bits: int, role: ThreadRole) -> None:
    state = StateBitmap.parse((bits << 9 | 0xFFFF_F1FF).to_bytes(4))
    assert state is not None
    assert state.role is role


@pytest.mark.parametrize(
    ("vendor", "network", "is_aqara"),
    [
        (b"Aqara", b"Home", True),
        (b"AQARA LLC", b"", True),
        (b"", b"AqaraHome-f8c4", True),
        (b"Apple Inc.", b"AqaraHome-f8c4", False),
        (b"", b"MyHome", False),
        (b"", b"", False),
    ],
)
def test_whether_it_is_an_aqara_hub(
    vendor: bytes, network: bytes, is_aqara: bool
) -> None:
    assert record(vn=vendor, nn=network).is_aqara is is_aqara


@pytest.mark.parametrize(
    ("raw", "prefix"),
    [
        (b"\x30\xfd\x20\xbe\x89\x49\x5a", "fd20:be89:495a::/48"),
        (b"\x3f\xfd\x20\xbe\x89\x49\x5a\x00\x01", "fd20:be89:495a::/63"),
        (b"\x40\xfd\x20\xbe\x89", None),
        (b"\x00\xfd", None),
        (b"\x81" + b"\xfd" * 17, None),
        (b"", None),
    ],
)
def test_the_mesh_prefix(raw: bytes, prefix: str | None) -> None:
    expected = IPv6Network(prefix) if prefix else None
    assert record(omr=raw).omr_prefix == expected


def test_text_that_is_none_is_left_out() -> None:
    found = record(nn=b"\xff\xfe", vn=b"Aqara")
    assert (found.network_name, found.vendor_name) == (None, "Aqara")


@pytest.mark.parametrize("key", ["nn", "vn", "mn", "tv", "sv"])
def test_text_of_a_record_is_one_short_line(key: str) -> None:
    """It stands in device pages and states; anybody on the network chooses it."""
    told = record(**{key: ("A\n\u202eB" + "x" * 200).encode()})
    shown = {
        "nn": told.network_name,
        "vn": told.vendor_name,
        "mn": told.model_name,
        "tv": told.thread_version,
        "sv": told.software_version,
    }[key]
    assert shown is not None
    assert shown.startswith("A Bxx")
    assert len(shown) == LONGEST_KEPT


@pytest.mark.parametrize("raw", [b"\x01", b"\0" * 9])
def test_numbers_of_a_wrong_length_are_left_out(raw: bytes) -> None:
    found = record(at=raw, pt=raw, sb=raw)
    assert (found.active_timestamp, found.partition_id, found.state) == (None,) * 3


@given(
    st.dictionaries(
        st.sampled_from([*KEYS, b"omr"]), st.binary(max_size=40) | st.none()
    )
)
def test_no_record_is_too_strange(properties: dict[bytes, bytes | None]) -> None:
    found = parse_txt(properties)
    has_identity = bool(properties.get(b"xa")) and bool(properties.get(b"xp"))
    assert (found is not None) is has_identity

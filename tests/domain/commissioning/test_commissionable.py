"""What a device says of itself while its commissioning window can be found."""

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.commissioning.commissionable import (
    Commissionable,
    WindowMode,
    parse_commissionable,
)

SHARED = {
    b"D": b"3840",
    b"CM": b"2",
    b"VP": b"4447+10244",
    b"DT": b"10",
    b"DN": b"Front door",
    b"PH": b"33",
    b"PI": b"5 s",
}


def test_every_key_of_a_shared_lock_is_read() -> None:
    assert parse_commissionable(SHARED) == Commissionable(
        discriminator=3840,
        mode=WindowMode.ENHANCED,
        vendor_id=4447,
        product_id=10244,
        device_type=10,
    )


def test_a_record_with_a_discriminator_only_is_a_closed_window() -> None:
    found = parse_commissionable({b"D": b"0"})
    assert found == Commissionable(discriminator=0, mode=WindowMode.CLOSED)
    assert not found.is_open


@pytest.mark.parametrize("raw", [None, b"", b"x", b"4096", b"-1"])
def test_a_record_without_a_discriminator_is_none(raw: bytes | None) -> None:
    assert parse_commissionable({**SHARED, b"D": raw}) is None


def test_a_vendor_may_stand_without_a_product() -> None:
    found = parse_commissionable({**SHARED, b"VP": b"4447"})
    assert found is not None
    assert (found.vendor_id, found.product_id) == (4447, None)


@pytest.mark.parametrize(
    ("raw", "is_open"), [(b"0", False), (b"1", True), (b"3", True), (b"9", True)]
)
def test_a_mode_that_is_not_known_yet_is_an_open_window(
    raw: bytes, is_open: bool
) -> None:
    found = parse_commissionable({**SHARED, b"CM": raw})
    assert found is not None
    assert found.is_open is is_open


@given(st.integers(0, 0xFFF), st.integers(0, 0xFFF))
def test_a_qr_code_fits_one_discriminator_and_a_manual_code_its_upper_bits(
    own: int, other: int
) -> None:
    device = Commissionable(discriminator=own, mode=WindowMode.ENHANCED)
    assert device.fits(other, is_short=False) is (own == other)
    assert device.fits(other >> 8, is_short=True) is (own >> 8 == other >> 8)


@given(st.dictionaries(st.sampled_from(sorted(SHARED)), st.binary() | st.none()))
def test_garbage_raises_nothing(properties: dict[bytes, bytes | None]) -> None:
    parse_commissionable(properties)

"""Setup codes: right ones are read, wrong ones are told apart, and none is ever shown."""

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.setup_codes import (
    AQARA_VENDOR_ID,
    CodeProblem,
    SetupCodeError,
    parse_setup_code,
)

STANDARD_MANUAL = "34970112332"
"""Manual code of the Matter specification's example device (discriminator 3840)."""
STANDARD_QR = "MT:Y.K90-Q000KA0648G00"
"""QR payload of the CHIP example device: vendor 0xFFF1, product 0x8000."""


def problem_of(text: str, vendor_id: int | None = AQARA_VENDOR_ID) -> CodeProblem:
    """Give why a text is refused."""
    with pytest.raises(SetupCodeError) as caught:
        parse_setup_code(text, vendor_id)
    return caught.value.problem


def outcome_of(text: str) -> str:
    """Read a text; gives what an error would show."""
    try:
        parse_setup_code(text, vendor_id=None)
    except SetupCodeError as err:
        return str(err)
    return "read"


def test_manual_code() -> None:
    code = parse_setup_code(STANDARD_MANUAL)
    assert (code.discriminator, code.is_short) == (3840 >> 8, True)
    assert (code.vendor_id, code.product_id) == (None, None)


@pytest.mark.parametrize("text", ["3497-011-2332", " 3497 011 2332 ", "3497.0112.332"])
def test_manual_code_as_people_write_it(text: str) -> None:
    assert parse_setup_code(text).text == STANDARD_MANUAL


def test_qr_payload() -> None:
    code = parse_setup_code(STANDARD_QR, vendor_id=None)
    assert (code.discriminator, code.is_short) == (3840, False)
    assert (code.vendor_id, code.product_id) == (0xFFF1, 0x8000)


def test_qr_payload_of_another_vendor() -> None:
    assert problem_of(STANDARD_QR) is CodeProblem.OTHER_VENDOR


@pytest.mark.parametrize(
    "text", ["", "front door", "123", "3497011233", "MT:", "MT:äöü"]
)
def test_what_is_no_code(text: str) -> None:
    assert problem_of(text) is CodeProblem.NOT_A_CODE


@given(place=st.integers(0, 10), other=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, other: int) -> None:
    digits = list(STANDARD_MANUAL)
    digits[place] = str((int(digits[place]) + other) % 10)
    assert problem_of("".join(digits)) is CodeProblem.MISTYPED


@given(place=st.integers(0, 9))
def test_two_swapped_digits_are_always_noticed(place: int) -> None:
    digits = list(STANDARD_MANUAL)
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    if digits[place] != digits[place + 1]:
        assert problem_of("".join(digits)) is CodeProblem.MISTYPED


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_refused_without_being_repeated(text: str) -> None:
    assert outcome_of(text) in {"read", *CodeProblem}


def test_a_code_is_not_shown() -> None:
    assert STANDARD_MANUAL not in repr(parse_setup_code(STANDARD_MANUAL))

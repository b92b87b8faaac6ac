"""Setup codes: right ones are read, wrong ones are told apart, and none is ever shown."""

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.commissioning.setup_codes import (
    AQARA_VENDOR_ID,
    BASE38,
    FORBIDDEN_PASSCODES,
    LARGEST_PASSCODE,
    CodeProblem,
    SetupCodeError,
    _check_digit_is_right,
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


def manual(
    passcode: int, discriminator: int = 0, vendor: int | None = None, product: int = 1
) -> str:
    """Write a manual code as the specification says (Matter 1.6 §5.1.4.1)."""
    first = (4 if vendor is not None else 0) | discriminator >> 10
    second = (discriminator & 0x300) << 6 | passcode & 0x3FFF
    digits = f"{first}{second:05}{passcode >> 14:04}"
    if vendor is not None:
        digits += f"{vendor:05}{product:05}"
    return with_check_digit(digits)


def with_check_digit(digits: str) -> str:
    """Add the one digit with which a code is taken for undamaged."""
    last = (str(digit) for digit in range(10))
    return digits + next(d for d in last if _check_digit_is_right(digits + d))


def payload(
    passcode: int, discriminator: int = 0, vendor: int = 0, version: int = 0
) -> str:
    """Write a QR payload as the specification says (Matter 1.6 §5.1.3)."""
    bits = version | vendor << 3 | discriminator << 45 | passcode << 57
    octets = bits.to_bytes(11, "little")
    chunks = (octets[at : at + 3] for at in range(0, 11, 3))
    return "MT:" + "".join(base38(chunk) for chunk in chunks)


def base38(octets: bytes) -> str:
    """Encode up to three octets."""
    value = int.from_bytes(octets, "little")
    length = {3: 5, 2: 4, 1: 2}[len(octets)]
    return "".join(BASE38[value // 38**place % 38] for place in range(length))


PASSCODES = st.integers(1, LARGEST_PASSCODE).filter(
    lambda code: code not in FORBIDDEN_PASSCODES
)
DISCRIMINATORS = st.integers(0, 0xFFF)


@given(PASSCODES, DISCRIMINATORS)
def test_every_short_manual_code_is_read(passcode: int, discriminator: int) -> None:
    code = parse_setup_code(manual(passcode, discriminator))
    assert (code.discriminator, code.vendor_id) == (discriminator >> 8, None)


@given(PASSCODES, DISCRIMINATORS)
def test_every_long_manual_code_is_read(passcode: int, discriminator: int) -> None:
    text = manual(passcode, discriminator, AQARA_VENDOR_ID, 10242)
    code = parse_setup_code(text)
    assert code.vendor_id == AQARA_VENDOR_ID
    assert code.is_short


@given(PASSCODES, DISCRIMINATORS)
def test_every_qr_payload_is_read(passcode: int, discriminator: int) -> None:
    code = parse_setup_code(payload(passcode, discriminator, AQARA_VENDOR_ID))
    assert (code.discriminator, code.vendor_id) == (discriminator, AQARA_VENDOR_ID)
    assert not code.is_short


def test_long_manual_code_of_another_vendor() -> None:
    assert problem_of(manual(20202021, 0, 0xFFF1)) is CodeProblem.OTHER_VENDOR


@pytest.mark.parametrize("passcode", [*sorted(FORBIDDEN_PASSCODES), 99_999_999])
def test_passcode_that_no_device_may_have(passcode: int) -> None:
    assert problem_of(manual(passcode)) is CodeProblem.MISTYPED
    assert problem_of(payload(passcode)) is CodeProblem.MISTYPED


@pytest.mark.parametrize(
    "digits", ["8497011233", "9497011233", "4497011233", "3497011233" + "0" * 10]
)
def test_digits_that_contradict_each_other(digits: str) -> None:
    assert problem_of(with_check_digit(digits)) is CodeProblem.MISTYPED


def test_payload_of_a_later_version() -> None:
    text = payload(20202021, version=1)
    assert problem_of(text, None) is CodeProblem.MISTYPED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (STANDARD_QR[:-4], CodeProblem.NOT_A_CODE),
        (STANDARD_QR[:-1], CodeProblem.MISTYPED),
        ("MT:.....-Q000KA0648G00", CodeProblem.MISTYPED),
    ],
)
def test_payload_that_was_cut_or_garbled(text: str, problem: CodeProblem) -> None:
    assert problem_of(text, None) is problem


def test_manual_code() -> None:
    code = parse_setup_code(STANDARD_MANUAL)
    assert (code.discriminator, code.is_short) == (3840 >> 8, True)
    assert code.vendor_id is None


@pytest.mark.parametrize("text", ["3497-011-2332", " 3497 011 2332 ", "3497.0112.332"])
def test_manual_code_as_people_write_it(text: str) -> None:
    assert parse_setup_code(text).text == STANDARD_MANUAL


def test_qr_payload() -> None:
    code = parse_setup_code(STANDARD_QR, vendor_id=None)
    assert (code.discriminator, code.is_short) == (3840, False)
    assert code.vendor_id == 0xFFF1


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

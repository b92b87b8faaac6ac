"""Matter setup codes: manual pairing codes and QR payloads, checked before the radio is used.

A code is a secret: no class here shows it in its repr, and no error repeats it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final

AQARA_VENDOR_ID: Final = 0x115F
QR_PREFIX: Final = "MT:"
SHORT_LENGTH: Final = 11
LONG_LENGTH: Final = 21
QR_BITS: Final = 88
BASE38: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-."
LARGEST_PASSCODE: Final = 99_999_998
FORBIDDEN_PASSCODES: Final = frozenset(
    {0, *(int(str(digit) * 8) for digit in range(1, 10)), 12345678, 87654321}
)
"""Passcodes that no device may have (Matter 1.6 §5.1.7.1)."""

_CHUNKS: Final = {5: 3, 4: 2, 2: 1}
"""Characters of base 38 and the octets that they hold (Matter 1.6 §5.1.3.1)."""


class CodeProblem(StrEnum):
    """Why a text is no setup code that can be used."""

    NOT_A_CODE = "not_a_code"
    MISTYPED = "mistyped"
    OTHER_VENDOR = "other_vendor"


class SetupCodeError(ValueError):
    """A text is no setup code; the text itself is not kept."""

    def __init__(self, problem: CodeProblem) -> None:
        """Keep only the reason."""
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCode:
    """A setup code that can be right; its vendor where the code carries one.

    `discriminator` has 12 bits in a QR payload and its upper 4 bits in a manual code.
    """

    text: str = field(repr=False)
    discriminator: int
    is_short: bool
    vendor_id: int | None = None


def parse_setup_code(text: str, vendor_id: int | None = AQARA_VENDOR_ID) -> SetupCode:
    """Read a manual code or a QR payload; raises SetupCodeError.

    `vendor_id` None takes any vendor. A code without a vendor is taken as it is.
    """
    code = _parse_qr(text.strip()) if _is_qr(text) else _parse_manual(text)
    if None not in (vendor_id, code.vendor_id) and code.vendor_id != vendor_id:
        raise SetupCodeError(CodeProblem.OTHER_VENDOR)
    return code


def _is_qr(text: str) -> bool:
    return text.strip().upper().startswith(QR_PREFIX)


def _parse_manual(text: str) -> SetupCode:
    digits = re.sub(r"[\s.\-]", "", text)
    if not digits.isascii() or not digits.isdigit():
        raise SetupCodeError(CodeProblem.NOT_A_CODE)
    if len(digits) not in (SHORT_LENGTH, LONG_LENGTH):
        raise SetupCodeError(CodeProblem.NOT_A_CODE)
    if not _check_digit_is_right(digits):
        raise SetupCodeError(CodeProblem.MISTYPED)
    return _decode_manual(digits)


def _decode_manual(digits: str) -> SetupCode:
    """Take the fields apart (Matter 1.6 §5.1.4.1)."""
    first, second, third = int(digits[0]), int(digits[1:6]), int(digits[6:10])
    has_vendor = bool(first & 0b100)
    if first > 7 or has_vendor is not (len(digits) == LONG_LENGTH):
        raise SetupCodeError(CodeProblem.MISTYPED)
    _check_passcode(third << 14 | second & 0x3FFF)
    return SetupCode(
        text=digits,
        discriminator=(first & 0b11) << 2 | second >> 14,
        is_short=True,
        vendor_id=int(digits[10:15]) or None if has_vendor else None,
    )


def _parse_qr(text: str) -> SetupCode:
    payload = text.upper()
    bits = int.from_bytes(_base38(payload.removeprefix(QR_PREFIX)), "little")
    _check_passcode(bits >> 57 & 0x7FF_FFFF)
    if bits & 0b111:
        raise SetupCodeError(CodeProblem.MISTYPED)
    return SetupCode(
        text=payload,
        discriminator=bits >> 45 & 0xFFF,
        is_short=False,
        vendor_id=bits >> 3 & 0xFFFF or None,
    )


def _check_passcode(passcode: int) -> None:
    if passcode > LARGEST_PASSCODE or passcode in FORBIDDEN_PASSCODES:
        raise SetupCodeError(CodeProblem.MISTYPED)


def _base38(text: str) -> bytes:
    """Decode base 38, little-endian chunks; raises SetupCodeError."""
    if not text or any(letter not in BASE38 for letter in text):
        raise SetupCodeError(CodeProblem.NOT_A_CODE)
    octets = b"".join(_chunk(text[at : at + 5]) for at in range(0, len(text), 5))
    if len(octets) < QR_BITS // 8:
        raise SetupCodeError(CodeProblem.NOT_A_CODE)
    return octets


def _chunk(letters: str) -> bytes:
    size = _CHUNKS.get(len(letters))
    value = 0
    for letter in reversed(letters):
        value = value * 38 + BASE38.index(letter)
    if size is None or value >= 1 << 8 * size:
        raise SetupCodeError(CodeProblem.MISTYPED)
    return value.to_bytes(size, "little")


_MULTIPLY: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTE: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def _check_digit_is_right(digits: str) -> bool:
    """Check by Verhoeff's scheme (Matter 1.6 §5.1.4.1.5)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _MULTIPLY[check][_PERMUTE[place % 8][int(digit)]]
    return check == 0

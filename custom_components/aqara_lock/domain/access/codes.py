"""Whether a code is worth the name; a code passes through and is never kept here."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Final

from .limits import LockLimits

GENERATED_LENGTH: Final = 6
SHORTEST_GENERATED: Final = 4
"""Digits of which enough codes are left that nobody tries first."""
SEQUENCES: Final = ("01234567890", "09876543210")
KNOWN_CODES: Final = frozenset(
    {"2580", "0852", "1470", "0741", "1397", "7931", "1593", "7539", "147258", "159753"}
)
"""Patterns of a keypad that everybody tries."""


class CodeProblem(StrEnum):
    """Why a code is refused."""

    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    ONE_DIGIT = "one_digit"
    SEQUENCE = "sequence"
    REPEATED = "repeated"
    PATTERN = "pattern"
    GIVEN_TWICE = "given_twice"


def code_problem(
    code: str, doors: Iterable[LockLimits], others: Iterable[str] = ()
) -> CodeProblem | None:
    """Return why a code is refused on these doors; None where it is good.

    `others` are the codes of other people in the same job.
    """
    if not (code.isascii() and code.isdecimal()):
        return CodeProblem.NOT_DIGITS
    limits = list(doors)
    if any(len(code) < door.shortest_code for door in limits):
        return CodeProblem.TOO_SHORT
    if any(len(code) > door.longest_code for door in limits):
        return CodeProblem.TOO_LONG
    if code in others:
        return CodeProblem.GIVEN_TWICE
    return _trivial(code)


def generated_code(
    doors: Iterable[LockLimits],
    random_digit: Callable[[], int],
    others: Iterable[str] = (),
) -> str | None:
    """Return a code that is good on these doors; None where their lengths exclude it.

    `random_digit` is a source of secrets.
    """
    limits, given = list(doors), set(others)
    shortest = max((door.shortest_code for door in limits), default=GENERATED_LENGTH)
    longest = min((door.longest_code for door in limits), default=GENERATED_LENGTH)
    if shortest > longest or longest < SHORTEST_GENERATED:
        return None
    length = min(max(shortest, GENERATED_LENGTH), longest)
    while True:
        code = "".join(str(random_digit()) for _ in range(length))
        if code_problem(code, limits, given) is None:
            return code


def _trivial(code: str) -> CodeProblem | None:
    if len(set(code)) == 1:
        return CodeProblem.ONE_DIGIT
    if any(code in sequence for sequence in SEQUENCES) or _is_run(code):
        return CodeProblem.SEQUENCE
    if _is_repeated(code):
        return CodeProblem.REPEATED
    return CodeProblem.PATTERN if code in KNOWN_CODES else None


def _is_run(code: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    return len(steps) == 1


def _is_repeated(code: str) -> bool:
    return any(
        len(code) % length == 0 and code == code[:length] * (len(code) // length)
        for length in range(1, len(code) // 2 + 1)
    )

"""Names and codes that a lock takes, and what a lock says that it keeps."""

from collections.abc import Iterator
from itertools import cycle

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.aqara_lock.domain.access.codes import (
    CodeProblem,
    code_problem,
    generated_code,
)
from custom_components.aqara_lock.domain.access.limits import LockLimits, parse_limits
from custom_components.aqara_lock.domain.access.lock_names import (
    is_lock_name_of,
    is_other_managers,
    lock_name,
    person_number,
)

DOORS = [LockLimits(shortest_code=4, longest_code=8), LockLimits(shortest_code=6)]
U200 = {
    0x11: 10,
    0x12: 15,
    0x13: 15,
    0x14: 1,
    0x15: 1,
    0x17: 8,
    0x18: 4,
    0x1C: 15,
    0xFFF9: [0, 1, 3, 26, 27, 29, 34, 36, 38],
    0xFFFC: 387,
}
"""Attributes of a real U200 with firmware 077."""


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("246a13", CodeProblem.NOT_DIGITS),
        ("٢٤٦٨١٣", CodeProblem.NOT_DIGITS),
        ("", CodeProblem.NOT_DIGITS),
        ("24681", CodeProblem.TOO_SHORT),
        ("246813579", CodeProblem.TOO_LONG),
        ("777777", CodeProblem.ONE_DIGIT),
        ("123456", CodeProblem.SEQUENCE),
        ("987654", CodeProblem.SEQUENCE),
        ("135791", CodeProblem.SEQUENCE),
        ("121212", CodeProblem.REPEATED),
        ("472472", CodeProblem.REPEATED),
        ("147258", CodeProblem.PATTERN),
        ("246801", None),
        ("830417", None),
    ],
)
def test_a_trivial_code_is_refused_with_its_reason(
    code: str, problem: CodeProblem | None
) -> None:
    assert code_problem(code, DOORS) is problem


def test_one_code_for_two_people_is_refused() -> None:
    assert code_problem("830417", DOORS, ["830417"]) is CodeProblem.GIVEN_TWICE


def digits(found: str) -> Iterator[int]:
    return (int(digit) for digit in cycle(found))


def test_a_code_is_made_until_it_is_good_on_all_doors() -> None:
    source = digits("123456" + "830417" + "509263")
    made = generated_code(DOORS, lambda: next(source), ["830417"])
    assert made == "509263"
    assert generated_code([*DOORS, LockLimits(longest_code=5)], lambda: 1) is None
    assert generated_code([LockLimits(shortest_code=1, longest_code=3)], int) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ann", "Ann"),
        ("Дмитрий", "Dmitrii"),
        ("Łukasz Müller-Öz", "LukaszMull"),
        ("42", "u42"),
        ("LCM fan", "uLCMfan"),
        ("🙂", "user"),
        ("", "user"),
    ],
)
def test_a_name_is_made_for_the_lock(name: str, found: str) -> None:
    assert lock_name(name) == found
    assert is_lock_name_of(name, found)


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert lock_name("Ann", ["ann"]) == "Ann2"
    assert lock_name("Maximilian", ["Maximilian", "Maximilia2"]) == "Maximilia3"
    assert is_lock_name_of("Ann", "Ann2")
    assert is_lock_name_of("Maximilian", "Maximilia3")
    for other in ("Anna", "Ann1", "Ann0", "An2", "Ben"):
        assert not is_lock_name_of("Ann", other)


@settings(max_examples=60)
@given(st.text(max_size=30), st.lists(st.text(max_size=10), max_size=3))
def test_any_name_becomes_one_that_every_lock_takes(
    name: str, taken: list[str]
) -> None:
    first = lock_name(name, taken)
    found = lock_name(name, [*taken, first])
    for item in (first, found):
        assert item.isascii()
        assert item.isalnum()
        assert 1 <= len(item.encode()) <= 10
        assert not is_other_managers(item)
        assert is_lock_name_of(name, item)
    assert found.casefold() != first.casefold()


def test_another_manager_is_known_by_its_names() -> None:
    for name in ("lcm:1:Ann", "lcm12", "LCM", "12"):
        assert is_other_managers(name)
    for name in ("Ann", None, "olcm", "A1"):
        assert not is_other_managers(name)


def test_a_person_has_the_same_number_on_every_door_and_after_a_restore() -> None:
    assert person_number("01JD") == person_number("01JD") == 3402178450
    numbers = {person_number(str(n)) for n in range(500)}
    assert len(numbers) == 500
    assert all(0 < number < 0xFFFFFFFF for number in numbers)


def test_a_lock_says_what_it_keeps() -> None:
    found = parse_limits(U200)
    assert (found.users, found.codes, found.credentials_per_user) == (10, 15, 15)
    assert (found.shortest_code, found.longest_code) == (4, 8)
    assert (found.week_day_schedules, found.year_day_schedules) == (0, 0)
    assert found.expiring_minutes is None
    newer = {**U200, 0xFFFC: 3475, 0x35: 30, 0x14: 7}
    newer[0xFFF9] = [*range(11, 20), 26, 27, 29, 34, 36, 38]
    found = parse_limits(newer)
    assert (found.week_day_schedules, found.year_day_schedules) == (7, 1)
    assert found.expiring_minutes == 30


def test_a_lock_without_users_keeps_nothing() -> None:
    for attributes in ({}, {**U200, 0xFFFC: 129}, {0xFFFC: "x", 0x11: 10}):
        found = parse_limits(attributes)
        assert not found.has_users
        assert (found.users, found.codes) == (0, 0)
    without_list = {key: value for key, value in U200.items() if key != 0xFFF9}
    assert parse_limits(without_list).has_codes

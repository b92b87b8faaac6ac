"""Pages of a journal hold every line once and in order, whatever comes and goes."""

from bisect import bisect_left

from hypothesis import given, settings, strategies as st

from custom_components.aqara_lock.domain.journal.activity import (
    ActivityType,
    EntryKind,
    JournalEntry,
)
from custom_components.aqara_lock.domain.journal.pages import (
    MAX_PER_PAGE,
    EntryPages,
    lines_of,
    newest_first,
)

from ..who import NOW


def line(number: int, text: str = "a") -> JournalEntry:
    return JournalEntry(
        key=f"{number}{text}",
        occurred_at=NOW,
        kind=EntryKind.EVENT,
        type=ActivityType.UNLOCKED,
    )


def filled(numbers: range) -> EntryPages:
    pages = EntryPages()
    pages.fill([((number,), line(number)) for number in numbers])
    return pages


@given(
    st.lists(
        st.tuples(st.sampled_from(["put", "remove"]), st.integers(0, 300)),
        min_size=150,
        max_size=400,
    )
)
@settings(max_examples=25, deadline=None)
def test_pages_hold_what_a_sorted_list_would(changes: list[tuple[str, int]]) -> None:
    pages, known = filled(range(0, 200, 2)), {n: line(n) for n in range(0, 200, 2)}
    for count, (what, number) in enumerate(changes):
        if what == "put":
            known[number] = line(number, str(count))
            pages.put((number,), known[number])
        elif known.pop(number, None) is not None:
            pages.remove((number,))
    numbers = sorted(known)
    assert len(pages) == len(numbers)
    shown = pages.newest(len(numbers) + 5)
    assert list(lines_of(shown)) == [known[number] for number in numbers]
    assert all(0 < len(page.lines) <= MAX_PER_PAGE for page in shown)
    assert [item.key for item in newest_first(pages.newest(7))] == [
        known[number].key for number in reversed(numbers[-7:])
    ]
    for number in range(0, 302, 7):
        assert pages.at((number,)) == known.get(number)
        if number in known:
            assert pages.position((number,)) == bisect_left(numbers, number)


def test_nothing_stands_behind_the_last_line() -> None:
    pages = filled(range(3))
    assert pages.position((9,)) == 3
    assert pages.at((9,)) is None
    assert EntryPages().newest(5) == ()


def test_page_that_does_not_change_is_the_same_one() -> None:
    pages = filled(range(3 * MAX_PER_PAGE))
    first, second, third = pages.newest(3 * MAX_PER_PAGE)
    pages.put((3 * MAX_PER_PAGE - 1,), line(0, "new"))
    again = pages.newest(3 * MAX_PER_PAGE)
    assert (again[0] is first, again[1] is second) == (True, True)
    assert again[2] is not third


def test_what_is_worked_out_of_a_page_is_worked_out_once() -> None:
    (page,) = filled(range(2)).newest(2)
    calls: list[int] = []

    def count(lines: tuple[JournalEntry, ...]) -> int:
        calls.append(len(lines))
        return len(lines)

    assert (page.of(count), page.of(count)) == (2, 2)
    assert calls == [2]

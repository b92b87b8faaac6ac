"""Lines of a journal in order, in pages: one that changes leaves the others as they are."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from .activity import JournalEntry

MAX_PER_PAGE: Final = 64
"""What is worked out of a page is worked out again when one of its entries changes."""

type Order = tuple[object, ...]
"""What a line is sorted by; no two lines have the same."""


class Page:
    """Some lines in a row, oldest first; they never change.

    What is worked out from them is kept, for as long as they stand in the journal.
    """

    __slots__ = ("_found", "lines")

    def __init__(self, lines: tuple[JournalEntry, ...]) -> None:
        """Hold these lines."""
        self.lines = lines
        self._found: dict[object, Any] = {}

    def of[T](self, work_out: Callable[[tuple[JournalEntry, ...]], T]) -> T:
        """Return what a function makes of the lines; it is called once."""
        if work_out not in self._found:
            self._found[work_out] = work_out(self.lines)
        found: T = self._found[work_out]
        return found


class _Sheet:
    """A page that is written on."""

    __slots__ = ("lines", "orders", "page")

    def __init__(self, orders: list[Order], lines: list[JournalEntry]) -> None:
        """Hold these lines with what they are sorted by."""
        self.orders = orders
        self.lines = lines
        self.page: Page | None = None

    def as_page(self) -> Page:
        """Return the page as it is now, the same one as long as nothing changes."""
        if self.page is None:
            self.page = Page(tuple(self.lines))
        return self.page


class EntryPages:
    """All lines of a journal; a change costs as much as a page, however many there are."""

    def __init__(self) -> None:
        """Start empty."""
        self._sheets: list[_Sheet] = []
        self._ends: list[Order] = []
        """What the last line of each page is sorted by."""
        self._count = 0

    def __len__(self) -> int:
        """Return the number of lines."""
        return self._count

    def fill(self, lines: list[tuple[Order, JournalEntry]]) -> None:
        """Take the lines of a journal that was loaded, where there are none yet."""
        lines.sort(key=itemgetter(0))
        for first in range(0, len(lines), MAX_PER_PAGE):
            orders, found = zip(*lines[first : first + MAX_PER_PAGE], strict=True)
            self._sheets.append(_Sheet(list(orders), list(found)))
            self._ends.append(orders[-1])
        self._count = len(lines)

    def put(self, order: Order, line: JournalEntry) -> None:
        """Take a line at its place, or another one in the same place."""
        number = min(bisect_left(self._ends, order), len(self._ends) - 1)
        if number < 0:
            self._sheets.append(_Sheet([order], [line]))
            self._ends.append(order)
            self._count = 1
            return
        sheet = self._sheets[number]
        place = bisect_left(sheet.orders, order)
        sheet.page = None
        if place < len(sheet.orders) and sheet.orders[place] == order:
            sheet.lines[place] = line
            return
        sheet.orders.insert(place, order)
        sheet.lines.insert(place, line)
        self._count += 1
        self._ends[number] = sheet.orders[-1]
        if len(sheet.lines) > MAX_PER_PAGE:
            self._split(number)

    def _split(self, number: int) -> None:
        """Make two pages of one. The last page grows on, so the first one is kept full."""
        sheet = self._sheets[number]
        is_last = number == len(self._sheets) - 1
        middle = len(sheet.lines) - 1 if is_last else len(sheet.lines) // 2
        halves = (
            _Sheet(sheet.orders[:middle], sheet.lines[:middle]),
            _Sheet(sheet.orders[middle:], sheet.lines[middle:]),
        )
        self._sheets[number : number + 1] = halves
        self._ends[number : number + 1] = (half.orders[-1] for half in halves)

    def remove(self, order: Order) -> None:
        """Take the line out that stands at a place."""
        number = bisect_left(self._ends, order)
        sheet = self._sheets[number]
        place = bisect_left(sheet.orders, order)
        del sheet.orders[place], sheet.lines[place]
        sheet.page = None
        self._count -= 1
        if sheet.lines:
            self._ends[number] = sheet.orders[-1]
        else:
            del self._sheets[number], self._ends[number]

    def position(self, order: Order) -> int:
        """Return how many lines stand before a place."""
        number = bisect_left(self._ends, order)
        before = sum(len(sheet.lines) for sheet in self._sheets[:number])
        if number == len(self._sheets):
            return before
        return before + bisect_right(self._sheets[number].orders, order) - 1

    def at(self, order: Order) -> JournalEntry | None:
        """Return the line at a place; None where there is none."""
        number = bisect_left(self._ends, order)
        if number == len(self._sheets):
            return None
        sheet = self._sheets[number]
        place = bisect_left(sheet.orders, order)
        return sheet.lines[place] if sheet.orders[place] == order else None

    def newest(self, most: int) -> tuple[Page, ...]:
        """Return the pages of the newest lines, oldest first; never more lines than asked."""
        found: list[Page] = []
        left = most
        for sheet in reversed(self._sheets):
            if left <= 0:
                break
            page = sheet.as_page()
            found.append(page if len(page.lines) <= left else Page(page.lines[-left:]))
            left -= len(page.lines)
        return tuple(reversed(found))


def lines_of(pages: Sequence[Page]) -> tuple[JournalEntry, ...]:
    """Return the lines of pages, oldest first."""
    return tuple(chain.from_iterable(page.lines for page in pages))


def newest_first(pages: Sequence[Page]) -> Iterator[JournalEntry]:
    """Return the lines of pages, newest first."""
    return (line for page in reversed(pages) for line in reversed(page.lines))

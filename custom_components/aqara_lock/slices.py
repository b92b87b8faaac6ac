"""Long work in slices: the event loop runs what else is due in between."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import batched
from typing import Final

AT_ONCE: Final = 50
"""Lines that are put into words in one go: far less than the loop may be blocked."""


async def async_slices[T](
    items: Iterable[T], size: int = AT_ONCE
) -> AsyncIterator[tuple[T, ...]]:
    """Return items in slices, with a turn of the event loop after each."""
    for part in batched(items, size, strict=False):
        yield part
        await asyncio.sleep(0)

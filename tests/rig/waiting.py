"""Waiting for a condition instead of for a time."""

import asyncio
from collections.abc import Awaitable, Callable

STEP = 0.05
"""Seconds between two looks at a condition that cannot announce itself."""


class TimedOut(TimeoutError):
    """A condition did not come true in time; the text names it."""


async def wait_until[T](
    what: str, look: Callable[[], Awaitable[T | None]], timeout: float = 30
) -> T:
    """Look until the answer is neither None nor False; raises TimedOut after `timeout` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    while True:
        answer = await look()
        if answer is not None and answer is not False:
            return answer
        if loop.time() > end:
            raise TimedOut(f"{what}: not seen in {timeout:.0f} s")
        await asyncio.sleep(STEP)

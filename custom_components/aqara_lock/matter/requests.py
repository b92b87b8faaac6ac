"""Requests to core's Matter client that nobody waits for longer than is worth it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from ..domain.budget import READ_LIMIT
from .errors import Failure, LinkError, readable_answers, translated_errors
from .link import LockLink


async def async_read[T](
    link: LockLink,
    request: Coroutine[Any, Any, T],
    failure: Failure = Failure.UNREACHABLE,
) -> T:
    """Return the answer to a read; raises LinkError.

    `failure` says what is taken to be wrong where no answer comes in time.
    """
    try:
        async with asyncio.timeout(READ_LIMIT):
            return await async_request(link, request)
    except TimeoutError:
        raise LinkError(failure) from None


async def async_request[T](link: LockLink, request: Coroutine[Any, Any, T]) -> T:
    """Return the answer to a read without a limit of its own; raises LinkError.

    Who stops waiting does not cancel the request: core's client may be about to take
    the answer, and would fail on a cancelled one. That answer is ignored. What is still
    open when the lock is let go is cancelled then.
    """
    task = start_request(link, request)
    link.open_reads.add(task)
    task.add_done_callback(link.open_reads.discard)
    # A shield would log the error of a request whose caller gave up.
    await asyncio.wait({task})
    if task.cancelled():
        raise LinkError(Failure.MATTER_UNAVAILABLE)
    return task.result()


def start_request[T](
    link: LockLink, request: Coroutine[Any, Any, T]
) -> asyncio.Task[T]:
    """Send a request at once; the task ends with the answer or with LinkError."""
    task = link.hass.async_create_background_task(
        _translated(request), "aqara_lock request to the Matter server"
    )
    task.add_done_callback(_retrieve)
    return task


async def _translated[T](request: Coroutine[Any, Any, T]) -> T:
    with translated_errors(), readable_answers():
        return await request


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Take an error that nobody waits for any more."""
    if not task.cancelled():
        task.exception()

"""Taught by doing: the next operation at the door, and the slot that it points to."""

import asyncio
from typing import Final

from ..domain.attribution import SELF_EXPLAINED, Attribution
from ..domain.door_lock import OperationSource
from ..domain.operations import LockOperationError
from ..domain.people import CredentialSlot, Slot, UserSlot
from ..lock_signals import Operation
from ..watched_lock import WatchedLock

TEACH_TIMEOUT: Final = 90.0
"""Seconds to walk to the door and touch the reader."""
NO_READER: Final = SELF_EXPLAINED | {OperationSource.PROPRIETARY_REMOTE}


def slot_of(seen: Attribution) -> Slot | None:
    """Give the slot that a report points to; None when the lock did not say."""
    if seen.user_index is not None:
        return UserSlot(seen.user_index)
    if seen.credential_type is None or seen.credential_index is None:
        return None
    return CredentialSlot(seen.credential_type, seen.credential_index)


async def next_local_operation(lock: WatchedLock) -> Attribution | None:
    """Wait for the next operation at the door; None when nothing happens in time."""
    seen: asyncio.Future[Attribution] = asyncio.get_running_loop().create_future()

    def take(operation: Operation, attribution: Attribution) -> None:
        if not seen.done() and _is_answer(operation, attribution):
            seen.set_result(attribution)

    stop = lock.operated.connect(take)
    try:
        async with asyncio.timeout(TEACH_TIMEOUT):
            return await seen
    except TimeoutError:
        return None
    finally:
        stop()


def _is_answer(operation: Operation, seen: Attribution) -> bool:
    """Tell whether somebody touched the reader.

    What the lock does by itself, and a wrong code, say nothing about what it tells.
    """
    if seen.source is OperationSource.REMOTE:
        return False
    if slot_of(seen) is not None:
        return True
    refused = isinstance(operation, LockOperationError)
    return not refused and seen.source not in NO_READER

"""What people do to a lock's journal: say who it was, and erase it."""

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .domain.people import Person
from .watched_lock import WatchedLock


@callback
def can_be_assigned(lock: WatchedLock, key: str) -> bool:
    """Tell whether a line is there and somebody can have done it."""
    line = lock.journal.line(key)
    return line is not None and line.attribution is not None


async def async_assign_line(lock: WatchedLock, key: str, person: Person | None) -> None:
    """Name who a line was; None names nobody, whatever the lock said.

    Raises NotKeptError where that could not be written.
    """
    lock.journal.assign(key, person, dt_util.utcnow())
    lock.schedule_save()
    lock.log.lines_changed.send()
    await lock.async_save()

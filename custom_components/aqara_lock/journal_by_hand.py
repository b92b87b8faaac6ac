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


@callback
def assign_line(lock: WatchedLock, key: str, person: Person | None) -> None:
    """Name who a line was; None names nobody, whatever the lock said."""
    lock.journal.assign(key, person, dt_util.utcnow())
    _journal_changed(lock)


@callback
def erase_journal(lock: WatchedLock) -> None:
    """Forget all lines of a lock."""
    lock.journal.erase()
    _journal_changed(lock)


def _journal_changed(lock: WatchedLock) -> None:
    lock.schedule_save()
    lock.log.lines_changed.send()

"""What people do to a lock's journal: say who it was, and erase it."""

from typing import Final

from homeassistant.core import Context, HomeAssistant, callback

from ..domain.access import Person
from ..domain.journal import Assigner, EntryKind
from ..household import Household
from ..locks import Lock, async_source_of

HOME_ASSISTANT: Final = "Home Assistant"
"""Stands for an assigner that no user, automation or script is known of."""


@callback
def can_be_assigned(lock: Lock, key: str) -> bool:
    """Return whether a line is there and somebody can have done it."""
    line = lock.journal.line(key)
    if line is None or line.kind is EntryKind.ATTEMPT:
        return False
    return line.attribution is not None


async def async_assigner(
    hass: HomeAssistant, household: Household, context: Context
) -> Assigner:
    """Return who assigns with a context: its user, else its automation or script."""
    source = await async_source_of(hass, context)
    person = household.of_user(source.user_id)
    name = source.user_name or source.name or HOME_ASSISTANT
    return Assigner(name, person.id if person else None)


async def async_assign_line(
    lock: Lock,
    key: str,
    person: Person | None,
    by: Assigner,
    context: Context | None = None,
) -> None:
    """Name who a line was, and tell it; None names nobody, whatever the lock said.

    Raises NotKeptError where that could not be written.
    """
    lock.journal.assign(key, person, lock.log.now(), by)
    lock.schedule_save()
    lock.entries_changed.send()
    if (line := lock.journal.line(key)) is not None:
        lock.entry_assigned(line, context)
    await lock.async_save()

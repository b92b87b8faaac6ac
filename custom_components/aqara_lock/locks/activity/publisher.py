"""What everybody may see of a lock's activity: the actor, or only the method."""

from datetime import datetime
from typing import Final

from homeassistant.core import Context, HomeAssistant

from ...const import EVENT_ACTIVITY
from ...domain.attribution import Attribution, Confidence, Method
from ...domain.doorlock import LockState
from ...domain.journal import MOVES, EntryKind, JournalEntry, states_after
from ..state import LockInfo

ASSIGNED: Final = "assigned"
"""Type of the public event that an entry of the journal was assigned by hand."""


class ActivityPublisher:
    """Publishes the lines of one lock, with names only where all may see them."""

    def __init__(self, hass: HomeAssistant, lock: LockInfo) -> None:
        """Publish for one lock."""
        self._hass = hass
        self._lock = lock

    def actor(self, who: Attribution | None) -> str | None:
        """Return what `changed_by` shows; None where nobody said who it was, or how."""
        told = who or Attribution()
        if self._lock.household.shows_names:
            # What somebody said by hand cannot say here by whom.
            by_hand = told.confidence is Confidence.ASSIGNED
            return told.ecosystem if by_hand else told.actor
        return None if told.method is Method.UNKNOWN else told.method.value

    def last_actor(
        self, state: LockState | None, unseen_until: datetime | None
    ) -> str | None:
        """Return who brought the lock into its present state, from the journal.

        Nobody where the record has a gap since, or where somebody else may have moved the
        bolt until a moment without a word.
        """
        for line in self._lock.journal.newest_first():
            if line.kind is EntryKind.GAP:
                return None
            if line.type in MOVES:
                if unseen_until is not None and line.occurred_at < unseen_until:
                    return None
                explains = state in states_after(line.type)
                return self.actor(line.attribution) if explains else None
        return None

    def publish(self, line: JournalEntry, context: Context | None) -> None:
        """Publish an entry to the entities and on the bus."""
        if context is not None:
            context = self._lock.household.public_context(context)
        self._lock.activity.send(line, context)
        # Only a gap and a failed command have no type, and they are nobody's deed.
        assert line.type is not None
        self._fire(line, line.type.value, context)

    def publish_attempt(self, line: JournalEntry) -> None:
        """Publish a command that failed to the logbook: no entity and no trigger.

        Without the context of who asked: the sentence names them, for whom it may.
        """
        self._fire(line, line.kind.value, None)

    def publish_assignment(self, line: JournalEntry, context: Context | None) -> None:
        """Publish that an entry was assigned by hand to the logbook: no entity and no trigger."""
        if context is not None:
            context = self._lock.household.public_context(context)
        self._fire(line, ASSIGNED, context)

    def _fire(self, line: JournalEntry, kind: str, context: Context | None) -> None:
        lock = self._lock
        self._hass.bus.async_fire(
            EVENT_ACTIVITY,
            {
                "lock_id": lock.id,
                "device_id": lock.device.id if lock.device else None,
                "name": lock.name,
                "type": kind,
                **line.attributes(names=lock.household.shows_names),
            },
            context=context,
        )

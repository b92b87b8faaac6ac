"""What everybody may see of a lock's activity: the actor, or only the method."""

from datetime import datetime
from typing import Any

from homeassistant.core import Context, HomeAssistant, callback

from ...const import EVENT_ACTIVITY
from ...domain.attribution import Attribution, Confidence, Method
from ...domain.doorlock import LockState
from ...domain.journal import (
    ASSIGNED,
    MOVES,
    ActivityType,
    EntryKind,
    JournalEntry,
    public_sentence,
    states_after,
)
from ...texts import spoken
from ..state import LockInfo, announce
from .denials import DenialSeries


class ActivityPublisher:
    """Publishes the lines of one lock, with names only where all may see them."""

    def __init__(self, hass: HomeAssistant, lock: LockInfo) -> None:
        """Publish for one lock."""
        self._hass = hass
        self._lock = lock
        self._denials = DenialSeries(hass)
        self._denials.ended.connect(self._denials_ended)

    @callback
    def async_stop(self) -> None:
        """Tell what is counted still."""
        self._denials.async_end()

    def context(
        self, who: Attribution | None, context: Context | None
    ) -> Context | None:
        """Return the context that may be shown of an operation, a new one each time.

        That of a command stays as it is. Where the lock itself reported who it was, it is
        of the Home Assistant user of that person: states and the logbook show them.
        """
        household = self._lock.household
        if context is not None:
            return household.public_context(context)
        if who is None or who.confidence is not Confidence.REPORTED:
            return None
        user_id = household.user_of(who.person_id)
        return Context(user_id=user_id) if user_id else None

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
        who = line.attribution
        self._lock.activity.send(line, self.context(who, context))
        # Only a gap and a failed command have no type, and they are nobody's deed.
        assert line.type is not None
        if not self._denials.take(line):
            self._fire(line, line.type.value, self.context(who, context))

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

    @callback
    def _denials_ended(self, first: JournalEntry, count: int) -> None:
        """Tell the logbook how often somebody was refused in a row."""
        self._fire(first, ActivityType.DENIED.value, None, count=count)

    def _fire(
        self, line: JournalEntry, kind: str, context: Context | None, **more: Any
    ) -> None:
        facts = line.attributes(names=self._lock.household.shows_names) | more
        message = spoken(self._hass, public_sentence(kind, facts))
        data = {"type": kind, **facts}
        announce(self._hass, self._lock, EVENT_ACTIVITY, data, message, context)

"""Users that a lock reports and nobody knows: one repair per lock, without any name in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..domain.access import Directory, UserSlot
from ..domain.attribution import Attribution, Confidence, Evidence, Method
from ..domain.journal import ActivityType, EntryKind, JournalEntry, Page
from ..locks import Lock

ISSUE_PREFIX = "unknown_user_"


@dataclass(frozen=True, slots=True)
class UnknownUser:
    """A user index without a person, and its last line."""

    user_index: int
    method: Method
    last_seen: datetime
    entry_key: str


@dataclass(slots=True)
class _Nameless:
    """User indices that acted without a name, and whose earlier acts count no more."""

    seen: dict[int, UnknownUser] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    all_changed: bool = False

    def change(self, index: int | None) -> None:
        """Forget what was seen of a slot; None stands for all of them."""
        if index is None:
            self.seen.clear()
            self.all_changed = True
        else:
            self.seen.pop(index, None)
            self.changed.add(index)


_NOBODY: Final = _Nameless()
"""A page on which everybody is known and no slot changed: most are."""


def unknown_users(pages: Iterable[Page], directory: Directory) -> list[UnknownUser]:
    """List user indices that acted, that nobody is bound to or asked to forget.

    A change of a slot ends what was seen of it, and so does a gap: it may hold
    somebody else since.
    """
    found: dict[int, UnknownUser] = {}
    for page in pages:
        nameless = page.of(_nameless)
        if nameless == _NOBODY:
            continue
        gone = found.keys() if nameless.all_changed else nameless.changed
        found = {index: user for index, user in found.items() if index not in gone}
        found |= nameless.seen
    users = (user for index, user in found.items() if not _is_settled(directory, index))
    return sorted(users, key=lambda user: user.user_index)


def _nameless(lines: tuple[JournalEntry, ...]) -> _Nameless:
    found = _Nameless()
    for line in lines:
        who = line.attribution
        if line.kind is EntryKind.GAP or line.type is ActivityType.USER_CHANGED:
            found.change(who.user_index if who else None)
        elif who is not None and who.user_index is not None and not _is_told(who):
            found.seen[who.user_index] = UnknownUser(
                who.user_index, who.method, line.occurred_at, line.key
            )
    return found


def _is_told(who: Attribution) -> bool:
    """Count who was removed from the home, too: the household knows who it was.

    That one entry was assigned by hand does not settle who the user is.
    """
    named = who.names_somebody and who.confidence is not Confidence.ASSIGNED
    return named or Evidence.PERSON_REMOVED in who.evidence


def _is_settled(directory: Directory, index: int) -> bool:
    user = directory.user(index)
    named = user is not None and user.name is not None
    bound = UserSlot(index) in directory.bindings
    return named or bound or directory.is_quiet(index)


@callback
def follow_unknown_users(hass: HomeAssistant, lock: Lock) -> None:
    """Raise the lock's repair, or take it back when nobody is unknown any more."""
    issue_id = f"{ISSUE_PREFIX}{lock.id}"
    if not unknown_users(lock.journal.pages(), lock.log.memory.directory):
        forget_unknown_users(hass, lock.id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"lock_id": lock.id},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="unknown_user",
        translation_placeholders={"lock": lock.name},
    )


@callback
def forget_unknown_users(hass: HomeAssistant, lock_id: str) -> None:
    """Take the lock's repair back."""
    ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_PREFIX}{lock_id}")

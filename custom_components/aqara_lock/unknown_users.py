"""Users that a lock reports and nobody knows: one repair per lock, without any name in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .domain.activity import ActivityType, Line, LineKind
from .domain.attribution import Attribution, Evidence, Method
from .domain.directory import Directory
from .domain.people import UserSlot
from .watched_lock import WatchedLock

ISSUE_PREFIX = "unknown_user_"


@dataclass(frozen=True, slots=True)
class UnknownUser:
    """A user index without a person, and its last line."""

    user_index: int
    method: Method
    last_seen: datetime
    line_key: str


def unknown_users(lines: Iterable[Line], directory: Directory) -> list[UnknownUser]:
    """List user indices that acted, that nobody is bound to or asked to forget.

    A change of a slot ends what was seen of it, and so does a gap: it may hold
    somebody else since.
    """
    found: dict[int, UnknownUser] = {}
    for line in lines:
        who = line.attribution
        if line.kind is LineKind.GAP or line.type is ActivityType.USER_CHANGED:
            _forget_changed(found, who.user_index if who else None)
        elif who is not None and who.user_index is not None:
            if _is_unknown(who, who.user_index, directory):
                found[who.user_index] = UnknownUser(
                    who.user_index, who.method, line.occurred_at, line.key
                )
    return sorted(found.values(), key=lambda user: user.user_index)


def _forget_changed(found: dict[int, UnknownUser], index: int | None) -> None:
    if index is None:
        found.clear()
    else:
        found.pop(index, None)


def _is_unknown(who: Attribution, index: int, directory: Directory) -> bool:
    """Leave out who was removed from the home: the household knows who it was."""
    told = who.names_somebody or Evidence.PERSON_REMOVED in who.evidence
    return not told and not _is_settled(directory, index)


def _is_settled(directory: Directory, index: int) -> bool:
    user = directory.user(index)
    named = user is not None and user.name is not None
    bound = UserSlot(index) in directory.bindings
    return named or bound or directory.is_quiet(index)


@callback
def follow_unknown_users(hass: HomeAssistant, lock: WatchedLock) -> None:
    """Raise the lock's repair, or take it back when nobody is unknown any more."""
    issue_id = f"{ISSUE_PREFIX}{lock.id}"
    if not unknown_users(lock.journal.lines(), lock.log.memory.directory):
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

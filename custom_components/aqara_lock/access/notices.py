"""What became of an access, told once: given, gone, still there, or changed elsewhere."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..domain.access import Grant, GrantKey, GrantState, GrantStatus, Keeper, Wish
from ..signals import Signal
from ..texts import message
from .access import Access

REMOVED_DOOR: Final = f"{DOMAIN}_removed_door"


@callback
def tell_of_removed_door(
    hass: HomeAssistant, door: str, grants: Collection[Grant]
) -> None:
    """Say that the users of a lock stay on it when it is removed here; name nobody."""
    if not grants:
        return
    ours = sum(grant.keeper is Keeper.HOME_ASSISTANT for grant in grants)
    key = "removed_door_unended" if ours else "removed_door"
    said = message(hass, key, lock=door, count=str(ours))
    title = message(hass, "removed_door_title", lock=door)
    persistent_notification.async_create(hass, said, title, REMOVED_DOOR)


class AccessEvent(StrEnum):
    """What became of an access."""

    GRANTED = "granted"
    REMOVED = "removed"
    STILL_OPENS = "still_opens"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class AccessNotice:
    """What became of the access of a person at a door."""

    event: AccessEvent
    key: GrantKey


class AccessNotices:
    """Compares what is with what was, and tells each change once.

    What waits, or was not read since a gap, is no news.
    """

    def __init__(self, access: Access) -> None:
        """Follow what is wanted and how it stands."""
        self._access = access
        self._known: dict[GrantKey, AccessEvent] = {}
        self._end = access.changed.connect(self._follow)
        self.noticed: Signal[AccessNotice] = Signal()

    @callback
    def async_start(self) -> None:
        """Take what is as known: what became of it before is no news."""
        access = self._access
        for key in access.placements:
            is_on = key in access.grants and access.grants[key].wish is Wish.ON
            self._known[key] = AccessEvent.GRANTED if is_on else AccessEvent.REMOVED
        for key in access.grants:
            if (found := self._event_of(key)) is not None:
                self._known[key] = found

    @callback
    def async_stop(self) -> None:
        """Follow no more."""
        self._end()

    @callback
    def _follow(self) -> None:
        access = self._access
        found = {key: self._event_of(key) for key in access.grants}
        for key in self._known.keys() - found.keys():
            # Nothing is wanted, and nothing is there.
            self._tell(key, AccessEvent.REMOVED)
            del self._known[key]
        for key, event in found.items():
            if event is not None:
                self._tell(key, event)

    def _tell(self, key: GrantKey, event: AccessEvent) -> None:
        before, self._known[key] = self._known.get(key), event
        is_news = before is not event
        if before is None and event is AccessEvent.REMOVED:
            # It was never there.
            is_news = False
        if is_news:
            self.noticed.send(AccessNotice(event, key))

    def _event_of(self, key: GrantKey) -> AccessEvent | None:
        status, door = self._access.status(key), self._access.doors.get(key.door_id)
        if status is None or door is None or not door.progress.is_over:
            return None
        return _event(status, self._access.grants[key].wish)


def _event(status: GrantStatus, wish: Wish) -> AccessEvent | None:
    match status.state:
        case GrantState.STILL_OPENS:
            return AccessEvent.STILL_OPENS
        case GrantState.DIFFERS:
            return AccessEvent.DRIFT
        case GrantState.IN_PLACE | GrantState.SENT_NOT_PROVED:
            is_open = wish is Wish.ON and not status.is_used
            return AccessEvent.GRANTED if is_open else AccessEvent.REMOVED
        case _:
            return None

"""Triggers of people: what became of an access, and who used it when it was not expected."""

from datetime import datetime
from enum import StrEnum
from typing import Final, override

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import CONF_EVENT, STATE_HOME
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import probatio

from ..access import Access, AccessEvent, AccessNotice
from ..domain.access import AsFound, GrantKey, PersonKind, Placement, Wish, admits
from ..domain.attribution import Attribution
from ..domain.doorlock import LockOperation, LockOperationType, OperationSource
from ..domain.journal import OPENINGS, JournalEntry
from ..home import find_home
from ..locks import Lock, Operation
from ..texts import message
from .actor_filter import several
from .lock_trigger import LockTrigger, Runner
from .target import options_schema

CONF_OUTSIDE_HOURS: Final = "outside_hours"
CONF_NOBODY_HOME: Final = "nobody_home"


class Unexpected(StrEnum):
    """Why an entry was not expected."""

    OUTSIDE_HOURS = "unexpected_outside_hours"
    NOBODY_HOME = "unexpected_nobody_home"


class AccessChangedTrigger(LockTrigger):
    """The access of somebody was given or is gone, still opens, or was changed elsewhere."""

    _schema = options_schema({probatio.Optional(CONF_EVENT): several(AccessEvent)})

    @override
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        wanted = frozenset(self._options.get(CONF_EVENT) or AccessEvent)

        @callback
        def take(notice: AccessNotice) -> None:
            if notice.key.door_id != lock.id or notice.event not in wanted:
                return
            who = _person(lock, notice.key.person_id)
            said = message(
                self._hass,
                f"access_notice_{notice.event.value}",
                lock=lock.name,
                person=who["person"] or message(self._hass, "person_left"),
            )
            facts = {
                "access": notice.event.value,
                "effect": notice.key.effect.value,
                "message": said,
            }
            runner.run(lock, {**facts, **who})

        home = find_home(self._hass)
        return home.access_notices.noticed.connect(take) if home else _nothing


class GuestArrivedTrigger(LockTrigger):
    """A guest used a code for the first time."""

    _schema = options_schema({})

    @override
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        @callback
        def take(key: GrantKey, before: Placement | None) -> None:
            is_first = before is None or before.first_used_at is None
            person = lock.household.people.get(key.person_id)
            if key.door_id != lock.id or not is_first or person is None:
                return
            if person.kind is PersonKind.GUEST:
                said = message(
                    self._hass, "guest_arrived", lock=lock.name, person=person.name
                )
                runner.run(lock, {"message": said, **_person(lock, person.id)})

        home = find_home(self._hass)
        return home.access.used.connect(take) if home else _nothing


class UnexpectedEntryTrigger(LockTrigger):
    """Somebody came in outside of the own hours, or while nobody is at home."""

    _schema = options_schema(
        {
            probatio.Optional(CONF_OUTSIDE_HOURS, default=True): cv.boolean,
            probatio.Optional(CONF_NOBODY_HOME, default=False): cv.boolean,
        }
    )

    @override
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        @callback
        def take(line: JournalEntry, context: Context | None) -> None:
            if line.type not in OPENINGS or not _is_at_door(line):
                return
            if (why := self._why(lock, line)) is not None:
                facts = line.attributes()
                person = facts.get("person") or message(self._hass, "somebody")
                said = message(self._hass, why.value, lock=lock.name, person=person)
                told = {"why": why.value, "message": said}
                runner.run(lock, {**told, **facts}, context)

        return lock.activity.connect(take)

    def _why(self, lock: Lock, line: JournalEntry) -> Unexpected | None:
        """Return why nobody expected it; None where it is as usual."""
        if self._options.get(CONF_OUTSIDE_HOURS, True) and self._is_outside(lock, line):
            return Unexpected.OUTSIDE_HOURS
        if self._options.get(CONF_NOBODY_HOME) and _nobody_is_home(self._hass):
            return Unexpected.NOBODY_HOME
        return None

    def _is_outside(self, lock: Lock, line: JournalEntry) -> bool:
        home, who = find_home(self._hass), line.attribution
        if home is None or who is None or who.person_id is None:
            return False
        return _is_outside_of(home.access, who.person_id, lock.id, line.occurred_at)


class SceneCodeTrigger(LockTrigger):
    """A code was used that opens nothing, and is there to be reported."""

    _schema = options_schema({})

    @override
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        @callback
        def take(event: Operation, who: Attribution) -> None:
            if not isinstance(event, LockOperation):
                return
            if event.type is not LockOperationType.NON_ACCESS_USER_EVENT:
                return
            person = _person(lock, who.person_id)
            said = message(self._hass, "scene_code_used", lock=lock.name)
            runner.run(lock, {"message": said, **person})

        return lock.operated.connect(take)


def _is_outside_of(access: Access, person_id: str, door_id: str, at: datetime) -> bool:
    """Return whether a person with hours at a door used it outside of all of them."""
    grants = [
        grant
        for key, grant in access.grants.items()
        if (key.person_id, key.door_id) == (person_id, door_id)
        and grant.wish is Wish.ON
        and not isinstance(grant.window, AsFound)
    ]
    wall = dt_util.as_local(at).replace(tzinfo=None)
    return bool(grants) and not any(admits(x.window, wall) for x in grants)


def _is_at_door(line: JournalEntry) -> bool:
    """Return whether somebody came from outside: not by hand, and not from afar."""
    who = line.attribution
    sources = {
        OperationSource.KEYPAD,
        OperationSource.RFID,
        OperationSource.BIOMETRIC,
        OperationSource.ALIRO,
    }
    return who is not None and who.source in sources


def _nobody_is_home(hass: HomeAssistant) -> bool:
    """Return whether every person of Home Assistant is away; False where there is none."""
    states = hass.states.async_all(PERSON_DOMAIN)
    return bool(states) and all(state.state != STATE_HOME for state in states)


def _person(lock: Lock, person_id: str | None) -> dict[str, str | None]:
    person = lock.household.people.get(person_id) if person_id else None
    return {"person": person.name if person else None, "person_id": person_id}


def _nothing() -> None:
    """Listen to nothing: the home is gone."""

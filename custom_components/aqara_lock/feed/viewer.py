"""Who may see what a lock's journal holds: permission and names, in one place."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser

from ..const import DOMAIN
from ..domain import codec
from ..domain.access import Person
from ..domain.journal import JournalEntry, line_sentence
from ..home import AqaraLockConfigEntry, Home
from ..household import Household
from ..locks import Lock, entity_id_of
from ..matter import find_core_lock_entity
from ..texts import clock_text, spoken

KEY_ACTIVITY: Final = "activity"
KEY_CHECK: Final = "check_connection"


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return what is wrong with a call, in the words of a translation."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


@callback
def find_entry(hass: HomeAssistant) -> AqaraLockConfigEntry | None:
    """Return the entry of the home, if it is set up."""
    return next(iter(hass.config_entries.async_loaded_entries(DOMAIN)), None)


@callback
def require_entry(hass: HomeAssistant) -> AqaraLockConfigEntry:
    """Return the entry of the home; raises ServiceValidationError where there is none."""
    if (entry := find_entry(hass)) is None:
        raise invalid("home_not_loaded")
    return entry


@callback
def activity_entity_id(hass: HomeAssistant, lock: Lock) -> str | None:
    """Return the event entity whose permission counts for a lock's journal."""
    return entity_id_of(hass, Platform.EVENT, lock.id, KEY_ACTIVITY)


@callback
def check_entity_id(hass: HomeAssistant, lock: Lock) -> str | None:
    """Return the button whose permission counts for a check of the connection."""
    return entity_id_of(hass, Platform.BUTTON, lock.id, KEY_CHECK)


@callback
def lock_entity_id(hass: HomeAssistant, lock: Lock) -> str | None:
    """Return the lock entity in use: ours, or core's where ours does not replace it."""
    if lock.replaces_core:
        return entity_id_of(hass, Platform.LOCK, lock.id, "lock")
    if lock.device is None:
        return None
    core = find_core_lock_entity(hass, lock.device, lock.endpoint_id)
    return core.entity_id if core and core.disabled_by is None else None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks; without a user it is an automation, or `anonymous` people."""

    hass: HomeAssistant
    entry: AqaraLockConfigEntry
    user: User | None
    anonymous: bool = False

    @property
    def home(self) -> Home:
        """The home that is asked about."""
        return self.entry.runtime_data

    @property
    def household(self) -> Household:
        """The persons of the home."""
        return self.home.household

    @property
    def is_admin(self) -> bool:
        """Whether this is an admin; Home Assistant's own automations count as one."""
        if self.user is None:
            return not self.anonymous
        return self.user.is_admin

    @property
    def sees_names(self) -> bool:
        """Whether lines carry names for this one."""
        return self.is_admin or self.household.shows_names

    def may_read(self, lock: Lock) -> bool:
        """Return whether the journal of a lock may be read."""
        return self._may(lock, POLICY_READ)

    def may_assign(self, lock: Lock) -> bool:
        """Return whether entries of a lock may be assigned; needs to see names, too."""
        allowed = self.is_admin or self.household.users_may_assign
        return allowed and self.sees_names and self._may(lock, POLICY_CONTROL)

    def may_check(self, lock: Lock) -> bool:
        """Return whether a lock may be pinged: who may press its button may."""
        return self._may_with(check_entity_id(self.hass, lock), POLICY_CONTROL)

    def may_see_entity(self, entity_id: str) -> bool:
        """Return whether an entity may be read."""
        if self.user is None:
            return True
        return self.user.permissions.check_entity(entity_id, POLICY_READ)

    def _may(self, lock: Lock, policy: str) -> bool:
        return self._may_with(activity_entity_id(self.hass, lock), policy)

    def _may_with(self, entity_id: str | None, policy: str) -> bool:
        """Return whether an entity allows something; one that is not there allows nobody."""
        if self.user is None or self.user.is_admin:
            return True
        if entity_id is None:
            return False
        return self.user.permissions.check_entity(entity_id, policy)

    def require_lock(self, lock_id: str) -> Lock:
        """Return a lock as it runs now: a reload may have replaced the one before.

        Raises HomeAssistantError where it is gone.
        """
        entry = require_entry(self.hass)
        if (lock := entry.runtime_data.locks.get(lock_id)) is None:
            raise invalid("lock_gone")
        return lock

    def readable(self) -> list[Lock]:
        """Return the locks whose journal may be read."""
        return [lock for lock in self.home.locks.values() if self.may_read(lock)]

    def require_read(self, lock: Lock, context: Context | None = None) -> None:
        """Raise Unauthorized where the journal of a lock may not be read."""
        if not self.may_read(lock):
            raise self._refusal(
                activity_entity_id(self.hass, lock), POLICY_READ, context
            )

    def require_assign(self, lock: Lock, context: Context | None = None) -> None:
        """Raise Unauthorized where entries of a lock may not be assigned."""
        if not self.may_assign(lock):
            entity_id = activity_entity_id(self.hass, lock)
            raise self._refusal(entity_id, POLICY_CONTROL, context)

    def require_check(self, lock: Lock, context: Context | None = None) -> None:
        """Raise Unauthorized where a lock may not be pinged."""
        if not self.may_check(lock):
            entity_id = check_entity_id(self.hass, lock)
            raise self._refusal(entity_id, POLICY_CONTROL, context)

    def require_admin(self, context: Context | None = None) -> None:
        """Raise Unauthorized for everybody who is no admin."""
        if not self.is_admin:
            raise Unauthorized(context=context)

    def _refusal(
        self, entity_id: str | None, policy: str, context: Context | None
    ) -> Unauthorized:
        return Unauthorized(context=context, entity_id=entity_id, permission=policy)

    def find_person(self, text: str) -> Person | None:
        """Find a person of the home, else a Home Assistant person, by name or id."""
        if (person := self.household.find(text)) is not None:
            return person
        for state in self.hass.states.async_all(PERSON_DOMAIN):
            if text.casefold() in (state.entity_id, state.name.casefold()):
                return Person(state.entity_id, state.name, state.entity_id)
        return None

    def names_of(self, text: str) -> frozenset[str]:
        """Return what somebody may stand as in a journal, casefolded."""
        person = self.find_person(text)
        names = (text, person.id, person.name) if person else (text,)
        return frozenset(name.casefold() for name in names)

    def line(self, lock: Lock, line: JournalEntry) -> dict[str, Any]:
        """Return a line as plain data, with what this one may see; absent facts are absent."""
        return codec.present(
            lock_id=lock.id,
            key=line.key,
            kind=line.kind.value,
            type=line.type.value if line.type else None,
            time_source=line.time_source.value,
            until=line.until.isoformat() if line.until else None,
            gap_reason=line.gap_reason.value if line.gap_reason else None,
            sentence=self._sentence(line),
            person_entity=self._person_entity(line) if self.sees_names else None,
            **line.attributes(names=self.sees_names),
        )

    def _sentence(self, line: JournalEntry) -> str:
        """Return the line as the logbook says it, with names only for whom sees them."""
        clock = partial(clock_text, self.hass)
        said = line_sentence(line, clock, names=self.sees_names)
        return spoken(self.hass, said)

    def _person_entity(self, line: JournalEntry) -> str | None:
        """Return the Home Assistant person, whose picture a card shows."""
        who = line.attribution
        if who is None or who.person_id is None:
            return None
        if who.person_id.startswith(f"{PERSON_DOMAIN}."):
            return who.person_id
        person = self.household.people.get(who.person_id)
        return person.entity_id if person else None


async def async_viewer(hass: HomeAssistant, context: Context) -> Viewer:
    """Return who calls an action; raises UnknownUser and ServiceValidationError."""
    entry = require_entry(hass)
    if context.user_id is None:
        return Viewer(hass, entry, None)
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    return Viewer(hass, entry, user)

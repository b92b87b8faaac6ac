"""The persons of the home, as its subentries and options name them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
import logging
from typing import Final

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import ATTR_ENTITY_PICTURE
from homeassistant.core import Context, HomeAssistant, State

from .const import (
    ASSIGN_CONTROLLERS,
    CONF_CARD_IN_DIALOG,
    CONF_CONTROLLERS,
    CONF_JOURNAL_DAYS,
    CONF_JOURNAL_LINES,
    CONF_MAY_ASSIGN,
    CONF_NAME,
    CONF_NAMES_VISIBLE_TO,
    CONF_PERSON_ENTITY,
    CONF_PERSON_ID,
    CONF_PERSON_KIND,
    NAMES_ADMINS,
    SUBENTRY_PERSON,
)
from .domain.access import ControllerKey, Person, PersonKind
from .domain.attribution import ObservationUses
from .domain.journal import DEFAULT_LIMIT

_LOGGER = logging.getLogger(__name__)

ATTR_USER_ID: Final = "user_id"
DEFAULT_DAYS: Final = 365


def shows_names(entry: ConfigEntry) -> bool:
    """Return whether everybody may see the names of a home, loaded or not."""
    return entry.options.get(CONF_NAMES_VISIBLE_TO) != NAMES_ADMINS


class Household:
    """Reads persons and labels afresh, so that a change needs no reload."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Read from the home's entry."""
        self._hass = hass
        self._entry = entry
        self.observation_uses = ObservationUses()

    @property
    def people(self) -> Mapping[str, Person]:
        """Persons by id."""
        return {person.id: person for person in self._persons()}

    def person(self, person_id: str) -> Person | None:
        """Return the person with an id; the others are not read for it."""
        found = (
            subentry
            for subentry in self._person_subentries()
            if subentry.data[CONF_PERSON_ID] == person_id
        )
        subentry = next(found, None)
        return None if subentry is None else _person(subentry)

    @property
    def labels(self) -> Mapping[ControllerKey, str]:
        """Names of controllers of other ecosystems."""
        found: dict[ControllerKey, str] = {}
        for key, label in self._entry.options.get(CONF_CONTROLLERS, {}).items():
            try:
                found[ControllerKey.from_id(key)] = label
            except ValueError:
                _LOGGER.warning("A stored controller label has no readable key")
        return found

    @property
    def shows_names(self) -> bool:
        """Whether public states may carry names."""
        return shows_names(self._entry)

    @property
    def users_may_assign(self) -> bool:
        """Whether who may control a lock may say whose an entry is, too."""
        return self._entry.options.get(CONF_MAY_ASSIGN) == ASSIGN_CONTROLLERS

    @property
    def card_in_dialog(self) -> bool:
        """Whether the dialog of a lock shows the card's content."""
        return self._entry.options.get(CONF_CARD_IN_DIALOG) is True

    def public_context(self, context: Context) -> Context:
        """Return the context that a state or event may carry: it names its user, too.

        Another one altogether where names are hidden: by its id the logbook would find
        the call of the user.
        """
        return context if self.shows_names else Context()

    @property
    def journal_limit(self) -> int:
        """Number of lines that a lock's journal keeps."""
        return int(self._entry.options.get(CONF_JOURNAL_LINES, DEFAULT_LIMIT))

    @property
    def journal_age(self) -> timedelta:
        """Age that a line may reach."""
        days = self._entry.options.get(CONF_JOURNAL_DAYS, DEFAULT_DAYS)
        return timedelta(days=int(days))

    def find(self, name_or_entity: str) -> Person | None:
        """Return the person with an id, a Home Assistant person or a display name.

        A name that two persons share names neither.
        """
        wanted = name_or_entity.casefold()
        people = list(self._persons())
        exact = [p for p in people if wanted in (p.entity_id, p.id.casefold())]
        found = exact or [p for p in people if p.name.casefold() == wanted]
        return found[0] if len(found) == 1 else None

    def is_gone(self, person_id: str | None) -> bool:
        """Tell somebody who was removed; Home Assistant's own persons never were in it."""
        if person_id is None or person_id.startswith(f"{PERSON_DOMAIN}."):
            return False
        return person_id not in self.people

    def of_user(self, user_id: str | None) -> Person | None:
        """Find the person that a Home Assistant user is."""
        if user_id is None:
            return None
        entity_ids = {s.entity_id for s in self._states() if _is_user(s, user_id)}
        people = [p for p in self._persons() if p.entity_id in entity_ids]
        return people[0] if len(people) == 1 else None

    def user_of(self, person_id: str | None) -> str | None:
        """Return the Home Assistant user of a person; None where names are hidden."""
        state = self._state_of(person_id) if self.shows_names else None
        user_id = state.attributes.get(ATTR_USER_ID) if state else None
        return user_id if isinstance(user_id, str) else None

    def picture(self, person_id: str | None) -> str | None:
        """Give the picture of a person's Home Assistant person."""
        state = self._state_of(person_id)
        picture = state.attributes.get(ATTR_ENTITY_PICTURE) if state else None
        return picture if isinstance(picture, str) else None

    def _state_of(self, person_id: str | None) -> State | None:
        """Return the state of a person's Home Assistant person."""
        person = self.person(person_id) if person_id else None
        if person is None or person.entity_id is None:
            return None
        return self._hass.states.get(person.entity_id)

    def _persons(self) -> Iterable[Person]:
        return map(_person, self._person_subentries())

    def _person_subentries(self) -> Iterator[ConfigSubentry]:
        for subentry in self._entry.subentries.values():
            if subentry.subentry_type == SUBENTRY_PERSON:
                yield subentry

    def _states(self) -> list[State]:
        return self._hass.states.async_all(PERSON_DOMAIN)


def _person(subentry: ConfigSubentry) -> Person:
    data = subentry.data
    kind = PersonKind(data.get(CONF_PERSON_KIND, PersonKind.MEMBER))
    entity_id = data.get(CONF_PERSON_ENTITY)
    return Person(data[CONF_PERSON_ID], data[CONF_NAME], entity_id, kind)


def _is_user(state: State, user_id: str) -> bool:
    return state.attributes.get(ATTR_USER_ID) == user_id

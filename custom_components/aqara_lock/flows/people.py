"""The table of a lock's users, and the person behind each."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util.ulid import ulid_now
import probatio as pb

from ..access import NotReadError
from ..const import CONF_NAME, CONF_PERSON_ENTITY, CONF_PERSON_ID, SUBENTRY_PERSON
from ..domain.access import FoundUser, LockUser, Slot, UserSlot
from ..home import Home
from ..locks import Lock
from ..store import NotKeptError
from . import slots
from .running import keep, require_disk

NOBODY: Final = ""


@callback
def add_person(hass: HomeAssistant, entry: ConfigEntry, data: dict[str, Any]) -> str:
    """Add a person to the home; returns the id of its subentry."""
    subentry = ConfigSubentry(
        data=MappingProxyType(data),
        subentry_type=SUBENTRY_PERSON,
        title=data[CONF_NAME],
        unique_id=data[CONF_PERSON_ID],
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    return subentry.subentry_id


@callback
def remove_person(hass: HomeAssistant, entry: ConfigEntry, person_id: str) -> None:
    """Take a person out of the home; what it may open is taken away because of that."""
    for subentry in list(entry.subentries.values()):
        is_person = subentry.subentry_type == SUBENTRY_PERSON
        if is_person and subentry.data[CONF_PERSON_ID] == person_id:
            hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)


async def async_adopt(
    hass: HomeAssistant,
    entry: ConfigEntry,
    home: Home,
    users: Mapping[str, Iterable[FoundUser]],
    new: Collection[str] = (),
) -> None:
    """Take users that are on the locks for persons, by their id; `new` were just added.

    Where that cannot be kept, they are not in the home. Raises NotKeptError,
    NotReadError.
    """
    await home.async_follow_subentries()
    try:
        await home.access.async_adopt(users)
    except NotKeptError, NotReadError:
        for person_id in new:
            remove_person(hass, entry, person_id)
        raise


@callback
def person_of(hass: HomeAssistant, entry: ConfigEntry, home: Home, chosen: str) -> str:
    """Return the id of a person that was chosen or typed; adds who is not there."""
    chosen = _choices(hass, home).get(chosen, chosen)
    if chosen in home.household.people:
        return chosen
    known = home.household.find(chosen)
    if known is not None:
        return known.id
    state = hass.states.get(chosen) if _is_entity(chosen) else None
    person_id = ulid_now()
    add_person(
        hass,
        entry,
        {
            CONF_PERSON_ID: person_id,
            CONF_NAME: state.name if state else chosen,
            CONF_PERSON_ENTITY: chosen if state else None,
        },
    )
    return person_id


def _choices(hass: HomeAssistant, home: Home) -> dict[str, str]:
    """Return the people of the home, then Home Assistant's who are not in it, by name.

    The name is the value of a choice: where one can also type, the frontend shows the
    value and not the label.
    """
    people = home.household.people.values()
    choices = {person.name: person.id for person in people}
    taken = {person.entity_id for person in people}
    for state in hass.states.async_all(PERSON_DOMAIN):
        if state.entity_id not in taken:
            is_free = state.name not in choices
            name = state.name if is_free else f"{state.name} ({state.entity_id})"
            choices[name] = state.entity_id
    return choices


def person_selector(hass: HomeAssistant, home: Home) -> SelectSelector:
    """Let a person be chosen or typed."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(_choices(hass, home)),
            custom_value=True,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


class PeopleTable:
    """One field for each user of a lock: its label is the user, its value the person.

    A lock may list its users while the page is open: only what it showed is decided.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, home: Home, lock: Lock
    ) -> None:
        """Read the users of a lock that have a name or a key."""
        self._hass = hass
        self._entry = entry
        self._home = home
        self._lock = lock
        directory = lock.log.memory.directory
        self._users = {
            slots.label(hass, user): user for _, user in sorted(directory.users.items())
        }

    def fields(self) -> dict[Any, Any]:
        """Return the fields of the form; empty where the lock has listed nobody."""
        selector = person_selector(self._hass, self._home)
        return {
            pb.Optional(
                label, description={"suggested_value": self._preset(user) or None}
            ): selector
            for label, user in self._users.items()
        }

    @property
    def labels(self) -> frozenset[str]:
        """The fields that there are now."""
        return frozenset(self._users)

    async def async_keep(
        self, given: Mapping[str, Any], shown: Collection[str]
    ) -> None:
        """Bind the users that were shown to the persons that were chosen for them.

        New people are added.
        """
        users = {label: user for label, user in self._users.items() if label in shown}
        named: dict[str, set[Slot]] = {}
        for label, user in users.items():
            if chosen := (given.get(label) or NOBODY).strip():
                named.setdefault(chosen, set()).add(UserSlot(user.index))
        wanted: dict[str, set[Slot]] = {}
        # Once for each name: who is added is in the home only after it was followed.
        for chosen, held in named.items():
            person_id = person_of(self._hass, self._entry, self._home, chosen)
            wanted.setdefault(person_id, set()).update(held)
        await self._bind(wanted, {UserSlot(user.index) for user in users.values()})

    async def _bind(
        self, wanted: Mapping[str, set[Slot]], in_table: set[UserSlot]
    ) -> None:
        """Write who holds which user; what is not in the table stays as it is."""
        await self._home.async_follow_subentries()
        changed: dict[str, list[tuple[str, Slot]]] = {}
        for person_id in self._home.household.people:
            bound = {
                (x.lock.id, x.slot) for x in slots.bound_slots(self._home, person_id)
            }
            others = {
                (lock_id, slot)
                for lock_id, slot in bound
                if lock_id != self._lock.id or slot not in in_table
            }
            now = others | {(self._lock.id, x) for x in wanted.get(person_id, ())}
            if now != bound:
                changed[person_id] = list(now)
        if changed:
            await require_disk(self._entry)
        # Who loses a user comes first: else it would take it from who gets it.
        for person_id in sorted(changed, key=lambda each: each in wanted):
            await keep(self._home.async_bind_person(person_id, changed[person_id]))

    def _preset(self, user: LockUser) -> str:
        """Return who holds a user already, else who has the same name."""
        bindings = self._lock.log.memory.directory.bindings
        bound = bindings.get(UserSlot(user.index))
        people = self._home.household.people
        holder = bound.person_id if bound is not None else None
        if holder is not None and holder in people:
            return people[holder].name
        name = (user.name or "").strip().casefold()
        same = [x for x in _choices(self._hass, self._home) if x.casefold() == name]
        return same[0] if name and len(same) == 1 else NOBODY


def _is_entity(chosen: str) -> bool:
    return chosen.startswith(f"{PERSON_DOMAIN}.")

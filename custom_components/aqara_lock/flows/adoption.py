"""The table of users that are on the locks already, and the person behind each."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import probatio as pb

from ..domain.access import FoundUser, Proposal, proposals
from ..domain.foreign_names import foreign_name
from ..home import Home
from ..texts import message
from .people import async_adopt, person_of, person_selector


class AdoptionTable:
    """One field for users of several doors that seem to be one person."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, home: Home) -> None:
        """Look at what the locks have, as far as they were read."""
        self._hass = hass
        self._entry = entry
        self._home = home
        people = home.household.people.values()
        found = proposals(home.access.found_users(), people)
        self._proposals = {self._label(item): item for item in found}

    def fields(self) -> dict[Any, Any]:
        """Return the fields; empty where nobody is left to be taken over."""
        people = self._home.household.people
        selector = person_selector(self._hass, self._home)
        return {
            pb.Optional(
                label,
                description={
                    "suggested_value": people[item.person_id].name
                    if item.person_id
                    else item.name
                },
            ): selector
            for label, item in self._proposals.items()
        }

    async def async_keep(self, given: Mapping[str, Any]) -> None:
        """Take users for the persons that were chosen or typed; nothing is written to a lock.

        Raises NotKeptError, NotReadError.
        """
        named: dict[str, list[FoundUser]] = {}
        for label, item in self._proposals.items():
            if chosen := (given.get(label) or "").strip():
                named.setdefault(chosen, []).extend(item.users)
        hass, entry, home = self._hass, self._entry, self._home
        before = set(home.household.people)
        people: dict[str, list[FoundUser]] = {}
        for chosen, users in named.items():
            people.setdefault(person_of(hass, entry, home, chosen), []).extend(users)
        await async_adopt(hass, entry, home, people, people.keys() - before)

    def _label(self, item: Proposal) -> str:
        """Return what is known of users: what a lock calls them, and where they are."""
        doors = self._home.access.doors
        where = ", ".join(
            message(
                self._hass,
                "stranger_at",
                door=doors[user.door_id].lock.name,
                number=str(user.user.index),
                maker=message(self._hass, f"maker_{user.maker.value}"),
            )
            for user in item.users
        )
        name = foreign_name(item.name) if item.name else "–"
        return f"{name}: {where}"

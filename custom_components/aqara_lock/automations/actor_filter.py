"""Filters of triggers and conditions: by whom, how, and how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Self

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import CONF_METHOD, CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
import probatio

from ..domain.attribution import Attribution, Confidence, Method
from ..household import Household

CONF_PERSON: Final = "person"
CONF_CONFIDENCE: Final = "confidence"

SURE: Final = frozenset({Confidence.REPORTED, Confidence.MATCHED})
"""What a name must rest on, unless the user asks for more (DESIGN: who unlocked)."""


def several(member: type[Enum]) -> Any:
    """Return the schema of one or more members of an enum."""
    return probatio.All(probatio.EnsureList(), [probatio.Coerce(member)])


WHO_FIELDS: Final[Mapping[Any, Any]] = {
    probatio.Optional(CONF_PERSON): probatio.All(probatio.EnsureList(), [cv.string]),
    probatio.Optional(CONF_NAME): probatio.All(probatio.EnsureList(), [cv.string]),
    probatio.Optional(CONF_METHOD): several(Method),
    probatio.Optional(CONF_CONFIDENCE): several(Confidence),
}


class Verdict(Enum):
    """Whether a line passes, and if not, why."""

    PASSES = "passes"
    SOMEBODY_ELSE = "somebody_else"
    NOT_SURE_ENOUGH = "not_sure_enough"


@callback
def person_entities(
    hass: HomeAssistant, household: Household, who: Attribution
) -> frozenset[str]:
    """Return the Home Assistant persons that a named actor is.

    A person of the home is the one it was linked to. A name from elsewhere, such as
    the lock's own user list, is every person of that name.
    """
    if who.person is None:
        return frozenset()
    person = household.people.get(who.person_id) if who.person_id else None
    if person is not None:
        return frozenset({person.entity_id} if person.entity_id else ())
    wanted = who.person.casefold()
    states = hass.states.async_all(PERSON_DOMAIN)
    return frozenset(s.entity_id for s in states if s.name.casefold() == wanted)


@dataclass(frozen=True, slots=True)
class ActorFilter:
    """Who, how and how sure; an empty part takes everything."""

    people: frozenset[str]
    methods: frozenset[Method]
    confidences: frozenset[Confidence]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the filter of options that the schema let pass."""
        people = [*options.get(CONF_PERSON, ()), *options.get(CONF_NAME, ())]
        sure = frozenset(options.get(CONF_CONFIDENCE, ()))
        return cls(
            frozenset(name.strip().casefold() for name in people),
            frozenset(options.get(CONF_METHOD, ())),
            sure or (SURE if people else frozenset()),
        )

    @callback
    def judge(
        self, hass: HomeAssistant, household: Household, who: Attribution | None
    ) -> Verdict:
        """Return whether a line passes."""
        actor = who or Attribution()
        if self.methods and actor.method not in self.methods:
            return Verdict.SOMEBODY_ELSE
        if self.people and self.people.isdisjoint(_names(hass, household, actor)):
            return Verdict.SOMEBODY_ELSE
        if self.confidences and actor.confidence not in self.confidences:
            return Verdict.NOT_SURE_ENOUGH
        return Verdict.PASSES


def _names(
    hass: HomeAssistant, household: Household, who: Attribution
) -> frozenset[str]:
    if who.person is None:
        return frozenset()
    person = household.people.get(who.person_id) if who.person_id else None
    shown = {who.person, person.name} if person else {who.person}
    names = {name.casefold() for name in shown}
    return person_entities(hass, household, who) | names

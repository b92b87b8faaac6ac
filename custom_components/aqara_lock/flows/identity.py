"""Who a person is: a Home Assistant person or a name, asked in the same words everywhere."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
)
import probatio as pb

from ..const import CONF_NAME, CONF_PERSON_ENTITY
from ..household import Household


def identity_schema(known: Mapping[str, Any] | None = None) -> pb.Schema:
    """Ask for a Home Assistant person or a name; what is known stands there already."""
    given = known or {}
    person = {"suggested_value": given.get(CONF_PERSON_ENTITY)}
    name = {"suggested_value": given.get(CONF_NAME)}
    return pb.Schema(
        {
            pb.Optional(CONF_PERSON_ENTITY, description=person): EntitySelector(
                EntitySelectorConfig(domain=PERSON_DOMAIN)
            ),
            pb.Optional(CONF_NAME, description=name): TextSelector(),
        }
    )


def given_name(hass: HomeAssistant, user_input: Mapping[str, Any]) -> str:
    """Give the name that was typed, else that of the Home Assistant person."""
    typed: str = (user_input.get(CONF_NAME) or "").strip()
    entity_id = user_input.get(CONF_PERSON_ENTITY)
    state = hass.states.get(entity_id) if entity_id else None
    return typed or (state.name if state else "")


def problem_with(
    name: str, household: Household, person_id: str | None = None
) -> str | None:
    """Give the key of the error where a name does not do for this person."""
    if not name:
        return "name_missing"
    known = household.find(name)
    return "name_taken" if known is not None and known.id != person_id else None

"""What the people of a home want to be told, and where."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio as pb

from ..alerts import AlertKind
from ..const import CONF_TELL_ENTITIES, CONF_TELL_HERE, CONF_TELL_WHEN

EVERYTHING: Final = [kind.value for kind in AlertKind]


def tell_fields(options: Mapping[str, Any]) -> dict[Any, Any]:
    """Return the fields that ask for it, filled in as it is set."""
    when = SelectSelector(
        SelectSelectorConfig(
            options=EVERYTHING,
            translation_key=CONF_TELL_WHEN,
            multiple=True,
            mode=SelectSelectorMode.LIST,
        )
    )
    entities = EntitySelector(EntitySelectorConfig(domain=NOTIFY_DOMAIN, multiple=True))
    return {
        pb.Optional(
            CONF_TELL_WHEN, default=options.get(CONF_TELL_WHEN, EVERYTHING)
        ): when,
        pb.Required(
            CONF_TELL_HERE, default=options.get(CONF_TELL_HERE, True)
        ): BooleanSelector(),
        pb.Optional(
            CONF_TELL_ENTITIES, default=options.get(CONF_TELL_ENTITIES, [])
        ): entities,
    }

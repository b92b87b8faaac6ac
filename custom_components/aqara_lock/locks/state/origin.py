"""Who inside Home Assistant is behind a context: a user, an automation or a script."""

from dataclasses import dataclass
from typing import Final

from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.components.script import DOMAIN as SCRIPT_DOMAIN
from homeassistant.core import Context, HomeAssistant

from ...domain.attribution import Origin

_KINDS: Final = {
    AUTOMATION_DOMAIN: Origin.AUTOMATION,
    SCRIPT_DOMAIN: Origin.SCRIPT,
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a context says; absent facts are None."""

    origin: Origin
    name: str | None = None
    user_id: str | None = None
    user_name: str | None = None


async def async_source_of(hass: HomeAssistant, context: Context | None) -> Source:
    """Look a context up; unknown where it leads nowhere."""
    if context is None:
        return Source(Origin.UNKNOWN)
    user_name = await _user_name(hass, context.user_id)
    for domain, origin in _KINDS.items():
        if (name := _running(hass, domain, context)) is not None:
            return Source(origin, name, context.user_id, user_name)
    if user_name is not None:
        return Source(Origin.USER, None, context.user_id, user_name)
    return Source(Origin.UNKNOWN)


async def _user_name(hass: HomeAssistant, user_id: str | None) -> str | None:
    """Give a person's user name; system users are nobody."""
    user = await hass.auth.async_get_user(user_id) if user_id else None
    return user.name if user is not None and not user.system_generated else None


def _running(hass: HomeAssistant, domain: str, context: Context) -> str | None:
    """Find the automation or script whose last run has this context."""
    wanted = {context.id, context.parent_id} - {None}
    for state in hass.states.async_all(domain):
        if state.context.id in wanted:
            return state.name
    return None

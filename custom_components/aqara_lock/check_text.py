"""A connection check in words: what was sent, what came back, what to do."""

from homeassistant.core import HomeAssistant

from .domain.placement import ConnectionCheck
from .messages import message


def check_text(hass: HomeAssistant, name: str, check: ConnectionCheck) -> str:
    """Say what a check means for the place of the hub."""
    said = message(
        hass,
        f"check_{check.advice}",
        name=name,
        answered=str(check.answered),
        sent=str(check.sent),
    )
    if not (check.sent and check.unsent):
        return said
    return f"{said} {message(hass, 'check_unsent', unsent=str(check.unsent))}"

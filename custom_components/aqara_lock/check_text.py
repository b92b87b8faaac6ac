"""A connection check in words: what was sent, what came back, what to do."""

from typing import Final

from homeassistant.core import HomeAssistant

from .domain.placement import Advice, ConnectionCheck
from .messages import message

OF_A_BRIDGE: Final = {
    Advice.GOOD: "check_bridge_good",
    Advice.SLOW: "check_bridge_weak",
    Advice.WEAK: "check_bridge_weak",
}
"""What a hub that is a bridge answers by itself says nothing of its way to the lock."""


def check_text(
    hass: HomeAssistant, name: str, check: ConnectionCheck, *, bridged: bool
) -> str:
    """Say what a check means for the place of the hub; a bridge answers for its lock."""
    key = f"check_{check.advice}"
    said = message(
        hass,
        OF_A_BRIDGE.get(check.advice, key) if bridged else key,
        name=name,
        answered=str(check.answered),
        sent=str(check.sent),
    )
    if not (check.sent and check.unsent):
        return said
    return f"{said} {message(hass, 'check_unsent', unsent=str(check.unsent))}"

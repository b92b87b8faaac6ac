"""A connection check in words: what was sent, what came back, what to do."""

from typing import Final

from homeassistant.core import HomeAssistant

from ..domain.connectivity import Advice, ConnectionCheck
from .translations import message

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
    said = message(
        hass,
        _key(check, bridged=bridged),
        name=name,
        answered=str(check.answered),
        sent=str(check.sent),
    )
    if not (check.sent and check.unsent):
        return said
    return f"{said} {message(hass, 'check_unsent', unsent=str(check.unsent))}"


def _key(check: ConnectionCheck, *, bridged: bool) -> str:
    """Name the text of a check, as far as its pings can be believed."""
    advice = check.advice
    if advice is Advice.NO_ANSWER and check.proves_nothing:
        return "check_no_answer_proves_nothing"
    if bridged and advice in OF_A_BRIDGE:
        return OF_A_BRIDGE[advice]
    if advice is Advice.GOOD and check.masked:
        return "check_good_untimed"
    return f"check_{advice}"

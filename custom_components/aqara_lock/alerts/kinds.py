"""What the people of a home can be told without an automation, and in which words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..domain.journal import ActivityType


class AlertKind(StrEnum):
    """What can be chosen."""

    UNRESPONSIVE = "unresponsive"
    TROUBLE = "trouble"
    """Jammed or tampered with."""
    WRONG_CODES = "wrong_codes"
    LOW_BATTERY = "low_battery"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is told, and the keys of its sentences."""

    id: str
    kind: AlertKind
    title: str
    over: str
    text: str | None = None
    """None where the diagnosis has the words."""


UNRESPONSIVE: Final = Alert(
    "unresponsive",
    AlertKind.UNRESPONSIVE,
    "alert_unresponsive",
    "alert_over_unresponsive",
)
LOW_BATTERY: Final = Alert(
    "low_battery", AlertKind.LOW_BATTERY, "alert_low_battery", "alert_over_low_battery"
)
JAMMED: Final = Alert(
    "jammed",
    AlertKind.TROUBLE,
    "alert_jammed",
    "alert_over_jammed",
    "alert_text_jammed",
)
TAMPERED: Final = Alert(
    "tampered",
    AlertKind.TROUBLE,
    "alert_tampered",
    "alert_over_tampered",
    "alert_text_tampered",
)
FORCED_OPEN: Final = Alert(
    "forced_open",
    AlertKind.TROUBLE,
    "alert_forced_open",
    "alert_over_tampered",
    "alert_text_forced_open",
)
WRONG_CODES: Final = Alert(
    "wrong_codes",
    AlertKind.WRONG_CODES,
    "alert_wrong_codes",
    "alert_over_wrong_codes",
    "alert_text_wrong_codes",
)
AT_ONCE: Final = {
    ActivityType.TAMPERED: TAMPERED,
    ActivityType.FORCED_OPEN: FORCED_OPEN,
    ActivityType.WRONG_CODE_LIMIT: WRONG_CODES,
}
"""What happened and does not go on: there is nothing to wait for."""

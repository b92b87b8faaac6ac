"""What a lock can report, from its FeatureMap."""

from typing import Final

from ..doorlock import Feature
from .activity import ActivityType

EVERY_LOCK: Final = (
    ActivityType.LOCKED,
    ActivityType.UNLOCKED,
    ActivityType.DENIED,
    ActivityType.JAMMED,
    ActivityType.TAMPERED,
    ActivityType.FACTORY_RESET,
)
WITH_DOOR_SENSOR: Final = (
    ActivityType.DOOR_OPENED,
    ActivityType.DOOR_CLOSED,
    ActivityType.DOOR_AJAR,
    ActivityType.FORCED_OPEN,
)


def activity_types(features: Feature) -> list[ActivityType]:
    """List the activities that a lock with these features can report."""
    types = list(EVERY_LOCK)
    if features & (Feature.PIN | Feature.RFID):
        types.append(ActivityType.WRONG_CODE_LIMIT)
    if Feature.UNBOLT in features:
        types.append(ActivityType.UNLATCHED)
    if Feature.USER in features:
        types.append(ActivityType.USER_CHANGED)
    if Feature.DOOR_POSITION in features:
        types.extend(WITH_DOOR_SENSOR)
    return types

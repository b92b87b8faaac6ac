"""Brings about on the locks who shall open which door, step by step and with proof."""

from .access import Access, AccessChange, Drift, NotReadError
from .door import AccessDoor
from .issues import (
    AccessIssue,
    AccessIssues,
    drifted,
    still_open,
    waiting,
    without_code,
)
from .notices import AccessEvent, AccessNotice, AccessNotices, tell_of_removed_door
from .outcome import DoorProgress, Failed, JobState
from .store import AccessStore

__all__ = [
    "Access",
    "AccessChange",
    "AccessDoor",
    "AccessEvent",
    "AccessIssue",
    "AccessIssues",
    "AccessNotice",
    "AccessNotices",
    "AccessStore",
    "DoorProgress",
    "Drift",
    "Failed",
    "JobState",
    "NotReadError",
    "drifted",
    "still_open",
    "tell_of_removed_door",
    "waiting",
    "without_code",
]

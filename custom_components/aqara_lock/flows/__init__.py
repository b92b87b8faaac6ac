"""Flows that add locks to the home."""

from .glossary import GlossarySteps
from .hub_search import HubCheckSteps
from .lock import LockSubentryFlow
from .options import AqaraLockOptionsFlow
from .person import PersonSubentryFlow

__all__ = [
    "AqaraLockOptionsFlow",
    "GlossarySteps",
    "HubCheckSteps",
    "LockSubentryFlow",
    "PersonSubentryFlow",
]

"""Flows that add locks to the home."""

from .glossary import GLOSSARY_STEPS, GlossarySteps
from .hub_search import HubCheckSteps
from .lock import LockSubentryFlow
from .options import AqaraLockOptionsFlow
from .person import PersonSubentryFlow
from .steps import Step, StepKind

__all__ = [
    "GLOSSARY_STEPS",
    "AqaraLockOptionsFlow",
    "GlossarySteps",
    "HubCheckSteps",
    "LockSubentryFlow",
    "PersonSubentryFlow",
    "Step",
    "StepKind",
]

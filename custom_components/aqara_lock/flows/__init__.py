"""Flows that add locks and people to the home, and the settings of both."""

from .access_repairs import AccessRepairFlow
from .guest import GuestSubentryFlow
from .identity import problem_with
from .lock import LockSubentryFlow
from .lock_links import REPAIRS_PAGE, links
from .options import AqaraLockOptionsFlow
from .people import add_person, async_adopt, remove_person
from .person import PersonSubentryFlow
from .steps import BACK, CONF_NEXT, StepFlow, StepKind
from .tell import tell_fields

__all__ = [
    "BACK",
    "CONF_NEXT",
    "REPAIRS_PAGE",
    "AccessRepairFlow",
    "AqaraLockOptionsFlow",
    "GuestSubentryFlow",
    "LockSubentryFlow",
    "PersonSubentryFlow",
    "StepFlow",
    "StepKind",
    "add_person",
    "async_adopt",
    "links",
    "problem_with",
    "remove_person",
    "tell_fields",
]

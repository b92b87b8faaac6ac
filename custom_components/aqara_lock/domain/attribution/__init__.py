"""Who did it, how, through which ecosystem, and how certain that is."""

from .commands import (
    PAIR_WINDOW,
    Command,
    CommandLedger,
    Matched,
    OperationTime,
    Origin,
    Pending,
    Sender,
)
from .failed_command import OPERATIONS, FailedAttempt, Outcome, who_tried
from .forced_users import Duress, duress, is_duress
from .inference import add_observations, assigned, attribute_unexplained
from .ladder import SELF_EXPLAINED, attribute, is_own_remote
from .model import Attribution, Confidence, Evidence, Method
from .observations import (
    DEFAULT_WINDOW,
    KEPT,
    Observation,
    ObservationUses,
    ObservedOperation,
)
from .slots import unverified_user

__all__ = [
    "DEFAULT_WINDOW",
    "KEPT",
    "OPERATIONS",
    "PAIR_WINDOW",
    "SELF_EXPLAINED",
    "Attribution",
    "Command",
    "CommandLedger",
    "Confidence",
    "Duress",
    "Evidence",
    "FailedAttempt",
    "Matched",
    "Method",
    "Observation",
    "ObservationUses",
    "ObservedOperation",
    "OperationTime",
    "Origin",
    "Outcome",
    "Pending",
    "Sender",
    "add_observations",
    "assigned",
    "attribute",
    "attribute_unexplained",
    "duress",
    "is_duress",
    "is_own_remote",
    "unverified_user",
    "who_tried",
]

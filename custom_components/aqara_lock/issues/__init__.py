"""Repair issues that do not come from the diagnosis."""

from .follow import follow_directory
from .new_ecosystem import async_confirm_new_ecosystem, forget_new_ecosystems
from .unknown_user import UnknownUser, forget_unknown_users, unknown_users

__all__ = [
    "UnknownUser",
    "async_confirm_new_ecosystem",
    "follow_directory",
    "forget_new_ecosystems",
    "forget_unknown_users",
    "unknown_users",
]

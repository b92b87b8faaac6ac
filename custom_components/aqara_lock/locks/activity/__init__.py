"""A lock's events become attributed journal entries, and what the public is told of them."""

from .door import LockActivity
from .journal import ActivityLog
from .publisher import ASSIGNED

__all__ = ["ASSIGNED", "ActivityLog", "LockActivity"]

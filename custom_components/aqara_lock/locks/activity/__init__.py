"""A lock's events become attributed journal entries, and what the public is told of them."""

from .door import LockActivity
from .journal import ActivityLog

__all__ = ["ActivityLog", "LockActivity"]

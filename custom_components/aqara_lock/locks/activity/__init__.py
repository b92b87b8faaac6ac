"""A lock's events become attributed journal entries, and what the public is told of them."""

from .door import LockActivity

__all__ = ["LockActivity"]

"""Commands to a lock: nothing late, nothing twice, every failure with its reason."""

from .dispatch import LockOperator

__all__ = ["LockOperator"]

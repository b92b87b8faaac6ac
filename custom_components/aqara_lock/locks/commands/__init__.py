"""Commands to a lock: nothing late, nothing twice, every failure with its reason."""

from .dispatch import CommandDispatcher

__all__ = ["CommandDispatcher"]

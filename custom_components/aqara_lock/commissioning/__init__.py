"""Takes a lock into the fabric of Home Assistant."""

from .session import Commissioning, CommissioningNotStarted

__all__ = ["Commissioning", "CommissioningNotStarted"]

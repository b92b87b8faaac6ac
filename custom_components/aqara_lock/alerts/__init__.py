"""Tells the people of a home what they asked to be told, without an automation."""

from .kinds import AlertKind
from .monitor import Alerts

__all__ = ["AlertKind", "Alerts"]

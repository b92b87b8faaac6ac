"""What is changed on core's devices and entities, and its undo."""

from .placement import DevicePlacement
from .replacement import (
    copy_core_settings,
    follow_replacement,
    hide_core_lock,
    return_code,
)
from .undo import UndoLedger

__all__ = [
    "DevicePlacement",
    "UndoLedger",
    "copy_core_settings",
    "follow_replacement",
    "hide_core_lock",
    "return_code",
]

"""What is changed on core's devices and entities, and its undo."""

from .entity_ids import follow_lent_id, is_free, until_done
from .placement import DevicePlacement
from .replacement import (
    copy_core_settings,
    follow_replacement,
    hide_core_lock,
    remove_our_lock,
    return_code,
    stands_before_core,
)
from .undo import UndoLedger

__all__ = [
    "DevicePlacement",
    "UndoLedger",
    "copy_core_settings",
    "follow_lent_id",
    "follow_replacement",
    "hide_core_lock",
    "is_free",
    "remove_our_lock",
    "return_code",
    "stands_before_core",
    "until_done",
]

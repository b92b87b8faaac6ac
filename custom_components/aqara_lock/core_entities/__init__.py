"""What is changed on core's devices and entities, and its undo."""

from .entity_ids import async_take_id
from .placement import DevicePlacement
from .replacement import (
    async_remove_until_gone,
    copy_core_settings,
    follow_replacement,
    hide_core_lock,
    our_unique_id,
    remove_our_lock,
    return_code,
    stands_before_core,
)
from .undo import UndoLedger

__all__ = [
    "DevicePlacement",
    "UndoLedger",
    "async_remove_until_gone",
    "async_take_id",
    "copy_core_settings",
    "follow_replacement",
    "hide_core_lock",
    "our_unique_id",
    "remove_our_lock",
    "return_code",
    "stands_before_core",
]

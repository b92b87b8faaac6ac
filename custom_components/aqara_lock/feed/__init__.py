"""What a user reads and edits of the journal."""

from .edits import HOME_ASSISTANT, async_assign_line, async_assigner, can_be_assigned
from .feed import ActivityFeed
from .viewer import Viewer, activity_entity_id, async_viewer, find_entry, lock_entity_id

__all__ = [
    "HOME_ASSISTANT",
    "ActivityFeed",
    "Viewer",
    "activity_entity_id",
    "async_assign_line",
    "async_assigner",
    "async_viewer",
    "can_be_assigned",
    "find_entry",
    "lock_entity_id",
]

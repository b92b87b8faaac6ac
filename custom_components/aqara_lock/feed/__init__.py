"""What a user reads and edits of the journal, and reads of people and paths."""

from .edits import HOME_ASSISTANT, async_assign_line, async_assigner, can_be_assigned
from .feed import ActivityFeed
from .health_feed import HealthFeed
from .people import grant_view, people_view, plan_view
from .targets import targeted_locks
from .viewer import (
    Viewer,
    activity_entity_id,
    async_viewer,
    find_entry,
    invalid,
    lock_entity_id,
)

__all__ = [
    "HOME_ASSISTANT",
    "ActivityFeed",
    "HealthFeed",
    "Viewer",
    "activity_entity_id",
    "async_assign_line",
    "async_assigner",
    "async_viewer",
    "can_be_assigned",
    "find_entry",
    "grant_view",
    "invalid",
    "lock_entity_id",
    "people_view",
    "plan_view",
    "targeted_locks",
]

"""What triggers and conditions share."""

from .access_trigger import (
    AccessChangedTrigger,
    GuestArrivedTrigger,
    SceneCodeTrigger,
    UnexpectedEntryTrigger,
)
from .actor_filter import (
    CONF_PERSON,
    WHO_FIELDS,
    ActorFilter,
    Verdict,
    person_entities,
    several,
)
from .lock_trigger import LockTrigger, Runner
from .silence_timer import SilenceTimer
from .target import Targeted, options_schema
from .unknown_names import async_unknown_names, edit_page, watch_names

__all__ = [
    "CONF_PERSON",
    "WHO_FIELDS",
    "AccessChangedTrigger",
    "ActorFilter",
    "GuestArrivedTrigger",
    "LockTrigger",
    "Runner",
    "SceneCodeTrigger",
    "SilenceTimer",
    "Targeted",
    "UnexpectedEntryTrigger",
    "Verdict",
    "async_unknown_names",
    "edit_page",
    "options_schema",
    "person_entities",
    "several",
    "watch_names",
]

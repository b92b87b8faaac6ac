"""What triggers and conditions share."""

from .actor_filter import (
    CONF_NAME,
    CONF_PERSON,
    WHO_FIELDS,
    Verdict,
    WhoFilter,
    person_entities,
    several,
)
from .lock_trigger import LockTrigger, Runner
from .silence_timer import SilenceTimer
from .target import Targeted, loaded_home, options_schema

__all__ = [
    "CONF_NAME",
    "CONF_PERSON",
    "WHO_FIELDS",
    "LockTrigger",
    "Runner",
    "SilenceTimer",
    "Targeted",
    "Verdict",
    "WhoFilter",
    "loaded_home",
    "options_schema",
    "person_entities",
    "several",
]

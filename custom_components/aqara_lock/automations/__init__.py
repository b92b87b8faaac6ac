"""What triggers and conditions share."""

from .actor_filter import (
    CONF_NAME,
    CONF_PERSON,
    WHO_FIELDS,
    ActorFilter,
    Verdict,
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
    "ActorFilter",
    "LockTrigger",
    "Runner",
    "SilenceTimer",
    "Targeted",
    "Verdict",
    "loaded_home",
    "options_schema",
    "person_entities",
    "several",
]

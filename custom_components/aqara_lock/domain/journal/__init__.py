"""The journal of a lock: raw events stored, entries and sentences derived when they are read."""

from .activity import (
    ASSIGNED,
    BY_HAND,
    MOVES,
    NAMING,
    OPENINGS,
    ActivityType,
    EntryKind,
    GapReason,
    JournalEntry,
    activity_type,
    states_after,
)
from .capabilities import activity_types
from .continuity import SETTLED_AFTER, Continuity, Obstacle
from .controllers import OwnFabricAct, other_controllers, own_fabric_acts
from .denied_groups import DENIED_WINDOW, DeniedGroup, continues_denial, group_denied
from .entry_filter import ATTEMPT, GAP, EntryFilter
from .export_file import to_csv, to_json
from .journal import DEFAULT_LIMIT, Added, Journal
from .kept_events import KeptEvents
from .pages import Page, newest_first
from .records import Assigner, EventKey
from .reporting import ReportsWho, reports_who, tells_local_operations
from .salvage import sound_journal
from .sentences import (
    CAUSE,
    Sentence,
    about_lock,
    activity_sentence,
    duress_sentence,
    how_sentence,
    line_sentence,
    public_sentence,
    render,
)

__all__ = [
    "ASSIGNED",
    "ATTEMPT",
    "BY_HAND",
    "CAUSE",
    "DEFAULT_LIMIT",
    "DENIED_WINDOW",
    "GAP",
    "MOVES",
    "NAMING",
    "OPENINGS",
    "SETTLED_AFTER",
    "ActivityType",
    "Added",
    "Assigner",
    "Continuity",
    "DeniedGroup",
    "EntryFilter",
    "EntryKind",
    "EventKey",
    "GapReason",
    "Journal",
    "JournalEntry",
    "KeptEvents",
    "Obstacle",
    "OwnFabricAct",
    "Page",
    "ReportsWho",
    "Sentence",
    "about_lock",
    "activity_sentence",
    "activity_type",
    "activity_types",
    "continues_denial",
    "duress_sentence",
    "group_denied",
    "how_sentence",
    "line_sentence",
    "newest_first",
    "other_controllers",
    "own_fabric_acts",
    "public_sentence",
    "render",
    "reports_who",
    "sound_journal",
    "states_after",
    "tells_local_operations",
    "to_csv",
    "to_json",
]

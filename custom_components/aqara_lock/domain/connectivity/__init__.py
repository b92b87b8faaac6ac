"""Whether something answers, how often it may be asked, and how well the radio link does."""

from .battery_drain import BatterySample, drop_per_day
from .check import SLOW_MS, Advice, ConnectionCheck
from .connection import (
    LOCK_GRACE,
    MATTER_GRACE,
    RECOVERY_BLIP,
    SERVER_GRACE,
    Cause,
    Connection,
    ConnectionEvidence,
    ReportGaps,
    Silence,
)
from .dropouts import AvailabilityChange, AvailabilityLog, DropoutPattern
from .hub_liveness import QUIET_START, HubLiveness, HubState
from .hub_pace import HomePace, HubPace
from .pings import (
    AFTER_RELOAD,
    CONFIRMATION,
    GIVEN_UP,
    LATE_RETURN,
    LOST,
    NOT_FOUND,
    ONE_QUESTION,
    RETURN,
    SUSPICION,
    PingPlan,
    PingReply,
    PingTrust,
    Purpose,
)
from .radio_counters import RadioCounters, count_from

__all__ = [
    "AFTER_RELOAD",
    "CONFIRMATION",
    "GIVEN_UP",
    "LATE_RETURN",
    "LOCK_GRACE",
    "LOST",
    "MATTER_GRACE",
    "NOT_FOUND",
    "ONE_QUESTION",
    "QUIET_START",
    "RECOVERY_BLIP",
    "RETURN",
    "SERVER_GRACE",
    "SLOW_MS",
    "SUSPICION",
    "Advice",
    "AvailabilityChange",
    "AvailabilityLog",
    "BatterySample",
    "Cause",
    "Connection",
    "ConnectionCheck",
    "ConnectionEvidence",
    "DropoutPattern",
    "HomePace",
    "HubLiveness",
    "HubPace",
    "HubState",
    "PingPlan",
    "PingReply",
    "PingTrust",
    "Purpose",
    "RadioCounters",
    "ReportGaps",
    "Silence",
    "count_from",
    "drop_per_day",
]

"""What is known of the home network itself."""

from dataclasses import dataclass
from datetime import datetime

from .fact import Fact, Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The router of the home; counts only once it has answered a probe before."""

    answers: bool
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanEvidence:
    """The home network; `changed_at` is when its router or its subnet was last new."""

    gateway: Fact[Gateway] = Gap.UNKNOWN
    changed_at: Fact[datetime | None] = Gap.UNKNOWN

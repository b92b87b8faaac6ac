"""Everything that is known now, in one frozen snapshot."""

from dataclasses import dataclass, field
from datetime import datetime

from .host import HostEvidence
from .hub import HubEvidence
from .lan import LanEvidence
from .lock import LockEvidence
from .software import SoftwareEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the diagnosis is made from; `hubs` are all border routers, of any vendor."""

    started_at: datetime | None = None
    host: HostEvidence = field(default_factory=HostEvidence)
    lan: LanEvidence = field(default_factory=LanEvidence)
    hubs: tuple[HubEvidence, ...] = ()
    locks: tuple[LockEvidence, ...] = ()
    software: SoftwareEvidence = field(default_factory=SoftwareEvidence)

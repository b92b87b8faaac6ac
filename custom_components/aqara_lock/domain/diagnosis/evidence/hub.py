"""What is known of one border router."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ...connectivity import HubState
from ...foreign_names import foreign_name
from ...thread import BorderRouter
from .fact import Fact, Gap


class Hearing(StrEnum):
    """Whether the hub is heard by mDNS."""

    HEARD = "heard"
    SILENT = "silent"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSwitch:
    """A switch that, as the user says, feeds the hub."""

    name: str
    is_on: bool
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubEvidence:
    """One border router, watched or only seen.

    `answers` is the latest probe of a hub that has answered before; `elsewhere` is an
    address, learned in another way, at which the hub answers now. `record_since` is
    when its TXT record last changed, `outages_per_day` counts how often it went away,
    `first_seen` is when this home met it, `locks_heard_since` when the locks behind it
    were heard again, `returned_at` when it was last seen to come back.
    """

    router: BorderRouter
    state: HubState = HubState.UNKNOWN
    offline_since: datetime | None = None
    online_since: datetime | None = None
    answers: Fact[bool] = Gap.UNKNOWN
    hearing: Fact[Hearing] = Gap.UNKNOWN
    silent_since: datetime | None = None
    locks_heard_since: datetime | None = None
    record_since: datetime | None = None
    outages_per_day: Fact[int] = Gap.UNKNOWN
    first_seen: datetime | None = None
    returned_at: datetime | None = None
    elsewhere: str | None = None
    power_switch: Fact[PowerSwitch | None] = Gap.UNKNOWN

    @property
    def id(self) -> str:
        """Border agent id."""
        return self.router.id

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.router.title

    @property
    def shown_name(self) -> str:
        """Its name as a text may carry it."""
        return foreign_name(self.router.title)

    @property
    def is_live(self) -> bool:
        """Whether it is known to be there."""
        if self.state is HubState.ONLINE:
            return True
        return self.state is HubState.UNKNOWN and self.hearing is Hearing.HEARD

    @property
    def is_missed(self) -> bool:
        """Whether it is gone, or about to be called so."""
        if self.state is HubState.OFFLINE:
            return True
        left = self.hearing in {Hearing.SILENT, Hearing.GOODBYE}
        return left and self.answers is not True

    @property
    def unheard_since(self) -> datetime | None:
        """Since when mDNS could have brought a word of it: one that returns has to come up."""
        moments = (self.silent_since, self.online_since, self.locks_heard_since)
        return max((x for x in moments if x is not None), default=None)

    @property
    def network(self) -> str:
        """Extended PAN id of its Thread network."""
        return self.router.record.extended_pan_id

"""Which border routers are worth a place among those that are watched and remembered.

Places are few, and anybody on the home network can announce any number of border routers.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from .border_router import BorderRouter


class HubRole(StrEnum):
    """What the settings and the locks say of a border router."""

    CHOSEN = "chosen"
    """Somebody chose it as the hub of the home or of a lock, or named its switch."""
    NETWORK = "network"
    """It announces the Thread network of a lock."""
    AQARA = "aqara"
    """It announces that it is an Aqara hub."""
    NONE = "none"


class Rank(IntEnum):
    """Precedence for a place, the best first."""

    CHOSEN = 0
    SERVES = 1
    ANSWERS_ON_NETWORK = 2
    UNTRIED_ON_NETWORK = 3
    ANSWERS = 4
    HEARD_ON_NETWORK = 5
    HEARD = 6
    GONE = 7
    NEVER_ANSWERED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one border router.

    `serves` is that a lock or this host's routes named it, `answers` that it answered a
    probe, `tried` that it had the time for it, `gone` that it is away for long.
    """

    role: HubRole
    serves: bool = False
    answers: bool = False
    tried: bool = False
    gone: bool = False

    @property
    def rank(self) -> Rank:
        """Return the precedence; what never answered and is gone comes last."""
        if self.role is HubRole.CHOSEN:
            return Rank.CHOSEN
        on_network = self.role is HubRole.NETWORK
        if self.serves and on_network:
            return Rank.SERVES
        if self.gone:
            proved = self.serves or self.answers
            return Rank.GONE if proved else Rank.NEVER_ANSWERED
        if self.answers or self.serves:
            return Rank.ANSWERS_ON_NETWORK if on_network else Rank.ANSWERS
        if on_network:
            return Rank.HEARD_ON_NETWORK if self.tried else Rank.UNTRIED_ON_NETWORK
        return Rank.HEARD

    @property
    def is_worth_storing(self) -> bool:
        """Whether it is remembered over a restart: what proved nothing is found anew."""
        return self.role is HubRole.CHOSEN or self.serves or self.answers


@dataclass(frozen=True, slots=True)
class HubRoles:
    """The hubs that were chosen, by id, and the Thread networks of the locks."""

    chosen: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()

    def of(self, router: BorderRouter) -> HubRole:
        """Return the role of a border router."""
        if router.id in self.chosen:
            return HubRole.CHOSEN
        if router.record.extended_pan_id in self.networks:
            return HubRole.NETWORK
        return HubRole.AQARA if router.record.is_aqara else HubRole.NONE

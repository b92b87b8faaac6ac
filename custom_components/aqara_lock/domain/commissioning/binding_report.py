"""The binding report: what a lock hangs on, who is connected to it, and how well it answers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from .. import codec
from ..connectivity import ConnectionCheck
from ..doorlock import Feature
from ..journal import ReportsWho
from ..thread import PathEvidence


class Hangs(StrEnum):
    """Whether the lock is on the Thread network of the hub that is meant to serve it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NO_HUB_MEANT = "no_hub_meant"
    THROUGH_BRIDGE = "through_bridge"


class HubNeed(StrEnum):
    """Whether the lock needs that hub to be reached by radio."""

    ONLY_WAY = "only_way"
    OTHERS_CARRY = "others_carry"
    CARRIES_NOTHING = "carries_nothing"
    ANY_ONE = "any_one"
    BRIDGE = "bridge"
    UNKNOWN = "unknown"


class Ability(StrEnum):
    """What a lock can do over Matter, by its FeatureMap."""

    USERS = "users"
    CODES = "codes"
    TAGS = "tags"
    FINGERS = "fingers"
    FACES = "faces"
    SCHEDULES = "schedules"
    DIGITAL_KEYS = "digital_keys"
    DOOR = "door"
    UNLATCH = "unlatch"


ABILITIES: Final[Mapping[Ability, Feature]] = {
    Ability.USERS: Feature.USER,
    Ability.CODES: Feature.PIN,
    Ability.TAGS: Feature.RFID,
    Ability.FINGERS: Feature.FINGER,
    Ability.FACES: Feature.FACE,
    Ability.SCHEDULES: Feature.WEEK_DAY_SCHEDULES | Feature.YEAR_DAY_SCHEDULES,
    Ability.DIGITAL_KEYS: Feature.ALIRO | Feature.ALIRO_BLE_UWB,
    Ability.DOOR: Feature.DOOR_POSITION,
    Ability.UNLATCH: Feature.UNBOLT,
}
"""One of the features is enough (Matter 1.6 5.2.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterThere:
    """A border router of the lock's Thread network, and whether it was there."""

    id: str
    name: str
    is_aqara: bool
    is_live: bool

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return {
            "id": self.id,
            "name": self.name,
            "is_aqara": self.is_aqara,
            "is_live": self.is_live,
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "border router")
        return cls(
            id=codec.text(data, "id"),
            name=codec.text(data, "name"),
            is_aqara=codec.truth(data, "is_aqara"),
            is_live=codec.truth(data, "is_live"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingReport:
    """What was found when somebody asked; facts that the lock does not give are None.

    `meant_hub` and `served_by` are border agent ids, networks are extended PAN ids.
    """

    at: datetime
    lock_name: str
    is_bridged: bool = False
    model: str | None = None
    meant_hub: str | None = None
    meant_hub_name: str | None = None
    meant_hub_live: bool | None = None
    meant_network: str | None = None
    meant_network_name: str | None = None
    network: str | None = None
    network_name: str | None = None
    served_by: str | None = None
    path_evidence: PathEvidence = PathEvidence.NETWORK_UNKNOWN
    routers: tuple[RouterThere, ...] = ()
    ecosystems: tuple[str, ...] = ()
    fabrics_used: int | None = None
    fabrics_supported: int | None = None
    check: ConnectionCheck | None = None
    battery_percent: float | None = None
    features: Feature | None = None
    reports_who: ReportsWho = ReportsWho.NOT_SEEN_YET

    @property
    def hangs(self) -> Hangs:
        """Whether the lock hangs on the hub that it was meant for."""
        if self.is_bridged:
            return Hangs.THROUGH_BRIDGE
        if self.meant_hub is None:
            return Hangs.NO_HUB_MEANT
        if self.network is None or self.meant_network is None:
            return Hangs.UNKNOWN
        return Hangs.YES if self.network == self.meant_network else Hangs.NO

    @property
    def need(self) -> HubNeed:
        """Whether the radio link needs that hub."""
        return _NEEDS[self.hangs] or self._need_on_its_network()

    def _need_on_its_network(self) -> HubNeed:
        others = [hub for hub in self.routers if hub.id != self.meant_hub]
        living = any(hub.is_live for hub in others)
        return HubNeed.OTHERS_CARRY if living else HubNeed.ONLY_WAY

    @property
    def served_by_name(self) -> str | None:
        """Name of the border router that packets for the lock go through."""
        named = (hub.name for hub in self.routers if hub.id == self.served_by)
        return next(named, None)

    @property
    def fabrics_free(self) -> int | None:
        """How many more apps (ecosystems) fit; None where the lock does not tell."""
        if self.fabrics_used is None or not self.fabrics_supported:
            return None
        return max(0, self.fabrics_supported - self.fabrics_used)

    def can(self, ability: Ability) -> bool | None:
        """Tell whether the lock offers an ability over Matter; None if not known."""
        if self.features is None:
            return None
        return bool(self.features & ABILITIES[ability])

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        return codec.present(
            **{key: getattr(self, key) for key in (*_TEXTS, *_NUMBERS, *_TRUTHS)},
            at=self.at.isoformat(),
            path_evidence=self.path_evidence.value,
            routers=[router.as_dict() for router in self.routers],
            ecosystems=list(self.ecosystems),
            check=_check_as_dict(self.check) if self.check else None,
            battery_percent=self.battery_percent,
            features=None if self.features is None else int(self.features),
            reports_who=self.reports_who.value,
        )

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "binding report")
        features = codec.optional_integer(data, "features")
        routers = codec.items(data, "routers")
        facts: dict[str, Any] = {
            **{key: codec.optional_text(data, key) for key in _TEXTS[1:]},
            **{key: codec.optional_integer(data, key) for key in _NUMBERS},
        }
        return cls(
            **facts,
            at=codec.moment(data, "at"),
            lock_name=codec.text(data, "lock_name"),
            is_bridged=codec.truth(data, "is_bridged"),
            meant_hub_live=_optional_truth(data, "meant_hub_live"),
            path_evidence=codec.choice(PathEvidence, data, "path_evidence"),
            routers=tuple(RouterThere.from_dict(item) for item in routers),
            ecosystems=tuple(str(item) for item in codec.items(data, "ecosystems")),
            check=_check_from(data.get("check")),
            battery_percent=codec.optional_number(data, "battery_percent"),
            features=None if features is None else Feature(features),
            reports_who=codec.choice(ReportsWho, data, "reports_who"),
        )


def _optional_truth(data: Mapping[str, Any], key: str) -> bool | None:
    return None if data.get(key) is None else codec.truth(data, key)


def _check_as_dict(check: ConnectionCheck) -> dict[str, Any]:
    return asdict(check) | {"times": list(check.times)}


def _check_from(value: object) -> ConnectionCheck | None:
    if value is None:
        return None
    data = codec.mapping(value, "check")
    times = (codec.number({"times": x}, "times") for x in codec.items(data, "times"))
    return ConnectionCheck(
        codec.integer(data, "sent"),
        tuple(times),
        untimed=codec.optional_integer(data, "untimed") or 0,
        unsent=codec.optional_integer(data, "unsent") or 0,
        masked=codec.optional_integer(data, "masked") or 0,
        proves_nothing=_optional_truth(data, "proves_nothing") or False,
    )


_TEXTS: Final = (
    "lock_name",
    "model",
    "meant_hub",
    "meant_hub_name",
    "meant_network",
    "meant_network_name",
    "network",
    "network_name",
    "served_by",
)
_NUMBERS: Final = ("fabrics_used", "fabrics_supported")
_TRUTHS: Final = ("is_bridged", "meant_hub_live")
_NEEDS: Final[Mapping[Hangs, HubNeed | None]] = {
    Hangs.YES: None,
    Hangs.NO: HubNeed.CARRIES_NOTHING,
    Hangs.UNKNOWN: HubNeed.UNKNOWN,
    Hangs.NO_HUB_MEANT: HubNeed.ANY_ONE,
    Hangs.THROUGH_BRIDGE: HubNeed.BRIDGE,
}

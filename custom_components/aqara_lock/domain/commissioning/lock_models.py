"""Lock models: how they are recognised, and what each tells, as far as that is known.

Never a base for a decision: what a lock at hand can do is read from its FeatureMap.
"""

from collections.abc import Mapping
from enum import StrEnum
import re
from typing import Final


class LockModel(StrEnum):
    """Models of Aqara, and the rest by how they are connected."""

    U400 = "u400"
    U200 = "u200"
    U200_US = "u200_us"
    U200_LITE = "u200_lite"
    U300 = "u300"
    U500 = "u500"
    U600 = "u600"
    J200 = "j200"
    OTHER_MATTER = "other_matter"
    U100 = "u100"
    U50 = "u50"
    A100 = "a100"
    D100 = "d100"
    OTHER_ZIGBEE = "other_zigbee"

    @property
    def is_matter(self) -> bool:
        """Whether it speaks Matter itself; else it comes through its hub's bridge."""
        return self not in BRIDGED

    @property
    def printed_name(self) -> str | None:
        """Name as printed on the box; None for a group."""
        return _TITLES.get(self)


class Topic(StrEnum):
    """What a user wants to know before anything is reset."""

    CONNECTION = "connection"
    STATE = "state"
    WHICH_APP = "which_app"
    WHO_AT_DOOR = "who_at_door"
    USERS = "users"
    SCHEDULES = "schedules"
    DIGITAL_KEY = "digital_key"
    DOOR = "door"
    IPV6 = "ipv6"


class Told(StrEnum):
    """What is known on a topic."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"
    EXPECTED = "expected"
    SHOWN_WHEN_ADDED = "shown_when_added"
    BY_THREAD = "by_thread"
    BY_BRIDGE = "by_bridge"
    STATE_ONLY = "state_only"
    SAYS_NOTHING = "says_nothing"
    NOT_THROUGH_BRIDGE = "not_through_bridge"
    CODES_ONLY = "codes_only"
    NAMES_WITHOUT_SPACES = "names_without_spaces"
    SINCE_FIRMWARE_085 = "since_firmware_085"
    IN_APPLE_HOME = "in_apple_home"
    LOCAL_IPV6 = "local_ipv6"
    IPV6_FOR_BRIDGE_ONLY = "ipv6_for_bridge_only"


BRIDGED: Final = frozenset(
    {
        LockModel.U100,
        LockModel.U50,
        LockModel.A100,
        LockModel.D100,
        LockModel.OTHER_ZIGBEE,
    }
)
"""Not Matter devices themselves (catalogue of certified products; field-knowledge C4)."""
_TITLES: Final[Mapping[LockModel, str]] = {
    LockModel.U400: "U400",
    LockModel.U200: "U200",
    LockModel.U200_US: "U200 US",
    LockModel.U200_LITE: "U200 Lite",
    LockModel.U300: "U300",
    LockModel.U500: "U500",
    LockModel.U600: "U600",
    LockModel.J200: "J200",
    LockModel.U100: "U100",
    LockModel.U50: "U50",
    LockModel.A100: "A100",
    LockModel.D100: "D100",
}


def model_of(product_name: str | None, *, bridged: bool = False) -> LockModel:
    """Recognise a lock by its name; of two that fit, the longer one says more."""
    named = [
        model
        for model, title in _TITLES.items()
        if model.is_matter is not bridged
        and re.search(rf"\b{title}\b", product_name or "", re.IGNORECASE)
    ]
    if named:
        return max(named, key=lambda model: len(_TITLES[model]))
    return LockModel.OTHER_ZIGBEE if bridged else LockModel.OTHER_MATTER


def facts(model: LockModel) -> Mapping[Topic, Told]:
    """Give what is known of a model on each topic."""
    base = _MATTER if model.is_matter else _BRIDGED
    return {**base, **_KNOWN.get(model, {})}


_MATTER: Final[Mapping[Topic, Told]] = {
    Topic.CONNECTION: Told.BY_THREAD,
    Topic.STATE: Told.YES,
    Topic.WHICH_APP: Told.SHOWN_WHEN_ADDED,
    Topic.WHO_AT_DOOR: Told.NOT_KNOWN,
    Topic.USERS: Told.SHOWN_WHEN_ADDED,
    Topic.SCHEDULES: Told.SHOWN_WHEN_ADDED,
    Topic.DIGITAL_KEY: Told.NOT_KNOWN,
    Topic.DOOR: Told.SHOWN_WHEN_ADDED,
    Topic.IPV6: Told.LOCAL_IPV6,
}
"""Door Lock cluster: LockState is mandatory, users and schedules are features (Matter 5.2)."""
_BRIDGED: Final[Mapping[Topic, Told]] = {
    Topic.CONNECTION: Told.BY_BRIDGE,
    Topic.STATE: Told.STATE_ONLY,
    Topic.WHICH_APP: Told.NOT_THROUGH_BRIDGE,
    Topic.WHO_AT_DOOR: Told.NOT_THROUGH_BRIDGE,
    Topic.USERS: Told.NOT_THROUGH_BRIDGE,
    Topic.SCHEDULES: Told.NOT_THROUGH_BRIDGE,
    Topic.DIGITAL_KEY: Told.NOT_THROUGH_BRIDGE,
    Topic.DOOR: Told.NOT_KNOWN,
    Topic.IPV6: Told.IPV6_FOR_BRIDGE_ONLY,
}
"""R57, core#159410, core#166896: no user table and nobody's name; a U100 works without IPv6."""
_KNOWN: Final[Mapping[LockModel, Mapping[Topic, Told]]] = {
    # Schedule features and no door sensor: community discussion #4684, RDK; Apple
    # Home keeps its keys: the maker's forum. No operation of one was published.
    LockModel.U400: {
        Topic.WHO_AT_DOOR: Told.EXPECTED,
        Topic.SCHEDULES: Told.YES,
        Topic.DIGITAL_KEY: Told.IN_APPLE_HOME,
        Topic.DOOR: Told.NO,
    },
    # matterjs-server#1037 and #748: remote operations name the app, local ones nobody;
    # FeatureMap 0x183 of firmware 077, schedule commands of 085 (core#166896).
    LockModel.U200: {
        Topic.WHICH_APP: Told.YES,
        Topic.WHO_AT_DOOR: Told.SAYS_NOTHING,
        Topic.USERS: Told.CODES_ONLY,
        Topic.SCHEDULES: Told.SINCE_FIRMWARE_085,
        Topic.DOOR: Told.NO,
    },
    # core#178611: every field but the operation is empty; FeatureMap 3475.
    LockModel.U200_US: {
        Topic.WHO_AT_DOOR: Told.SAYS_NOTHING,
        Topic.USERS: Told.CODES_ONLY,
        Topic.SCHEDULES: Told.YES,
        Topic.DOOR: Told.NO,
    },
    # Limits that the authors of Lock Code Manager measured on one.
    LockModel.U300: {Topic.USERS: Told.NAMES_WITHOUT_SPACES},
    LockModel.U600: {Topic.CONNECTION: Told.NOT_KNOWN},
    LockModel.J200: {Topic.CONNECTION: Told.NOT_KNOWN},
    LockModel.OTHER_MATTER: {Topic.CONNECTION: Told.SHOWN_WHEN_ADDED},
}

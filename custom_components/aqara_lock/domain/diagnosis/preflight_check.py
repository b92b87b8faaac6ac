"""What a check before binding can say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..thread import BorderRouter
from .evidence import Evidence
from .reasoning import Finding
from .rules import Parameter


class Verdict(StrEnum):
    """What came out of a check; not to be able to look is an answer, too."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKABLE = "not_checkable"


class CheckId(StrEnum):
    """What is looked at, in this order."""

    MATTER_INTEGRATION = "matter_integration"
    MATTER_SERVER = "matter_server"
    HOST_IPV6 = "host_ipv6"
    HUB_ON_LAN = "hub_on_lan"
    HUB_SUBNET = "hub_subnet"
    THREAD_INTERFACE = "thread_interface"
    ROUTE_TO_MESH = "route_to_mesh"
    MDNS = "mdns"


class Saying(StrEnum):
    """Which sentence tells the result; `FINDING` is that of the rule that fired."""

    FINDING = "finding"
    SEE_OTHER = "see_other"
    NOT_YET = "not_yet"
    NO_HUB_CHOSEN = "no_hub_chosen"
    SERVER_ELSEWHERE = "server_elsewhere"
    OWN_CONTAINER = "own_container"
    NOT_READABLE = "not_readable"
    MATTER_READY = "matter_ready"
    MATTER_MISSING = "matter_missing"
    SERVER_VERSION = "server_version"
    SERVER_UNKNOWN = "server_unknown"
    IPV6_LOCAL = "ipv6_local"
    IPV6_INTERNET = "ipv6_internet"
    IPV6_LINK_LOCAL = "ipv6_link_local"
    HUB_ANSWERS = "hub_answers"
    HUB_HEARD = "hub_heard"
    HUB_UNHEARD = "hub_unheard"
    HUB_UNKNOWN = "hub_unknown"
    SAME_SUBNET = "same_subnet"
    SUBNET_UNTOLD = "subnet_untold"
    THREAD_ACTIVE = "thread_active"
    THREAD_UNTOLD = "thread_untold"
    ROUTED = "routed"
    ROUTE_MISSING = "route_missing"
    NO_PREFIX = "no_prefix"
    MDNS_HEARD = "mdns_heard"
    MDNS_SILENT = "mdns_silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A look at the home network at one moment."""

    evidence: Evidence
    at: datetime

    @property
    def routers(self) -> tuple[BorderRouter, ...]:
        """The border routers that are known."""
        return tuple(hub.router for hub in self.evidence.hubs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The result of one check; `finding` carries cause and remedy where a rule fired."""

    id: CheckId
    verdict: Verdict
    saying: Saying
    finding: Finding | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict, hash=False)

"""What a rule is: one root cause, and a pure function that looks for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import Final

from .view import View

type Parameter = str | int | float | datetime


class Severity(IntEnum):
    """How bad it is; a notice leaves the state of a diagnosis sensor at `ok`."""

    NOTICE = 1
    WARNING = 2
    ERROR = 3


class Confidence(IntEnum):
    """How sure the evidence makes it."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Group(StrEnum):
    """Where the cause sits."""

    HOST = "host"
    LAN = "lan"
    HUB = "hub"
    LOCK = "lock"
    SOFTWARE = "software"


class Step(IntEnum):
    """Place of a rule in the order of decision."""

    MATTER_SERVER = 1
    NODE = 2
    SCOPE = 3
    BORDER_ROUTER = 4
    ROUTE = 5
    HOST_IPV6 = 6
    PING = 7
    SESSION = 8
    LOCK = 9


class Scope(StrEnum):
    """What a finding is about."""

    HOME = "home"
    HUB = "hub"
    LOCK = "lock"


class Part(Enum):
    """Evidence that a rule needs; without it the rule is reported as not checked."""

    ADAPTERS = "adapters"
    SYSCTLS = "sysctls"
    ROUTES = "routes"
    ROUTE_TABLE = "route_table"
    ROUTE_CHOICES = "route_choices"
    NEIGHBOURS = "neighbours"
    CONTAINER = "container"
    LAN_CHANGES = "lan_changes"
    FABRIC = "fabric"
    SERVER_HISTORY = "server_history"
    ADDONS = "addons"
    DATASETS = "datasets"
    HUBS = "hubs"
    MDNS = "mdns"
    LOCKS = "locks"


MOST_LISTED: Final = 12
NO_PARAMETERS: Final[Mapping[str, Parameter]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMatch:
    """What a rule found: on which hub or lock (neither: the home), for which locks.

    Severity and confidence stand in for the rule's own where this case differs.
    """

    hub: str | None = None
    lock: str | None = None
    locks: tuple[str, ...] = ()
    severity: Severity | None = None
    confidence: Confidence | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: NO_PARAMETERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One root cause. `parents` are causes that explain it, and therefore hide it.

    `severity` is the usual one, `worst` the one of its worst case.
    """

    id: str
    summary: str
    group: Group
    step: Step
    severity: Severity
    worst: Severity
    confidence: Confidence
    needs: tuple[Part, ...]
    parents: frozenset[str]
    references: tuple[str, ...]
    check: Callable[[View], Iterable[RuleMatch]]

    @property
    def is_about_host(self) -> bool:
        """Whether it rests on what this host sees, which may not be the server's host."""
        of_host = {Part.ADAPTERS, Part.MDNS}
        return self.group is Group.HOST or not of_host.isdisjoint(self.needs)


def rule(
    *,
    group: Group,
    step: Step,
    severity: Severity,
    worst: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    needs: tuple[Part, ...] = (),
    parents: Iterable[str] = (),
    references: tuple[str, ...],
) -> Callable[[Callable[[View], Iterable[RuleMatch]]], Rule]:
    """Make a rule of a function: its name is the id, its docstring the summary."""

    def make(check: Callable[[View], Iterable[RuleMatch]]) -> Rule:
        name = check.__name__
        return Rule(
            id=name,
            summary=" ".join((check.__doc__ or "").split()),
            group=group,
            step=step,
            severity=severity,
            worst=worst or severity,
            confidence=confidence,
            needs=needs,
            parents=frozenset(parents),
            references=references,
            check=check,
        )

    return make


def listed(names: Iterable[str]) -> str:
    """Return names as one text, each once; of more than a home has, the first ones.

    Anybody on the home network can announce any number of them.
    """
    every = sorted(set(names))
    kept = every[:MOST_LISTED]
    return ", ".join([*kept, "…"] if len(every) > len(kept) else kept)

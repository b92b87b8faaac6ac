"""The path from Home Assistant to a lock, link by link, as the findings colour it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from .reasoning import Finding
from .rules import Group, Severity


class Link(StrEnum):
    """A part of the path, in the order in which a command passes them."""

    HOME_ASSISTANT = "home_assistant"
    NETWORK = "network"
    HUB = "hub"
    LOCK = "lock"


class LinkState(StrEnum):
    """How a part of the path is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"


LINKS: Final[Mapping[Group, Link]] = {
    Group.SOFTWARE: Link.HOME_ASSISTANT,
    Group.HOST: Link.NETWORK,
    Group.LAN: Link.NETWORK,
    Group.HUB: Link.HUB,
    Group.LOCK: Link.LOCK,
}
_STATES: Final[Mapping[Severity, LinkState]] = {
    Severity.NOTICE: LinkState.OK,
    Severity.WARNING: LinkState.WARNING,
    Severity.ERROR: LinkState.ERROR,
}


def link_of(finding: Finding) -> Link:
    """Return the part of the path in which a cause sits."""
    return LINKS[finding.rule.group]


def path_health(
    findings: Iterable[Finding], *, responsive: bool, checking: bool
) -> dict[Link, LinkState]:
    """Return how each part of the path to a lock is.

    A lock that is silent without a cause is red itself. What lies behind the first red
    part cannot be judged, and nor can a lock that is just being checked.
    """
    worst = dict.fromkeys(Link, Severity.NOTICE)
    for finding in findings:
        link = link_of(finding)
        worst[link] = max(worst[link], finding.severity)
    if not responsive and Severity.ERROR not in worst.values():
        worst[Link.LOCK] = Severity.ERROR
    states = {link: _STATES[severity] for link, severity in worst.items()}
    if not responsive:
        _hide_behind_the_first_error(states)
    if checking and states[Link.LOCK] is LinkState.ERROR:
        states[Link.LOCK] = LinkState.UNKNOWN
    return states


def _hide_behind_the_first_error(states: dict[Link, LinkState]) -> None:
    is_behind = False
    for link in Link:
        if is_behind:
            states[link] = LinkState.UNKNOWN
        is_behind = is_behind or states[link] is LinkState.ERROR

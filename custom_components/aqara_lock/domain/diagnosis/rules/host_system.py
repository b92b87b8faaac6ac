"""Rules on how Home Assistant stands in its network, and on the kernel's firewall."""

from collections.abc import Iterator
from typing import Final

from ...connectivity import DropoutPattern
from ..evidence import known
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, rule
from .view import View

SAFE_UDP_TIMEOUT: Final = 1800
"""Seconds: above the longest reporting interval that was seen (matterjs-server#526)."""


@rule(
    group=Group.HOST,
    step=Step.HOST_IPV6,
    severity=Severity.ERROR,
    needs=(Part.CONTAINER,),
    parents=("home_network_down",),
    references=("R10", "matterjs-server#603"),
)
def container_bridged(view: View) -> Iterator[RuleMatch]:
    """Home Assistant runs in a container with a network of its own, and locks are away."""
    if view.host.bridged_container is not True:
        return
    if view.host.matter_server_elsewhere is True:
        return
    # Of one that spoke to this Home Assistant the network of the container is no cause.
    unheard = [x for x in view.silent_thread_locks if x.last_sign_of_life is None]
    if unheard:
        yield RuleMatch(locks=view.ids(unheard))


@rule(
    group=Group.HOST,
    step=Step.SESSION,
    severity=Severity.WARNING,
    confidence=Confidence.LOW,
    needs=(Part.LOCKS,),
    parents=("matter_unavailable", "hub_unstable"),
    references=("R15", "matterjs-server#526", "matterjs-server#591", "core#159629"),
)
def firewall_timeout(view: View) -> Iterator[RuleMatch]:
    """A lock drops out by the clock, as when a firewall forgets its quiet connection."""
    locks = [
        k
        for k, beat in view.dropout_patterns.items()
        if beat is DropoutPattern.SUBSCRIPTION
    ]
    if not locks:
        return
    timeout = known(view.host.udp_stream_timeout)
    short = timeout is not None and timeout < SAFE_UDP_TIMEOUT
    yield RuleMatch(
        locks=tuple(locks),
        confidence=Confidence.HIGH if short else None,
        parameters={"timeout": timeout if timeout is not None else "–"},
    )


RULES: Final[tuple[Rule, ...]] = (container_bridged, firewall_timeout)

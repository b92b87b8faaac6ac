"""Rules on a single hub (Thread border router)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Final

from ..evidence import Hearing, HubEvidence, LockEvidence, known
from .absence import is_gone, severity_of_absence
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, rule
from .tried import after_hub_restart
from .view import View

SWITCHED_WITHIN: Final = timedelta(minutes=2)
"""A hub lives on for a moment, and is missed only after some unanswered probes."""
MANY_OUTAGES: Final = 6
WITHDRAWN_FOR: Final = timedelta(seconds=30)
"""A hub that restarts its Thread part announces it again within seconds."""
HUB_IS_FOUND: Final = ("home_network_down", "other_subnet")


class Missed(StrEnum):
    """How it is known that a hub is away."""

    PROBE = "probe"
    MDNS = "mdns"
    """It answers no probe: mDNS and the silence of its locks are all there is."""


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.HUBS,),
    parents=HUB_IS_FOUND,
    references=("R23",),
)
def hub_switched_off(view: View) -> Iterator[RuleMatch]:
    """A hub went away when the switch that feeds it was turned off."""
    for hub in view.hubs:
        switch = known(hub.power_switch)
        if switch is None or switch.is_on or not is_gone(view, hub):
            continue
        gone, off = hub.offline_since, switch.changed_at
        if gone is None or off is None or abs(gone - off) > SWITCHED_WITHIN:
            continue
        yield _gone(view, hub, switch=switch.name)


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    needs=(Part.HUBS,),
    parents=(*HUB_IS_FOUND, "hub_switched_off", "hub_left_wifi"),
    references=("R20", "core#136599"),
)
def hub_offline(view: View) -> Iterator[RuleMatch]:
    """A hub is gone: unplugged, switched off, or moved to a network unknown here."""
    for hub in view.hubs:
        if is_gone(view, hub):
            missed = Missed.PROBE if hub.answers is False else Missed.MDNS
            yield _gone(view, hub, missed=missed)


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    needs=(Part.HUBS,),
    parents=(*HUB_IS_FOUND, "hub_offline", "hub_left_wifi", "hub_switched_off"),
    references=("R20", "Thread 1.3 8.4.1"),
)
def thread_interface_off(view: View) -> Iterator[RuleMatch]:
    """A hub answers, but says that its Thread interface is off, or announces none."""
    for hub in view.hubs:
        locks = [x for x in view.locks_behind(hub) if x.bridge_hub != hub.id]
        if not locks or not view.is_live(hub):
            continue
        left = view.left_alone_by(hub)
        alone = [x for x in locks if x.id in left]
        says_so = _says_off(view, hub, alone)
        if says_so or _has_withdrawn(view, hub, locks):
            yield RuleMatch(
                hub=hub.id,
                locks=view.ids(alone),
                severity=None if alone else Severity.WARNING,
                confidence=None if says_so else Confidence.MEDIUM,
                parameters=after_hub_restart(
                    [hub], hub.record_since if says_so else hub.unheard_since
                ),
            )


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    needs=(Part.HUBS,),
    parents=HUB_IS_FOUND,
    references=("R37",),
)
def hub_unstable(view: View) -> Iterator[RuleMatch]:
    """A hub keeps coming and going."""
    for hub in view.hubs:
        outages = known(hub.outages_per_day) or 0
        if outages < MANY_OUTAGES:
            continue
        if locks := view.locks_behind(hub):
            yield RuleMatch(
                hub=hub.id, locks=view.ids(locks), parameters={"outages": outages}
            )


def _says_off(view: View, hub: HubEvidence, alone: Iterable[LockEvidence]) -> bool:
    """Tell whether the hub says so, and no lock without another way has spoken since.

    Some firmware fills in nothing, which reads like a radio that is off.
    """
    if hub.router.record.thread_active is not False:
        return False
    return not any(view.heard_since(lock, hub.record_since) for lock in alone)


def _has_withdrawn(view: View, hub: HubEvidence, locks: Iterable[LockEvidence]) -> bool:
    """Tell whether the hub took its word back that it is a border router, at a price."""
    if hub.answers is not True or not _announces_none(view, hub):
        return False
    if not any(map(view.is_silent, locks)):
        return False
    return view.lasts(hub.unheard_since, WITHDRAWN_FOR)


def _announces_none(view: View, hub: HubEvidence) -> bool:
    """Tell a goodbye, or a silence that is no loss of packets: they stay on this host."""
    if hub.hearing is Hearing.GOODBYE:
        return True
    return hub.hearing is Hearing.SILENT and view.is_this_host(hub)


def _gone(view: View, hub: HubEvidence, **parameters: str) -> RuleMatch:
    """Report a hub that is away; an error only for locks that depend on it."""
    alone = view.left_alone_by(hub)
    since = hub.offline_since
    sure = hub.answers is False
    return RuleMatch(
        hub=hub.id,
        locks=alone,
        severity=severity_of_absence(view, hub),
        confidence=None if sure else Confidence.MEDIUM,
        parameters={"since": since if since is not None else "–", **parameters},
    )


RULES: Final[tuple[Rule, ...]] = (
    hub_switched_off,
    hub_offline,
    thread_interface_off,
    hub_unstable,
)

"""Rules on the Thread networks: which there are, and which the lock is on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from ...foreign_names import foreign_name
from ...thread import RouteState
from ..evidence import HubEvidence, LockEvidence, known
from .locks_and_hubs import silent_since
from .parents import NO_LOCK_AT_THE_SERVER, NO_WAY_TO_THE_MESH
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, listed, rule
from .tried import after_hub_restart, after_server_restart
from .view import View

SETTLED: Final = timedelta(minutes=10)
"""Partitions merge and data sets spread within minutes of a restart."""
MESH_NODES: Final = 2


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.ERROR,
    needs=(Part.HUBS, Part.LOCKS),
    parents=("home_network_down",),
    references=("R28", "core#133673"),
)
def wrong_thread_network(view: View) -> Iterator[RuleMatch]:
    """A lock is on another Thread network than the hub that is meant to serve it."""
    for lock in view.thread_locks:
        hub = view.hub_by_id.get(lock.meant_hub or "")
        if hub is None or lock.network is None or lock.network == hub.network:
            continue
        works = bool(view.carriers_of(lock)) or _is_heard(view, lock, hub)
        yield RuleMatch(
            lock=lock.id,
            severity=Severity.WARNING if works else None,
            parameters={
                "hub": hub.shown_name,
                "hub_network": foreign_name(
                    hub.router.record.network_name or hub.network
                ),
                "lock_network": view.network_name(lock.network),
            },
        )


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    worst=Severity.ERROR,
    needs=(Part.HUBS,),
    parents=("home_network_down",),
    references=("Thread 1.3 5.15",),
)
def network_split(view: View) -> Iterator[RuleMatch]:
    """Border routers of one Thread network do not hear each other by radio."""
    for network, hubs in _settled(view):
        partitions = {hub.router.record.partition_id for hub in hubs} - {None}
        if len(partitions) > 1:
            hit = _on_network(view, network, hubs)
            cut = any(_fell_silent(view, x, hubs) for x in _locks_on(view, network))
            yield replace(hit, severity=Severity.ERROR if cut else None)


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.HUBS,),
    parents=("home_network_down", "network_split"),
    references=("Thread 1.3 8.4.3",),
)
def dataset_out_of_sync(view: View) -> Iterator[RuleMatch]:
    """Border routers of one Thread network hold different versions of its settings."""
    for network, hubs in _settled(view):
        stamps = {
            x.seconds for hub in hubs if (x := hub.router.record.active_timestamp)
        }
        if len(stamps) > 1:
            yield _on_network(view, network, hubs)


@rule(
    group=Group.HUB,
    step=Step.ROUTE,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.HUBS, Part.LOCKS),
    parents=(
        "home_network_down",
        "other_subnet",
    ),
    references=("R27", "addons#4749"),
)
def prefix_changed(view: View) -> Iterator[RuleMatch]:
    """The mesh has a new address range, and the silent lock is known by an old address."""
    for lock in view.silent_thread_locks:
        addresses = [a for a in known(lock.addresses) or () if not a.is_link_local]
        hubs = view.carriers_of(lock)
        prefixes = [hub.router.record.omr_prefix for hub in hubs]
        live = [prefix for prefix in prefixes if prefix is not None]
        if not addresses or not live or len(live) < len(hubs):
            continue
        if any(a in prefix for a in addresses for prefix in live):
            continue
        if view.route_state_to(lock) in {RouteState.ROUTED, RouteState.NO_SOURCE}:
            continue
        names = listed(str(prefix) for prefix in live)
        advice = after_server_restart(view, silent_since(lock))
        yield RuleMatch(lock=lock.id, parameters={"prefix": names, **advice})


@rule(
    group=Group.HUB,
    step=Step.SCOPE,
    severity=Severity.ERROR,
    confidence=Confidence.MEDIUM,
    needs=(Part.HUBS, Part.LOCKS),
    parents=(
        *NO_LOCK_AT_THE_SERVER,
        *NO_WAY_TO_THE_MESH,
        "network_split",
        "prefix_changed",
    ),
    references=("R20", "R21"),
)
def mesh_silent(view: View) -> Iterator[RuleMatch]:
    """The hub answers, but every Thread device behind it is silent."""
    for locks in view.locks_by_network.values():
        if not all(view.is_lost(lock) for lock in locks):
            continue
        if any(view.ping_answers(lock) for lock in locks):
            continue
        siblings = [view.siblings(lock) for lock in locks]
        if any(x.silent < x.total for x in siblings):
            continue
        devices = 1 + max(x.total for x in siblings)
        answering = view.carriers_of(locks[0])
        if devices >= MESH_NODES and answering:
            silent = (since for x in locks if (since := silent_since(x)))
            advice = after_hub_restart(answering, max(silent, default=None))
            yield RuleMatch(
                locks=view.ids(locks),
                parameters={
                    "hub": _names(answering),
                    "devices": devices,
                    **advice,
                },
            )


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.NOTICE,
    needs=(Part.HUBS, Part.LOCKS),
    parents=("home_network_down", "hub_offline", "hub_left_wifi", "hub_switched_off"),
    references=("R22",),
)
def single_border_router(view: View) -> Iterator[RuleMatch]:
    """Exactly one border router serves the lock's network: nothing can take over."""
    for network, locks in view.locks_by_network.items():
        hubs = view.hubs_by_network.get(network, [])
        if len(hubs) == 1:
            yield RuleMatch(hub=hubs[0].id, locks=view.ids(locks))


@rule(
    group=Group.HUB,
    step=Step.BORDER_ROUTER,
    severity=Severity.NOTICE,
    needs=(Part.HUBS, Part.LOCKS),
    references=("R36", "matterjs-server#748"),
)
def several_thread_networks(view: View) -> Iterator[RuleMatch]:
    """More than one Thread network is in the house."""
    live = {hub.network: hub for hub in view.hubs if view.is_live(hub)}
    if len(live) > 1 and view.thread_locks:
        names = listed(view.network_name(network) for network in live)
        yield RuleMatch(parameters={"networks": names})


def _settled(view: View) -> Iterator[tuple[str, list[HubEvidence]]]:
    """Give networks of locks with their live border routers that stand for a while."""
    for network, hubs in view.hubs_by_network.items():
        settled = [
            hub
            for hub in hubs
            if view.carries(hub)
            and hub.record_since is not None
            and view.lasts(hub.record_since, SETTLED)
        ]
        if _locks_on(view, network):
            yield network, settled


def _is_heard(view: View, lock: LockEvidence, meant: HubEvidence) -> bool:
    """Tell whether the lock spoke since the hub that is meant for it is where it is."""
    return not view.is_silent(lock) and view.heard_since(lock, meant.record_since)


def _fell_silent(view: View, lock: LockEvidence, hubs: Iterable[HubEvidence]) -> bool:
    """Tell whether the lock is silent, and was not heard in what the hubs say now."""
    if not view.is_silent(lock):
        return False
    dates = [hub.record_since for hub in hubs if hub.record_since is not None]
    return not view.heard_since(lock, max(dates, default=None))


def _locks_on(view: View, network: str) -> list[LockEvidence]:
    return view.locks_by_network.get(network, [])


def _on_network(view: View, network: str, hubs: Iterable[HubEvidence]) -> RuleMatch:
    return RuleMatch(
        locks=view.ids(_locks_on(view, network)),
        parameters={"network": view.network_name(network), "hubs": _names(hubs)},
    )


def _names(hubs: Iterable[HubEvidence]) -> str:
    return listed(hub.shown_name for hub in hubs)


RULES: Final[tuple[Rule, ...]] = (
    wrong_thread_network,
    network_split,
    dataset_out_of_sync,
    prefix_changed,
    mesh_silent,
    single_border_router,
    several_thread_networks,
)

"""The border routers of the house as a list to choose from, with how each one does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..thread import MeshcopRecord, ThreadRole
from .evidence import Evidence, HubEvidence


class HubHealth(StrEnum):
    """How a hub does, the best first.

    A role of zero is not told from a firmware that leaves it out: `THREAD_ON`.
    """

    LEADER = "leader"
    ROUTER = "router"
    CHILD = "child"
    THREAD_ON = "thread_on"
    NOT_TOLD = "not_told"
    THREAD_OFF = "thread_off"
    NOT_HEARD = "not_heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubChoice:
    """One border router to choose; `id` is its border agent id."""

    id: str
    name: str
    network_name: str | None
    extended_pan_id: str
    is_aqara: bool
    health: HubHealth


def group_hubs(evidence: Evidence) -> tuple[HubChoice, ...]:
    """List all hubs: Aqara first, network by network, the healthy ones first."""
    choices = [_choice(hub) for hub in evidence.hubs]
    with_aqara = {x.extended_pan_id for x in choices if x.is_aqara}

    def order(choice: HubChoice) -> tuple[bool, str, str, bool, int, str, str]:
        return (
            choice.extended_pan_id not in with_aqara,
            choice.network_name or "",
            choice.extended_pan_id,
            not choice.is_aqara,
            _RANK[choice.health],
            choice.name,
            choice.id,
        )

    return tuple(sorted(choices, key=order))


def health_of(hub: HubEvidence) -> HubHealth:
    """Say how a hub does, from its own record and from whether it is there."""
    if hub.is_missed:
        return HubHealth.NOT_HEARD
    return _by_record(hub.router.record)


def _by_record(record: MeshcopRecord) -> HubHealth:
    if record.state is None or record.thread_active is None:
        return HubHealth.NOT_TOLD
    if record.thread_active is False:
        return HubHealth.THREAD_OFF
    return _ROLES[record.state.role]


def _choice(hub: HubEvidence) -> HubChoice:
    record = hub.router.record
    return HubChoice(
        id=hub.id,
        name=hub.name,
        network_name=record.network_name,
        extended_pan_id=record.extended_pan_id,
        is_aqara=record.is_aqara,
        health=health_of(hub),
    )


_RANK: Final = {health: rank for rank, health in enumerate(HubHealth)}
_ROLES: Final[Mapping[ThreadRole, HubHealth]] = {
    ThreadRole.DETACHED: HubHealth.THREAD_ON,
    ThreadRole.CHILD: HubHealth.CHILD,
    ThreadRole.ROUTER: HubHealth.ROUTER,
    ThreadRole.LEADER: HubHealth.LEADER,
}

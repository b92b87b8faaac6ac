"""Who else acts on a lock with Home Assistant's own Matter identity (fabric).

The node ids that the lock lets in (its access control list) do not tell: a controller
that is not among them gets no answer, and one that is may be a switch bound to the lock
or the Matter server of before. Our own controller is known by what it was seen to do.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..access import ControllerKey
from ..attribution import Attribution, Evidence
from .activity import JournalEntry

REMEMBERED: Final = timedelta(days=3)
"""A controller that did nothing for longer may be gone."""
PROOFS: Final = frozenset({Evidence.OWN_COMMAND, Evidence.CORE_TRANSITION})


@dataclass(frozen=True, slots=True)
class OwnFabricAct:
    """Something done with Home Assistant's identity; `is_ours`: at our own command."""

    controller: ControllerKey
    at: datetime
    is_ours: bool


def own_fabric_acts(lines: Iterable[JournalEntry]) -> tuple[OwnFabricAct, ...]:
    """Give what was done with Home Assistant's identity, in the order of the lines.

    Of acts in a row of one controller and kind only the first and the last: those in
    between tell nothing more.
    """
    found: list[OwnFabricAct] = []
    for line in lines:
        act = _act(line.attribution, line.occurred_at)
        if act is None:
            continue
        if [_what(act)] * 2 == [_what(before) for before in found[-2:]]:
            found.pop()
        found.append(act)
    return tuple(found)


def other_controllers(
    acts: tuple[OwnFabricAct, ...], devices: Collection[int], now: datetime
) -> int:
    """Count controllers that acted lately in between commands of our own controller.

    One that came before all of them, or after, may be our own of before or since a
    change of Matter servers. `devices` are the nodes that Home Assistant itself has.
    """
    proofs = [place for place, act in enumerate(acts) if act.is_ours]
    if not proofs:
        return 0
    ours = acts[proofs[-1]].controller
    first = next(x for x in proofs if acts[x].controller == ours)
    ever_ours = {acts[place].controller for place in proofs}
    others = {
        act.controller
        for act in acts[first : proofs[-1]]
        if now - act.at <= REMEMBERED and _has_fabric_of(act.controller, ours)
    } - ever_ours
    return sum(other.source_node not in devices for other in others)


def _what(act: OwnFabricAct) -> tuple[ControllerKey, bool]:
    return act.controller, act.is_ours


def _act(who: Attribution | None, at: datetime) -> OwnFabricAct | None:
    if who is None or who.controller_id is None:
        return None
    if Evidence.OWN_FABRIC not in who.evidence:
        return None
    controller = ControllerKey.from_id(who.controller_id)
    return OwnFabricAct(controller, at, not PROOFS.isdisjoint(who.evidence))


def _has_fabric_of(one: ControllerKey, other: ControllerKey) -> bool:
    return (one.fabric_id, one.vendor_id) == (other.fabric_id, other.vendor_id)

"""Another controller with our own Matter identity: seen in between our own commands."""

from datetime import timedelta
from itertools import permutations

import pytest

from custom_components.aqara_lock.domain.access.fabrics import ControllerKey
from custom_components.aqara_lock.domain.attribution.ladder import Attribution
from custom_components.aqara_lock.domain.attribution.model import Evidence
from custom_components.aqara_lock.domain.journal.activity import JournalEntry
from custom_components.aqara_lock.domain.journal.controllers import (
    REMEMBERED,
    OwnFabricAct,
    other_controllers,
    own_fabric_acts,
)
from tests.scenarios.home import NOW, ago

VENDOR = 0x134B
OURS, OTHER, SWITCH = 112233, 445566, 7
MINE, HIS = (OURS, True), (OTHER, False)
UNPROVEN = (OURS, False)

type Did = tuple[int, bool]
"""A node id, and whether it did what Home Assistant had commanded."""


def act(did: Did, minutes: float = 60, fabric: int = 2) -> OwnFabricAct:
    """Make something that was done with our identity."""
    node, is_ours = did
    return OwnFabricAct(
        ControllerKey(fabric, VENDOR, node), ago(minutes=minutes), is_ours
    )


def count(*acts: Did) -> int:
    """Count the other controllers in a row of acts, a minute apart."""
    made = tuple(act(did, 60 - place) for place, did in enumerate(acts))
    return other_controllers(made, frozenset({SWITCH}), NOW)


def test_a_stranger_between_our_commands_is_another_controller() -> None:
    assert count(MINE, HIS, MINE) == 1
    assert count(MINE, HIS, UNPROVEN, HIS, MINE, UNPROVEN) == 1
    assert count(MINE, HIS, (3, False), MINE) == 2


@pytest.mark.parametrize(
    "acts",
    [
        [],
        [HIS],
        [MINE, MINE],
        [MINE, UNPROVEN, MINE],
        [MINE, HIS],
        [HIS, MINE],
        [UNPROVEN, HIS, UNPROVEN],
    ],
)
def test_what_our_own_controller_may_have_done_is_no_stranger(acts: list[Did]) -> None:
    assert count(*acts) == 0


def test_a_migrated_server_was_our_own_before() -> None:
    new_mine = (OTHER, True)
    assert count(MINE, MINE, HIS, new_mine, new_mine) == 0
    assert count(MINE, HIS, new_mine, MINE) == 0


def test_a_device_of_this_home_is_bound_to_the_lock() -> None:
    assert count(MINE, (SWITCH, False), MINE) == 0


def test_a_lock_that_makes_up_its_node_ids_has_no_strangers() -> None:
    assert count((1, True), (2, False), (3, True), (4, False), (5, True)) == 0


def test_a_stranger_on_another_fabric_is_an_app_of_its_own() -> None:
    acts = (act(MINE, 3), act(HIS, 2, fabric=9), act(MINE, 1))
    assert other_controllers(acts, frozenset(), NOW) == 0


def test_a_stranger_is_forgotten_when_it_stays_away() -> None:
    acts = (act(MINE, 3), act(HIS, 2), act(MINE, 1))
    assert other_controllers(acts, frozenset(), NOW + REMEMBERED / 2) == 1
    later = NOW + REMEMBERED - timedelta(seconds=1)
    assert other_controllers(acts, frozenset(), later) == 0


def test_only_what_came_by_our_fabric_counts() -> None:
    controller = ControllerKey(2, VENDOR, OURS)
    lines = [
        line(None),
        line(Attribution()),
        line(Attribution(controller_id=controller.id, evidence=(Evidence.FABRIC,))),
        line(Attribution(evidence=(Evidence.OWN_FABRIC,))),
    ]
    assert own_fabric_acts(lines) == ()
    for proof in (Evidence.OWN_COMMAND, Evidence.CORE_TRANSITION):
        for evidence in permutations((Evidence.OWN_FABRIC, proof)):
            told = line(Attribution(controller_id=controller.id, evidence=evidence))
            assert own_fabric_acts([told]) == (OwnFabricAct(controller, NOW, True),)


def line(who: Attribution | None) -> JournalEntry:
    """Make a line of the journal."""
    return JournalEntry(key="e0.0.1", occurred_at=NOW, attribution=who)


def test_acts_in_a_row_are_told_by_the_first_and_the_last() -> None:
    controllers = [ControllerKey(2, VENDOR, node) for node in (OURS, 77)]
    acts = [controllers[n] for n in (0, 0, 0, 0, 1, 0, 0, 1, 1, 1)]
    told = [
        line(Attribution(controller_id=act.id, evidence=(Evidence.OWN_FABRIC,)))
        for act in acts
    ]
    found = [act.controller for act in own_fabric_acts(told)]
    assert found == [controllers[n] for n in (0, 0, 1, 0, 0, 1, 1)]

"""Which border routers are worth a place."""

from dataclasses import replace

from custom_components.aqara_lock.domain.thread.hub_rank import (
    HubRole,
    HubRoles,
    Rank,
    Standing,
)
from tests.scenarios.home import AQARA, hub

ONE = hub(1).router
FOREIGN = replace(ONE, record=replace(ONE.record, vendor_name="Apple Inc."))


def rank(role: HubRole, **facts: bool) -> Rank:
    return Standing(role=role, **facts).rank


def test_roles_come_from_settings_and_locks_before_what_a_hub_says_of_itself() -> None:
    assert HubRoles().of(ONE) is HubRole.AQARA
    assert HubRoles().of(FOREIGN) is HubRole.NONE
    assert HubRoles(networks=frozenset({AQARA})).of(FOREIGN) is HubRole.NETWORK
    assert HubRoles(frozenset({ONE.id}), frozenset({AQARA})).of(ONE) is HubRole.CHOSEN


def test_chosen_hub_comes_first_whatever_it_does() -> None:
    assert rank(HubRole.CHOSEN, gone=True, tried=True) is Rank.CHOSEN


def test_order_of_those_that_nobody_chose() -> None:
    network, other = HubRole.NETWORK, HubRole.AQARA
    ordered = [
        rank(network, serves=True, gone=True),
        rank(network, answers=True, tried=True),
        rank(network),
        rank(other, answers=True),
        rank(network, tried=True),
        rank(other, tried=True),
        rank(network, answers=True, gone=True),
        rank(other, gone=True),
    ]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) == len(ordered)


def test_without_a_lock_on_its_network_nobody_gets_a_place_by_turns() -> None:
    assert rank(HubRole.AQARA) is rank(HubRole.AQARA, tried=True)


def test_only_what_proved_something_is_stored() -> None:
    assert Standing(role=HubRole.CHOSEN).is_worth_storing
    assert Standing(role=HubRole.AQARA, answers=True).is_worth_storing
    assert Standing(role=HubRole.NETWORK, serves=True).is_worth_storing
    assert not Standing(role=HubRole.NETWORK, tried=True).is_worth_storing
    assert not Standing(role=HubRole.AQARA).is_worth_storing

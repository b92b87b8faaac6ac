"""Which border agent id a name on mDNS stands for."""

from collections.abc import Mapping
from dataclasses import replace

from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.domain.thread.hub_names import (
    MOST_NAMES,
    STABLE,
    HubNames,
)
from tests.scenarios.home import hub

OLD = hub(1, name="Hub M100", addresses=("192.168.1.20", "fe80::1")).router
RESET = hub(2, name="Hub M100", addresses=("192.168.1.20", "fe80::2")).router
ELSEWHERE = hub(3, name="Hub M100", addresses=("192.168.1.30",)).router
OTHER = hub(4, name="Hub M3", addresses=("192.168.1.20",)).router


def replaced(
    names: HubNames,
    now: float,
    *known: BorderRouter,
    answered: Mapping[str, str] | None = None,
) -> list[tuple[str, str]]:
    """Give who took whose place; each answers at all its addresses if nothing is said."""
    every = {router.id: router for router in known}
    addresses = {text for router in known for text in router.addresses}
    if answered is not None:
        return list(names.replaced(every, now, answered))
    found = {
        pair
        for text in addresses
        for pair in names.replaced(
            every, now, {x.id: text for x in known if text in x.addresses}
        )
    }
    return sorted(found)


def test_hub_that_was_reset_takes_the_place_of_its_old_id_once_that_is_stable() -> None:
    names = HubNames()
    names.announced(OLD, 0)
    names.announced(RESET, 100)
    assert names.owner(OLD.instance) == RESET.id
    assert replaced(names, 99 + STABLE, OLD, RESET) == []
    assert replaced(names, 100 + STABLE, OLD, RESET) == [(OLD.id, RESET.id)]


def test_old_id_of_an_earlier_run_is_replaced_too() -> None:
    names = HubNames()
    names.announced(RESET, 0)
    names.announced(RESET, STABLE - 1)
    assert replaced(names, STABLE, OLD, RESET) == [(OLD.id, RESET.id)]


def test_hubs_that_announce_one_name_by_turns_are_two() -> None:
    names = HubNames()
    for turn in range(20):
        names.announced((OLD, RESET)[turn % 2], turn * STABLE / 2)
        assert replaced(names, turn * STABLE / 2 + 1, OLD, RESET) == []


def test_namesake_with_other_addresses_and_another_name_at_the_address_are_others() -> (
    None
):
    names = HubNames()
    for router in (OLD, OTHER, ELSEWHERE):
        names.announced(router, 0)
    assert replaced(names, STABLE, OLD, OTHER, ELSEWHERE) == []


def test_name_and_address_are_compared_as_the_network_does() -> None:
    names = HubNames()
    shouted = replace(
        RESET, instance=RESET.instance.upper(), addresses=("FE80::1%eth0",)
    )
    names.announced(shouted, 0)
    assert replaced(names, STABLE, OLD, shouted) == [(OLD.id, shouted.id)]


def test_name_that_nobody_announced_stands_for_nobody() -> None:
    assert HubNames().owner(OLD.instance) is None
    assert replaced(HubNames(), STABLE, OLD, RESET) == []
    assert not HubNames().is_taken(OLD)
    assert not HubNames().is_disputed(OLD, 0)


def test_id_that_answered_at_no_address_of_the_old_one_takes_no_place() -> None:
    names = HubNames()
    names.announced(OLD, 0)
    names.announced(RESET, 1)
    for answered in ({}, {RESET.id: "192.168.1.99"}, {OLD.id: OLD.addresses[0]}):
        assert replaced(names, 1 + STABLE, OLD, RESET, answered=answered) == []
    answered = {RESET.id: f"{OLD.addresses[0]}%eth0"}
    assert replaced(names, 1 + STABLE, OLD, RESET, answered=answered) != []


def test_name_that_goes_to_and_fro_is_disputed_for_a_while() -> None:
    names = HubNames()
    for second, router in enumerate((OLD, RESET, OLD)):
        names.announced(router, second)
        assert not names.is_disputed(OLD, second)
    names.announced(RESET, 3)
    assert names.is_disputed(OLD, 3)
    assert names.is_disputed(RESET, STABLE)
    assert not names.is_disputed(OLD, 2 + STABLE)
    assert names.is_taken(OLD)
    assert not names.is_taken(RESET)


def test_hub_that_leaves_its_id_out_while_it_starts_is_in_no_dispute() -> None:
    names = HubNames()
    unnamed = replace(
        OLD,
        record=replace(OLD.record, border_agent_id=OLD.record.extended_address),
    )
    for second in range(20):
        names.announced((OLD, unnamed)[second % 2], second)
    assert not names.is_disputed(OLD, 20)


def test_names_are_not_remembered_without_bound() -> None:
    names = HubNames()
    names.announced(OLD, 0)
    for number in range(MOST_NAMES):
        names.announced(replace(OLD, instance=f"{number}.{OLD.instance}"), 0)
    assert names.owner(OLD.instance) is None
    assert names.owner(f"{MOST_NAMES - 1}.{OLD.instance}") == OLD.id

"""Which border agent id a name on mDNS stands for."""

from dataclasses import replace

from custom_components.aqara_lock.domain.border_router import BorderRouter
from custom_components.aqara_lock.domain.hub_names import STABLE, HubNames
from tests.scenarios.home import hub

OLD = hub(1, name="Hub M100", addresses=("192.168.1.20", "fe80::1")).router
RESET = hub(2, name="Hub M100", addresses=("192.168.1.20", "fe80::2")).router
ELSEWHERE = hub(3, name="Hub M100", addresses=("192.168.1.30",)).router
OTHER = hub(4, name="Hub M3", addresses=("192.168.1.20",)).router


def replaced(
    names: HubNames, now: float, *known: BorderRouter
) -> list[tuple[str, str]]:
    """Give who took whose place."""
    return list(names.replaced({router.id: router for router in known}, now))


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

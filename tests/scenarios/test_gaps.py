"""A rule that cannot see what it rests on says that it was not checked."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv6Address
from typing import Any

import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    Sysctls,
    known,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.diagnosis.rules import RULES
from tests.scenarios.edge import told
from tests.scenarios.home import (
    LOCK_ADDRESS,
    NOW,
    adapter,
    choice,
    home,
    host,
    route,
    silent_lock,
    unrouted_host,
    with_paths,
)
from tests.scenarios.test_situations import CASES

type Loss = Callable[[Evidence], Evidence]


def of_host(*names: str, gap: Gap = Gap.UNKNOWN) -> Loss:
    gaps: dict[str, Any] = dict.fromkeys(names, gap)
    return lambda known_all: replace(known_all, host=replace(known_all.host, **gaps))


def of_software(*names: str) -> Loss:
    gaps: dict[str, Any] = dict.fromkeys(names, Gap.UNKNOWN)
    return lambda known_all: replace(
        known_all, software=replace(known_all.software, **gaps)
    )


def of_lan(known_all: Evidence) -> Evidence:
    return replace(known_all, lan=replace(known_all.lan, changed_at=Gap.UNKNOWN))


def of_settings(known_all: Evidence) -> Evidence:
    adapters = known(known_all.host.adapters) or ()
    bare = tuple(replace(x, sysctls=Sysctls()) for x in adapters)
    return replace(known_all, host=replace(known_all.host, adapters=bare))


def looked_at_again(evidence: Evidence) -> Evidence:
    """Find the ways to the locks anew, with what is left."""
    locks = tuple(replace(x, path=None) for x in evidence.locks)
    return with_paths(replace(evidence, locks=locks))


def silenced(evidence: Evidence) -> Evidence:
    """Let the locks fall silent: that tells where the way to them is not known."""
    locks = (silent_lock(x.id, transport=x.transport) for x in evidence.locks)
    return with_paths(replace(evidence, locks=tuple(locks)))


LOSSES: dict[str, Loss] = {
    "adapters": of_host("adapters"),
    "settings of adapters": of_settings,
    "ways": of_host("routes", "choices"),
    "table of routes": of_host("routes"),
    "choices of the kernel": of_host("choices"),
    "neighbours": of_host("neighbours"),
    "container": of_host("bridged_container"),
    "network that changed": of_lan,
    "fabric": of_software("fabric"),
    "history of the server": of_software("server_changed_kind"),
    "apps": of_software("addons"),
    "data sets": of_software("datasets"),
}


def is_found_or_excused(rule_id: str, less: Evidence) -> bool:
    checked = told(less) | told(silenced(less))
    return rule_id in checked | set(diagnose(less, NOW).not_checked)


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_what_is_not_found_for_lack_of_evidence_is_not_checked(rule_id: str) -> None:
    known_all = CASES[f"{rule_id}-found"].evidence
    less = {name: looked_at_again(lose(known_all)) for name, lose in LOSSES.items()}
    found = {name for name in less if is_found_or_excused(rule_id, less[name])}
    assert found == set(LOSSES)


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_a_home_in_which_all_is_known_is_checked_for_everything(rule_id: str) -> None:
    evidence = CASES[f"{rule_id}-found"].evidence
    assert rule_id in told(evidence)
    assert rule_id not in diagnose(evidence, NOW).not_checked


GHOST = (
    route(),
    route(next_hop=IPv6Address("fe80::dead"), metric=10),
)
CHOSEN = {LOCK_ADDRESS: replace(choice(), next_hop=IPv6Address("fe80::dead"))}


def test_a_ghost_among_routes_that_are_not_listed_is_not_checked() -> None:
    """The kernel's choice alone does not tell whether there are too many routers."""
    listed = home(host(routes=GHOST, choices=CHOSEN), silent_lock())
    unlisted = home(host(routes=Gap.UNKNOWN, choices=CHOSEN), silent_lock())
    assert "ghost_route" in told(listed)
    assert diagnose(unlisted, NOW).not_checked["ghost_route"] is Gap.UNKNOWN


@pytest.mark.parametrize("rule_id", ["next_hop_dead", "ghost_route"])
def test_a_next_hop_among_neighbours_that_are_not_read_is_not_checked(
    rule_id: str,
) -> None:
    """A hub may hide its link-local address, and only its hardware address tells."""
    less = of_host("neighbours", gap=Gap.NOT_CHECKABLE)(
        CASES[f"{rule_id}-found"].evidence
    )
    assert diagnose(less, NOW).not_checked[rule_id] is Gap.NOT_CHECKABLE


def test_settings_of_which_one_is_read_are_checked() -> None:
    some = adapter(sysctls=Sysctls(accept_ra=1)), adapter(sysctls=Sysctls())
    other = (adapter(sysctls=Sysctls(rt_info_max_plen=64)),)
    none = (adapter(sysctls=Sysctls(accept_ra=Gap.NOT_CHECKABLE)),)
    for adapters in (some, other, ()):
        assert (
            "route_info_ignored"
            not in diagnose(home(unrouted_host(adapters=adapters)), NOW).not_checked
        )
    blind = diagnose(home(unrouted_host(*none)), NOW).not_checked
    assert blind["route_info_ignored"] is Gap.NOT_CHECKABLE


def test_one_of_table_and_choices_is_enough_for_a_missing_route() -> None:
    for gaps in ({"routes": Gap.UNKNOWN}, {"choices": Gap.UNKNOWN}):
        known_half = home(unrouted_host(**gaps), silent_lock())
        assert "no_route_to_mesh" in told(known_half)

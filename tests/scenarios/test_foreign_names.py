"""No finding carries a name from outside as it came: every placeholder is looked through.

Each situation is diagnosed once more with border routers and networks whose names are
markup. What carries such a name is found by itself, so a new placeholder is looked at too.
"""

from dataclasses import replace
from typing import Final

from custom_components.aqara_lock.domain.diagnosis.evidence import Evidence
from custom_components.aqara_lock.domain.diagnosis.readiness import preflight
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from custom_components.aqara_lock.domain.foreign_names import foreign_name
from tests.scenarios.home import NOW
from tests.scenarios.test_situations import CASES

HUB: Final = "![h](http://e.example/"
NETWORK: Final = "<b>[n](x)"
TOLD_BY_HUB: Final = {
    ("apple_other_subnet", "other"),
    ("hub_offline", "hub"),
    ("mesh_silent", "hub"),
    ("network_split", "hubs"),
    ("no_source_address", "hub"),
    ("other_subnet", "hub"),
    ("thread_interface_off", "hub"),
    ("wrong_thread_network", "hub"),
}
TOLD_BY_NETWORK: Final = {
    ("network_split", "network"),
    ("wrong_thread_network", "hub_network"),
    ("wrong_thread_network", "lock_network"),
}


def renamed(evidence: Evidence) -> Evidence:
    """Give the same home with names that somebody else chose."""
    hubs = [
        replace(
            hub,
            router=replace(
                hub.router,
                instance=f"{HUB}{number}._meshcop._udp.local.",
                record=replace(hub.router.record, network_name=NETWORK),
            ),
        )
        for number, hub in enumerate(evidence.hubs)
    ]
    locks = [replace(lock, network_name=NETWORK) for lock in evidence.locks]
    return replace(evidence, hubs=tuple(hubs), locks=tuple(locks))


def told() -> dict[tuple[str, str], str]:
    """Give every placeholder of every finding of every situation, as text."""
    found: dict[tuple[str, str], str] = {}
    for case in CASES.values():
        evidence = renamed(case.evidence)
        for finding in diagnose(evidence, NOW).findings:
            for name, value in finding.parameters.items():
                key = (finding.id, name)
                found[key] = f"{found.get(key, '')} {value}"
        for check in preflight(evidence, None, NOW):
            for name, value in check.parameters.items():
                key = (check.id, name)
                found[key] = f"{found.get(key, '')} {value}"
    return found


def test_no_placeholder_carries_a_foreign_name_as_it_came() -> None:
    carried = told()
    assert {key for key, said in carried.items() if HUB in said} == set()
    assert {key for key, said in carried.items() if NETWORK in said} == set()
    hubs = {key for key, said in carried.items() if foreign_name(HUB) in said}
    networks = {key for key, said in carried.items() if foreign_name(NETWORK) in said}
    assert hubs >= TOLD_BY_HUB
    assert networks >= TOLD_BY_NETWORK

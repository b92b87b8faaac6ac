"""Every situation gives exactly its findings; every rule has one, and a near miss."""

from collections.abc import Iterator
import importlib
from pathlib import Path
from types import ModuleType

import pytest

from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose, state
from custom_components.aqara_lock.domain.diagnosis.rules import RULES, Severity
from tests.scenarios.home import FRONT, NOW, Case

FOLDER = Path(__file__).parent / "situations"


def _modules() -> list[ModuleType]:
    names = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    return [importlib.import_module(f"tests.scenarios.situations.{x}") for x in names]


def _cases() -> Iterator[tuple[str, Case]]:
    for module in _modules():
        name = module.__name__.rpartition(".")[2]
        for key, value in vars(module).items():
            if isinstance(value, Case):
                yield f"{name}-{key.lower()}", value


CASES = dict(_cases())


@pytest.mark.parametrize("name", CASES)
def test_situation(name: str) -> None:
    expected = CASES[name]
    diagnosis = diagnose(expected.evidence, NOW)
    serious = {x.id for x in diagnosis.findings if x.severity > Severity.NOTICE}
    notices = {x.id for x in diagnosis.findings} - serious
    assert serious == expected.serious
    assert expected.notices <= notices
    assert state(diagnosis.of_lock(FRONT)) == expected.lock
    assert state(diagnosis.of_home()) == expected.home


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_rule_has_its_situation(rule_id: str) -> None:
    found = CASES.get(f"{rule_id}-found")
    assert found is not None, (
        f"add tests/scenarios/situations/{rule_id}.py with the cases FOUND and NEAR_MISS"
    )
    assert rule_id in found.serious | found.notices


@pytest.mark.parametrize("rule_id", [rule.id for rule in RULES])
def test_rule_has_its_near_miss(rule_id: str) -> None:
    near = CASES[f"{rule_id}-near_miss"]
    found = {x.id for x in diagnose(near.evidence, NOW).findings}
    assert rule_id not in found
    assert near.evidence != CASES[f"{rule_id}-found"].evidence

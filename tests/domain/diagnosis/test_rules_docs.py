"""docs/diagnosis.md is what the generator makes, and leaves out no known cause."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from custom_components.aqara_lock.domain.diagnosis.rules import RULES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = str(ROOT / "scripts" / "make_diagnosis_docs")
    loader = SourceFileLoader("make_diagnosis_docs", path)
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_committed_page_is_the_generated_one(generator: ModuleType) -> None:
    committed = (ROOT / "docs" / "diagnosis.md").read_text()
    assert committed == generator.page(), "run scripts/make_diagnosis_docs"


def test_every_rule_is_on_the_page(generator: ModuleType) -> None:
    page = generator.page()
    assert [rule.id for rule in RULES if f"| `{rule.id}` |" not in page] == []


def test_the_table_names_what_became_of_each_row(generator: ModuleType) -> None:
    lines = generator.page().partition("## The catalogue")[2].splitlines()
    cells = [
        line.split(" | ")
        for line in lines
        if line.startswith("| R") and "Row" not in line
    ]
    told = {row.removeprefix("| "): what for row, _, what in cells}
    assert list(told) == sorted(generator.CATALOGUE)
    for rule in RULES:
        for row in generator.rows(rule):
            assert f"`{rule.id}`" in told[row]
    assert "no fault" in told["R06"]
    assert "no rule" in told["R31"]


def test_every_row_of_the_catalogue_has_a_rule_or_a_reason(
    generator: ModuleType,
) -> None:
    built = {row for rule in RULES for row in generator.rows(rule)}
    assert built | set(generator.GUARDS) | set(generator.UNSEEN) == set(
        generator.CATALOGUE
    )
    assert not built & (set(generator.GUARDS) | set(generator.UNSEEN))

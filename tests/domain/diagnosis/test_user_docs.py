"""docs/faq.md and docs/troubleshooting.md are what the generator makes of the texts."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
import json
from pathlib import Path
from types import ModuleType

import pytest

from custom_components.aqara_lock.domain.diagnosis.rules import RULES

ROOT = Path(__file__).resolve().parents[3]
TEXTS = json.loads(
    (ROOT / "custom_components/aqara_lock/translations/en.json").read_text()
)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = str(ROOT / "scripts" / "make_user_docs")
    loader = SourceFileLoader("make_user_docs", path)
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["faq", "troubleshooting"])
def test_the_committed_page_is_the_generated_one(
    generator: ModuleType, name: str
) -> None:
    committed = (ROOT / "docs" / f"{name}.md").read_text()
    assert committed == getattr(generator, name)(), "run scripts/make_user_docs"


def test_every_finding_has_its_meaning_and_its_remedy(generator: ModuleType) -> None:
    entries = generator.troubleshooting().split("\n### ")[1:]
    found = [entry for entry in entries if "**What to do:**" in entry]
    assert len(found) == len(RULES)
    for entry in found:
        _title, _, text = entry.partition("\n\n")
        meaning, _, remedy = text.partition("\n\n**What to do:** ")
        assert len(meaning) > 30, entry
        assert len(remedy) > 20, entry
        assert "{" not in entry


def test_what_is_worded_by_hand_is_a_finding(generator: ModuleType) -> None:
    ids = {rule.id for rule in RULES}
    assert {*generator.SAID, *generator.TITLES, *generator.ADVICE} <= ids


def test_every_entry_of_the_glossary_answers_a_question(generator: ModuleType) -> None:
    page = generator.faq()
    words = [
        item["message"]
        for key, item in TEXTS["exceptions"].items()
        if key.startswith("glossary_text_")
    ]
    assert len(words) == 10
    assert [word for word in words if word not in page] == []

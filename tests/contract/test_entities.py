"""Every entity has its icon, a test that names it, and its place in the README."""

from pathlib import Path
import re
from typing import Final

import pytest

from .entities import entity_texts
from .repository import INTEGRATION, REPOSITORY, optional, translations

ICON_OF_ITS_KIND: Final = {"sensor.rssi"}
"""Home Assistant has an icon for their device class."""
ENTITIES: Final = sorted(f"{platform}.{key}" for platform, key in entity_texts())
COMPONENT_TESTS: Final = "\n".join(
    path.read_text()
    for path in sorted(Path(REPOSITORY / "tests/component").rglob("*.py"))
)


def _text(section: dict[str, object], entity: str) -> object:
    platform, _, key = entity.partition(".")
    of_platform = section.get(platform, {})
    return of_platform.get(key) if isinstance(of_platform, dict) else None


@pytest.mark.parametrize("entity", [x for x in ENTITIES if x not in ICON_OF_ITS_KIND])
def test_entity_has_its_icon(entity: str) -> None:
    icons = optional(INTEGRATION / "icons.json")["entity"]
    assert _text(icons, entity), f"add entity.{entity} to icons.json"


@pytest.mark.parametrize("entity", ENTITIES)
def test_entity_is_named_by_a_test(entity: str) -> None:
    key = entity.partition(".")[2]
    assert re.search(rf"\b{key}\b", COMPONENT_TESTS), (
        "no test in tests/component names it"
    )


@pytest.mark.parametrize("entity", ENTITIES)
def test_entity_is_in_the_readme(entity: str) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    table = readme.partition("## What you get")[2].partition("\n## ")[0]
    texts = _text(translations()["entity"], entity)
    name = texts.get("name", "the lock") if isinstance(texts, dict) else "the lock"
    assert f"**{name}" in table, f"name {name} in the table of README.md"

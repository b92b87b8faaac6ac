"""services.yaml, triggers.yaml, conditions.yaml: by Home Assistant's own schemas, and with all their texts."""

from collections.abc import Iterator
import importlib
import pkgutil
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from .repository import DOMAIN, INTEGRATION, optional, translations
from .source import called, sources

SCHEMAS = {
    "services": ("homeassistant.helpers.service", "_SERVICES_SCHEMA"),
    "triggers": ("homeassistant.helpers.trigger", "_TRIGGERS_DESCRIPTION_SCHEMA"),
    "conditions": ("homeassistant.helpers.condition", "_CONDITIONS_DESCRIPTION_SCHEMA"),
}
"""File → where Home Assistant keeps its schema."""
MODULES = {"triggers": "trigger.py", "conditions": "condition.py"}


def _schema(package: str, name: str) -> Any:
    """Find the schema in a module or, where it became a package, in one of its parts."""
    module = importlib.import_module(package)
    if hasattr(module, name):
        return getattr(module, name)
    for part in pkgutil.iter_modules(module.__path__):
        candidate = importlib.import_module(f"{package}.{part.name}")
        if hasattr(candidate, name):
            return getattr(candidate, name)
    raise AssertionError(f"Home Assistant has no {name} in {package} any more")


def _described(kind: str) -> dict[str, Any]:
    """Return the keys of the file, without YAML anchors; empty when there is no file."""
    path = INTEGRATION / f"{kind}.yaml"
    content = load_yaml_dict(str(path)) if path.exists() else {}
    return {key: value for key, value in content.items() if not key.startswith(".")}


def _fields(described: dict[str, Any] | None) -> set[str]:
    found: set[str] = set()
    for key, value in ((described or {}).get("fields") or {}).items():
        inner = (value or {}).get("fields")
        found |= set(inner) if inner else {key}
    return found


@pytest.mark.parametrize("kind", SCHEMAS)
def test_home_assistant_accepts_the_file(kind: str) -> None:
    accepted = _schema(*SCHEMAS[kind])(_described(kind))
    assert set(accepted) == set(_described(kind))


@pytest.mark.parametrize("kind", SCHEMAS)
def test_texts_are_complete_and_none_is_unused(kind: str) -> None:
    texts = translations().get(kind, {})
    assert set(texts) == set(_described(kind))
    for key, described in _described(kind).items():
        assert texts[key].get("name"), key
        assert texts[key].get("description"), key
        assert set(texts[key].get("fields", {})) == _fields(described), key


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_one_has_an_icon(kind: str) -> None:
    assert set(optional(INTEGRATION / "icons.json").get(kind, {})) == set(
        _described(kind)
    )


@pytest.mark.parametrize("kind", MODULES)
def test_a_search_for_the_integration_finds_it(kind: str) -> None:
    """The search of the automation editor knows names and descriptions, not integrations."""
    title = translations()["title"]
    for key, texts in translations()[kind].items():
        assert title in texts["description"], key


def _selects(content: Any) -> Iterator[dict[str, Any]]:
    """Give what every list of a file is made of, however deep."""
    if isinstance(content, dict):
        if isinstance(select := content.get("select"), dict):
            yield select
        for value in content.values():
            yield from _selects(value)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_no_list_with_texts_can_be_typed_into(kind: str) -> None:
    """There the frontend shows the value of what is chosen, `hub_offline`, not its text."""
    for select in _selects(_described(kind)):
        assert not ("translation_key" in select and "custom_value" in select), select


@pytest.mark.parametrize("kind", MODULES)
def test_file_and_module_belong_together(kind: str) -> None:
    has_module = (INTEGRATION / MODULES[kind]).exists()
    assert has_module is (INTEGRATION / f"{kind}.yaml").exists()


def test_every_registered_action_is_described() -> None:
    registered = {
        text
        for source in sources()
        for call in source.calls()
        if called(call) in {"async_register", "async_register_platform_entity_service"}
        and len(call.args) >= 2
        and source.strings(call.args[0]) == {DOMAIN}
        for text in source.strings(call.args[1])
    }
    assert registered == set(_described("services"))

"""Which entity texts the integration needs: platform and translation key, and the states of each."""

import ast
from dataclasses import dataclass, field
from enum import StrEnum

from homeassistant.const import Platform
from homeassistant.helpers.entity import Entity

from .repository import INTEGRATION
from .source import Source, called, keyword, sources

PLATFORMS = sorted((platform.value for platform in Platform), key=len, reverse=True)


def platform_of(module: str) -> str | None:
    """Tell the platform of `sensor.py` or of a part of it, `activity_sensor.py`."""
    fitting = (name for name in PLATFORMS if f"_{module}".endswith(f"_{name}"))
    return next(fitting, None)


@dataclass
class EntityTexts:
    """What one translation key of one platform needs."""

    platform: str
    key: str
    has_name: bool = True
    states: set[str] = field(default_factory=set)
    event_types: set[str] = field(default_factory=set)


def entity_texts() -> dict[tuple[str, str], EntityTexts]:
    """Collect them from the platform modules in the integration's folder."""
    found: dict[tuple[str, str], EntityTexts] = {}
    for source in sources():
        platform = platform_of(source.path.stem)
        if source.path.parent == INTEGRATION and platform is not None:
            for texts in _of_module(source, platform):
                known = found.setdefault((texts.platform, texts.key), texts)
                known.states |= texts.states
                known.event_types |= texts.event_types
    return found


def _of_module(source: Source, platform: str) -> list[EntityTexts]:
    return [
        *_of_descriptions(source, platform),
        *_of_classes(source, platform),
    ]


def _of_descriptions(source: Source, platform: str) -> list[EntityTexts]:
    """Read entity descriptions: `SensorEntityDescription(key=…, translation_key=…)`."""
    found: list[EntityTexts] = []
    for call in source.calls():
        if called(call).endswith("Description"):
            for text in source.strings(keyword(call, "translation_key")):
                texts = EntityTexts(platform, text)
                texts.states = source.strings(keyword(call, "options"))
                texts.event_types = source.strings(keyword(call, "event_types"))
                found.append(texts)
    return found


def _of_classes(source: Source, platform: str) -> list[EntityTexts]:
    """Read entity classes: the key is an attribute, or handed to the base class."""
    found: list[EntityTexts] = []
    for node, cls in source.classes():
        if not issubclass(cls, Entity):
            continue
        values = _class_values(node)
        for text in source.strings(values.get("_attr_translation_key")) | _handed_up(
            source, node
        ):
            texts = EntityTexts(platform, text, has_name=not _is_nameless(values))
            texts.states = source.strings(values.get("_attr_options"))
            texts.states |= _options(cls)
            texts.event_types = source.strings(values.get("_attr_event_types"))
            found.append(texts)
    return found


def _options(cls: type[Entity]) -> set[str]:
    """Return the states of a class as it was made, also where they were worked out."""
    made = cls.__dict__.get("__attr_options", cls.__dict__.get("_attr_options"))
    return set(made) if isinstance(made, list) else set()


def _is_nameless(values: dict[str, ast.expr]) -> bool:
    """Tell whether an entity is called like its device: `_attr_name = None`."""
    name = values.get("_attr_name")
    return isinstance(name, ast.Constant) and name.value is None


def _handed_up(source: Source, node: ast.ClassDef) -> set[str]:
    """Return the constant strings in `super().__init__(…)`."""
    return {
        text
        for call in source.calls(node)
        if called(call) == "__init__" and _is_super(call)
        for argument in call.args
        for text in source.strings(argument)
    }


def _is_super(call: ast.Call) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Call) and called(owner) == "super"


def _class_values(node: ast.ClassDef) -> dict[str, ast.expr]:
    values: dict[str, ast.expr] = {}
    for item in ast.walk(node):
        match item:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = value
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value):
                values[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                values[name] = value
    return values


class Kind(StrEnum):
    """Where the texts of a `translation_key` stand in the translations."""

    ENTITY = "entity"
    ISSUE = "issues"
    SELECTOR = "selector"
    DEVICE = "device"
    EXCEPTION = "exceptions"


def kind_of(call: ast.Call) -> Kind:
    """Tell by what is called."""
    name = called(call)
    if name.endswith("Description"):
        return Kind.ENTITY
    if name.endswith("create_issue"):
        return Kind.ISSUE
    if name.endswith("SelectorConfig"):
        return Kind.SELECTOR
    if name in {"DeviceInfo", "async_get_or_create", "async_update_device"}:
        return Kind.DEVICE
    return Kind.EXCEPTION

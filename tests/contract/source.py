"""Reads the integration's own source: which keys it uses in calls, without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
import importlib
from pathlib import Path
import re
from types import ModuleType

from custom_components.aqara_lock.domain.diagnosis.rules import RULES

from .repository import DOMAIN, INTEGRATION


@dataclass(frozen=True)
class Source:
    """One module of the integration: its path, its syntax tree and the imported module."""

    path: Path
    tree: ast.Module
    module: ModuleType

    @property
    def name(self) -> str:
        """Path inside of the integration, as in `flows/lock.py`."""
        return self.path.relative_to(INTEGRATION).as_posix()

    def calls(self, within: ast.AST | None = None) -> Iterator[ast.Call]:
        """Yield every call."""
        for node in ast.walk(within or self.tree):
            if isinstance(node, ast.Call):
                yield node

    def classes(self) -> Iterator[tuple[ast.ClassDef, type]]:
        """Yield every class of the top level, as syntax and as object."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef):
                yield node, getattr(self.module, node.name)

    def strings(self, node: ast.AST | None) -> set[str]:
        """Return the strings that an expression can have, as far as it is constant."""
        if isinstance(node, ast.IfExp):
            return self.strings(node.body) | self.strings(node.orelse)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return {text for item in node.elts for text in self.strings(item)}
        if isinstance(node, ast.Starred):
            return self.strings(node.value)
        if isinstance(node, ast.ListComp):
            return self._strings_of_comprehension(node)
        if isinstance(node, ast.Dict):
            return {text for item in node.keys for text in self.strings(item)}
        return _texts(self._value(node))

    def _strings_of_comprehension(self, node: ast.ListComp) -> set[str]:
        """Read `[item for item in X]` and `[item.value for item in X]` as X."""
        plain = isinstance(node.elt, (ast.Name, ast.Attribute))
        one = len(node.generators) == 1 and not node.generators[0].ifs
        return self.strings(node.generators[0].iter) if plain and one else set()

    def _value(self, node: ast.AST | None) -> object:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return getattr(self.module, node.id, None)
        if isinstance(node, ast.Attribute):
            return getattr(self._value(node.value), node.attr, None)
        return None


def _texts(value: object) -> set[str]:
    if isinstance(value, type) and issubclass(value, Enum):
        return {text for member in value for text in _texts(member)}
    if isinstance(value, Enum):
        return _texts(value.value)
    if isinstance(value, str):
        return {value}
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return {text for item in value for text in _texts(item)}
    return set()


@cache
def sources() -> tuple[Source, ...]:
    """Return all modules of the integration."""
    return tuple(_load(path) for path in sorted(INTEGRATION.rglob("*.py")))


def _load(path: Path) -> Source:
    parts = path.relative_to(INTEGRATION).with_suffix("").parts
    dotted = ".".join(part for part in parts if part != "__init__")
    name = f"custom_components.{DOMAIN}" + (f".{dotted}" if dotted else "")
    return Source(path, ast.parse(path.read_text()), importlib.import_module(name))


@cache
def every_string() -> frozenset[str]:
    """Return every string constant of the integration, docstrings and rule ids included."""
    constants = described_keys() | {rule.id for rule in RULES}
    constants |= {
        node.value
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return frozenset(constants | {text for item in enums() for text in _texts(item)})


@cache
def described_keys() -> set[str]:
    """Return the translation keys that selectors in the YAML descriptions name."""
    files = INTEGRATION.glob("*.yaml")
    found = (re.findall(r"translation_key: (\w+)", path.read_text()) for path in files)
    return {key for keys in found for key in keys}


@cache
def enums() -> tuple[type[Enum], ...]:
    """Return the enums that the integration defines."""
    return tuple(
        value
        for source in sources()
        for value in vars(source.module).values()
        if isinstance(value, type)
        and issubclass(value, Enum)
        and value.__module__ == source.module.__name__
    )


def pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    """Return what an f-string can become: its literal parts with anything in between."""
    parts = (
        re.escape(str(item.value)) if isinstance(item, ast.Constant) else "(.+)"
        for item in node.values
    )
    return re.compile("".join(parts))


@cache
def key_patterns() -> tuple[re.Pattern[str], ...]:
    """Return the f-strings that look like keys, as in `f"command_{failure}"`."""
    found = (
        pattern(node)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.JoinedStr)
    )
    return tuple(
        item for item in found if re.fullmatch(r"[a-z_]{4,}\(\.\+\)", item.pattern)
    )


def is_used(key: str) -> bool:
    """Tell whether a key stands in the source, as a whole or made of a fixed and an open part."""
    return key in every_string() or any(item.fullmatch(key) for item in key_patterns())


def called(call: ast.Call) -> str:
    """Return the last part of what is called: `async_abort` of `self.async_abort(…)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the expression that is passed for a keyword."""
    return next((item.value for item in call.keywords if item.arg == name), None)


def keywords(call: ast.Call) -> set[str | None]:
    """Return the names of the keywords that are passed; None stands for `**`."""
    return {item.arg for item in call.keywords}

"""The house: what modules and packages are called, what they say of themselves, and what the contracts on imports name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
import dataclasses
from enum import Enum
from functools import cache
import importlib
from pathlib import Path
import sys
import tomllib
from types import ModuleType
from typing import Final

from homeassistant.const import Platform
import pytest

from .repository import DOMAIN, INTEGRATION, REPOSITORY
from .source import Source, called, keywords, sources

MOST_TOP_LEVEL_FILES: Final = 30
PACKAGES: Final = sorted(path.parent for path in INTEGRATION.rglob("__init__.py"))
EVIDENCE: Final = f"custom_components.{DOMAIN}.domain.diagnosis.evidence"
READERS: Final = ("domain/diagnosis/evidence/", "domain/diagnosis/rules/")
"""What defines or reads evidence does not produce it."""


def _name(package: Path) -> str:
    return package.relative_to(INTEGRATION).as_posix()


def _initial(package: Path) -> ast.Module:
    return ast.parse((package / "__init__.py").read_text())


def _contracts(kind: str) -> list[dict[str, list[str]]]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    every = project["tool"]["importlinter"]["contracts"]
    return [contract for contract in every if contract["type"] == kind]


def _dotted(package: Path) -> str:
    inner = _name(package).replace("/", ".")
    return f"custom_components.{DOMAIN}" + ("" if inner == "." else f".{inner}")


def test_few_files_at_the_top() -> None:
    count = len(list(INTEGRATION.glob("*.py")))
    assert count <= MOST_TOP_LEVEL_FILES, (
        "put the new module into a package, see docs/architecture.md"
    )


def test_no_module_bears_a_name_of_the_standard_library() -> None:
    platforms = {INTEGRATION / f"{platform}.py" for platform in Platform}
    named = {
        path: path.parent.name if path.name == "__init__.py" else path.stem
        for path in INTEGRATION.rglob("*.py")
    }
    taken = {path for path, name in named.items() if name in sys.stdlib_module_names}
    assert taken - platforms == set(), "rename the module"


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_package_says_one_sentence(package: Path) -> None:
    said = ast.get_docstring(_initial(package)) or ""
    assert said.endswith("."), "the docstring of __init__.py is one sentence"
    assert "\n" not in said
    assert ". " not in said


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_no_module_bears_the_name_of_an_export(package: Path) -> None:
    """`from package import name` would give the module or the object, by luck."""
    children = {path.stem for path in package.iterdir() if path.suffix in {"", ".py"}}
    exported = {
        text
        for node in _initial(package).body
        if isinstance(node, ast.Assign)
        and any(isinstance(x, ast.Name) and x.id == "__all__" for x in node.targets)
        for text in ast.literal_eval(node.value)
    }
    assert exported & children == set()


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_package_has_its_layers(package: Path) -> None:
    if not [path for path in package.glob("*.py") if path.name != "__init__.py"]:
        return
    layers = [
        contract
        for contract in _contracts("layers")
        if _dotted(package) in contract["containers"]
    ]
    assert [contract.get("exhaustive") for contract in layers] == [True], (
        "give the package an exhaustive `layers` contract in pyproject.toml"
    )


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_nobody_imports_past_its_interface(package: Path) -> None:
    """What only holds packages exports nothing, so that its packages are the interface."""
    if package == INTEGRATION or not ast.get_docstring(_initial(package)):
        return
    if len(_initial(package).body) == 1:
        return
    protected = [
        contract
        for contract in _contracts("protected")
        if f"{_dotted(package)}.*" in contract["protected_modules"]
    ]
    assert len(protected) == 1, (
        "give the package a `protected` contract in pyproject.toml"
    )


def _evidence() -> Iterator[tuple[ModuleType, type]]:
    folder = INTEGRATION / "domain/diagnosis/evidence"
    for path in sorted(folder.glob("[a-z]*.py")):
        module = importlib.import_module(f"{EVIDENCE}.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield module, value


@cache
def _producers() -> tuple[Source, ...]:
    return tuple(x for x in sources() if not x.name.startswith(READERS))


@cache
def _produced() -> dict[str, list[ast.Call]]:
    """Return every call of product code by the name that is called."""
    calls: dict[str, list[ast.Call]] = defaultdict(list)
    for source in _producers():
        for call in source.calls():
            calls[called(call)].append(call)
    return calls


@cache
def _named() -> frozenset[tuple[str, str]]:
    """Return every `Name.attribute` of product code."""
    return frozenset(
        (node.value.id, node.attr)
        for source in _producers()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )


def _given(cls: type) -> set[str | None]:
    """Return the fields that product code fills in, at once or with `replace`."""
    names = [field.name for field in dataclasses.fields(cls)]
    given: set[str | None] = set()
    for call in _produced()[cls.__name__]:
        given |= {*names[: len(call.args)], *keywords(call)}
    for call in _produced()["replace"]:
        given |= keywords(call)
    return given


RECORDS: Final = [x for _, x in _evidence() if dataclasses.is_dataclass(x)]
ENUMS: Final = [x for _, x in _evidence() if issubclass(x, Enum)]


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_every_fact_of_the_evidence_is_produced(cls: type) -> None:
    fields = {field.name for field in dataclasses.fields(cls)}
    missing = sorted(fields - _given(cls))
    assert missing == [], "fill it in below diagnosis/ or network/, or delete the field"


@pytest.mark.parametrize("cls", ENUMS, ids=lambda cls: cls.__name__)
def test_every_value_of_the_evidence_is_produced(cls: type[Enum]) -> None:
    members = set(cls.__members__)
    named = {member for name, member in _named() if name == cls.__name__}
    produced = members if _produced()[cls.__name__] else named
    assert members <= produced, (
        "produce it below diagnosis/ or network/, or delete the member"
    )

"""The documents for developers name packages, functions and files that exist, in words that the source has, too."""

import ast
from pathlib import Path
import re
from typing import Final

import pytest

from .repository import INTEGRATION, REPOSITORY

PAGE: Final = (REPOSITORY / "docs/architecture.md").read_text()
CONTRIBUTING: Final = (REPOSITORY / "CONTRIBUTING.md").read_text()
HOPS: Final = sorted(set(re.findall(r"`([\w/]+\.py):(\w+)`", PAGE)))
FILES: Final = sorted(
    set(
        re.findall(r"(?:tests|scripts|docs|\.ci|\.venv)/[\w./]+\w", PAGE + CONTRIBUTING)
    )
)
OF_INTEGRATION: Final = sorted(
    set(re.findall(r"`([\w/]+\.(?:py|json|yaml))[`:]", PAGE))
)
MOST_HOPS: Final = 7


def _sentences() -> dict[str, str]:
    packages = (path.parent for path in INTEGRATION.rglob("__init__.py"))
    return {
        package.relative_to(INTEGRATION).as_posix(): ast.get_docstring(
            ast.parse((package / "__init__.py").read_text())
        )
        or ""
        for package in packages
        if package != INTEGRATION
    }


def _names(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def test_the_table_of_packages_says_what_they_say() -> None:
    rows = re.findall(r"^\| `([\w/]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert dict(rows) == _sentences(), (
        "the table in docs/architecture.md is that of the docstrings of __init__.py"
    )
    assert [package for package, _ in rows] == sorted(_sentences())


@pytest.mark.parametrize(("path", "name"), HOPS)
def test_a_hop_is_a_function_of_its_file(path: str, name: str) -> None:
    assert name in _names(INTEGRATION / path), (
        f"docs/architecture.md names {name}, which is not in {path} any more"
    )


@pytest.mark.parametrize("path", OF_INTEGRATION)
def test_a_file_of_the_integration_is_there(path: str) -> None:
    assert (INTEGRATION / path).exists() or (REPOSITORY / path).exists()


@pytest.mark.parametrize("path", [x for x in FILES if not x.startswith(".venv/")])
def test_a_file_of_the_repository_is_there(path: str) -> None:
    assert (REPOSITORY / path).exists()


@pytest.mark.parametrize("way", ["an operation", "an outage", "a command", "a code"])
def test_a_way_is_short(way: str) -> None:
    section = PAGE.split(f"## The way of {way}")[1].split("\n## ")[0]
    steps = re.findall(r"^\d+\. ", section, re.MULTILINE)
    assert 0 < len(steps) <= MOST_HOPS


def test_every_generator_is_named() -> None:
    made = {path.name for path in (REPOSITORY / "scripts").glob("make_*")}
    assert made == set(re.findall(r"`scripts/(make_\w+)`", CONTRIBUTING))


def test_every_test_folder_is_explained() -> None:
    folders = {
        path.name
        for path in (REPOSITORY / "tests").iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    }
    explained = set(re.findall(r"`tests/(\w+)`", CONTRIBUTING))
    assert folders == explained, "CONTRIBUTING.md says what each test folder is for"

"""What does not belong into the repository: paths of one machine, names of one package host."""

import os
from pathlib import Path
import re

import pytest

from .repository import INTEGRATION, REPOSITORY

NOT_OURS = {
    ".demo",
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "node_modules",
}
BINARY = {".png", ".gif", ".jpg", ".ico", ".woff2"}
FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:work|root|home/\w+|tmp/x)(?=/[a-z.])"
    ),
    "a package host": re.compile(
        r"registry[.]npmjs|pypi[.]org|files[.]pythonhosted|deb[.]debian"
    ),
    "a link into a folder of packages": re.compile(r"file:[/]{2}"),
}


def _files() -> list[Path]:
    found: list[Path] = []
    for folder, names, files in os.walk(REPOSITORY):
        names[:] = [name for name in names if name not in NOT_OURS]
        found += [Path(folder) / name for name in files]
    return [path for path in found if path.suffix not in BINARY]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_trace_of_one_machine(what: str) -> None:
    guilty = [
        f"{path.relative_to(REPOSITORY)}: {found.group()}"
        for path in _files()
        if (found := FORBIDDEN[what].search(_text(path)))
    ]
    assert guilty == []


def test_every_data_file_of_the_integration_has_a_contract() -> None:
    """A new kind of file comes with a contract test, and is named here then."""
    known = {
        "conditions.yaml",
        "icons.json",
        "manifest.json",
        "quality_scale.yaml",
        "services.yaml",
        "translations/en.json",
        "triggers.yaml",
    }
    found = {
        path.relative_to(INTEGRATION).as_posix()
        for pattern in ("*.json", "*.yaml")
        for path in INTEGRATION.rglob(pattern)
    }
    assert found <= known

"""The page on security names tests that exist, and a test for each of its promises."""

from pathlib import Path
import re

import pytest

from .repository import REPOSITORY

PAGE = (REPOSITORY / "docs/security.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|scripts)/[\w./]+)", PAGE)))
TESTS = sorted(set(re.findall(r"`(tests/[\w./]+)::(\w+)`", PAGE)))
KINDS = PAGE.split("### How it is tested")[1].split("###")[0]
PROMISES = PAGE.split("## What is promised")[1].split("### How it is tested")[0]


@pytest.mark.parametrize("path", NAMED)
def test_what_is_named_is_there(path: str) -> None:
    assert Path(REPOSITORY / path).is_file()


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    assert f"def {name}(" in Path(REPOSITORY / path).read_text()


def test_every_kind_names_tests() -> None:
    rows = [line for line in KINDS.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 16
    assert [row for row in rows if "::test_" not in row] == []


def test_every_promise_names_its_test() -> None:
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert [row for row in rows if "`tests/" not in row] == []

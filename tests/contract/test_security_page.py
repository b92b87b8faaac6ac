"""The page on security names tests that exist, and a test for each of its promises."""

from pathlib import Path
import re

import pytest

from .repository import REPOSITORY

PAGE = (REPOSITORY / "docs/security.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|scripts)/[\w./]+)", PAGE)))
PROMISES = PAGE.split("## What is promised")[1].split("## What is not promised")[0]


@pytest.mark.parametrize("path", NAMED)
def test_what_is_named_is_there(path: str) -> None:
    assert Path(REPOSITORY / path).is_file()


def test_every_promise_names_its_test() -> None:
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert [row for row in rows if "`tests/" not in row] == []

"""The names of core's Matter client that we rely on, in a client that is newer than any core has."""

import os
from pathlib import Path
import subprocess
import sys

import pytest

from .repository import REPOSITORY

CLIENT = REPOSITORY / ".venv/matter-client"
"""Made by scripts/setup from requirements/matter-client.txt."""
NAMES = Path(__file__).with_name("test_core_names.py")
WRITES = Path(__file__).with_name("test_client_writes.py")
SCHEMA_15 = "1.6.1"
NEXT = "harness_next"
"""The plugin that makes the test harness run on the newest Home Assistant."""


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Return an environment in which the newer client stands before core's own."""
    if not CLIENT.is_dir():
        pytest.skip("The newer client is missing: run scripts/setup.")
    return os.environ | {"PYTHONPATH": f"{CLIENT}:{REPOSITORY / 'scripts/lib'}"}


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        (sys.executable, *arguments),
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_newer_client_is_the_one_that_is_looked_at(
    environment: dict[str, str],
) -> None:
    question = (
        "from importlib.metadata import version; print(version('matter-python-client'))"
    )
    assert _run(environment, "-c", question).strip() == SCHEMA_15
    where = "import matter_server; print(matter_server.__path__[0])"
    assert Path(_run(environment, "-c", where).strip()).parent == CLIENT


@pytest.mark.timeout(120)
@pytest.mark.parametrize("contract", [NAMES, WRITES])
def test_every_name_is_there(
    environment: dict[str, str], request: pytest.FixtureRequest, contract: Path
) -> None:
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-cov"]
    if request.config.pluginmanager.has_plugin(NEXT):
        options += ["-p", NEXT]
    told = _run(environment, "-m", "pytest", *options, str(contract))
    assert " passed" in told

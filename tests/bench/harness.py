"""Runs a case in the component tests' harness, which has the emulated server."""

from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

from tests.rig.paths import REPOSITORY

LIBRARY = REPOSITORY / "scripts" / "lib"
MARK = "MEASURED "
"""Begins the lines of a case that carry what it found, as JSON."""


def found_by(case: Path, timeout: int = 300, **given: str) -> Iterator[dict[str, Any]]:
    """Run a case to its end and give what it found; `given` is its environment."""
    command = (
        *(sys.executable, "-m", "pytest", "-p", "harness_next", "-q", "-s"),
        *(f"--timeout={timeout}", str(case)),
    )
    environment = {
        "PYTHONPATH": f"{LIBRARY}:{REPOSITORY}",
        "PATH": "/usr/bin:/bin",
        **given,
    }
    ended = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise RuntimeError(ended.stdout[-3000:] + ended.stderr[-3000:])
    for line in ended.stdout.splitlines():
        if MARK in line:
            yield json.loads(line.partition(MARK)[2])

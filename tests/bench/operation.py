"""Row `operation`: the event loop's time for one unlock, without and with the integration."""

from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
import sys

from tests.rig.paths import REPOSITORY

from .row import Row

CASE = Path(__file__).parent / "measure_operation.py"
LIBRARY = REPOSITORY / "scripts" / "lib"


def measure() -> Iterator[Row]:
    """Run the case in the component tests' harness, which has the emulated server."""
    command = (
        *(sys.executable, "-m", "pytest", "-p", "harness_next", "-q", "-s"),
        *("--timeout=300", str(CASE)),
    )
    environment = {"PYTHONPATH": f"{LIBRARY}:{REPOSITORY}", "PATH": "/usr/bin:/bin"}
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
    told = (x for x in ended.stdout.splitlines() if "MEASURED " in x)
    for line in told:
        found = json.loads(line.partition("MEASURED ")[2])
        core, both = found["core"], found["both"]
        yield Row(
            f"operation, {found['journal']}",
            f"{both - core:.0f} µs more with the integration (median of {found['n']})",
            f"{core:.0f} µs with core's lock entity alone",
            (both - core) / core,
        )

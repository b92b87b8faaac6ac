"""Row `setup`: how long a home of many locks takes to start, beside core's Matter entry."""

from collections.abc import Iterator
from pathlib import Path

from .harness import found_by
from .row import Row

CASE = Path(__file__).parent / "measure_setup.py"


def measure() -> Iterator[Row]:
    """Run the case and compare."""
    for found in found_by(CASE, timeout=1800):
        core, ours = found["core"], found["ours"]
        yield Row(
            f"setup, {found['locks']} locks with {found['entries']} entries each",
            f"{ours:.0f} ms of CPU (median of {found['n']})",
            f"{core:.0f} ms for core's set-up of the same nodes",
            ours / core,
        )

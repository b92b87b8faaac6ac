"""Row `operation`: the event loop's time for one unlock, without and with the integration."""

from collections.abc import Iterator
from pathlib import Path

from .harness import found_by
from .row import Row

CASE = Path(__file__).parent / "measure_operation.py"


def measure() -> Iterator[Row]:
    """Run the case and compare."""
    for found in found_by(CASE):
        core, both = found["core"], found["both"]
        yield Row(
            f"operation, {found['journal']}",
            f"{both - core:.0f} µs more with the integration (median of {found['n']})",
            f"{core:.0f} µs with core's lock entity alone",
            (both - core) / core,
        )
        core, both = found["calls_core"], found["calls_both"]
        yield Row(
            f"calls of the same, {found['journal']}",
            f"{both - core} more with the integration",
            f"{core} with core's lock entity alone",
            (both - core) / core,
        )

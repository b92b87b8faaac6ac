"""Row `loop`: what holds the event loop in a home with long journals, scene by scene."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from .harness import found_by

CASE: Final = Path(__file__).parent / "measure_loop.py"
SIZES: Final = ("20 5000", "100 1000")
"""Locks, and journal entries of each."""
GOAL: Final = 50
"""Milliseconds that any callback of ours may take."""
OURS: Final = {
    "test_measure": "the action or command itself",
    "BigHome.tell.<locals>.deliver_packet": "one packet with a message of each lock",
    "FakeLock.unlock_by_finger": "the client, for one lock",
}
"""Callbacks of the measurement, by what runs in them."""


def measure(sizes: Iterable[str]) -> Iterator[str]:
    """Measure homes of some sizes and give the lines of a table."""
    yield "| home | scene | longest callback | in | core alone |"
    yield "|---|---|---|---|---|"
    for size in sizes:
        core: dict[str, dict[str, Any]] = {}
        for found in found_by(CASE, timeout=1800, BENCH_SIZE=size):
            if found["alone"]:
                core[found["scene"]] = found
                continue
            beside = core.get(found["scene"])
            yield _line(size, found, f"{beside['cpu']:.0f} ms" if beside else "–")


def _line(size: str, found: dict[str, Any], core: str) -> str:
    locks, entries = size.split()
    home = f"{locks} × {int(entries):,}"
    over = " (over the goal)" if found["cpu"] > GOAL else ""
    cost = f"{found['cpu']:.0f} ms{over}"
    what = OURS.get(found["what"], f"`{found['what']}`")
    return f"| {home} | {found['scene']} | {cost} | {what} | {core} |"

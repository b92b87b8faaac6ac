"""What comes from outside to a running Home Assistant: runs in the component tests' harness."""

from collections.abc import Iterable, Iterator
import json
from pathlib import Path
from typing import Any, Final

from tests.bench.harness import found_by

from .watch import Fault, Watch

CASE: Final = Path(__file__).parent / "live_case.py"
LIVE: Final = ("messages", "websocket", "actions", "files", "answers", "lan")
TIMEOUT: Final = 3600


def run_live(
    name: str, seed: int, numbers: Iterable[int], watch: Watch
) -> Iterator[tuple[int, Any, Fault]]:
    """Run inputs of a surface; returns number, input and fault of those that fail."""
    every = list(numbers)
    given = {
        "FUZZ_SURFACE": name,
        "FUZZ_SEED": str(seed),
        "FUZZ_FROM": str(every[0]),
        "FUZZ_TO": str(every[-1] + 1),
    }
    for found in found_by(CASE, TIMEOUT, **given):
        if "steps" in found:
            watch.most_steps = max(watch.most_steps, found["steps"])
        else:
            yield found["number"], found["given"], Fault(found["what"], found["where"])


def as_json(value: Any) -> str:
    """Return a text that goes through a pipe; what JSON has no form for is shown."""
    return json.dumps(value, default=repr)

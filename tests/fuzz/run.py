"""Runs the inputs of a seed on a surface; each can be run again alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import faulthandler
from random import Random
from typing import Any, Final

from .mutate import Mutator
from .surfaces import SURFACES, Surface
from .watch import Fault, Watch

PATIENCE: Final = 60
"""Seconds for a hundred inputs; a hang outside of Python code is shown, and ends the run."""
BATCH: Final = 100


@dataclass(frozen=True)
class Found:
    """An input that did what none may do, and how to run it again."""

    surface: str
    seed: int
    number: int
    given: Any
    fault: Fault

    def __str__(self) -> str:
        """Return it with the command that repeats it."""
        again = f"--surface {self.surface} --seed {self.seed} --only {self.number}"
        return f"{self.surface}: {self.fault}\n  scripts/fuzz {again}\n  {self.given!r:.1500}"


def made(
    surface: Surface, samples: list[Any], name: str, seed: int, number: int
) -> Any:
    """Make an input; the same one for the same seed and number."""
    random = Random(f"{name} {seed} {number}")
    return surface.make(Mutator(random), random.choice(samples))


def run(
    name: str, seed: int, numbers: Iterable[int], watch: Watch
) -> Iterator[tuple[int, Any, Fault]]:
    """Run inputs of a surface; returns number, input and fault of those that fail."""
    surface = SURFACES[name]
    samples = surface.samples()
    with watch.watching():
        for number in numbers:
            if number % BATCH == 0:
                faulthandler.dump_traceback_later(PATIENCE, exit=True)
            given = made(surface, samples, name, seed, number)
            secrets = surface.secrets(given)
            fault = watch.run(surface.work, given, surface.expected, secrets)
            if fault is not None:
                yield number, given, fault
    faulthandler.cancel_dump_traceback_later()

"""Homes live through some days, and nothing that their users see is wrong."""

import os
from typing import Final

import pytest

from .run import live
from .story import write_story

SEEDS: Final = tuple(range(1, 9))
"""The first ones, whatever they are like."""
RANDOM_SEED: Final = "SIMULATION_SEED"
"""Variable with one more seed, which `scripts/test` draws anew in each run and prints."""
DAYS: Final = 1.0


def seeds() -> list[int]:
    """Give the fixed seeds, and the one of this run."""
    drawn = os.environ.get(RANDOM_SEED)
    return [*SEEDS, int(drawn)] if drawn else list(SEEDS)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", seeds())
def test_seed(seed: int) -> None:
    outcome = live(write_story(seed, DAYS))
    assert [str(item) for item in outcome.violations] == []


@pytest.mark.timeout(300)
def test_seed_replays_exactly() -> None:
    story = write_story(4, 0.5)
    first, second = live(story), live(story)
    assert first.fingerprint == second.fingerprint
    assert first.operations == second.operations

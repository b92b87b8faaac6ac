"""Homes live through some days, and nothing that their users see is wrong."""

import os
import random
from typing import Final

import pytest

from .run import live
from .story import write_story

SEEDS: Final = (1, 2, 3, 5, 8, 11)
DAYS: Final = 2.0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
def test_seed(seed: int) -> None:
    outcome = live(write_story(seed, DAYS))
    assert [str(item) for item in outcome.violations] == []


@pytest.mark.timeout(300)
def test_random_seed() -> None:
    """`SIMULATION_SEED` replays it."""
    seed = int(os.environ.get("SIMULATION_SEED") or random.randrange(10**6))
    print(f"simulation seed {seed}: scripts/simulate --seed {seed} --days {DAYS:g}")
    outcome = live(write_story(seed, DAYS))
    assert [str(item) for item in outcome.violations] == [], f"seed {seed}"

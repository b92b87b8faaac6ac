"""Homes live through some days, and nothing that their users see is wrong."""

from typing import Final

import pytest

from .run import live
from .story import write_story

SEEDS: Final = (1, 2, 3, 4, 5, 7, 8, 18)
DAYS: Final = 1.0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
def test_seed(seed: int) -> None:
    outcome = live(write_story(seed, DAYS))
    assert [str(item) for item in outcome.violations] == []


@pytest.mark.timeout(300)
def test_seed_replays_exactly() -> None:
    story = write_story(4, 1.0)
    first, second = live(story), live(story)
    assert first.fingerprint == second.fingerprint
    assert first.operations == second.operations

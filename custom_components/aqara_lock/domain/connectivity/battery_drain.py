"""How fast a battery empties, from what the lock has reported since its last charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
REACH: Final = timedelta(days=7)
"""A week says how fast it empties now; a longer one hides that it has become faster."""


@dataclass(frozen=True, slots=True)
class BatterySample:
    """A reported charge in percent."""

    at: datetime
    percent: float


def drop_per_day(samples: Sequence[BatterySample], now: datetime) -> float | None:
    """Give percent lost per day; None before a whole day without a charge was seen."""
    recent = [sample for sample in samples if now - sample.at <= REACH]
    begin = len(recent) - 1
    while begin > 0 and recent[begin - 1].percent >= recent[begin].percent:
        begin -= 1
    if not recent or now - recent[begin].at < DAY:
        return None
    lost = recent[begin].percent - recent[-1].percent
    return lost / ((now - recent[begin].at) / DAY)

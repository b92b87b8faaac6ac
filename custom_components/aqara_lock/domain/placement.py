"""Advice on where the hub should stand, from a series of pings to the lock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SLOW_MS: Final = 2500
"""A sleepy lock wakes every two seconds: up to 2 s are normal (core#180484)."""


class Advice(StrEnum):
    """What to do about the place of the hub."""

    GOOD = "good"
    SLOW = "slow"
    WEAK = "weak"
    NO_ANSWER = "no_answer"
    UNTIMED = "untimed"


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """A series of pings: how many were sent and the times of the answers in ms.

    `untimed`: the Matter server had to give up another address of the lock before it
    told of the answers, so that their times say nothing.
    """

    sent: int
    times: tuple[float, ...]
    untimed: bool = False

    @property
    def answered(self) -> int:
        """Number of answers."""
        return len(self.times)

    @property
    def average(self) -> float | None:
        """Mean time of an answer, ms."""
        return sum(self.times) / len(self.times) if self.times else None

    @property
    def worst(self) -> float | None:
        """Longest time of an answer, ms."""
        return max(self.times, default=None)

    @property
    def advice(self) -> Advice:
        """Judge the way to the lock; an answer lost now and then is a weak link."""
        if self.untimed:
            return Advice.UNTIMED
        if not self.times:
            return Advice.NO_ANSWER
        if self.answered < self.sent:
            return Advice.WEAK
        return Advice.SLOW if max(self.times) > SLOW_MS else Advice.GOOD

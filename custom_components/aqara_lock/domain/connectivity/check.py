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
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """A series of pings: how many were sent and the times of the answers in ms.

    `untimed`: answers that the Matter server told of only after it had given up another
    address of the lock, so that no time of the series says anything. `unsent`: pings
    that never left, because Matter had no connection or no address of the lock.
    `masked`: answers whose time is hidden by a link-local address that cannot be reached.
    `proves_nothing`: the lock reported something shortly before, or answers no pings at all.
    """

    sent: int
    times: tuple[float, ...]
    untimed: int = 0
    unsent: int = 0
    masked: int = 0
    proves_nothing: bool = False

    @property
    def answered(self) -> int:
        """Number of answers."""
        return len(self.times) + self.untimed + self.masked

    @property
    def average(self) -> float | None:
        """Mean time of an answer, ms."""
        if self.untimed or not self.times:
            return None
        return sum(self.times) / len(self.times)

    @property
    def worst(self) -> float | None:
        """Longest time of an answer, ms."""
        return None if self.untimed else max(self.times, default=None)

    @property
    def advice(self) -> Advice:
        """Judge the way to the lock; an answer lost now and then is a weak link."""
        if self.untimed:
            return Advice.UNTIMED
        if not self.sent:
            return Advice.NOT_SENT
        if not self.answered:
            return Advice.NO_ANSWER
        if self.answered < self.sent:
            return Advice.WEAK
        return Advice.SLOW if max(self.times, default=0) > SLOW_MS else Advice.GOOD

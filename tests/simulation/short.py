"""Short stories: one home with one lock, and a few steps."""

from typing import Any, Final

from .story import Step, Story

DOOR: Final = "Front door"
OF_HOME: Final = frozenset(
    {"off", "on", "stop", "start", "kill", "reload", "clock", "disk", "quiet", "cut"}
)
"""Steps that no one lock is the place of."""


def story(
    *steps: Step, lock: str = "plain", manners: str = "ohf14", seed: int = 7
) -> Story:
    """Give a home with one lock in which this happens."""
    return Story(seed, manners, {DOOR: lock}, 1, 0.02, steps)


def at(seconds: float, kind: str, **args: Any) -> Step:
    """Give a step; whoever does something does it at the one door."""
    place = {} if kind in OF_HOME else {"lock": DOOR}
    return Step(seconds, kind, {**place, **args})


def fault(kind: str, begins: float, ends: float) -> tuple[Step, Step]:
    """Give a fault and its end."""
    target: Any = {"hub": 1, "thread": 1, "route": 1, "radio": DOOR}.get(kind, "")
    return (
        at(begins, "off", fault=kind, target=target),
        at(ends, "on", fault=kind, target=target),
    )

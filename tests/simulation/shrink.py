"""Shortens a failing story: delta debugging over its steps, then fewer locks and hubs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
import time
from typing import Final

from .run import Outcome, live
from .story import Story

LONGEST: Final = 900.0
"""Seconds of machine time that one story is worth."""

TAILS: Final = (6, 15, 40, 100)
"""How many of the last steps are tried alone, before the search begins."""

type Fails = Callable[[Story], bool]


def shortened(story: Story, fails: Fails, *, longest: float = LONGEST) -> Story:
    """Give a story that fails in the same way and has no step too many."""
    ends = time.perf_counter() + longest
    story = _tail(story, fails)
    steps = list(story.steps)
    parts = 2
    while len(steps) > 1 and time.perf_counter() < ends:
        size = max(1, len(steps) // parts)
        for begin in range(0, len(steps), size):
            fewer = steps[:begin] + steps[begin + size :]
            if fewer and fails(story.with_steps(fewer)):
                steps, parts = fewer, max(2, parts - 1)
                break
            if time.perf_counter() > ends:
                break
        else:
            if size == 1:
                break
            parts = min(len(steps), parts * 2)
    return _with_fewer_locks(story.with_steps(steps), fails)


def _tail(story: Story, fails: Fails) -> Story:
    """Keep the last steps only, as few as do, and let them come soon."""
    for number in TAILS:
        if number >= len(story.steps):
            break
        tail = _brought_forward(story.with_steps(list(story.steps[-number:])))
        if fails(tail):
            return tail
    return story


def _with_fewer_locks(story: Story, fails: Fails) -> Story:
    """Leave out locks at which nothing happens."""
    for name in list(story.locks):
        locks = {key: kind for key, kind in story.locks.items() if key != name}
        mentioned = any(name in step.args.values() for step in story.steps)
        fewer = replace(story, locks=locks)
        if locks and not mentioned and fails(fewer):
            story = fewer
    return story


def _brought_forward(story: Story) -> Story:
    """Let the first step come soon."""
    first = story.steps[0].at
    moved = [replace(step, at=step.at - first + 60.0) for step in story.steps]
    return story.with_steps(moved)


def shrink(outcome: Outcome, folder: Path | None = None) -> Story:
    """Shorten what failed, print it, and write it down."""
    first = outcome.violations[0]

    def fails(story: Story) -> bool:
        return any(
            (x.group, x.rule) == (first.group, first.rule)
            for x in live(story).violations
        )

    steps = [step for step in outcome.story.steps if step.at <= first.at]
    begun = outcome.story.with_steps(steps)
    found = shortened(begun if fails(begun) else outcome.story, fails)
    again = live(found)
    print(f"shrunk to {len(found.steps)} steps:")
    print(found)
    for violation in again.violations:
        print(f"  {violation}")
    if folder is not None:
        name = f"{outcome.story.seed}-{first.rule.replace(' ', '-')}.json"
        (folder / name).write_text(found.dump())
    return found

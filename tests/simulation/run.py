"""Runs stories: a seed becomes a story, the story is lived, and what broke is told."""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import gc
import logging
from pathlib import Path
import random
import shutil
import sys
import tempfile
import time
import zlib

from .boundary import outside
from .checks import Checks, Violation, counted
from .story import DAY, Story, write_story
from .world import EXACT_AFTER, EXACT_BEFORE, World

type Mutation = Callable[[World], object]


@dataclass
class Outcome:
    """What came of a story."""

    story: Story
    violations: list[Violation] = field(default_factory=list)
    operations: int = 0
    days: float = 0.0
    seconds: float = 0.0
    fingerprint: int = 0
    """Tells two runs apart that did not see the same."""

    @property
    def rules(self) -> frozenset[str]:
        """Rules that were broken."""
        return frozenset(f"[{x.group}] {x.rule}" for x in self.violations)


@contextmanager
def _folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else None
    path = Path(tempfile.mkdtemp(prefix="aqara-lock-simulation-", dir=place))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the collector of memory from looking again and again at what stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def live(story: Story, mutate: Mutation | None = None) -> Outcome:
    """Live a story from begin to end."""
    started = time.perf_counter()
    with _folder() as folder, _without_collector():
        world = World(story, folder)
        checks = Checks(world)
        asyncio.set_event_loop(world.loop)
        logging.disable(logging.INFO)
        try:
            with outside(
                world.clock, world.network, world.server, world.disk, story.seed
            ):
                world.loop.run_until_complete(_live(world, checks, mutate))
        finally:
            logging.disable(logging.NOTSET)
            world.home.close()
            asyncio.set_event_loop(None)
            _abandon(world)
    outcome = Outcome(story, checks.violations)
    outcome.operations = sum(len(lock.deeds) for lock in world.locks.values())
    outcome.days = (world.now - world.begun) / 86400
    outcome.seconds = time.perf_counter() - started
    outcome.fingerprint = _fingerprint(world)
    return outcome


async def _live(world: World, checks: Checks, mutate: Mutation | None) -> None:
    world.watchers.append(checks.look)
    world.fault_watchers.append(checks.fault_changed)
    if mutate is not None:
        mutate(world)
    await world.begin()
    for step in world.story.steps:
        await _pass_time(world, checks, world.begun + step.at)
        await world.do(step)
        if len(checks.violations) > 50:
            break
    ends = world.begun + world.story.days * DAY
    if not checks.violations and ends - world.now < DAY:
        await _pass_time(world, checks, ends)
    await world.wait(EXACT_AFTER)
    if not world.home.running:
        await world.home.start()
    await checks.audit()
    if world.home.is_loaded:
        await world.home.hass.config_entries.async_unload(world.home.entry.entry_id)
        await world.wait(1)
        checks.finish()
    await world.home.stop()


async def _pass_time(world: World, checks: Checks, at: float) -> None:
    """Go on to the next step: exact around what happens, by the minute where all is quiet."""
    calm = world.now + EXACT_AFTER
    if at > calm:
        await world.until(calm)
        await checks.audit()
    if at - EXACT_BEFORE > world.now and world.is_quiet and at > calm:
        world.clock.quiet_until = at - EXACT_BEFORE
        await world.until(at - EXACT_BEFORE)
    await world.until(at)


def _abandon(world: World) -> None:
    """End what a run left in its loop."""
    loop = world.loop
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.is_off = True
    loop.run_until_complete(_turn())
    loop.close()
    gc.collect()


async def _turn() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def _fingerprint(world: World) -> int:
    """Sum up everything that was seen, the same in every process."""
    book = world.home.book
    lines = [
        f"{seen.at:.3f} {seen.what} {seen.lock} {seen.data.get('state')} "
        f"{seen.data.get('type')} {seen.data.get('person')}"
        for seen in (*book.activity, *book.connection, *book.states)
    ]
    lines += [f"{x.at:.3f} {x.name} {x.lock}" for x in world.server.sent]
    # Within one moment Home Assistant itself goes through sets.
    return zlib.crc32("\n".join(sorted(lines)).encode())


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; returns how many seeds failed."""
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", help="seeds, with commas, or FROM-TO")
    parser.add_argument("--days", type=float, default=10.0)
    parser.add_argument("--minutes", type=float, help="go on with new seeds so long")
    parser.add_argument("--shrink", action="store_true", help="shorten what fails")
    parser.add_argument("--keep", type=Path, help="folder for shortened stories")
    parser.add_argument("--story", type=Path, help="a story that was written to a file")
    parser.add_argument("--tell", action="store_true", help="print the story")
    options = parser.parse_args(arguments)
    failed = 0
    days = operations = seconds = 0.0
    for story in _stories(options):
        if options.tell:
            print(story)
        outcome = live(story)
        days, operations = days + outcome.days, operations + outcome.operations
        seconds += outcome.seconds
        _report(outcome)
        if outcome.violations:
            failed += 1
            if options.shrink:
                from .shrink import shrink  # noqa: PLC0415

                shrink(outcome, options.keep)
    rate = days / seconds * 60 if seconds else 0.0
    print(
        f"{days:.0f} days, {operations:.0f} operations in {seconds:.0f} s "
        f"({rate:.0f} days a minute), {failed} seeds failed"
    )
    return failed


def _stories(options: argparse.Namespace) -> Iterator[Story]:
    if options.story:
        yield Story.load(options.story.read_text())
        return
    for seed in _seeds(options):
        yield write_story(seed, options.days)
    if options.minutes:
        ends = time.perf_counter() + options.minutes * 60
        while time.perf_counter() < ends:
            yield write_story(random.SystemRandom().randrange(10**6), options.days)


def _seeds(options: argparse.Namespace) -> list[int]:
    found: list[int] = []
    if options.seed is not None:
        found.append(options.seed)
    for part in (options.seeds or "").split(","):
        first, _, last = part.partition("-")
        if first:
            found += range(int(first), int(last or first) + 1)
    return found


def _report(outcome: Outcome) -> None:
    seed = outcome.story.seed
    print(
        f"seed {seed}: {outcome.days:.1f} days, {outcome.operations} operations, "
        f"{outcome.seconds:.0f} s, fingerprint {outcome.fingerprint:08x}, "
        f"{len(outcome.violations)} violations",
        flush=True,
    )
    for name, count in counted(outcome.violations):
        print(f"  {count:4} {name}")
    for violation in outcome.violations[:8]:
        print(f"       {violation}"[:1200])


if __name__ == "__main__":
    sys.exit(1 if main() else 0)

"""Kill processes by hand: `scripts/durability [--home N | --kills N] --seed S`."""

import argparse
import asyncio
from contextlib import ExitStack
import logging
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from tests.rig.software import DEFAULT_SOFTWARE, Software

from .home import HomeCount, async_kill_homes
from .kills import LONGEST, Count, Kills
from .small_disk import small_disk

LONG_EVERY = 20


def main() -> int:
    """Kill as often as asked, and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--longest", type=float, default=LONGEST, help="seconds of a life"
    )
    parser.add_argument(
        "--long-every",
        type=int,
        default=LONG_EVERY,
        help="every so many lives one is longer than 30 s; 0 for none",
    )
    parser.add_argument("--clocks", action="store_true", help="the clock jumps")
    parser.add_argument(
        "--disks", action="store_true", help="a small disk fills and empties"
    )
    parser.add_argument("--folder", type=Path, help="where the files are")
    parser.add_argument(
        "--home", type=int, metavar="N", help="kill a whole Home Assistant N times"
    )
    parser.add_argument(
        "--controller", choices=list(Software), type=Software, default=DEFAULT_SOFTWARE
    )
    asked = parser.parse_args()
    if asked.home:
        return _end(asked.seed, asyncio.run(_kill_homes(asked)))
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=asked.folder)))
        disk = stack.enter_context(small_disk(folder)) if asked.disks else None
        kills = Kills(
            folder,
            asked.seed,
            clocks=asked.clocks,
            disk=disk,
            longest=asked.longest,
            long_every=asked.long_every,
        )
        count = kills.run(asked.kills, _say)
    return _end(asked.seed, count)


async def _kill_homes(asked: argparse.Namespace) -> HomeCount:
    return await async_kill_homes(asked.home, asked.seed, asked.controller, _say)


def _say(text: str) -> None:
    print(text, flush=True)


def _end(seed: int, count: Count | HomeCount) -> int:
    print(f"seed {seed}: {count}")
    return 0 if count.is_good else 1


if __name__ == "__main__":
    sys.exit(main())

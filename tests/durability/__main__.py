"""Kill processes by hand: `scripts/durability --kills N --seed S [--clocks] [--disks]`."""

import argparse
import logging
from pathlib import Path
import sys
import tempfile

from .kills import LONGEST, Kills


def main() -> int:
    """Kill as often as asked, and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--longest", type=float, default=LONGEST, help="seconds of a life"
    )
    parser.add_argument("--clocks", action="store_true", help="the clock jumps")
    parser.add_argument(
        "--disks", action="store_true", help="the disk fills and empties"
    )
    parser.add_argument("--folder", type=Path, help="where the files are, e.g. a tmpfs")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        kills = Kills(
            Path(folder),
            asked.seed,
            clocks=asked.clocks,
            disks=asked.disks,
            longest=asked.longest,
        )
        count = kills.run(asked.kills, print)
    print(f"seed {asked.seed}: {count}")
    return 0 if count.is_good else 1


if __name__ == "__main__":
    sys.exit(main())

"""The command line: which surfaces, which seed, how many inputs."""

import argparse
from collections import Counter
import logging
from time import monotonic

from .live import LIVE, run_live
from .run import Found, run
from .surfaces import SURFACES
from .watch import Watch

EPILOG = """surfaces:
  packets     whole mDNS packets
  txt         TXT records of border routers (mDNS)
  services    names and TXT records of Matter devices (mDNS)
  events      events of a lock, and the journal that they make
  users       a lock's answers about users, and its fabrics
  identities  core's device identifiers and stored ids of controllers
  nodes       whole nodes as a Matter server dumps them
  proc        files below /proc
  netlink     messages of the kernel
  supervisor  answers of the Supervisor, and the URL of the Matter server
  codes       setup codes
  stores      every part of the files of a lock and of the home
  messages    events, attributes and nodes at the real client in a running Home Assistant
  answers     what a Matter server answers to reads, pings and the walk through the users
  websocket   messages of a card, from users of every role
  actions     actions with any data, from users of every role
  lan         mDNS of a whole home: announcements, goodbyes, forged and disputed identities
  files       whole files of a lock and of the home, read by a home that starts
Every input is made of a real sample by the seed and its number alone. An input fails that raises
anything but the error that is meant for it, that is logged as an error, that shows a code in a text,
or that needs more steps than any may. It is printed with the command that runs it again."""


def main() -> int:
    """Run the inputs; returns 1 where one failed."""
    every = (*SURFACES, *LIVE)
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz",
        description="Feeds damaged, forged and random input to everything that takes it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--inputs", type=int, default=2000, help="of each surface (2000)"
    )
    parser.add_argument(
        "--surface", action="append", choices=every, help="only this one"
    )
    parser.add_argument("--only", type=int, help="run one input, by its number")
    parser.add_argument("--most", type=int, default=3, help="failures shown of a kind")
    parser.add_argument(
        "--no-home",
        action="store_true",
        help="only what needs no running Home Assistant",
    )
    given = parser.parse_args()
    # What other packages say of damage is theirs.
    logging.getLogger().addHandler(logging.NullHandler())
    numbers = range(given.inputs) if given.only is None else [given.only]
    kinds: Counter[str] = Counter()
    wanted = given.surface or (SURFACES if given.no_home else every)
    for name in wanted:
        begin, count = monotonic(), 0
        watch = Watch()
        runs = run_live if name in LIVE else run
        for number, value, fault in runs(name, given.seed, numbers, watch):
            found = Found(name, given.seed, number, value, fault)
            count += 1
            kinds[_kind(found)] += 1
            if kinds[_kind(found)] <= given.most:
                print(found, flush=True)
        print(
            f"{name}: {len(numbers)} inputs, seed {given.seed}, {count} failed,"
            f" at most {watch.most_steps} steps, {monotonic() - begin:.0f} s",
            flush=True,
        )
    return int(bool(kinds))


def _kind(found: Found) -> str:
    return f"{found.surface} {found.fault.where or found.fault.what:.60}"


raise SystemExit(main())

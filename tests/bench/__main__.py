"""The command line: which rows to measure."""

import argparse
import asyncio
from collections.abc import Callable, Iterable

from . import (
    calm,
    campaign,
    diagnosis,
    idle,
    journal,
    loop,
    memory,
    operation,
    outage,
    setup,
)
from .row import Row

EPILOG = """rows:
  operation  Microseconds of CPU of Home Assistant's event loop from the Matter client's callbacks of
             one unlock (state report and LockOperation) until every state is written and nothing is
             left to do: with core's own lock entity alone, and with this integration beside it, in
             turns in one process, over an emulated Matter server. "full journal": the same with
             1,000 entries in the journal. The ratio is (both - core) / core. Stores are files in
             memory where there is a place for them: the disk is not what is measured. The time of
             threads that write is not in it, that of waiting for them is. "calls" counts the functions
             that are called for it and for the way back to locked: that is the same at any load.
  idle       Messages that reach the virtual lock in a window in which nothing happens, with the
             integration and with it disabled, in one home of real parts. The window is measured in
             real time (--minutes); the value for an hour is that, scaled, and not measured.
  outage     Seconds from pulling the hub's plug to the `unresponsive` event, in a home of real
             parts, after the quiet start of 60 s; with --core beside the seconds until core calls
             the lock unavailable (about four minutes for each run).
  naming     Seconds from the finger on the virtual lock to the state `unlocked` with the user's
             name, beside the seconds to `unlocked` of core's lock entity, of the same operation.
  diagnosis  Milliseconds of CPU for the causes of 20 locks, in three cases (all well, all silent, all
             hubs gone). "rules alone": the rules on evidence as it lies. The rest in a running Home
             Assistant with 20 locks and three hubs over an emulated Matter server. "appears": taking
             the evidence, the rules and what a new result causes (states, repairs, pings planned);
             "goes on": the same without news; "whole refresh": reading the host as well, and the ways
             to the locks. Core has nothing to stand beside it.
             "block": the callback that held the event loop longest in a scene, in CPU and (in
             brackets) in real time, which other processes stretch; the longest turn of the loop, in
             which it runs all that is due; Python's longest search for garbage, which is not in
             those two; all CPU of the scene. Beside it core's Matter integration alone in that
             scene, where it has one. "in one packet": the client takes 20 messages in one turn.
             How long a silence, a cause and a change must last is shortened. About two minutes.
  journal    Milliseconds to load the journals of 10 locks with 1,000 entries each (JSON, entries,
             lines), beside reading the same JSON alone.
  setup      Milliseconds of CPU, all threads, until a home of 100 locks is set up again, with empty
             journals and with 1,000 entries in each, beside core's set-up of the same 100 nodes. In
             turns in one process, over an emulated Matter server.
  memory     Bytes of one lock's journal with 1,000 entries, when it is full first and after 200,000
             events. The ratio says whether it grows.
  loop       The callback that held the event loop longest, in milliseconds of CPU, in each scene that
             goes through whole journals: 20 locks with 5,000 entries each and 100 locks with 1,000
             (--size "20 5000"), beside core's Matter integration alone where it has the scene. The
             goal is 50 ms. Prints a table for docs/benchmarks.md.
  campaign   Random operations (--seed, --minutes, at most 10) in a home of real parts, with kills of
             the Matter server, restarts of Home Assistant, radio cuts, reloads and a new interview
             that deliver events twice, slots that change hands while nobody looks, users that do
             not exist. The journal is compared with the lock's
             own event log: duplicates, wrong names, events lost without a gap line. Ends with 1
             when one of them is not 0.
  calm       Alarms in a healthy home (--minutes, 60): mDNS noise all the time, restarts of lock, hub and
             Home Assistant, other addresses, another radio MAC, and from the middle on a hub that
             answers no probe. What counts: any state but "ok" of the two diagnoses, a lock or hub
             that is called gone, a notice of the connection, a repair at the end.
Without a row: operation, diagnosis, journal, setup, memory, naming, idle and outage."""

DEFAULT = (
    "operation",
    "diagnosis",
    "journal",
    "setup",
    "memory",
    "naming",
    "idle",
    "outage",
)


def main() -> int:
    """Measure the wanted rows and print each as soon as it is there."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures rows beside core's own in the same run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    choices = (*DEFAULT, "loop", "campaign", "calm")
    parser.add_argument("rows", nargs="*", metavar="row", help=", ".join(choices))
    parser.add_argument(
        "--minutes", type=float, help="window of idle (4), campaign (8), calm (60)"
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of outage (3)")
    parser.add_argument(
        "--core", action="store_true", help="wait for core, too (outage)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the campaign (1)")
    parser.add_argument(
        "--size", action="append", help="locks and entries of loop (20 5000, 100 1000)"
    )
    wanted = parser.parse_args()
    for name in wanted.rows:
        if name not in choices:
            parser.error(f"unknown row: {name}")
    failed = False
    for name in wanted.rows or DEFAULT:
        for row in _MEASURES[name](wanted):
            print(row, flush=True)
        failed |= name == "campaign" and campaign.FOUND.is_bad
    return int(failed)


_MEASURES: dict[str, Callable[[argparse.Namespace], Iterable[Row | str]]] = {
    "operation": lambda _: operation.measure(),
    "diagnosis": lambda _: diagnosis.measure(),
    "journal": lambda _: journal.measure(),
    "setup": lambda _: setup.measure(),
    "memory": lambda _: memory.measure(),
    "loop": lambda given: loop.measure(given.size or loop.SIZES),
    "naming": lambda _: asyncio.run(outage.measure_naming()),
    "idle": lambda given: asyncio.run(idle.measure(given.minutes or 4)),
    "outage": lambda given: asyncio.run(outage.measure(given.runs, core=given.core)),
    "calm": lambda given: asyncio.run(calm.measure(given.minutes or 60)),
    "campaign": lambda given: asyncio.run(
        campaign.measure(given.seed, min(given.minutes or 8, 10))
    ),
}

raise SystemExit(main())

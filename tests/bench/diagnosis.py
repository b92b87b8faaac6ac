"""Row `diagnosis`: what the causes of 20 locks cost: the rules, all of it, the event loop."""

from collections.abc import Iterator
from ipaddress import IPv6Address
from pathlib import Path
from time import process_time
from typing import Any

from custom_components.aqara_lock.domain.diagnosis.evidence import Evidence
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.home import (
    NOW,
    choice,
    gone_hub,
    home,
    host,
    hub,
    lock,
    silent_lock,
)

from .harness import found_by
from .row import Row, spread

CASE = Path(__file__).parent / "measure_diagnosis.py"
LOCKS = 20
RUNS = 300
MESH = "fd11:22:33:44::{:x}"


def measure() -> Iterator[Row]:
    """Diagnose homes in which all is well, every lock is silent, and every hub is gone."""
    for name, evidence in _homes():
        what = f"diagnosis: {LOCKS} locks, rules alone, {name}"
        yield Row(what, spread(_times(evidence), "ms"), "-")
    core: dict[str, dict[str, Any]] = {}
    for found in found_by(CASE, timeout=600):
        if "times" in found:
            what = f"diagnosis: {LOCKS} locks, {found['of']}"
            yield Row(what, spread(found["times"], "ms"), "-")
        elif found["alone"]:
            core[found["scene"]] = found
        else:
            yield _block_row(found, core.get(found["scene"]))


def _block_row(found: dict[str, Any], core: dict[str, Any] | None) -> Row:
    beside = f"core alone: {_block(core)}" if core else "-"
    return Row(f"block: {LOCKS} locks, {found['scene']}", _block(found), beside)


def _block(found: dict[str, Any]) -> str:
    return (
        f"{found['cpu']:.1f} ms CPU ({found['seconds']:.1f} ms) in {found['what']}, "
        f"turn {found['turn']:.1f} ms, garbage {found['garbage']:.0f} ms, "
        f"all {found['total']:.0f} ms"
    )


def _homes() -> Iterator[tuple[str, Evidence]]:
    addresses = [IPv6Address(MESH.format(0x40 + number)) for number in range(LOCKS)]
    here = host(choices={address: choice() for address in addresses})
    for name, make, hubs in (
        ("all well", lock, (hub(1), hub(2))),
        ("all silent", silent_lock, (hub(1), hub(2))),
        ("hubs gone", silent_lock, (gone_hub(1), gone_hub(2))),
    ):
        locks = (make(f"l{n}", addresses=(a,)) for n, a in enumerate(addresses))
        yield name, home(here, *hubs, *locks)


def _times(evidence: Evidence) -> list[float]:
    return [_once(evidence) * 1000 for _ in range(RUNS)]


def _once(evidence: Evidence) -> float:
    begin = process_time()
    diagnose(evidence, NOW)
    return process_time() - begin

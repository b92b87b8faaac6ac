"""Row `diagnosis`: milliseconds of CPU to find the causes for 20 locks, as the evidence lies."""

from collections.abc import Iterator
from ipaddress import IPv6Address
from time import process_time

from custom_components.aqara_lock.domain.diagnosis import diagnose
from custom_components.aqara_lock.domain.evidence import Evidence
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

from .row import Row, spread

LOCKS = 20
RUNS = 300
MESH = "fd11:22:33:44::{:x}"


def measure() -> list[Row]:
    """Diagnose homes in which all is well, every lock is silent, and every hub is gone."""
    return [
        Row(f"diagnosis: {LOCKS} locks, {name}", spread(_times(evidence), "ms"), "-")
        for name, evidence in _homes()
    ]


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

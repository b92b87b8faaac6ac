"""The product's own look at a host, as a program that runs on that host.

`python -m tests.e2e.host_reader`: a line of JSON in (`do`, `addresses`), a line of JSON out.
"""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from ipaddress import IPv6Address
import json
import sys
from typing import Any
from unittest.mock import patch

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, known
from custom_components.aqara_lock.network.host import reading
from custom_components.aqara_lock.network.host.adapters import Chosen
from custom_components.aqara_lock.network.probes.gateway import GatewayMonitor, identify


class Reader:
    """Reads, and asks the router of the home."""

    def __init__(self) -> None:
        """Start without having seen a router."""
        self._gateway = GatewayMonitor()

    def do(self, order: Mapping[str, Any]) -> Any:
        """Carry out an order; its result becomes JSON."""
        addresses = frozenset(IPv6Address(text) for text in order["addresses"])
        question = reading.Question(
            chosen=Chosen(*[frozenset({"eth0"})] * 2),
            lock_addresses=addresses,
            matter_url="ws://localhost:5580/ws",
        )
        match order["do"]:
            case "read_without_netlink":
                with patch.object(reading, "open_netlink", lambda: nullcontext(None)):
                    return self._described(reading.read_host(question))
            case "ask_router":
                return self._ask_router(reading.read_host(question))
        return self._described(reading.read_host(question))

    def _described(self, reading: reading.Reading) -> dict[str, Any]:
        return {
            **plain(reading.host),
            "gateway": plain(reading.gateway),
            "ipv6_class": plain(reading.host.ipv6_class),
            "usable_routes": [
                plain(r) for r in known(reading.host.routes) or () if r.is_usable
            ],
        }

    def _ask_router(self, reading: reading.Reading) -> Any:
        if (found := known(reading.gateway)) is not None:
            adapters, neighbours = reading.host.adapters, reading.host.neighbours
            self._gateway.seen(identify(*found, adapters, neighbours))
        return plain(asyncio.run(self._gateway.async_refresh(datetime.now(UTC))))


def plain(value: Any) -> Any:
    """Turn a value into what JSON knows; a gap becomes its name in capitals."""
    if isinstance(value, Gap):
        return value.name
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {x.name: plain(getattr(value, x.name)) for x in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, frozenset)):
        return [plain(item) for item in value]
    return value if isinstance(value, (bool, int, float, type(None))) else str(value)


def main() -> None:
    """Carry out orders until there are no more."""
    reader = Reader()
    for line in sys.stdin:
        print(json.dumps(reader.do(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

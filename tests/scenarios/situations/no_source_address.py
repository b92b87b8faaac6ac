"""The route is there, but the host lacks a local (ULA) address."""

from dataclasses import replace

from custom_components.aqara_lock.domain.thread.routing import RouteState
from tests.scenarios.home import (
    LOCK_ADDRESS,
    adapter,
    ago,
    case,
    choice,
    home,
    host,
    silent_lock,
)

LINK_LOCAL = adapter("192.168.1.5/24", "fe80::5/64")
FOUND = case(
    home(
        host(
            LINK_LOCAL,
            ipv6_class_since=ago(seconds=40),
            choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=40)},
        )
    ),
    "no_source_address",
    lock="no_source_address",
    home="no_source_address",
)
FROM_THE_START = replace(choice(RouteState.NO_SOURCE), since=None)
NOT_KNOWN_SINCE_WHEN = case(home(host(choices={LOCK_ADDRESS: FROM_THE_START})))
NOT_KNOWN_SINCE_WHEN_BUT_SILENT = case(
    home(host(choices={LOCK_ADDRESS: FROM_THE_START}), silent_lock()),
    "no_source_address",
    lock="no_source_address",
    home="no_source_address",
)
LOCK_SPOKE_ALL_THE_SAME = case(
    home(
        host(
            choices={
                LOCK_ADDRESS: replace(FROM_THE_START, seen_since=ago(minutes=20)),
            }
        ),
        silent_lock(),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)
NEAR_MISS = case(
    home(host(choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=5)}))
)
SPOKE_SINCE = case(
    home(host(choices={LOCK_ADDRESS: choice(RouteState.NO_SOURCE, seconds=600)}))
)

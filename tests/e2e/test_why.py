"""Why a lock stopped answering: every fault of the way to it, made for real and repaired."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from tests.rig.rig import Rig
from tests.rig.thread_network import HOME, OTHER

from .door import Door

LONG = 150
"""Seconds in which a fault shows and is gone again; nothing waits longer than it must."""

type Act = Callable[[Rig], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """What happens to the home, and what must be said of it."""

    act: Act
    cause: str
    of_home: bool = True
    """Whether it concerns more than the one lock."""
    before: frozenset[str] = field(default_factory=frozenset)
    """What may be said first, while less is known."""


async def _unplugged(rig: Rig) -> None:
    await rig.hub.unplug()


async def _unplugged_with_goodbye(rig: Rig) -> None:
    await rig.hub.unplug(goodbye=True)


async def _thread_off(rig: Rig) -> None:
    await rig.hub.thread_off()


async def _route_refused(rig: Rig) -> None:
    await rig.lan.route(False)


async def _route_lost(rig: Rig) -> None:
    await rig.network.ha.ip("-6", "route", "delete", HOME.omr_network)
    await rig.network.ha.ip("-6", "route", "add", "unreachable", HOME.omr_network)


async def _no_source(rig: Rig) -> None:
    await rig.lan.unique_local_addresses(False)
    await rig.lan.wait_for_route()


async def _ipv6_off(rig: Rig) -> None:
    await rig.lan.ipv6(False)


async def _other_subnet(rig: Rig) -> None:
    await rig.hub.move_to_other_subnet()


async def _other_thread_network(rig: Rig) -> None:
    await rig.hub.join_network(OTHER)


async def _network_down(rig: Rig) -> None:
    await rig.lan.home_router(False)
    await rig.hub.unplug()


FAULTS = {
    "hub unplugged": Fault(_unplugged, "hub_offline"),
    "hub switched off properly": Fault(_unplugged_with_goodbye, "hub_offline"),
    "thread interface off": Fault(_thread_off, "thread_interface_off"),
    "route refused": Fault(_route_refused, "route_info_ignored"),
    "no source address": Fault(_no_source, "no_source_address"),
    "ipv6 off": Fault(_ipv6_off, "ipv6_disabled"),
    "hub in another subnet": Fault(_other_subnet, "other_subnet"),
    "lock on another thread network": Fault(
        _other_thread_network, "wrong_thread_network", of_home=False
    ),
    "home network down": Fault(_network_down, "home_network_down"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_cut_way_is_named(door: Door, name: str) -> None: ...

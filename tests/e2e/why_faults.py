"""Every fault of the way to a lock: what is done to the home, and what must be said of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.rig.thread_network import HUB, OTHER
from tests.rig.websocket import RequestFailed

from .door import Door

type Act = Callable[[Door], Awaitable[None]]

NEW_ADDRESS = "10.98.0.12"
TRACKER = "device_tracker.hub"


async def repaired(door: Door) -> None:
    """Undo everything."""
    await door.rig.repair()


@dataclass(frozen=True)
class Fault:
    """One row: the fault, the way back, and the one cause that must be named."""

    act: Act
    cause: str
    mend: Act = repaired
    in_home: bool = True
    """Whether it concerns more than the one lock."""
    begin_again: bool = True
    """Whether the integration begins anew; how often a lock was pinged is then forgotten."""
    passing: frozenset[str] = frozenset()
    """What may be said as well, because it is so on the way there or back."""


async def _unplug(door: Door) -> None:
    await door.rig.hub.unplug()


async def _unplug_with_goodbye(door: Door) -> None:
    await door.rig.hub.unplug(goodbye=True)


async def _come_up_anew(door: Door) -> None:
    """A hub that was off comes back with another radio MAC."""
    await door.rig.hub.reboot()
    await door.rig.repair()


async def _thread_off(door: Door) -> None:
    await door.rig.hub.thread_off()


async def _refuse_the_route(door: Door) -> None:
    await door.rig.lan.route(on=False)


async def _block_announcements(door: Door) -> None:
    await door.rig.lan.route_runs_out()


async def _no_prefix(door: Door) -> None:
    """Leave the route, and take the only address that answers could come back to."""
    await door.rig.lan.unique_local_addresses(on=False)


async def _ipv6_off(door: Door) -> None:
    await door.rig.lan.ipv6(on=False)


async def _move_hub(door: Door) -> None:
    """Carry the hub to another subnet; the home router's integration sees it there.

    The router sees it as soon as it has power, long before its programs run.
    """
    seen = {"source_type": "router", "mac": HUB.mac.upper(), "ip": NEW_ADDRESS}
    body = {"state": "home", "attributes": seen}
    async with asyncio.TaskGroup() as together:
        together.create_task(door.rig.hub.move_to_other_subnet())
        together.create_task(door.client.rest("POST", f"/api/states/{TRACKER}", body))


async def _move_hub_back(door: Door) -> None:
    await door.rig.repair()
    with suppress(RequestFailed):
        await door.client.rest("DELETE", f"/api/states/{TRACKER}")


async def _silence_lock(door: Door) -> None:
    """Take the lock off the air; somebody wants to lock the door and cannot."""
    await door.rig.lock.radio_off()
    with suppress(RequestFailed):
        await door.client.call_service("lock", "unlock", await door.entity("lock"))


async def _lock_speaks(door: Door) -> None:
    """Put the lock on the air again; somebody turns its knob, and it tells that."""
    await door.rig.repair()
    await door.rig.lock.unlock(hand=True)


async def _other_network(door: Door) -> None:
    await door.rig.hub.join_network(OTHER)


async def _home_network_down(door: Door) -> None:
    await door.rig.lan.home_network(on=False)


FAULTS = {
    "hub unplugged": Fault(_unplug, "hub_offline"),
    "hub unplugged with goodbye": Fault(_unplug_with_goodbye, "hub_offline"),
    "hub reboots": Fault(_unplug, "hub_offline", mend=_come_up_anew),
    "thread off": Fault(_thread_off, "thread_interface_off"),
    "route refused": Fault(_refuse_the_route, "route_info_ignored"),
    "announcements blocked": Fault(
        _block_announcements, "router_announcements_missing", begin_again=False
    ),
    "no usable source address": Fault(_no_prefix, "no_source_address"),
    "ipv6 disabled": Fault(_ipv6_off, "ipv6_disabled"),
    "hub in another subnet": Fault(
        _move_hub,
        "other_subnet",
        mend=_move_hub_back,
        # While somebody carries it, it has no power.
        passing=frozenset({"hub_offline"}),
    ),
    "lock off while the hub lives": Fault(
        _silence_lock, "lock_unreachable", mend=_lock_speaks, in_home=False
    ),
    "lock on another thread network": Fault(
        _other_network, "wrong_thread_network", in_home=False
    ),
    "home network down": Fault(_home_network_down, "home_network_down"),
}

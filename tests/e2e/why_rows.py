"""What is no plain fault: silence on mDNS, a hub that takes over, a long outage, a noisy hour."""

import asyncio
from time import monotonic

from tests.rig.software import Software
from tests.rig.thread_network import HUB, HUB2
from tests.rig.waiting import TimedOut, wait_until
from tests.rig.websocket import RequestFailed

from .door import Door
from .everyday import make_noise, move_lock, operate
from .why_watch import (
    OK,
    SOON,
    Watch,
    begin_again,
    entity_of,
    of_home,
    repairs,
    repairs_after,
    states_of,
)

TAKES_OVER = 45
"""Seconds in which Linux gives up a dead next hop (seen: 24, with a relapse until 38)."""
REPAIR_AFTER = 120
"""Seconds after which a cause that lasts becomes a repair."""
NOISY_PACKETS = 40
TRIES_FOR = 240
"""Seconds for which a user tries before the way counts as broken.

A server holds a subscription that the lock has ended for up to 182 s and its grace.
"""
BETWEEN_PROBES = 5
"""Seconds between two probes of a hub: it is offline when it missed two of them."""


async def multicast_lost(door: Door) -> None:
    """The hub lives and the lock works, but nobody hears the hub by mDNS."""
    await begin_again(door)
    # A server that lost its session finds the lock by mDNS only: it needs one before.
    await _operate_again(door)
    await door.rig.lan.multicast(False)
    watch = await Watch.begin(door)
    await begin_again(door)
    await watch.says(watch.network, "mdns_blocked")
    hub = await door.hub_online()
    await door.client.wait_state(hub, "on")
    await operate(door)
    assert watch.said(watch.problem) <= {OK, "mdns_blocked"}
    await watch.repaired_by("mdns_blocked")
    await door.rig.repair()
    await watch.well_again()
    assert watch.notices == []
    assert watch.said(watch.network) == {OK, "mdns_blocked"}


async def second_router(door: Door) -> None:
    """Another border router takes over; looking at the dead one does not hinder it.

    Until the kernel has changed over, nothing but that may be told of the lock.
    """
    await begin_again(door)
    await _operate_again(door)
    await repairs_after(door, max(SOON, TAKES_OVER))
    watch = await Watch.begin(door)
    await door.rig.hub2.start()
    other = await entity_of(door, f"{HUB2.border_agent_id}_border_router")
    await door.client.wait_state(other, "on")
    await wait_until("a second route", lambda: _has_two_routes(door))
    await door.rig.hub.unplug()
    await watch.says(watch.network, "hub_offline")
    await door.rig.wait_for_path(90)
    tries = await _operate_again(door)
    assert (await door.state("responsive")).state == "on"
    await watch.repaired_by("hub_offline")
    # One of them is there at any time.
    await door.rig.hub.plug()
    first = await entity_of(door, f"{HUB.border_agent_id}_border_router")
    await door.client.wait_state(first, "on", 60)
    await wait_until("a second route", lambda: _has_two_routes(door))
    await door.rig.repair()
    await _forget(door, other)
    await watch.well_again()
    assert watch.notices == []
    assert watch.said(watch.network) == {OK, "hub_offline"}
    silent = {"stale_subscription"} if tries > 1 else set()
    assert watch.said(watch.problem) <= {OK, "next_hop_dead"} | silent


async def long_outage(door: Door) -> None:
    """A cause that lasts for two minutes becomes one repair, which goes by itself."""
    await begin_again(door)
    await repairs_after(door, REPAIR_AFTER)
    watch = await Watch.begin(door)
    await door.rig.hub.unplug()
    told = await watch.told("unresponsive")
    named = watch.seconds
    await watch.repaired_by("hub_offline")
    assert watch.seconds - named > REPAIR_AFTER - 10
    await door.rig.repair()
    await watch.told("recovered", told)
    await watch.well_again()
    assert watch.notices == ["unresponsive", "recovered"]


async def noise(door: Door) -> None:
    """Everything that is no fault: nobody is alarmed."""
    await begin_again(door)
    # The row before may have left a subscription that the lock has ended.
    await _operate_again(door)
    watch = await Watch.begin(door)
    await door.rig.hub.answer_probes(on=False)
    for number in range(NOISY_PACKETS):
        make_noise(door.rig.network.phone, number)
    await move_lock(door)
    is_short = await _reboot(door)
    await operate(door)
    await watch.well_again()
    said = watch.said(watch.problem) | watch.said(watch.network)
    if is_short:
        assert watch.notices == []
        assert said <= {OK}, str(said)
    assert said <= {OK, "hub_offline"}, str(said)
    before = await door.state("connection")
    await door.rig.ha.restart()
    await door.ready()
    for entity in (watch.problem, watch.network):
        await door.client.wait_state(entity, OK)
    await door.client.wait_state(watch.responsive, "on")
    make_noise(door.rig.network.phone, NOISY_PACKETS)
    await operate(door)
    for entity in (watch.problem, await of_home(door)):
        assert states_of(door.client.events, entity) <= {OK}
    assert (await door.state("connection")).state == before.state
    assert await repairs(door) == []


async def _operate_again(door: Door) -> int:
    """Operate, as a user does who is told to wait a minute; returns how often he tried.

    A server on matter.js may send on a session that died with a border router, for a
    minute and a half, and Linux may fall back to the dead one for as long. Any server may
    hold to a subscription that the lock ended while its reports did not arrive: commands
    work then, and nothing is reported.
    """
    gives_up_at = monotonic() + TRIES_FOR
    tries = 0
    while True:
        tries += 1
        try:
            await operate(door)
        except RequestFailed:
            if door.rig.software is Software.PYTHON or monotonic() > gives_up_at:
                raise
        except TimedOut:
            if monotonic() > gives_up_at:
                raise
        else:
            return tries


async def _reboot(door: Door) -> bool:
    """Let the hub reboot; tells whether that was so short that it may not be noticed.

    A longer one is a fault for as long as it lasts: see the row "hub reboots".
    """
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await door.rig.hub.reboot()
    await door.rig.wait_for_path()
    return loop.time() - begun < BETWEEN_PROBES


async def _has_two_routes(door: Door) -> bool:
    text = await door.rig.network.ha.ip("-6", "route", "show", "proto", "ra")
    return text.count("via fe80::") + text.count("nexthop via fe80::") > 1


async def _forget(door: Door, online: str) -> None:
    """Delete the device of a hub that was carried away."""
    await door.client.wait_state(online, "off", 60)
    await door.client.command(
        "config/device_registry/remove_config_entry",
        device_id=str((await door.registered(online))["device_id"]),
        config_entry_id=await door.entry_id(),
    )

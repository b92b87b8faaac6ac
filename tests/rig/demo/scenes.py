"""The scenes: things that happen at the door, in the network and to the hub."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.rig.rig import Rig

Arguments = dict[str, Any]
Scene = Callable[[Rig, Arguments], Awaitable[str]]
METHODS = ("finger", "pin", "tag", "aliro", "hand", "auto")


async def unlock(rig: Rig, arguments: Arguments) -> str:
    """Somebody unlocks."""
    await rig.lock.unlock(**_how(rig, arguments))
    return "The lock was unlocked."


async def lock(rig: Rig, arguments: Arguments) -> str:
    """Somebody locks, or the lock does."""
    await rig.lock.lock(**_how(rig, arguments))
    return "The lock was locked."


async def wrong_code(rig: Rig, arguments: Arguments) -> str:
    """Somebody tries codes."""
    times = arguments["times"]
    await rig.lock.wrong_code(times)
    return (
        f"A wrong code was entered {times} times."
        if times > 1
        else "A wrong code was entered."
    )


async def jam(rig: Rig, arguments: Arguments) -> str:
    """The bolt jams, or is freed."""
    await rig.lock.jam(arguments["on"])
    return "The bolt is jammed." if arguments["on"] else "The bolt is free."


async def battery(rig: Rig, arguments: Arguments) -> str:
    """The battery gets another charge."""
    await rig.lock.battery(arguments["percent"])
    return f"The battery has {arguments['percent']} %."


async def hub(rig: Rig, arguments: Arguments) -> str:
    """The hub's plug is pulled or put back."""
    if arguments["on"]:
        await rig.hub.plug()
        return "The hub is plugged in."
    await rig.hub.unplug()
    return "The hub is unplugged."


async def thread(rig: Rig, arguments: Arguments) -> str:
    """The hub's Thread interface is switched."""
    if arguments["on"]:
        await rig.hub.thread_on()
        return "The hub's Thread interface is on."
    await rig.hub.thread_off()
    return "The hub's Thread interface is off."


async def ipv6(rig: Rig, arguments: Arguments) -> str:
    """IPv6 of the Home Assistant host is switched."""
    await rig.lan.ipv6(arguments["on"])
    return f"IPv6 of the Home Assistant host is {_word(arguments)}."


async def route(rig: Rig, arguments: Arguments) -> str:
    """The Home Assistant host takes the route to the mesh, or refuses it."""
    await rig.lan.route(arguments["on"])
    return f"The route to the Thread network is {_word(arguments)}."


async def lock_radio(rig: Rig, arguments: Arguments) -> str:
    """The lock's radio is switched."""
    if arguments["on"]:
        await rig.lock.radio_on()
    else:
        await rig.lock.radio_off()
    return f"The lock's radio is {_word(arguments)}."


async def status(rig: Rig, arguments: Arguments) -> str:
    """Say how hub, path and lock are."""
    about, door = rig.hub.describe(), await rig.lock.state()
    path = "reachable" if await rig.reaches_lock() else "not reachable"
    switch = "on" if about["thread"] else "off"
    where = f"{about['name']} at {about['address']}"
    hub_line = f"Hub   {where}, {_power(about['powered'])}, Thread {switch}"
    lock_line = f"Lock  {door['lock_state']}, battery {door['battery']} %, {path}"
    return f"{hub_line} ({about['network']})\n{lock_line} from Home Assistant"


SCENES: dict[str, Scene] = {
    "unlock": unlock,
    "lock": lock,
    "wrong-code": wrong_code,
    "jam": jam,
    "battery": battery,
    "hub": hub,
    "thread": thread,
    "ipv6": ipv6,
    "route": route,
    "lock-radio": lock_radio,
    "status": status,
}


def _how(rig: Rig, arguments: Arguments) -> Arguments:
    """Turn method and user into what the lock's driver takes."""
    method, user = arguments["method"], arguments.get("user")
    if user is None:
        return {method: True}
    # A lock whose users Matter cannot see has no credential table to look into.
    hidden = {"credential_index": None} if rig.profile == "u200" else {}
    return {method: user, **hidden}


def _word(arguments: Arguments) -> str:
    return "on" if arguments["on"] else "off"


def _power(on: bool) -> str:
    return "plugged in" if on else "unplugged"

"""The scenes: things that happen at the door, in the network and to the hub."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.rig.rig import Rig
from tests.rig.virtual_lock import ControlFailed, VirtualLock

Arguments = dict[str, Any]
Scene = Callable[[Rig, Arguments], Awaitable[str]]
METHODS = ("finger", "pin", "tag", "aliro", "hand", "auto")


class NotPlayed(RuntimeError):
    """A scene that cannot be, in words for the one who asked."""


RESULTS = {
    "opens": "The code opens.",
    "duress": "The code opens, and the lock calls for help.",
    "reports": "The code does not open; the lock reports it.",
    "invalid_credential": "The lock does not know the code.",
    "disabled_user": "The user of this code is disabled.",
    "restricted": "The user of this code may not enter now.",
    "locked_out": "The keypad is off after too many wrong codes.",
    "jammed": "The code is right, but the bolt is jammed.",
}


async def unlock(rig: Rig, arguments: Arguments) -> str:
    """Somebody unlocks."""
    await _operated(rig, arguments, _lock(rig, arguments).unlock)
    return "The lock was unlocked."


async def lock(rig: Rig, arguments: Arguments) -> str:
    """Somebody locks, or the lock does."""
    await _operated(rig, arguments, _lock(rig, arguments).lock)
    return "The lock was locked."


async def code(rig: Rig, arguments: Arguments) -> str:
    """Somebody types a code at the keypad."""
    lock = _lock(rig, arguments)
    typed = await lock.typed(arguments["code"], arguments.get("at"))
    user = "" if typed["user"] is None else f" (user {typed['user']})"
    return RESULTS[typed["result"]] + user


async def keypad(rig: Rig, arguments: Arguments) -> str:
    """The keypad falls asleep, or somebody touches it."""
    lock = _lock(rig, arguments)
    if arguments["keypad"] == "awake":
        await lock.touch_keypad()
        return "The keypad is awake."
    await lock.personality(asleep="everything")
    return "The keypad sleeps: the lock stores nothing, and says that it did."


async def clock(rig: Rig, arguments: Arguments) -> str:
    """The lock's own clock goes wrong, or right."""
    lock = _lock(rig, arguments)
    if arguments.get("unset"):
        await lock.clock(unset=True)
        return "The lock does not know the time."
    await lock.clock(ahead=arguments["ahead"])
    return f"The lock's clock is {arguments['ahead']} seconds ahead."


async def wrong_code(rig: Rig, arguments: Arguments) -> str:
    """Somebody tries codes."""
    times = arguments["times"]
    await _lock(rig, arguments).wrong_code(times)
    return (
        f"A wrong code was entered {times} times."
        if times > 1
        else "A wrong code was entered."
    )


async def jam(rig: Rig, arguments: Arguments) -> str:
    """The bolt jams, or is freed."""
    await _lock(rig, arguments).jam(arguments["on"])
    return "The bolt is jammed." if arguments["on"] else "The bolt is free."


async def battery(rig: Rig, arguments: Arguments) -> str:
    """The battery gets another charge."""
    await _lock(rig, arguments).battery(arguments["percent"])
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
        await _lock(rig, arguments).radio_on()
    else:
        await _lock(rig, arguments).radio_off()
    return f"The lock's radio is {_word(arguments)}."


async def status(rig: Rig, arguments: Arguments) -> str:
    """Say how hub, path and locks are."""
    about = rig.hub.describe()
    switch = "on" if about["thread"] else "off"
    where = f"{about['name']} at {about['address']}"
    hub_line = f"Hub   {where}, {_power(about['powered'])}, Thread {switch}"
    lines = [await _status_of(rig, lock) for lock in rig.locks]
    return "\n".join((f"{hub_line} ({about['network']})", *lines))


async def _status_of(rig: Rig, lock: VirtualLock) -> str:
    door = await lock.state()
    path = "reachable" if await rig.reaches_lock(lock=lock) else "not reachable"
    how = f"{door['lock_state']}, battery {door['battery']} %, {path}"
    users = f"      users: {await _users(lock)}"
    return f"Lock  {lock.profile}, {how} from Home Assistant\n{users}"


SCENES: dict[str, Scene] = {
    "unlock": unlock,
    "lock": lock,
    "code": code,
    "keypad": keypad,
    "clock": clock,
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


async def _operated(
    rig: Rig, arguments: Arguments, operate: Callable[..., Awaitable[None]]
) -> None:
    """Operate a door; says who is there where the lock does not know the user."""
    try:
        await operate(**_how(rig, arguments))
    except ControlFailed as err:
        if arguments.get("user") is None:
            raise
        users = await _users(_lock(rig, arguments))
        reason = err.said.partition(";")[0]
        raise NotPlayed(f"{reason}. Users: {users}.") from err


async def _users(lock: VirtualLock) -> str:
    """Return the users of a lock, by number and name."""
    users = (await lock.people())["users"]
    return ", ".join(f"{x['index']} {x['name'] or '–'}" for x in users) or "none"


def _how(rig: Rig, arguments: Arguments) -> Arguments:
    """Turn method and user into what the lock's driver takes."""
    method, user = arguments["method"], arguments.get("user")
    if user is None:
        return {method: True}
    # A lock that begins without users has no credential table to look into.
    known = _lock(rig, arguments).profile == "u400"
    hidden = {} if known else {"credential_index": None}
    return {method: user, **hidden}


def _lock(rig: Rig, arguments: Arguments) -> VirtualLock:
    """Return the lock that a scene is about; raises LookupError where there is one only."""
    number = int(arguments.get("door", 1))
    if number > len(rig.locks):
        raise LookupError("The demo has one lock; --locks 2 starts it with two.")
    return rig.locks[number - 1]


def _word(arguments: Arguments) -> str:
    return "on" if arguments["on"] else "off"


def _power(on: bool) -> str:
    return "plugged in" if on else "unplugged"

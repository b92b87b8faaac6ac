"""The running demo: the rig, the way in for a browser, and the control of the scenes."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
import errno
import os
import signal

from tests.rig import privileges
from tests.rig.home_assistant import PORT
from tests.rig.relay import Relay, connect_into
from tests.rig.rig import Rig
from tests.rig.software import Software

from . import state
from .control import Control
from .furnish import furnish, name_doors
from .state import DemoState

OWN_ENTITIES = (
    ("lock", "lock"),
    ("event", "activity"),
    ("binary_sensor", "border_router"),
)
QUIET_START = 60.0
"""Seconds after a start in which the product judges no hub; a contract test compares.

An import of the product would cost every scene five seconds.
"""
LOCALE = {
    "language": "en",
    "number_format": "language",
    "time_format": "language",
    "date_format": "language",
    "first_weekday": "language",
}
TWO_KINDS = ("u400", "u200-085")
SCENE_HELP = """Make things happen (in another terminal):
  scripts/demo tour                          two minutes of scenes, with captions
  scripts/demo unlock --user 2 --finger      also --pin, --tag, --aliro; or --hand
  scripts/demo lock --hand                   or --auto
  scripts/demo code --code 246810 [--at 2026-12-24T18:00]
  scripts/demo keypad asleep|awake           writes to a sleeping keypad are lost
  scripts/demo clock --ahead 3600            also --unset, --right
  scripts/demo wrong-code --times 5
  scripts/demo jam on|off                    the bolt
  scripts/demo hub on|off                    the hub's plug
  scripts/demo thread on|off                 the hub's Thread interface
  scripts/demo ipv6 on|off                   IPv6 of the Home Assistant host
  scripts/demo route on|off                  its route to the Thread network
  scripts/demo lock-radio on|off
  scripts/demo battery 8
  scripts/demo status
What happens at a door takes --door 2 where --locks 2 was given."""


@dataclass(frozen=True)
class Home:
    """What kind of home the demo is."""

    profile: str
    """Kind of the first lock."""
    locks: int
    server_url: str | None
    software: Software
    is_lived_in: bool

    @property
    def second(self) -> str | None:
        """Return the kind of the second lock, another one than the first; None for no lock."""
        if self.locks == 1:
            return None
        return next(kind for kind in TWO_KINDS if kind != self.profile)


async def serve(home: Home, ready: int | None) -> None:
    """Run the demo until it is told to stop; `ready` is a file to write to when it is up."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    work = asyncio.create_task(_serve(home, ready))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        print("Ending the demo …", flush=True)
        work.cancel()
    stopped.cancel()
    await asyncio.wait((work,))
    if not work.cancelled():
        work.result()


async def _serve(home: Home, ready: int | None) -> None:
    print(
        "Starting the home: network, hub, lock, Matter server, Home Assistant …",
        flush=True,
    )
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(
            Rig(
                home.profile,
                server_url=home.server_url,
                software=home.software,
                logs=state.LOGS,
                second=home.second,
            )
        )
        await _wait_for_product(rig)
        if home.is_lived_in:
            print("Letting people in, and a week pass …", flush=True)
            await furnish(rig)
            await _wait_for_product(rig)
            await name_doors(rig)
        watched_from = asyncio.get_running_loop().time() + QUIET_START
        await _show_times_of_the_home(rig)
        url = await _open_door(rig, stack)
        control = Control(rig)
        await control.listen()
        stack.callback(control.close)
        stack.callback(state.forget)
        here = await _describe(rig, url, control)
        here.write()
        print(welcome(here), flush=True)
        await _quiet_minute(watched_from)
        _announce(ready)
        await asyncio.Event().wait()


async def _wait_for_product(rig: Rig) -> None:
    """Wait until our entities are there and the lock has a state."""
    for platform, key in OWN_ENTITIES:
        entity_id = await rig.ha.wait_for_product_entity(platform, key)
        if platform == "lock":
            await rig.ha.client.wait_state(
                entity_id, lambda s: s.state in ("locked", "unlocked")
            )


async def _show_times_of_the_home(rig: Rig) -> None:
    """Let the frontend write times as the home has them, wherever the browser is."""
    await rig.ha.client.command(
        "frontend/set_user_data", key="language", value={"time_zone": "server"} | LOCALE
    )


async def _open_door(rig: Rig, stack: AsyncExitStack) -> str:
    """Make Home Assistant reachable for a browser of this machine."""
    relay = Relay(connect_into(rig.network.ha, PORT))
    try:
        port = await relay.listen(PORT)
    except OSError as err:
        if err.errno != errno.EADDRINUSE:
            raise
        port = await relay.listen(0)
    stack.push_async_callback(relay.close)
    return f"http://localhost:{port}"


async def _describe(rig: Rig, url: str, control: Control) -> DemoState:
    own_root = privileges.in_own_user_namespace()
    return DemoState(
        url=url,
        username=rig.ha.username,
        password=rig.ha.password,
        token=rig.ha.token,
        lock_control={
            await rig.ha.name_of_serial(lock.serial): str(lock.socket)
            for lock in rig.locks
        },
        namespace=None if own_root else rig.network.ha.name,
        profile=rig.profile,
        pid=os.getpid(),
        control=str(control.path),
    )


async def _quiet_minute(until: float) -> None:
    """Wait until a hub that goes away is told: in its first minute none is called offline."""
    print("You can log in. Hubs are judged a minute after a start …", flush=True)
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_at(until, over.set_result, None)
    await over


def _announce(ready: int | None) -> None:
    print("Ready: whatever you make happen now is told at once.", flush=True)
    if ready is not None:
        os.write(ready, b"ready\n")
        os.close(ready)


def welcome(here: DemoState) -> str:
    """Say where the demo is, what is there and what can be made to happen."""
    return (
        f"\nHome Assistant   {here.url}\n"
        f"Login            {here.username} / {here.password}\n"
        f"Lock             {', '.join(here.lock_control)}\n"
        f"State            {state.FILE}\n"
        f"Logs             {state.LOGS}\n\n{SCENE_HELP}\n"
    )

"""The running demo: the rig, the way in for a browser, and the control of the scenes."""

import asyncio
from contextlib import AsyncExitStack
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
from .state import DemoState

OWN_ENTITIES = (
    ("lock", "lock"),
    ("event", "activity"),
    ("binary_sensor", "border_router"),
)
SCENE_HELP = """Make things happen (in another terminal):
  scripts/demo unlock --user 2 --finger      also --pin, --tag, --aliro; or --hand
  scripts/demo lock --hand                   or --auto
  scripts/demo wrong-code --times 5
  scripts/demo jam on|off                    the bolt
  scripts/demo hub on|off                    the hub's plug
  scripts/demo thread on|off                 the hub's Thread interface
  scripts/demo ipv6 on|off                   IPv6 of the Home Assistant host
  scripts/demo route on|off                  its route to the Thread network
  scripts/demo lock-radio on|off
  scripts/demo battery 8
  scripts/demo status"""


async def serve(
    profile: str, server_url: str | None, software: Software, ready: int | None
) -> None:
    """Run the demo until it is told to stop; `ready` is a file to write to when it is up."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    work = asyncio.create_task(_serve(profile, server_url, software, ready))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        print("Ending the demo …", flush=True)
        work.cancel()
    stopped.cancel()
    await asyncio.wait((work,))
    if not work.cancelled():
        work.result()


async def _serve(
    profile: str, server_url: str | None, software: Software, ready: int | None
) -> None:
    print(
        "Starting the home: network, hub, lock, Matter server, Home Assistant …",
        flush=True,
    )
    async with AsyncExitStack() as stack:
        rig = await stack.enter_async_context(
            Rig(profile, server_url=server_url, software=software, logs=state.LOGS)
        )
        await _wait_for_product(rig)
        url = await _open_door(rig, stack)
        control = Control(rig)
        await control.listen()
        stack.callback(control.close)
        stack.callback(state.forget)
        here = await _describe(rig, url, control)
        here.write()
        _announce(here, ready)
        await asyncio.Event().wait()


async def _wait_for_product(rig: Rig) -> None:
    """Wait until our entities are there and the lock has a state."""
    for platform, key in OWN_ENTITIES:
        entity_id = await rig.ha.wait_for_product_entity(platform, key)
        if platform == "lock":
            await rig.ha.client.wait_state(
                entity_id, lambda s: s.state in ("locked", "unlocked")
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
        lock_control={await rig.ha.lock_name(): str(rig.lock.socket)},
        namespace=None if own_root else rig.network.ha.name,
        profile=rig.profile,
        pid=os.getpid(),
        control=str(control.path),
    )


def _announce(here: DemoState, ready: int | None) -> None:
    print(welcome(here), flush=True)
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

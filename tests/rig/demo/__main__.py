"""`python -m tests.rig.demo`: see scripts/demo."""

import argparse
import asyncio
from contextlib import suppress
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys

from tests.rig import workspace
from tests.rig.paths import PYTHON, REPOSITORY
from tests.rig.rig import Missing

from . import arguments, state
from .control import SceneFailed, play
from .serve import Home, serve, welcome
from .state import DemoState
from .tour import tour


def main(argv: list[str]) -> int:
    """Do what the command line says and return the exit code."""
    given = arguments.parse(argv)
    if problem := arguments.check(given):
        return _fail(problem)
    match given.command:
        case "up":
            return _up(given)
        case "down":
            return asyncio.run(_down())
    return _scene(given)


def _up(given: argparse.Namespace) -> int:
    if DemoState.read() is not None:
        return _fail("The demo runs already: scripts/demo down ends it.")
    if given.detach:
        return _detach(given)
    shutil.rmtree(state.LOGS, ignore_errors=True)
    state.LOGS.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(
            serve(
                Home(
                    given.profile,
                    given.locks,
                    given.server,
                    given.controller,
                    is_lived_in=not given.bare,
                ),
                given.ready_fd,
            )
        )
    except Missing as err:
        return _fail(f"The demo cannot run on this machine:\n{err}")
    except (Exception, ExceptionGroup) as err:  # noqa: BLE001
        return _fail(f"The demo did not start: {_reason(err)}\nLogs: {state.LOGS}")
    return 0


def _detach(given: argparse.Namespace) -> int:
    """Start the demo in the background and come back when it is up."""
    reader, writer = os.pipe()
    command = [str(PYTHON), "-m", "tests.rig.demo", "up", "--profile", given.profile]
    command += ["--controller", given.controller, "--locks", str(given.locks)]
    if given.server:
        command += ["--server", given.server]
    if given.bare:
        command.append("--bare")
    state.FOLDER.mkdir(exist_ok=True)
    output = state.FOLDER / "demo.log"
    with output.open("wb") as log:
        subprocess.Popen(
            [*command, "--ready-fd", str(writer)],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(writer,),
            start_new_session=True,
        )
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        is_up = pipe.readline() == b"ready\n"
    here = DemoState.read()
    if not is_up or here is None:
        return _fail(output.read_text(errors="replace"))
    print(welcome(here))
    return 0


async def _down() -> int:
    """End the demo and wait until it is gone; cleans up after one that was killed."""
    here = DemoState.read()
    if here is not None:
        await _end(here.pid)
    await workspace.reap()
    state.forget()
    return 0


async def _end(pid: int) -> None:
    handle = os.pidfd_open(pid)
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(handle, over.set)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    try:
        await over.wait()
    finally:
        asyncio.get_running_loop().remove_reader(handle)
        os.close(handle)


def _scene(given: argparse.Namespace) -> int:
    here = DemoState.read()
    if here is None:
        return _fail("The demo does not run: scripts/demo up starts it.")
    if given.command == "status":
        print(f"Home Assistant {here.url}  ({here.username} / {here.password})")
    what = arguments.scene_arguments(given)
    try:
        if given.command == "tour":
            asyncio.run(tour(Path(here.control), here.url))
            return 0
        print(asyncio.run(play(Path(here.control), given.command, what)))
    except SceneFailed as err:
        return _fail(str(err))
    return 0


def _reason(err: BaseException) -> str:
    """Return the innermost reasons of a failure in one line each."""
    if isinstance(err, BaseExceptionGroup):
        return "\n".join(_reason(inner) for inner in err.exceptions)
    return f"{type(err).__name__}: {err}"


def _fail(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

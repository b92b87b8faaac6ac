"""Short-lived commands of the system, run to their end."""

import asyncio
from collections.abc import Sequence


class CommandFailed(RuntimeError):
    """A command of the system ended with an error."""


async def run(*command: str, stdin: str | None = None) -> str:
    """Run a command and return what it printed; raises CommandFailed with its error text."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE
        if stdin is not None
        else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(None if stdin is None else stdin.encode())
    if process.returncode:
        raise CommandFailed(_message(command, process.returncode, err.decode()))
    return out.decode()


def _message(command: Sequence[str], code: int, error: str) -> str:
    """Say which command failed and why."""
    return f"{' '.join(command)} ended with {code}: {error.strip()}"

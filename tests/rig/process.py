"""A long-lived program in a namespace, with a log file and a clean end."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
import os
from pathlib import Path
import re
import signal

from .namespace import Namespace
from .waiting import TimedOut

GRACE = 10
"""Seconds that a program gets between SIGTERM and SIGKILL."""

LINE_LIMIT = 2**20


class Ended(RuntimeError):
    """The program ended while something was expected of it; the text has its last lines."""


@dataclass(frozen=True)
class Program:
    """What to start, and where."""

    name: str
    namespace: Namespace
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Process:
    """One program: started, awaited, stopped or killed, and startable again."""

    def __init__(self, program: Program, resolver: Path) -> None:
        """Take the program and the resolv.conf that it shall see."""
        self.program = program
        self._resolver = resolver
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lines: list[str] = []
        self._grown = asyncio.Event()

    @property
    def running(self) -> bool:
        """Tell whether the program runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the program in a session of its own."""
        if self.running:
            raise RuntimeError(f"{self.program.name} runs already")
        self._lines = []
        self._process = await asyncio.create_subprocess_exec(
            *launcher(self.program.namespace, self._resolver),
            *self.program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self.program.environment},
            start_new_session=True,
            limit=LINE_LIMIT,
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def wait_for_line(self, pattern: str, timeout: float = 30) -> str:
        """Wait for a line of this run that matches; raises TimedOut or Ended."""
        expression = re.compile(pattern)
        try:
            async with asyncio.timeout(timeout):
                return await self._matching(expression.search)
        except TimeoutError as err:
            raise TimedOut(
                f"{self.program.name}: no line with {pattern!r}\n{self.tail()}"
            ) from err

    def signal(self, number: int) -> None:
        """Send a signal to the program alone."""
        if self._process is None:
            raise Ended(f"{self.program.name} does not run")
        self._process.send_signal(number)

    async def stop(self) -> None:
        """End the program politely, then by force."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End the program as a power cut does."""
        await self._end(signal.SIGKILL)

    def tail(self, count: int = 15) -> str:
        """Return the last lines of this run."""
        return "\n".join(self._lines[-count:])

    async def _matching(self, matches: Callable[[str], object]) -> str:
        """Return the first line that matches, waiting for more lines as needed."""
        seen = 0
        while True:
            self._grown.clear()
            for line in self._lines[seen:]:
                if matches(line):
                    return line
            seen = len(self._lines)
            if self._reader is None or self._reader.done():
                raise Ended(f"{self.program.name} ended\n{self.tail()}")
            await self._grown.wait()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Copy what the program prints into its log file."""
        assert process.stdout is not None
        with self.program.log.open("ab", buffering=0) as log:
            async for line in process.stdout:
                log.write(line)
                self._lines.append(line.decode(errors="replace").rstrip())
                self._grown.set()
        self._grown.set()

    async def _end(self, number: int) -> None:
        """Signal the whole session and wait until it is gone."""
        process = self._process
        if process is None:
            return
        _signal_group(process.pid, number)
        try:
            await asyncio.wait_for(process.wait(), GRACE)
        except TimeoutError:
            _signal_group(process.pid, signal.SIGKILL)
            await process.wait()
        _signal_group(process.pid, signal.SIGKILL)
        if self._reader is not None:
            await self._reader
        self._process = None


def launcher(namespace: Namespace, resolver: Path) -> tuple[str, ...]:
    """Return the beginning of a command: namespace, a resolver that refuses, death with us."""
    target = str(Path("/etc/resolv.conf").resolve())
    script = 'mount --bind "$1" "$2"; shift 2; exec setpriv --pdeathsig KILL -- "$@"'
    return (
        *namespace.enter,
        *("unshare", "--mount", "--propagation", "private", "--"),
        *("sh", "-c", script, "sh", str(resolver), target),
    )


def _signal_group(group: int, number: int) -> None:
    """Signal every process of a session, if one is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)

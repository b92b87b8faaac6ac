"""Virtual time: an event loop whose clock jumps to the next timer, and the wall clock above it.

Nothing here waits. Where no callback is ready, the clock goes on to the next timer.
Jobs for threads run at once in the loop, so that a run is the same every time.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from math import floor
import selectors
from typing import Any, Final, override

START: Final = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
QUIET_STEP: Final = 60.0
"""Seconds by which a quiet stretch is stepped: a timer is late by less."""


class Stalled(Exception):
    """Nothing is ready and no timer runs: everybody waits for ever."""


class VirtualClock:
    """Seconds since the run began, and a wall clock that can be set."""

    def __init__(self, start: datetime = START) -> None:
        """Begin at a moment."""
        self.monotonic = 1000.0
        self._offset = start.timestamp() - self.monotonic
        self.quiet_until: float = 0.0
        """Until when timers may be late, on the monotonic clock."""

    @property
    def wall(self) -> float:
        """Seconds since the epoch, as this host believes."""
        return self.monotonic + self._offset

    def set_wall(self, seconds: float) -> None:
        """Let the host's clock jump by so many seconds."""
        self._offset += seconds

    def advance(self, seconds: float) -> None:
        """Go on to the next timer; in a quiet stretch to the end of its step."""
        goal = self.monotonic + seconds
        if goal < self.quiet_until:
            stepped = (floor(goal / QUIET_STEP) + 1) * QUIET_STEP
            goal = min(stepped, self.quiet_until)
        self.monotonic = goal

    def time(self) -> float:
        """Stand for `time.time`."""
        return self.monotonic + self._offset

    def monotonic_seconds(self) -> float:
        """Stand for `time.monotonic`."""
        return self.monotonic

    def utcnow(self) -> datetime:
        """Stand for Home Assistant's `utcnow`."""
        return datetime.fromtimestamp(self.time(), UTC)

    def now(self, zone: tzinfo | None = None) -> datetime:
        """Stand for Home Assistant's `now`."""
        return datetime.fromtimestamp(self.time(), zone or UTC)


class _Selector(selectors.BaseSelector):
    """Has no files, and lets time pass instead of waiting."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._map: dict[Any, selectors.SelectorKey] = {}

    @override
    def register(
        self, fileobj: Any, events: int, data: Any = None
    ) -> selectors.SelectorKey:
        fd = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = self._map[fd] = selectors.SelectorKey(fileobj, fd, events, data)
        return key

    @override
    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._map.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Stalled
        if timeout > 0:
            self._clock.advance(timeout)
        return []

    @override
    def get_map(self) -> dict[Any, selectors.SelectorKey]:
        return self._map


def _finish(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


class _Deaf(asyncio.AbstractServer):
    """A server that nobody can reach."""

    sockets: tuple[Any, ...] = ()

    def close(self) -> None:
        """Close nothing."""

    async def wait_closed(self) -> None:
        """Be closed."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        """Begin with nothing to do."""
        super().__init__(_Selector(clock))
        self.clock = clock
        self.readers: dict[object, Callable[[], object]] = {}
        self.before_job: Callable[[], object] = int
        self.is_off = False
        """While the power is off, jobs for threads never finish."""

    @override
    def time(self) -> float:
        return self.clock.monotonic

    @override
    def run_in_executor(
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run at once; the result is there in the next turn of the loop."""
        future = self.create_future()
        if self.is_off:
            return future
        try:
            result = func(*args)
        except BaseException as err:  # noqa: BLE001
            future.set_exception(err)
        else:
            self.call_soon(_finish, future, result)
        return future

    def _make_self_pipe(self) -> None:
        """Open no socket: nobody wakes the loop from another thread."""

    def _close_self_pipe(self) -> None:
        """Close nothing."""

    @override
    def call_soon_threadsafe(
        self, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    @override
    def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
        """Remember who wants to be told when an emulated socket has something."""
        self.readers[fd] = lambda: callback(*args)

    @override
    def remove_reader(self, fd: Any) -> bool:
        return self.readers.pop(fd, None) is not None

    async def create_server(self, *_: Any, **__: Any) -> Any:
        """Listen nowhere: no port of this machine is opened."""
        return _Deaf()

    def timers(self) -> list[asyncio.TimerHandle]:
        """Give every timer that still runs."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled
        return [timer for timer in scheduled if not timer.cancelled()]

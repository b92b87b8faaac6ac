"""Runs one input and watches: no unexpected exception, no code in a text, no endless work."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
import logging
import re
import sys
from types import CodeType, TracebackType
from typing import Any, Final, override

PACKAGE: Final = "custom_components"
LOGGER: Final = f"{PACKAGE}.aqara_lock"
TOOL: Final = 4
MOST_STEPS: Final = 400_000
"""Calls and jumps in Python code for one input; the largest input needs a tenth."""
MOST_OUT: Final = 2_000_000
"""Characters that may come out of one input of some thousand."""


class TooManyStepsError(BaseException):
    """An input makes more work than any may; nothing of ours catches it."""


class Caught(AbstractContextManager["Caught"]):
    """Keeps what is raised, whatever it is, and goes on after it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.error: BaseException | None = None

    @override
    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Keep an error; who ends the program is not kept from it."""
        self.error = error
        return isinstance(error, Exception | TooManyStepsError)


@dataclass(slots=True)
class Fault:
    """What an input did that none may do."""

    what: str
    where: str = ""

    def __str__(self) -> str:
        """Return it as it is printed."""
        return f"{self.what} {self.where}".strip()


class _Said(logging.Handler):
    """Keeps what the integration logs."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []
        self.errors: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        text = logging.Formatter().format(record)
        ours = record.name.startswith(LOGGER)
        if ours or f"{PACKAGE}/aqara_lock" in text:
            self.texts.append(text)
            if record.levelno >= logging.ERROR:
                self.errors.append(text)


@dataclass(slots=True)
class Watch:
    """Judges inputs one after the other."""

    limit: int = MOST_STEPS
    steps: int = 0
    most_steps: int = 0
    _said: _Said = field(default_factory=_Said)

    @contextmanager
    def watching(self, *, everything: bool = False) -> Iterator[None]:
        """Count steps and keep what is logged meanwhile.

        `everything`: also what others log of an exception that came through our code.
        """
        logger = logging.getLogger(LOGGER)
        if everything:
            logging.getLogger().addHandler(self._said)
        level, propagates = logger.level, logger.propagate
        logger.addHandler(self._said)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        events = sys.monitoring.events.PY_START | sys.monitoring.events.JUMP
        sys.monitoring.use_tool_id(TOOL, "fuzz")
        for event in (sys.monitoring.events.PY_START, sys.monitoring.events.JUMP):
            sys.monitoring.register_callback(TOOL, event, self._step)
        sys.monitoring.set_events(TOOL, events)
        try:
            yield
        finally:
            sys.monitoring.set_events(TOOL, 0)
            sys.monitoring.free_tool_id(TOOL)
            logger.removeHandler(self._said)
            logging.getLogger().removeHandler(self._said)
            logger.setLevel(level)
            logger.propagate = propagates

    def _step(self, _code: CodeType, *_places: int) -> None:
        self.steps += 1
        if self.steps > self.limit:
            self.steps = 0
            raise TooManyStepsError

    def run(
        self,
        work: Callable[[Any], object],
        given: Any,
        expected: tuple[type[Exception], ...],
        secrets: tuple[str, ...] = (),
        *,
        may_log_errors: bool = False,
    ) -> Fault | None:
        """Run an input; returns what is wrong with what it did."""
        self.begin()
        found: object = None
        with Caught() as raised:
            found = work(given)
        fault = fault_of(raised.error, expected, secrets)
        return fault or self.judge(found, secrets, may_log_errors=may_log_errors)

    def begin(self) -> None:
        """Forget the input before."""
        self.most_steps = max(self.most_steps, self.steps)
        self.steps = 0
        self._said.texts.clear()
        self._said.errors.clear()

    def judge(
        self, found: object, secrets: tuple[str, ...], *, may_log_errors: bool
    ) -> Fault | None:
        """Look at what came out and what was logged."""
        for secret in secrets:
            if any(secret in text for text in self._said.texts):
                return Fault("shows a code in the log")
        if self._said.errors and not may_log_errors:
            return Fault(f"logs an error: {self._said.errors[0]}")
        if isinstance(found, str | list | dict | tuple) and len(found) > MOST_OUT:
            return Fault("grows without bound")
        return None


def fault_of(
    err: BaseException | None,
    expected: tuple[type[Exception], ...],
    secrets: tuple[str, ...],
) -> Fault | None:
    """Judge what an input raised."""
    if err is None:
        return None
    if isinstance(err, TooManyStepsError):
        return Fault("takes more steps than any input may")
    if not isinstance(err, expected):
        return Fault(f"raises {type(err).__name__}: {err}", place_of(err))
    seen: BaseException | None = err
    while seen is not None:
        if any(secret in str(seen) for secret in secrets):
            return Fault(f"shows a code in the text of {type(seen).__name__}")
        seen = seen.__cause__
    return None


def place_of(err: BaseException) -> str:
    """Return the last line of ours that an exception came through."""
    trace, found = err.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if f"{PACKAGE}/" in name:
            found = f"{name.split(PACKAGE)[1][1:]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"({found})" if found else ""


def codes_in(text: str) -> tuple[str, ...]:
    """Return the runs of digits that somebody may have typed as a code."""
    return tuple(re.findall(r"[0-9]{4,}", text))

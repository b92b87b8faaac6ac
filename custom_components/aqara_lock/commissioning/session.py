"""Adding a lock to Matter: one task of the home, which outlives the dialog that began it."""

import asyncio
from collections.abc import Callable, Iterable
import logging

from homeassistant.core import HomeAssistant, callback

from ..domain.commissioning import (
    CommissioningFailure,
    CommissioningOutcome,
    Failed,
    SetupCode,
)
from ..domain.thread import BorderRouter
from .attempt import CommissioningAttempt

_LOGGER = logging.getLogger(__name__)


class CommissioningNotStarted(Exception):
    """Nothing runs, and nothing has run that would have an outcome."""


class Commissioning:
    """Adds one lock at a time; the outcome stays until it is forgotten."""

    def __init__(
        self, hass: HomeAssistant, routers: Callable[[], Iterable[BorderRouter]]
    ) -> None:
        """Take where the border routers come from."""
        self._hass = hass
        self._routers = routers
        self._task: asyncio.Task[CommissioningOutcome] | None = None
        self.outcome: CommissioningOutcome | None = None

    @property
    def is_running(self) -> bool:
        """Whether a lock is being added now."""
        return self._task is not None

    @callback
    def start(self, code: SetupCode, hub: BorderRouter | None = None) -> None:
        """Begin, unless one runs already: then this attaches to it.

        `hub` is the one that is meant to serve the lock, where it is known.
        """
        if self.is_running:
            return
        self.outcome = None
        attempt = CommissioningAttempt(self._hass, self._routers, code, hub)
        task = self._hass.async_create_background_task(
            attempt.async_run(), "aqara_lock commissioning"
        )
        self._task = task
        task.add_done_callback(self._ended)

    async def wait(self) -> CommissioningOutcome:
        """Wait for the outcome; who stops waiting does not stop the commissioning.

        Raises CommissioningNotStarted.
        """
        if self._task is not None:
            await asyncio.wait([self._task])
        if self.outcome is None:
            raise CommissioningNotStarted
        return self.outcome

    @callback
    def forget(self) -> None:
        """Drop the outcome; does nothing while one runs."""
        if not self.is_running:
            self.outcome = None

    async def async_stop(self) -> None:
        """End with the home; what the server began, it goes on doing."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])

    @callback
    def _ended(self, task: asyncio.Task[CommissioningOutcome]) -> None:
        # The task of a failure keeps its frames, and with them what was sent.
        self._task = None
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            # The text of an unexpected error may repeat what was sent.
            _LOGGER.error("Adding a lock broke off: %s", type(error).__name__)
            self.outcome = Failed(failure=CommissioningFailure.UNKNOWN)
            return
        self.outcome = task.result()

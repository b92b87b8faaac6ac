"""A list of listeners, called in the order they came."""

from collections.abc import Awaitable, Callable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Signal[*Args]:
    """Calls everybody who listens; a listener may leave while it is called.

    One that fails keeps nobody else from hearing, nor the sender from its work.
    """

    def __init__(self) -> None:
        """Initialize without a listener."""
        self._listeners: list[Callable[[*Args], None]] = []

    @callback
    def connect(self, listener: Callable[[*Args], None]) -> CALLBACK_TYPE:
        """Listen; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def send(self, *args: *Args) -> None:
        """Call every listener."""
        for listener in list(self._listeners):
            try:
                listener(*args)
            except Exception:
                _LOGGER.exception("A listener failed: %s", listener)


class AsyncSignal:
    """Asks everybody who listens, and waits until each has done what is asked for."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._listeners: list[Callable[[], Awaitable[None]]] = []

    @callback
    def connect(self, listener: Callable[[], Awaitable[None]]) -> None:
        """Listen for as long as the sender lives."""
        self._listeners.append(listener)

    async def async_send(self) -> None:
        """Call every listener, one after the other; raises what one of them raises."""
        for listener in list(self._listeners):
            await listener()

"""A list of listeners, called in the order they came."""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback


class Signal[*Args]:
    """Calls everybody who listens; a listener may leave while it is called."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._listeners: list[Callable[[*Args], None]] = []

    @callback
    def connect(self, listener: Callable[[*Args], None]) -> CALLBACK_TYPE:
        """Listen; gives the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def send(self, *args: *Args) -> None:
        """Call every listener."""
        for listener in list(self._listeners):
            listener(*args)

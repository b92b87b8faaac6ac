"""The kernel of a test's host, which knows whether its clock is synchronised."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


class Kernel:
    """Says whether the clock is synchronised."""

    synchronised: bool | None = False


@contextmanager
def unset_clock() -> Iterator[Kernel]:
    """Give a host whose clock nobody has set yet."""
    made = Kernel()
    with patch(
        "custom_components.aqara_lock.host_clock.read_synchronised",
        lambda: made.synchronised,
    ):
        yield made

"""Whether the clock of this host is synchronised, as the kernel says."""

import ctypes
from typing import Final

TIME_ERROR: Final = 5
"""What the call returns for a clock that is not synchronised (adjtimex(2))."""
UNKNOWN: Final = -1
TIMEX_BYTES: Final = 512
"""More than `struct timex` has on any machine; it begins with `modes`, 0 to change nothing."""


def read_synchronised() -> bool | None:
    """Return whether the clock is synchronised; None where nobody can tell.

    Needs no privilege, in a container neither: it only reads. To be called in the executor.
    """
    try:
        # The C library that this process has; looking for its file would start a process.
        libc = ctypes.CDLL(None)
        state = libc.adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    except OSError, AttributeError:
        return None
    return None if state == UNKNOWN else state != TIME_ERROR

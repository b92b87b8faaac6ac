"""Small files in which the kernel and the system show their state."""

import logging
from pathlib import Path
from typing import Final

from ...domain.diagnosis import Fact, Gap

_LOGGER = logging.getLogger(__name__)

NET: Final = Path("/proc/thread-self/net")
"""What the reading thread's own network shows."""
SYSCTL: Final = Path("/proc/sys/net")
RUN: Final = Path("/run")


def read(path: Path) -> Fact[str]:
    """Read a file; one that is not there cannot be looked at, a failed read is unknown."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError, NotADirectoryError:
        return Gap.NOT_CHECKABLE
    except (OSError, UnicodeDecodeError) as err:
        return failed(path, err)


def read_int(path: Path) -> Fact[int]:
    """Read a file that holds one number."""
    text = read(path)
    if isinstance(text, Gap):
        return text
    try:
        return int(text)
    except ValueError as err:
        return failed(path, err)


def failed(what: object, err: Exception) -> Gap:
    """Note why a read failed."""
    _LOGGER.debug("Reading %s failed: %s: %s", what, type(err).__name__, err)
    return Gap.UNKNOWN

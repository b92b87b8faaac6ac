"""What can go wrong on the way to a lock, in our own words."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
import logging
import re
from typing import Final

from matter_server.client.exceptions import MatterClientException, ServerVersionTooOld
from matter_server.common.errors import (
    MatterError,
    NodeNotExists,
    NodeNotReady,
    NodeNotResolving,
)

_LOGGER = logging.getLogger(__name__)

STATUS_UNSUPPORTED_ACCESS: Final = 0x7E
STATUS_TIMEOUT: Final = 0x94

_STATUS_IN_TEXT: Final = re.compile(r"\(0x([0-9A-Fa-f]{1,4})\)")
_STATUS_CODE_IN_TEXT: Final = re.compile(r"\(code (\d{1,5})(?:; cluster code \d+)?\)")
_NOT_ENCODED: Final = re.compile(r"DatatypeMismatch|Expected \w+, got \w+")
"""What a server says that cannot put a command into the lock's format (matterjs-server#271)."""


class Failure(StrEnum):
    """Why something could not be done."""

    MATTER_UNAVAILABLE = "matter_unavailable"
    SERVER_TOO_OLD = "server_too_old"
    LOCK_MISSING = "lock_missing"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    SERVER_FAULT = "server_fault"


class LinkError(Exception):
    """A request to the lock failed; `status` is the lock's own answer where it gave one."""

    def __init__(self, failure: Failure, status: int | None = None) -> None:
        """Keep the reason; the library's text is not carried along."""
        super().__init__(failure.value)
        self.failure = failure
        self.status = status


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn both exception families of the client into `LinkError`.

    What the server said is not chained: it may repeat a request, and a code in it.
    """
    found: LinkError | None = None
    try:
        yield
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) is None or task.cancelling():
            raise
        # The client cancels what waits for an answer when its connection breaks.
        found = LinkError(Failure.MATTER_UNAVAILABLE)
    except (MatterClientException, MatterError, OSError) as err:
        found = _understood(err)
        _LOGGER.debug("%s is taken as %r", type(err).__name__, found)
    if found is not None:
        raise found from None


@contextmanager
def readable_answers() -> Iterator[None]:
    """Turn what an answer of another shape than expected raises into `LinkError`.

    It says nothing of the lock: only that this server, or its client, is not understood.
    """
    odd: str | None = None
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as err:
        odd = type(err).__name__
    if odd is not None:
        _LOGGER.warning("An answer of the Matter server cannot be read: %s", odd)
        raise LinkError(Failure.SERVER_FAULT)


def _understood(err: Exception) -> LinkError:
    for kind, failure in _KINDS:
        if isinstance(err, kind):
            return LinkError(failure)
    if _NOT_ENCODED.search(str(err)):
        return LinkError(Failure.SERVER_FAULT)
    status = _status(err)
    return LinkError(_failure(status), status)


def _status(err: Exception) -> int | None:
    """Give the lock's own answer; below schema 14 it is only in the server's text.

    python-matter-server has it there in hex, the matter.js server as a decimal code.
    """
    status = getattr(err, "status", None)
    if isinstance(status, int):
        return status
    if found := _STATUS_IN_TEXT.search(str(err)):
        return int(found[1], 16)
    found = _STATUS_CODE_IN_TEXT.search(str(err))
    return int(found[1]) if found else None


def _failure(status: int | None) -> Failure:
    if status is None or status == STATUS_TIMEOUT:
        return Failure.UNREACHABLE
    return Failure.REFUSED


_KINDS: Final[tuple[tuple[type[Exception], Failure], ...]] = (
    (ServerVersionTooOld, Failure.SERVER_TOO_OLD),
    (MatterClientException, Failure.MATTER_UNAVAILABLE),
    (NodeNotExists, Failure.LOCK_MISSING),
    (NodeNotReady, Failure.UNREACHABLE),
    (NodeNotResolving, Failure.UNREACHABLE),
    (TimeoutError, Failure.UNREACHABLE),
    # aiohttp says so of a connection that is being closed; core's client passes it on.
    (ConnectionError, Failure.MATTER_UNAVAILABLE),
)
"""What each kind of error says for sure, the narrowest first."""

"""What was done about a fault already, so that nobody is asked to do it once more."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..evidence import HubEvidence, known
from .rule import Parameter
from .view import View

RESTART_LASTS: Final = timedelta(hours=1)
"""A fault that is there again so soon after a restart was not cured by it."""
_NOT_DONE: Final = "–"


class Advice(StrEnum):
    """Which of the remedies of one rule is told."""

    WAIT = "wait"
    FIRST = "first"
    NEXT = "next"
    """The first was done, and the fault is there all the same."""


def after_server_restart(view: View, since: datetime | None) -> Mapping[str, Parameter]:
    """Return what to do about a fault that a restart of the Matter server may cure.

    A server on this host restarts with it. A connection that core makes anew is most
    often a server that was restarted: the text says what was seen, and no more.
    """
    booted = known(view.host.booted_at)
    is_here = view.host.matter_server_elsewhere is False
    restarts = (view.software.server_returned_at, booted if is_here else None)
    return _advice(since, restarts)


def after_host_restart(view: View, since: datetime | None) -> Mapping[str, Parameter]:
    """Return what to do about a fault that a restart of this host may cure."""
    return _advice(since, (known(view.host.booted_at),))


def after_hub_restart(
    hubs: Iterable[HubEvidence], since: datetime | None
) -> Mapping[str, Parameter]:
    """Return what to do about a fault that a restart of each of these hubs may cure."""
    returns = [hub.returned_at for hub in hubs]
    moments = [moment for moment in returns if moment is not None]
    first = min(moments) if moments and len(moments) == len(returns) else None
    return _advice(since, (first,))


def _advice(
    since: datetime | None, restarts: Iterable[datetime | None]
) -> Mapping[str, Parameter]:
    """Return which remedy is told, and when the first one was done in vain.

    A fault whose beginning is not known is older than any restart that was seen.
    """
    moments = (moment for moment in restarts if moment is not None)
    done_at = max(moments, default=None)
    if done_at is None or (since is not None and done_at + RESTART_LASTS < since):
        return {"advice": Advice.FIRST, "done_at": _NOT_DONE}
    return {"advice": Advice.NEXT, "done_at": done_at}

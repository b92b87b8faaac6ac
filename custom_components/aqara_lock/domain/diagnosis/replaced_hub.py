"""Whether a hub was replaced by another one, which then can be offered instead.

A new hub brings a Thread network of its own, with a new extended PAN id.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from ..thread import BorderRouter
from .evidence import HubEvidence

GONE_AFTER: Final = timedelta(hours=1)
"""A hub that is away for less may be restarting, updating or moving to another socket."""
OVERLAP: Final = timedelta(days=1)
"""Old and new hub may both be plugged in while somebody moves from one to the other."""


def replacement_for(
    meant: str | None,
    hubs: Iterable[HubEvidence],
    network: str | None,
    now: datetime,
) -> BorderRouter | None:
    """Find the one Aqara hub that took the place of the meant one; None while in doubt.

    `network` is the extended PAN id that the lock is on now. The meant hub must be
    gone; the new one serves the lock with another network, or came when the old left.
    """
    every = {hub.id: hub for hub in hubs}
    old = every.pop(meant, None) if meant is not None else None
    if meant is None or not _is_gone(old, now):
        return None
    living = [h for h in every.values() if h.is_live and h.router.record.is_aqara]
    serving = [hub for hub in living if _serves(hub, old, network)]
    came = [hub for hub in serving or living if _came(hub, old)]
    return _only(serving) or _only(came)


def _is_gone(old: HubEvidence | None, now: datetime) -> bool:
    """A hub that the user deleted, or that is away for long."""
    if old is None:
        return True
    away = old.is_missed and old.offline_since is not None
    return away and now - (old.offline_since or now) >= GONE_AFTER


def _serves(hub: HubEvidence, old: HubEvidence | None, network: str | None) -> bool:
    if network is None or hub.network != network:
        return False
    return old is None or hub.network != old.network


def _came(hub: HubEvidence, old: HubEvidence | None) -> bool:
    if old is None or old.offline_since is None or hub.first_seen is None:
        return False
    return hub.first_seen >= old.offline_since - OVERLAP


def _only(hubs: list[HubEvidence]) -> BorderRouter | None:
    return hubs[0].router if len(hubs) == 1 else None

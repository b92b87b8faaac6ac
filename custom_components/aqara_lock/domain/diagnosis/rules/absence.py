"""Whether a hub is away, and who misses it."""

from datetime import timedelta
from typing import Final

from ...connectivity import HubState
from ..evidence import HubEvidence, LockEvidence, known
from .rule import Severity
from .view import View

NETWORK_IS_BACK: Final = timedelta(seconds=10)
"""Two probes of a hub, once the router of the home answers again."""


def is_gone(view: View, hub: HubEvidence) -> bool:
    """Tell whether the hub is away, and not only because its network was."""
    if hub.state is not HubState.OFFLINE or _is_coming_back(view, hub):
        return False
    return not proves_life(view, hub)


def _is_coming_back(view: View, hub: HubEvidence) -> bool:
    """Tell whether the home network is just back: the hub was missed before that."""
    gateway = known(view.lan.gateway)
    if gateway is None or not gateway.answers or gateway.since is None:
        return False
    gone = hub.offline_since
    if gone is None or gone > gateway.since:
        return False
    return not view.lasts(gateway.since, NETWORK_IS_BACK)


def proves_life(view: View, hub: HubEvidence) -> bool:
    """Tell whether a lock with no other way spoke after the hub was called offline."""
    return any(
        view.heard_since(lock, hub.offline_since)
        and not view.is_silent(lock)
        and _has_one_hub(view, lock)
        for lock in view.locks_behind(hub)
    )


def _has_one_hub(view: View, lock: LockEvidence) -> bool:
    return lock.bridge_hub is not None or len(view.hubs_of(lock)) == 1


def severity_of_absence(view: View, hub: HubEvidence) -> Severity:
    """Judge a hub that is away by the locks: nobody needs to miss one without any."""
    if view.left_alone_by(hub):
        return Severity.ERROR
    return Severity.WARNING if matters(view, hub) else Severity.NOTICE


def matters(view: View, hub: HubEvidence) -> bool:
    """Tell whether a lock hangs on the hub, or is meant to."""
    meant = any(lock.meant_hub == hub.id for lock in view.locks)
    return meant or bool(view.locks_behind(hub))

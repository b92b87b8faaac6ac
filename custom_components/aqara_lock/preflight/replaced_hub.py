"""The hub that took the place of the one that is meant to serve a lock, to be offered."""

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..domain.diagnosis import replacement_for
from ..domain.thread import BorderRouter
from ..home import Home
from ..locks import Lock


@callback
def replacement_of(home: Home, lock: Lock) -> BorderRouter | None:
    """Give the new hub of a lock whose meant hub is gone; None while in doubt."""
    return replacement_for(
        lock.preferred_hub_id,
        home.diagnosis.evidence.hubs,
        home.paths.path_of(lock).extended_pan_id,
        dt_util.utcnow(),
    )

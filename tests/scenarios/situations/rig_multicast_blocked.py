"""Multicast is blocked, unicast and the lock work."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Hearing
from tests.scenarios.home import ago, case, home, hub

BLOCKED = case(
    home(hub(hearing=Hearing.SILENT, silent_since=ago(seconds=75))),
    "mdns_blocked",
    home="mdns_blocked",
)

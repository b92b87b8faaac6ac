"""Multicast does not pass, but the hub answers and the lock works."""

from custom_components.aqara_lock.domain.evidence import Gap, Hearing
from tests.scenarios.home import ago, case, gone_hub, home, hub

FOUND = case(
    home(hub(hearing=Hearing.SILENT, silent_since=ago(minutes=5))),
    "mdns_blocked",
    home="mdns_blocked",
)
LOCK_PROVES_IT = case(
    home(
        gone_hub(
            answers=Gap.UNKNOWN,
            offline_since=ago(minutes=9),
            silent_since=ago(minutes=9),
        )
    ),
    "mdns_blocked",
    home="mdns_blocked",
)
NEAR_MISS = case(home(hub(hearing=Hearing.SILENT, silent_since=ago(seconds=20))))

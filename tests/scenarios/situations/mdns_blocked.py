"""Multicast does not pass, but the hub answers and the lock works."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, Hearing
from tests.scenarios.home import (
    APPLE,
    OTHER_MESH,
    ago,
    case,
    gone_hub,
    home,
    hub,
    silent_lock,
)

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
LOCK_SPOKE_JUST_NOW = case(
    home(
        gone_hub(
            answers=False,
            offline_since=ago(minutes=9),
            silent_since=ago(minutes=9),
            locks_heard_since=ago(seconds=20),
        )
    )
)
LOCK_SPOKE_A_WHILE_AGO = case(
    home(
        gone_hub(
            answers=False,
            offline_since=ago(minutes=9),
            silent_since=ago(minutes=9),
            locks_heard_since=ago(seconds=31),
        )
    ),
    "mdns_blocked",
    home="mdns_blocked",
)
OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}
NOBODY_NEEDS_IT = case(
    home(
        hub(1), hub(2, record=OTHER, hearing=Hearing.SILENT, silent_since=ago(hours=1))
    ),
    notices=("mdns_blocked",),
)
AND_THE_LOCK_IS_DEAD = case(
    home(hub(hearing=Hearing.SILENT, silent_since=ago(minutes=5)), silent_lock()),
    "mdns_blocked",
    "lock_unreachable",
    lock="lock_unreachable",
    home="mdns_blocked",
)
NEAR_MISS = case(home(hub(hearing=Hearing.SILENT, silent_since=ago(seconds=20))))
CAME_BACK_LATELY = case(
    home(
        hub(
            hearing=Hearing.SILENT,
            silent_since=ago(minutes=5),
            online_since=ago(seconds=20),
        )
    )
)
CAME_BACK_UNHEARD = case(
    home(
        hub(
            hearing=Hearing.SILENT,
            silent_since=ago(minutes=5),
            online_since=ago(seconds=31),
        )
    ),
    "mdns_blocked",
    home="mdns_blocked",
)

"""The hub is unplugged, long before the Matter server notices."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap, Hearing
from tests.scenarios.home import (
    ago,
    case,
    gone_hub,
    home,
    hub,
    silent_lock,
    unrouted_host,
)

FOUND = case(home(gone_hub()), "hub_offline", lock="hub_offline", home="hub_offline")
AND_THE_SERVER_NOTICED = case(
    home(gone_hub(offline_since=ago(minutes=9)), silent_lock()),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
NEAR_MISS = case(home(hub(answers=Gap.UNKNOWN, hearing=Gap.UNKNOWN)))
WITH_GOODBYE = case(
    home(gone_hub(hearing=Hearing.GOODBYE), unrouted_host()),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
BEFORE_IT_IS_CALLED_OFFLINE = case(
    home(
        hub(hearing=Hearing.GOODBYE, answers=False, silent_since=ago(seconds=20)),
        unrouted_host(),
    )
)

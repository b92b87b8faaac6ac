"""A U200 says nothing about its radio (0x35, 0x46)."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from tests.scenarios.home import case, gone_hub, home, lock, silent_lock

U200 = {
    "radio": None,
    "siblings": Gap.UNKNOWN,
    "restored": Gap.UNKNOWN,
}
WELL = case(home(lock(**U200)))
HUB_OFF = case(
    home(gone_hub(), lock(**U200)),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
GONE = case(home(silent_lock(**U200)), "lock_unreachable", lock="lock_unreachable")
NETWORK_BY_PREFIX = case(
    home(gone_hub(), lock(**U200, extended_pan_id=Gap.UNKNOWN)),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)

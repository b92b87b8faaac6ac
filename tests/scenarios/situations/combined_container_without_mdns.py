"""Home Assistant hears no mDNS where it is; the Matter server on another host does."""

from dataclasses import replace

from custom_components.aqara_lock.domain.diagnosis.evidence import Gap
from tests.scenarios.home import case, home, host, silent_lock

DEAF = host(
    adapters=Gap.NOT_CHECKABLE,
    routes=Gap.NOT_CHECKABLE,
    choices=Gap.NOT_CHECKABLE,
    neighbours=Gap.NOT_CHECKABLE,
    bridged_container=True,
    matter_server_elsewhere=True,
)
LOCK_IS_DEAD = case(
    replace(home(DEAF, silent_lock()), hubs=()),
    "lock_unreachable",
    lock="lock_unreachable",
)
OTHER_SITE = case(
    replace(home(host(matter_server_elsewhere=True), silent_lock()), hubs=()),
    "lock_unreachable",
    lock="lock_unreachable",
)

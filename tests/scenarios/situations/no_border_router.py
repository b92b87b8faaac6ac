"""The silent lock's network has no hub that is seen."""

from tests.scenarios.home import (
    APPLE,
    OTHER_MESH,
    ago,
    case,
    home,
    host,
    hub,
    silent_lock,
)

FOUND = case(
    home(
        hub(record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}), silent_lock()
    ),
    "no_border_router",
    lock="no_border_router",
)
THE_SERVER_MAY_SEE_IT = case(
    home(
        hub(record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}),
        silent_lock(),
        host(matter_server_elsewhere=True),
    ),
    "no_border_router",
    lock="no_border_router",
)
NEAR_MISS = case(
    home(
        hub(record={"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}),
        silent_lock(),
        started_at=ago(seconds=20),
    ),
    "lock_unreachable",
    lock="lock_unreachable",
)

"""The radio link is weak, or pings get lost without such a reading."""

from custom_components.aqara_lock.domain.diagnosis.evidence import RadioLink
from tests.scenarios.home import Case, ago, answered, case, home, lock


def radio(**values: float) -> RadioLink:
    return RadioLink(as_of=ago(hours=3), **values)  # type: ignore[arg-type]


def weak(**values: float) -> Case:
    return case(home(lock(radio=radio(**values))), "weak_link", lock="weak_link")


def well(**values: float) -> Case:
    return case(home(lock(radio=radio(**values))))


FOUND = case(home(lock(radio=radio(rssi=-88))), "weak_link", lock="weak_link")
LINK_QUALITY = case(
    home(lock(radio=radio(link_quality=1))), "weak_link", lock="weak_link"
)
OTHER_SCALE = case(home(lock(radio=radio(link_quality=180))))
ONE_PING_LOST = case(
    home(lock(radio=None, ping=answered(80, 90, sent=3))),
    "weak_link",
    lock="weak_link",
)
LOST_IN_A_SILENCE = case(
    home(
        lock(
            radio=None,
            ping=answered(sent=3),
            ping_failed_at=ago(minutes=2),
            last_sign_of_life=ago(seconds=1),
        )
    )
)
FRAME_ERRORS = weak(frame_error_rate=11, link_quality=2)
FEW_FRAME_ERRORS = well(frame_error_rate=10, link_quality=2)
FRAME_ERRORS_ON_THE_BEST_LINK = well(frame_error_rate=71, link_quality=3)
FRAME_ERRORS_ALONE = well(frame_error_rate=71)
UNACKNOWLEDGED = weak(acknowledged=0.74, link_quality=3)
ACKNOWLEDGED = well(acknowledged=0.75, link_quality=3)
DETACHED = weak(detached_per_day=5.0, link_quality=3)
SELDOM_DETACHED = well(detached_per_day=4.9, link_quality=3)
OLD_READING = case(
    home(lock(radio=RadioLink(as_of=ago(hours=49), detached_per_day=9, rssi=-95)))
)
NEAR_MISS = case(home(lock(radio=None, ping=answered(73, 905, 2012))))

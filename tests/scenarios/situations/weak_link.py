"""The radio link is weak, or pings get lost without such a reading."""

from custom_components.aqara_lock.domain.evidence import RadioLink
from tests.scenarios.home import ago, answered, case, home, lock


def radio(**values: int) -> RadioLink:
    return RadioLink(as_of=ago(hours=3), **values)


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
NEAR_MISS = case(home(lock(radio=None, ping=answered(73, 905, 2012))))

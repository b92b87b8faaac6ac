"""What makes a radio link weak: the lock's own readings, and pings that got lost."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Final

from ..evidence import LockEvidence, PingSeries, RadioLink, known
from .lock_silence import RECENT
from .rule import Parameter
from .view import View

WEAK_RSSI: Final = -85
"""dBm, average; a link margin of 10 dB above OpenThread's noise floor and some spare."""
BAD_LINK_QUALITY: Final = 1
BEST_LINK_QUALITY: Final = 3
"""OpenThread's scale ends here; what is above is a vendor's own, and not bad."""
HIGH_ERROR_RATE: Final = 10
FEW_ACKNOWLEDGED: Final = 0.75
"""Own choice: a frame is sent again many times, so that a tenth lost is not felt."""
MANY_DETACHMENTS: Final = 5
SLOW_ANSWER: Final = 2500.0
"""ms; 2 s is normal for a lock that asks its parent every two seconds (R44)."""
FEWEST_PINGS: Final = 3
READING_LASTS: Final = timedelta(hours=48)


class Measure(StrEnum):
    """What can be bad; a parameter of the finding only where it was."""

    RSSI = "rssi"
    LINK_QUALITY = "link_quality"
    FRAME_ERRORS = "frame_errors"
    UNACKNOWLEDGED = "unacknowledged"
    DETACHED = "detached"
    LOST = "lost"
    SLOWEST = "slowest"


def weakness(view: View, lock: LockEvidence) -> dict[str, Parameter]:
    """Give every measure that was bad; none for a link that is well or not known."""
    found: dict[str, Parameter] = {}
    radio = known(lock.radio)
    if radio is not None and view.within(radio.as_of, READING_LASTS):
        found |= dict(_bad_readings(radio))
    if lock.ping is not None and view.within(lock.ping.at, RECENT):
        found |= _bad_pings(lock.ping)
    return found


def _bad_readings(radio: RadioLink) -> Iterator[tuple[Measure, Parameter]]:
    if radio.rssi is not None and radio.rssi < WEAK_RSSI:
        yield Measure.RSSI, radio.rssi
    quality = radio.link_quality
    if quality is not None and quality <= BAD_LINK_QUALITY:
        yield Measure.LINK_QUALITY, quality
    if _many_errors(radio):
        yield Measure.FRAME_ERRORS, radio.frame_error_rate or 0
    share = radio.acknowledged
    if share is not None and share < FEW_ACKNOWLEDGED:
        yield Measure.UNACKNOWLEDGED, round((1 - share) * 100)
    per_day = radio.detached_per_day
    if per_day is not None and per_day >= MANY_DETACHMENTS:
        yield Measure.DETACHED, round(per_day)


def _many_errors(radio: RadioLink) -> bool:
    """Believe an error rate only beside a link that is not the best.

    Many devices cut OpenThread's 16 bits down to the lower eight instead of giving
    percent: on a good link that reads like anything.
    """
    rate, quality = radio.frame_error_rate, radio.link_quality
    if rate is None or quality is None or quality >= BEST_LINK_QUALITY:
        return False
    return rate > HIGH_ERROR_RATE


def _bad_pings(ping: PingSeries) -> dict[str, Parameter]:
    if ping.sent < FEWEST_PINGS or ping.all_lost:
        return {}
    found: dict[str, Parameter] = {}
    if ping.lost > 0:
        found |= {Measure.LOST: ping.lost, "sent": ping.sent}
    if max(ping.times) > SLOW_ANSWER:
        found[Measure.SLOWEST] = round(max(ping.times))
    return found

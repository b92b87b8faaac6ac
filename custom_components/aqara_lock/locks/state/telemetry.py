"""What happened on the way to one lock: flips, restarts, failed and unconfirmed commands."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...domain import codec
from ...domain.connectivity import (
    AvailabilityChange,
    AvailabilityLog,
    BatterySample,
    drop_per_day,
)
from ...domain.diagnosis import FailedCommand, Refusal
from ...domain.doorlock import Doubt
from ...matter import Failure, LinkError, LockNode

MOST_FLIPS: Final = 200
MOST_REBOOTS: Final = 20
MOST_FAILURES: Final = 20
MOST_SAMPLES: Final = 400

REFUSALS: Final = {
    0x7E: Refusal.UNSUPPORTED_ACCESS,
    0x85: Refusal.INVALID_FIELD,
    0x89: Refusal.RESOURCE_EXHAUSTED,
    0x8B: Refusal.NOT_FOUND,
    0x94: Refusal.TIMEOUT,
}


class LockTelemetry:
    """Short memory of one lock, for the diagnosis."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._flips: deque[AvailabilityChange] = deque(maxlen=MOST_FLIPS)
        self._reboots: deque[datetime] = deque(maxlen=MOST_REBOOTS)
        self._failures: deque[FailedCommand] = deque(maxlen=MOST_FAILURES)
        self._battery: deque[BatterySample] = deque(maxlen=MOST_SAMPLES)
        self.commanded_at: datetime | None = None
        self.last_report: datetime | None = None
        self.accepted_at: datetime | None = None
        self.unconfirmed_at: datetime | None = None
        self.outdated_at: datetime | None = None

    @property
    def is_in_doubt(self) -> bool:
        """Whether the lock may be otherwise than last reported: a command was accepted."""
        return self.unconfirmed_at is not None or self.outdated_at is not None

    @property
    def in_doubt_since(self) -> datetime | None:
        """When the lock accepted a command that its last reported state contradicts."""
        return self.unconfirmed_at or self.outdated_at or self.accepted_at

    def doubt(self, node: LockNode) -> Doubt | None:
        """Return what is in doubt, for a store.

        Whatever ends this run, the next one does not call a door locked that may be open.
        """
        since = self.in_doubt_since
        if since is None:
            return None
        return Doubt(
            since=since,
            state=node.lock_state,
            interviewed_at=node.interviewed_at,
            is_told=since == self.outdated_at,
        )

    @callback
    def resume(self, doubt: Doubt | None) -> None:
        """Take what an earlier run was not sure of."""
        if doubt is None:
            return
        if doubt.is_told:
            self.outdated_at = doubt.since
        else:
            self.unconfirmed_at = doubt.since

    @property
    def flips(self) -> AvailabilityLog:
        """Every change of availability that is remembered."""
        return AvailabilityLog(tuple(self._flips))

    @property
    def reboots(self) -> tuple[datetime, ...]:
        """Restarts of the lock."""
        return tuple(self._reboots)

    @property
    def failed_commands(self) -> tuple[FailedCommand, ...]:
        """Commands that failed lately."""
        return tuple(self._failures)

    @callback
    def availability_flipped(self, *, available: bool) -> None:
        """Note that the lock became available or unavailable."""
        self._flips.append(AvailabilityChange(dt_util.utcnow(), available))

    @callback
    def battery_reported(self, percent: float | None) -> None:
        """Note a charge in percent, if it is another one than before."""
        if percent is None:
            return
        if not self._battery or self._battery[-1].percent != percent:
            self._battery.append(BatterySample(dt_util.utcnow(), percent))

    @property
    def battery_drop_per_day(self) -> float | None:
        """Percent that the battery loses in a day, since this start."""
        return drop_per_day(tuple(self._battery), dt_util.utcnow())

    @callback
    def rebooted(self) -> None:
        """Note a restart."""
        self._reboots.append(dt_util.utcnow())

    @callback
    def reported(self) -> None:
        """Record a report of the lock's state."""
        self.last_report = dt_util.utcnow()

    @callback
    def commanded(self) -> float | None:
        """Note a command; gives the seconds since the one before."""
        now, before = dt_util.utcnow(), self.commanded_at
        self.commanded_at = now
        return (now - before).total_seconds() if before else None

    @callback
    def accepted(self) -> None:
        """Record a command that the lock accepted, and of which a report is due."""
        self.accepted_at = dt_util.utcnow()

    @callback
    def not_confirmed(self) -> None:
        """Record that no report followed a command that was accepted."""
        self.unconfirmed_at, self.accepted_at = dt_util.utcnow(), None

    @callback
    def outdated(self) -> None:
        """Record that the lock reported the operation, and not the state it led to.

        The subscription is well, but the last reported state is an earlier one.
        """
        self.outdated_at, self.accepted_at = dt_util.utcnow(), None

    @callback
    def confirmed(self) -> None:
        """Record that the lock is as it was last reported."""
        self.unconfirmed_at = self.accepted_at = self.outdated_at = None

    @callback
    def command_failed(self, err: LinkError, after_previous: float | None) -> None:
        """Note a command that failed."""
        self._failures.append(
            FailedCommand(
                at=dt_util.utcnow(),
                refusal=_refusal(err),
                after_previous=after_previous,
            )
        )

    @callback
    def fell_silent(self, since: datetime | None) -> None:
        """Record that the lock does not answer since a time: that explains what failed.

        No command before it is too close then. A server may have a lock for minutes
        whose radio is off.
        """
        failures = [
            failed
            if since is not None and failed.at <= since
            else replace(failed, after_previous=None)
            for failed in self._failures
        ]
        self._failures.clear()
        self._failures.extend(failures)

    @callback
    def forget_failures(self) -> None:
        """Forget the commands that failed: somebody has seen to it."""
        self._failures.clear()

    def availability_as_list(self) -> list[list[Any]]:
        """Give the flips as plain data."""
        return [[flip.at.isoformat(), flip.available] for flip in self._flips]

    def load_availability(self, flips: Iterable[Any]) -> None:
        """Read what `availability_as_list` gave; an entry that is none is left out."""
        for item in flips:
            if not isinstance(item, list) or len(item) != 2:
                continue
            try:
                at = codec.moment({"at": item[0]}, "at")
            except ValueError:
                continue
            self._flips.append(AvailabilityChange(at, bool(item[1])))


def _refusal(err: LinkError) -> Refusal:
    if err.failure is Failure.SERVER_FAULT:
        return Refusal.DATATYPE_MISMATCH
    if err.status is None:
        is_timeout = err.failure is Failure.UNREACHABLE
        return Refusal.TIMEOUT if is_timeout else Refusal.OTHER
    return REFUSALS.get(err.status, Refusal.OTHER)

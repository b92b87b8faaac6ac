"""The locks and border routers as rules look at them, indexed once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from ...budget import PINGS_ON_REQUEST
from ...connectivity import (
    LOCK_GRACE,
    RECOVERY_BLIP,
    SERVER_GRACE,
    DropoutPattern,
    HubState,
)
from ...foreign_names import foreign_name
from ..evidence import (
    Evidence,
    HubEvidence,
    LockEvidence,
    Refusal,
    Siblings,
    Transport,
    known,
)

AFTER_COMMAND: Final = timedelta(seconds=10)
"""A command that fails is followed by a ping at once."""
LATE_REPORT: Final = timedelta(seconds=5)
"""A report that was under way may still arrive after the cut."""
ANSWER_LASTS: Final = timedelta(hours=1)
"""Nobody asks a silent lock again by a timer: an older answer proves nothing now."""


class LocksAndHubs:
    """One snapshot, indexed; made for each diagnosis, never kept."""

    def __init__(self, evidence: Evidence, now: datetime) -> None:
        """Index locks and border routers in one pass each."""
        self.evidence = evidence
        self.now = now
        self.host = evidence.host
        self.lan = evidence.lan
        self.software = evidence.software
        self.locks = tuple(lock for lock in evidence.locks if not lock.paused)
        self.lock_by_id = {lock.id: lock for lock in self.locks}
        self.hub_by_id = {hub.id: hub for hub in evidence.hubs}
        self.hubs = tuple(self.hub_by_id.values())
        self.thread_locks = tuple(
            lock for lock in self.locks if lock.transport is Transport.THREAD
        )
        self._silent = {lock.id for lock in self.locks if self._falls_silent(lock)}
        self.hubs_by_network: dict[str, list[HubEvidence]] = {}
        self._carriers: dict[str, list[HubEvidence]] = {}
        for hub in self.hubs:
            network = hub.network
            self.hubs_by_network.setdefault(network, []).append(hub)
            if self.is_live(hub) and hub.router.record.thread_active is not False:
                self._carriers.setdefault(network, []).append(hub)
        self.locks_by_network: dict[str, list[LockEvidence]] = {}
        for lock in self.thread_locks:
            if (own := lock.network) is not None:
                self.locks_by_network.setdefault(own, []).append(lock)

    # Time.

    def lasts(self, since: datetime | None, grace: timedelta) -> bool:
        """Tell whether something has lasted; an unknown beginning counts as long ago.

        So does one in the future: the clock was set back since.
        """
        if since is None or since > self.now:
            return True
        return self.now - since >= grace

    def within(self, moment: datetime | None, span: timedelta) -> bool:
        """Tell whether something happened not longer ago than that."""
        return moment is not None and self.now - moment <= span

    # Locks.

    def is_silent(self, lock: LockEvidence) -> bool:
        """Tell whether the lock is away, by the Matter server or by a lost ping."""
        return lock.id in self._silent

    def is_lost(self, lock: LockEvidence) -> bool:
        """Tell whether the lock has been away for longer than a restart takes.

        Somebody who needs it and gets no answer is not kept waiting for that.
        """
        if lock.id not in self._silent:
            return False
        if _was_needed(lock):
            return True
        if lock.absent_from is not None and lock.absent_from <= self.now:
            return True
        return self.lasts(silent_since(lock), grace_of(lock))

    def ping_answers(self, lock: LockEvidence) -> bool:
        """Tell whether the lock answered a ping since it became unavailable."""
        if lock.ping is None or not lock.ping.times:
            return False
        if not self.within(lock.ping.at, ANSWER_LASTS):
            return False
        return lock.unavailable_since is None or lock.ping.at > lock.unavailable_since

    def heard_since(self, lock: LockEvidence, moment: datetime | None) -> bool:
        """Tell whether the lock gave a sign of life after a moment; never if unknown."""
        if moment is None or lock.last_sign_of_life is None:
            return False
        return lock.last_sign_of_life > moment + LATE_REPORT

    def _falls_silent(self, lock: LockEvidence) -> bool:
        heard = lock.last_sign_of_life
        if lock.available is False and self.lasts(
            lock.unavailable_since, RECOVERY_BLIP
        ):
            since = lock.unavailable_since
            if since is None or heard is None or heard <= since:
                return True
            return not self.within(heard, ANSWER_LASTS)
        ping = lock.ping
        if ping is None or not ping.all_lost:
            return False
        return heard is None or heard <= ping.at

    @cached_property
    def silent_thread_locks(self) -> tuple[LockEvidence, ...]:
        """The Thread locks that are away."""
        return tuple(x for x in self.thread_locks if x.id in self._silent)

    @cached_property
    def dropout_patterns(self) -> dict[str, DropoutPattern]:
        """The beat of each lock whose dropouts follow one."""
        return {
            x.id: beat for x in self.locks if (beat := x.flips.dropout_at(self.now))
        }

    def siblings(self, lock: LockEvidence) -> Siblings:
        """Count other devices of the lock's network, our other locks included."""
        given = known(lock.siblings) or Siblings(0, 0)
        total, silent = self._own_devices.get(lock.network or "", (0, 0))
        if total == 0:
            return given
        others = silent - self.is_silent(lock)
        return Siblings(given.total + total - 1, given.silent + others)

    @cached_property
    def _own_devices(self) -> dict[str, tuple[int, int]]:
        return {
            network: (len(locks), sum(map(self.is_silent, locks)))
            for network, locks in self.locks_by_network.items()
        }

    # Hubs.

    def hubs_of(self, lock: LockEvidence) -> list[HubEvidence]:
        """Give the border routers of the lock's Thread network."""
        network = lock.network
        return self.hubs_by_network.get(network, []) if network else []

    def network_name(self, network: str) -> str:
        """Name a Thread network for a text: as its hubs or locks do, else by its id."""
        hubs = self.hubs_by_network.get(network, [])
        locks = self.locks_by_network.get(network, [])
        by_hub = {x for hub in hubs if (x := hub.router.record.network_name)}
        by_lock = {x for lock in locks if (x := lock.network_name)}
        return foreign_name(min(by_hub or by_lock, default=network))

    def is_live(self, hub: HubEvidence) -> bool:
        """Tell whether the hub is known to be there."""
        return hub.is_live

    def is_missed(self, hub: HubEvidence) -> bool:
        """Tell whether the hub is gone, or about to be called so."""
        return hub.is_missed

    def carries(self, hub: HubEvidence) -> bool:
        """Tell whether the hub is there and its Thread interface is not known as off."""
        return hub in self._carriers.get(hub.network, ())

    def carriers_of(self, lock: LockEvidence) -> list[HubEvidence]:
        """Give the border routers of the lock's network that can carry its traffic."""
        network = lock.network
        return self._carriers.get(network, []) if network else []

    def locks_behind(self, hub: HubEvidence) -> list[LockEvidence]:
        """Give the Thread locks of the hub's network and those it bridges."""
        hub_id = hub.id
        bridged = [x for x in self.locks if x.bridge_hub == hub_id]
        network = self.locks_by_network.get(hub.network, [])
        return [*(x for x in network if x.bridge_hub != hub_id), *bridged]

    def left_alone_by(self, hub: HubEvidence) -> tuple[str, ...]:
        """Give the locks that have no other way left when this hub carries nothing."""
        return tuple(
            lock.id
            for lock in self.locks_behind(hub)
            if lock.bridge_hub == hub.id or not self._has_other_route(lock, hub)
        )

    def _has_other_route(self, lock: LockEvidence, without: HubEvidence) -> bool:
        if any(hub is not without for hub in self.carriers_of(lock)):
            return True
        return not self.is_silent(lock) and any(
            hub is not without and hub.state is HubState.UNKNOWN
            for hub in self.hubs_of(lock)
        )

    def ids(self, locks: Iterable[LockEvidence]) -> tuple[str, ...]:
        """Give the ids of locks."""
        return tuple(lock.id for lock in locks)


def _was_needed(lock: LockEvidence) -> bool:
    """Tell whether a command or a check of the user found the lock silent."""
    ping = lock.ping
    if ping is None or not ping.all_lost:
        return False
    if ping.sent >= PINGS_ON_REQUEST:
        return True
    missed = lock.ping_failed_at or ping.at
    return any(
        failed.refusal is Refusal.TIMEOUT and abs(missed - failed.at) < AFTER_COMMAND
        for failed in lock.failed_commands
    )


def grace_of(lock: LockEvidence) -> timedelta:
    """Give how long a lock may be away until that counts, where nothing tells it sooner."""
    return SERVER_GRACE if lock.found_away else LOCK_GRACE


def silent_since(lock: LockEvidence) -> datetime | None:
    """Give since when a silent lock is away, by the Matter server or by a lost ping."""
    missed = lock.ping_failed_at or (lock.ping.at if lock.ping else None)
    return lock.unavailable_since or missed

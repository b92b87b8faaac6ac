"""What is known of one door, and what is wanted there; nothing is written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..domain.access import (
    Door,
    DoorPlan,
    DoorTable,
    FromTo,
    Grant,
    GrantKey,
    GrantState,
    GrantStatus,
    Holding,
    Job,
    Keeper,
    LockClock,
    LockLimits,
    Person,
    Standing,
    WantedGrant,
    Wish,
    job_of,
    plan_door,
    standing_of,
    status_of,
    strangers,
)
from ..domain.journal import ReportsWho
from ..host_clock import host_clock
from ..household import Household
from ..locks import Lock
from .outcome import Failed
from .store import AccessStore, Learned


class DoorView:
    """Compares what is wanted at a door with what its lock has.

    What an administrator asked for in this run counts, with the codes that go along.
    A clock of the host that cannot be right neither begins nor ends an access.
    """

    def __init__(
        self, hass: HomeAssistant, lock: Lock, store: AccessStore, household: Household
    ) -> None:
        """Look at one lock."""
        self._host = host_clock(hass)
        self._lock = lock
        self._store = store
        self._household = household
        self._codes: dict[GrantKey, str] = {}
        self._asked: set[GrantKey] = set()
        self._restoring: set[GrantKey] = set()
        self._failed: dict[GrantKey, Failed] = {}

    @property
    def lock(self) -> Lock:
        """The lock of the door."""
        return self._lock

    @property
    def id(self) -> str:
        """Id of the lock."""
        return self._lock.id

    @property
    def table(self) -> DoorTable:
        """What the lock really has, as far as it was read."""
        memory, node = self._lock.store.memory, self._lock.node
        own = node.own_fabric_index if node else memory.fabrics.own_index
        return replace(memory.table, own_fabric_index=own)

    @property
    def limits(self) -> LockLimits:
        """What the lock can keep."""
        told = self._lock.node.limits if self._lock.node else LockLimits()
        return replace(
            self._learned.limits(told),
            clock=self._clock,
            tells_who=self._lock.reports_who is not ReportsWho.NO,
        )

    @property
    def _clock(self) -> LockClock:
        """Whether the lock's own clock is right, by the times of its events."""
        address = self._lock.link.identity.address
        journal = self._lock.journal
        fabric = f"{address.compressed_fabric_id:016X}"
        if journal.trusts_clock(fabric, address.node_id):
            return LockClock.UNKNOWN
        return LockClock.WRONG

    @property
    def _now(self) -> datetime:
        """Now in the time zone of the home, in whose wall time windows are."""
        return dt_util.as_local(self._host.now())

    @property
    def is_reachable(self) -> bool:
        """Whether the lock can be written to now."""
        lock = self._lock
        is_there = lock.node is not None and lock.node.available
        return lock.is_linked and is_there and lock.connection.responsive

    def status(self, key: GrantKey) -> GrantStatus:
        """Return how a grant stands."""
        found = status_of(self._wanted(key), self.table, self.limits, self._now)
        memory = self._store.memory
        is_new = key in memory.asks and self._lacks_code(key)
        if is_new and found.state is GrantState.PENDING:
            # Nobody wrote it, and what was typed in then is forgotten.
            return replace(found, state=GrantState.NEEDS_CODE, pending_for=None)
        return found

    def held(self, key: GrantKey) -> Holding | None:
        """Return the user that a grant has here, as last read."""
        return self._standing(self._store.memory.grants[key]).held

    def owners(self) -> dict[int, GrantKey]:
        """Return which grant has which user here."""
        found = self._standings()
        return {x.held.user.index: x.grant.key for x in found if x.held}

    def strangers(self) -> frozenset[int]:
        """Return the users that no grant has, once the lock was read."""
        if self._store.memory.of_door(self.id) and self.table.is_known:
            found = strangers(self.table, self._standings())
            return frozenset(user.index for user in found)
        return frozenset()

    def plan(
        self, grants: Mapping[GrantKey, Grant], codes: frozenset[GrantKey]
    ) -> DoorPlan:
        """Return what these grants would need here; nothing is written."""
        known = {x.key: x for x in self._store.memory.of_door(self.id)}
        every = {**known, **{k: x for k, x in grants.items() if k.door_id == self.id}}
        wanted = [
            replace(
                self._wanted_of(grant),
                has_code=key in codes,
                may_give=key in grants or self._keeps_giving(grant),
                restore=key in grants,
            )
            for key, grant in every.items()
        ]
        return plan_door(wanted, Door(table=self.table, limits=self.limits), self._now)

    def _takes(self, grant: Grant) -> bool:
        """Return whether Home Assistant has to change something here by itself."""
        item = standing_of(self._wanted_of(grant), self.table, self.limits, self._now)
        if grant.wish is Wish.REMOVED:
            return True
        if item.held is None:
            return item.target is None
        if item.is_unwanted:
            return bool(item.target is None or item.may_take)
        return self._keeps_giving(grant) and bool(item.missing) and not item.drift

    def _keeps_giving(self, grant: Grant) -> bool:
        """Return whether Home Assistant starts an access because the user agreed to that."""
        is_ours = grant.keeper is Keeper.HOME_ASSISTANT
        has_begun = grant.key in self._store.memory.placements
        return is_ours and has_begun and isinstance(grant.window, FromTo)

    def _lacks_code(self, key: GrantKey) -> bool:
        """Return whether no code of a grant was ever set here."""
        placement = self._store.memory.placements.get(key)
        return placement is None or placement.credential is None

    def _plan_now(self) -> DoorPlan:
        """Return the plan, without what failed just now."""
        every = [item.wanted for item in self._standings()]
        wanted = [item for item in every if item.grant.key not in self._failed]
        return plan_door(wanted, Door(table=self.table, limits=self.limits), self._now)

    def _job(self, plan: DoorPlan) -> Job:
        wanted = [item.wanted for item in self._standings()]
        return job_of(plan, wanted, self.table, ulid_now(), self._host.now())

    @property
    def _learned(self) -> Learned:
        return self._store.memory.learned.get(self.id, Learned())

    def _learn(self, learned: Learned) -> None:
        self._store.memory.learned[self.id] = learned

    def _standings(self) -> list[Standing]:
        return [self._standing(x) for x in self._store.memory.of_door(self.id)]

    def _standing(self, grant: Grant) -> Standing:
        return standing_of(self._wanted_of(grant), self.table, self.limits, self._now)

    def _wanted(self, key: GrantKey) -> WantedGrant:
        return self._wanted_of(self._store.memory.grants[key])

    def _wanted_of(self, grant: Grant) -> WantedGrant:
        key = grant.key
        person = self._household.person(key.person_id) or Person(key.person_id, "")
        return WantedGrant(
            grant=grant,
            person=person,
            placement=self._store.memory.placements.get(key),
            has_code=key in self._codes,
            restore=key in self._restoring,
            may_give=key in self._asked or self._keeps_giving(grant),
        )

    def _unread_schedules(self) -> list[int]:
        return [
            item.held.user.index
            for item in self._standings()
            if item.lacks_schedules and item.held
        ]

"""What is done at one door: a job that goes on until the lock is as it is wanted."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..domain.access import (
    ALL_SCHEDULES,
    NO_SCHEDULES,
    AskFor,
    CredentialSlot,
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
    Operation,
    Person,
    ReadSchedule,
    ReadUser,
    ScheduleKind,
    SetCode,
    SetUser,
    Standing,
    Step,
    UserSchedules,
    UserSlot,
    WantedGrant,
    WeekDaySchedule,
    Wish,
    confirmed_code,
    index_of_step,
    job_of,
    placements_after,
    plan_door,
    resumption_of,
    standing_of,
    status_of,
    strangers,
    unproved,
    with_proof,
)
from ..domain.doorlock import LockUserChange
from ..household import Household
from ..locks import Lock
from ..matter import Failure, LinkError, TableCommands
from ..signals import Signal
from ..store import NotKeptError
from .outcome import (
    IDLE,
    DoorProgress,
    Failed,
    JobState,
    failure_of,
    is_about_several_days,
    refused_type,
)
from .store import AccessStore, Learned

_LOGGER = logging.getLogger(__name__)

ROUNDS: Final = 8
"""Plans in one go at most: each learns something, or is empty."""
FIRST_REST: Final = 60.0
"""Seconds after a message without an answer in which nothing more is written."""
LONGEST_REST: Final = 1800.0


class AccessDoor:
    """Plans and works for one lock; codes are in memory only while it works."""

    def __init__(
        self, hass: HomeAssistant, lock: Lock, store: AccessStore, household: Household
    ) -> None:
        """Begin with nothing to do."""
        self._hass = hass
        self._lock = lock
        self._store = store
        self._household = household
        self._commands = TableCommands(lock.commands)
        self._users = lock.log.directory
        self._codes: dict[GrantKey, str] = {}
        self._asked: set[GrantKey] = set()
        self._restoring: set[GrantKey] = set()
        self._failed: dict[GrantKey, Failed] = {}
        self._confirmed: set[CredentialSlot] = set()
        """Codes that the lock confirmed since the job began."""
        self._task: asyncio.Task[None] | None = None
        self._retry: CALLBACK_TYPE | None = None
        self._is_due = self._is_stopped = self._has_looked = False
        self._rest = FIRST_REST
        self._rests_until = 0.0
        self.progress = IDLE
        self.changed: Signal[()] = Signal()

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
        return replace(self._learned.limits(told), clock=self._clock)

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
    def is_reachable(self) -> bool:
        """Whether the lock can be written to now."""
        lock = self._lock
        is_there = lock.node is not None and lock.node.available
        return lock.is_linked and is_there and lock.connection.responsive

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The work that is under way."""
        return self._task if self.is_working else None

    @property
    def is_working(self) -> bool:
        """Whether a job runs."""
        return self._task is not None and not self._task.done()

    def status(self, key: GrantKey) -> GrantStatus:
        """Return how a grant stands."""
        found = status_of(self._wanted(key), self.table, self.limits, _now())
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
        return plan_door(wanted, Door(table=self.table, limits=self.limits), _now())

    @callback
    def ask(self, codes: Mapping[GrantKey, str], keys: frozenset[GrantKey]) -> None:
        """Work for grants that an administrator wants now; the codes are kept meanwhile."""
        self._asked |= keys
        self._restoring |= keys
        self._codes.update(codes)
        for key in keys:
            self._failed.pop(key, None)
            self._store.memory.asks.pop(key, None)
        self._rests_until = 0.0
        self.request()

    @callback
    def request(self) -> None:
        """Work as soon as the lock can be reached, where there is anything to do."""
        if self._is_stopped or not self._store.is_whole or not self._has_work():
            return
        self._is_due = True
        if self.is_working or not self._may_work():
            return
        self._task = self._hass.async_create_background_task(
            self._work(), f"aqara_lock access {self._lock.name}"
        )

    def _may_work(self) -> bool:
        """Return whether something may be sent now: after a silence there is a rest."""
        is_resting = self._hass.loop.time() < self._rests_until
        return not self._is_stopped and (bool(self._asked) or not is_resting)

    @callback
    def returned(self) -> None:
        """Handle that the lock answers again: what had to rest goes on."""
        self._rests_until, self._rest = 0.0, FIRST_REST
        self.request()

    @callback
    def changed_reported(self, change: LockUserChange) -> None:
        """Handle that the lock confirms a code, which nobody can read."""
        slot = confirmed_code(change, self.table.own_fabric_index)
        if slot is None:
            return
        self._confirmed.add(slot)
        memory = self._store.memory
        for grant in memory.of_door(self.id):
            if (before := memory.placements.get(grant.key)) is not None:
                memory.placements[grant.key] = with_proof(before, {slot})
        self._store.schedule()
        self.changed.send()

    async def async_check(self) -> None:
        """Read the whole table because an administrator asks; raises LinkError."""
        await self._read_table()
        for index in self._unread_schedules():
            await self._read_schedules(index)
        self._lock.schedule_save()
        self.changed.send()

    async def async_stop(self) -> None:
        """Stop between two messages; what is under way goes on after the next start."""
        self._is_stopped = True
        self._cancel_retry()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._forget_session()

    @callback
    def cancel(self) -> None:
        """Give nothing more that was asked for; what takes away goes on."""
        self._forget_session()
        self.request()

    def _has_work(self) -> bool:
        memory = self._store.memory
        if self.id in memory.jobs or self._asked:
            return True
        return any(self._takes(item.wanted.grant) for item in self._standings())

    def _takes(self, grant: Grant) -> bool:
        """Return whether Home Assistant has to change something here by itself."""
        item = standing_of(self._wanted_of(grant), self.table, self.limits, _now())
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

    async def _work(self) -> None:
        try:
            while self._is_due and self._may_work():
                self._is_due = False
                await self._bring_about()
        except Exception:
            _LOGGER.exception("The access at %s could not be brought about", self.id)
            self._show(replace(self.progress, state=JobState.FAILED))
        finally:
            self._forget_session()
            self._store.schedule()
            self._lock.schedule_save()
            self.changed.send()

    def _forget_session(self) -> None:
        self._codes.clear()
        self._asked.clear()
        self._restoring.clear()

    async def _bring_about(self) -> None:
        self._failed.clear()
        if not self.is_reachable:
            _LOGGER.debug("Access at lock %s waits until it can be reached", self.id)
            self._keep_for_later()
            return
        try:
            await self._go_on()
        except LinkError as err:
            _LOGGER.info("The access at a lock has to wait: %s", err.failure)
            self._fall_silent()
            return
        except NotKeptError:
            self._fail_all(Failed.NOT_KEPT)
            return
        if self._failed:
            self._begin_rest()
        else:
            self._rest = FIRST_REST
        state = JobState.FAILED if self._failed else JobState.DONE
        self._show(replace(self.progress, state=state, failed=dict(self._failed)))

    def _keep_for_later(self) -> None:
        """Keep what is asked for as a job, so that it is known when the lock is back."""
        plan, memory = self._plan_now(), self._store.memory
        if plan.steps and self.id not in memory.jobs:
            memory.jobs[self.id] = self._job(plan)
        self._ask_again()
        self._show(DoorProgress(state=JobState.AWAY, steps=len(plan.steps)))

    def _fall_silent(self) -> None:
        """Write nothing more for a while, and try again for what is to be taken away."""
        self._begin_rest()
        self._ask_again()
        self._show(replace(self.progress, state=JobState.AWAY))

    def _ask_again(self) -> None:
        """Let an administrator be asked for what no job keeps, and forget the codes."""
        memory = self._store.memory
        if self.id not in memory.jobs:
            for key in self._asked:
                grant = memory.grants.get(key)
                if grant is not None and grant.wish is Wish.ON:
                    memory.asks[key] = AskFor.AWAY
        self._forget_session()

    def _begin_rest(self) -> None:
        self._rests_until = self._hass.loop.time() + self._rest
        self._cancel_retry()
        self._retry = async_call_later(self._hass, self._rest, self._try_again)
        self._rest = min(2 * self._rest, LONGEST_REST)

    @callback
    def _try_again(self, _now: datetime) -> None:
        """Handle the end of a rest: what nobody has to be asked for goes on."""
        self._retry = None
        self._rests_until = 0.0
        self.request()

    def _cancel_retry(self) -> None:
        if self._retry is not None:
            self._retry()
            self._retry = None

    def _fail_all(self, why: Failed) -> None:
        self._failed = dict.fromkeys(self._asked, why)
        self._show(
            replace(self.progress, state=JobState.FAILED, failed=dict(self._failed))
        )

    async def _go_on(self) -> None:
        """Plan and work until nothing is left to do; raises LinkError, NotKeptError."""
        await self._settle_interrupted()
        for _ in range(ROUNDS):
            plan = self._plan_now()
            if plan.is_unread:
                await self._read_table()
            elif plan.unread_schedules:
                for index in plan.unread_schedules:
                    await self._read_schedules(index)
            elif plan.steps:
                await self._run(self._job(plan))
            elif self._must_look():
                await self._read_table()
            else:
                self._ask_for_codes(plan)
                await self._prove_removals()
                return

    def _must_look(self) -> bool:
        """Return whether only an older table shows that a user is gone.

        It may have been written before that user came: Home Assistant was killed.
        """
        grants = [item for item in self._standings() if item.held is None]
        is_gone = any(x.target is None and x.wanted.placement for x in grants)
        return is_gone and not self._has_looked

    def _ask_for_codes(self, plan: DoorPlan) -> None:
        """Remember whose code is missing: after a gap the table does not show it."""
        memory = self._store.memory
        for key in {*plan.needs_code, *self._failed}:
            grant = memory.grants.get(key)
            if grant and grant.wish is Wish.ON and self._lacks_code(key):
                memory.asks[key] = AskFor.CODE

    def _lacks_code(self, key: GrantKey) -> bool:
        """Return whether no code of a grant was ever set here."""
        placement = self._store.memory.placements.get(key)
        return placement is None or placement.credential is None

    async def _prove_removals(self) -> None:
        """Forget removed grants of which the table, read just now, shows nothing."""
        memory = self._store.memory
        gone = [
            grant.key
            for grant in memory.of_door(self.id)
            if grant.wish is Wish.REMOVED and self._standing(grant).held is None
        ]
        for key in gone:
            memory.forget(key)
        if gone:
            await self._store.async_write()

    def _plan_now(self) -> DoorPlan:
        """Return the plan, without what failed just now."""
        every = [item.wanted for item in self._standings()]
        wanted = [item for item in every if item.grant.key not in self._failed]
        return plan_door(wanted, Door(table=self.table, limits=self.limits), _now())

    def _job(self, plan: DoorPlan) -> Job:
        wanted = [item.wanted for item in self._standings()]
        return job_of(plan, wanted, self.table, ulid_now(), dt_util.utcnow())

    async def _settle_interrupted(self) -> None:
        """Take what an earlier job left, and decide what of it may still be given."""
        memory = self._store.memory
        job = memory.jobs.get(self.id)
        if job is None:
            return
        _LOGGER.debug("Access at lock %s goes on after a stop", self.id)
        await self._read_table()
        for index in self._unread_schedules():
            await self._read_schedules(index)
        self._take_placements(job)
        door = Door(table=self.table, limits=self.limits)
        codes = frozenset(self._codes)
        left = resumption_of(job, memory.grants, door, _now(), codes)
        self._asked |= left.may_give
        memory.asks |= {k: x for k, x in left.ask.items() if k not in self._asked}
        del memory.jobs[self.id]
        await self._store.async_write()

    async def _run(self, job: Job) -> None:
        """Work a job off step by step; raises LinkError where the lock falls silent."""
        memory = self._store.memory
        self._confirmed.clear()
        _LOGGER.debug("Access at lock %s takes %d steps", self.id, len(job.steps))
        while (step := job.next_step) is not None:
            self._show_job(job)
            job = memory.jobs[self.id] = job.sent()
            await self._store.async_write()
            try:
                await self._perform(step)
            except LinkError as err:
                if err.failure is not Failure.REFUSED:
                    raise
                job = job.refused()
                await self._refused(job, step, err.status)
                break
            job = memory.jobs[self.id] = job.answered()
            self._has_looked = self._has_looked or isinstance(step, ReadUser)
            if isinstance(step, SetCode):
                self._codes.pop(step.grant, None)
            if isinstance(step, ReadUser | ReadSchedule) and unproved(job, self.table):
                self._failed[step.grant] = Failed.NOT_STORED
                self._give_up(step.grant)
                break
        self._show_job(job)
        self._take_placements(job)
        del memory.jobs[self.id]
        await self._store.async_write()

    async def _perform(self, step: Step) -> None:
        match step:
            case ReadUser():
                await self._users.async_read_user(step.user_index)
            case ReadSchedule():
                await self._read_schedule(step)
            case _:
                self._users.will_write(step)
                await self._commands.async_write(step, self._codes.get(step.grant))

    async def _refused(self, job: Job, step: Step, status: int | None) -> None:
        """Learn from what the lock refused; where there is nothing to learn, give it up."""
        if not isinstance(step, ReadUser | ReadSchedule):
            self._users.was_refused(step)
        if await self._lost_user(job, step):
            self._failed[step.grant] = Failed.NOT_STORED
            self._give_up(step.grant)
            return
        learned, kind = self._learned, refused_type(step)
        why = failure_of(step, status)
        if is_about_several_days(step) and learned.several_days is None:
            self._learn(replace(learned, several_days=False))
        elif kind is not None and why is Failed.REFUSED:
            self._learn(replace(learned, refused_types=learned.refused_types | {kind}))
            self._failed[step.grant] = why
            self._give_up(step.grant)
        else:
            self._failed[step.grant] = why
            self._give_up(step.grant)
        if why is Failed.PLACE_TAKEN:
            # The table is not what was read: whatever is planned next reads it anew.
            self._lock.store.memory.table = self._lock.store.memory.table.after_gap()

    async def _lost_user(self, job: Job, step: Step) -> bool:
        """Return whether a lock refused a step because it has not stored the user before."""
        index = index_of_step(step)
        is_new = any(
            isinstance(done, SetUser)
            and done.operation is Operation.ADD
            and done.user_index == index
            for done in job.steps[: job.done]
        )
        if not is_new or index is None:
            return False
        await self._users.async_read_user(index)
        return self.table.holding(index) is None

    def _give_up(self, key: GrantKey) -> None:
        """Add nothing more for a grant until an administrator asks again."""
        self._asked.discard(key)
        self._codes.pop(key, None)

    def _take_placements(self, job: Job) -> None:
        """Keep what a job left, and know its people by the places that they have now."""
        memory = self._store.memory
        found = placements_after(
            job,
            memory.placements,
            self.table,
            dt_util.utcnow(),
            self.limits.expiring_minutes,
        )
        for key, placement in found.items():
            if placement is not None:
                memory.placements[key] = with_proof(placement, self._confirmed)
                if placement.credential is not None:
                    memory.asks.pop(key, None)
                self.bind(key)
            elif key in memory.grants and memory.grants[key].wish is Wish.REMOVED:
                memory.forget(key)
            else:
                memory.placements.pop(key, None)
        if self._took_several_days(job):
            self._learn(replace(self._learned, several_days=True))

    def _took_several_days(self, job: Job) -> bool:
        done = job.steps[: job.done]
        is_new = self._learned.several_days is None
        return is_new and any(is_about_several_days(step) for step in done)

    @callback
    def bind(self, key: GrantKey) -> None:
        """Assign the places of a grant to its person: what was just read there is ours."""
        memory = self._store.memory
        placement = memory.placements[key]
        if key.person_id not in self._household.people:
            return
        bindings = self._lock.store.memory.directory.bindings
        slots: list[UserSlot | CredentialSlot] = [UserSlot(placement.left.user.index)]
        if placement.credential in placement.left.user.credentials:
            slots += [placement.credential] if placement.credential else []
        for slot in slots:
            bound = bindings.get(slot)
            if bound is None or bound.person_id != key.person_id:
                self._users.bind(slot, key.person_id)

    async def _read_table(self) -> None:
        places = self.limits.users or None
        await self._users.async_read_all_users(places)
        if not self.table.is_known:
            # The lock answered, but not so that every place is known.
            raise LinkError(Failure.SERVER_FAULT)
        self._has_looked = True

    def _unread_schedules(self) -> list[int]:
        return [
            item.held.user.index
            for item in self._standings()
            if item.lacks_schedules and item.held
        ]

    async def _read_schedules(self, index: int) -> None:
        """Read all schedules of a user; raises LinkError."""
        found = NO_SCHEDULES
        limits = self.limits
        for kind, places in (
            (ScheduleKind.WEEK_DAY, limits.week_day_schedules),
            (ScheduleKind.YEAR_DAY, limits.year_day_schedules),
        ):
            for place in range(1, places + 1):
                found = await self._with_schedule(found, kind, index, place)
        self._set_schedules(index, found)

    async def _with_schedule(
        self, known: UserSchedules, kind: ScheduleKind, user: int, place: int
    ) -> UserSchedules:
        key = GrantKey("", self.id)
        step = ReadSchedule(grant=key, user_index=user, kind=kind, index=place)
        found = await self._commands.async_read_schedule(step)
        if isinstance(found, WeekDaySchedule) or kind is ScheduleKind.WEEK_DAY:
            week = found if isinstance(found, WeekDaySchedule) else None
            return known.with_week(place, week)
        return known.with_year(place, found)

    async def _read_schedule(self, step: ReadSchedule) -> None:
        table = self._lock.store.memory.table
        known = table.schedules.get(step.user_index, NO_SCHEDULES)
        if step.index == ALL_SCHEDULES:
            return
        found = await self._with_schedule(known, step.kind, step.user_index, step.index)
        self._set_schedules(step.user_index, found)

    def _set_schedules(self, index: int, schedules: UserSchedules) -> None:
        memory = self._lock.store.memory
        memory.table = memory.table.with_schedules(index, schedules)

    @property
    def _learned(self) -> Learned:
        return self._store.memory.learned.get(self.id, Learned())

    def _learn(self, learned: Learned) -> None:
        self._store.memory.learned[self.id] = learned

    def _standings(self) -> list[Standing]:
        return [self._standing(x) for x in self._store.memory.of_door(self.id)]

    def _standing(self, grant: Grant) -> Standing:
        return standing_of(self._wanted_of(grant), self.table, self.limits, _now())

    def _wanted(self, key: GrantKey) -> WantedGrant:
        return self._wanted_of(self._store.memory.grants[key])

    def _wanted_of(self, grant: Grant) -> WantedGrant:
        key = grant.key
        person = self._household.people.get(key.person_id, Person(key.person_id, ""))
        return WantedGrant(
            grant=grant,
            person=person,
            placement=self._store.memory.placements.get(key),
            has_code=key in self._codes,
            restore=key in self._restoring,
            may_give=key in self._asked or self._keeps_giving(grant),
        )

    def _show_job(self, job: Job) -> None:
        self._show(
            DoorProgress(
                state=JobState.RUNNING,
                done=job.done,
                steps=len(job.steps),
                failed=dict(self._failed),
            )
        )

    def _show(self, progress: DoorProgress) -> None:
        if progress != self.progress:
            self.progress = progress
            self.changed.send()


def _now() -> datetime:
    """Return now in the time zone of the home, in whose wall time windows are."""
    return dt_util.now()

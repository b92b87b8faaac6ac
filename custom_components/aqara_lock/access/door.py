"""What is done at one door: a job that goes on until the lock is as it is wanted."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..domain.access import (
    AskFor,
    CredentialSlot,
    Door,
    DoorPlan,
    GrantKey,
    Job,
    Operation,
    ReadSchedule,
    ReadUser,
    SetCode,
    SetUser,
    Step,
    Turn,
    UserSlot,
    Wish,
    confirmed_code,
    index_of_step,
    placements_after,
    resumption_of,
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
from .reader import TableReader
from .store import AccessStore
from .view import DoorView

_LOGGER = logging.getLogger(__name__)

ROUNDS: Final = 8
"""Plans in one go at most: each learns something, or is empty."""
FIRST_REST: Final = 60.0
"""Seconds after a message without an answer in which nothing more is written."""
LONGEST_REST: Final = 1800.0


class AccessDoor(DoorView):
    """Plans and works for one lock; codes are in memory only while it works."""

    def __init__(
        self, hass: HomeAssistant, lock: Lock, store: AccessStore, household: Household
    ) -> None:
        """Begin with nothing to do."""
        super().__init__(hass, lock, store, household)
        self._hass = hass
        self._commands = TableCommands(lock.commands)
        self._reader = TableReader(lock, self, self._commands)
        self._users = lock.log.directory
        self._confirmed: set[CredentialSlot] = set()
        """Codes that the lock confirmed since the job began."""
        self._task: asyncio.Task[None] | None = None
        self._retry: CALLBACK_TYPE | None = None
        self._is_due = self._is_stopped = False
        self._rest = FIRST_REST
        self._rests_until = 0.0
        self.progress = IDLE
        self.changed: Signal[()] = Signal()

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The work that is under way."""
        return self._task if self.is_working else None

    @property
    def is_working(self) -> bool:
        """Whether a job runs."""
        return self._task is not None and not self._task.done()

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
        await self._reader.async_table()
        for index in self._unread_schedules():
            await self._reader.async_schedules(index)
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

    async def _work(self) -> None:
        try:
            while self._is_due and self._may_work():
                self._is_due = False
                await self._bring_about()
        except Exception:
            _LOGGER.exception("The access at %s could not be brought about", self.id)
            self._begin_rest()
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
            # What is to be taken away is tried again when the disk may have room.
            self._begin_rest()
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
                    had_code = key in self._codes
                    memory.asks[key] = AskFor.CODE if had_code else AskFor.AWAY
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
                await self._reader.async_table()
            elif plan.unread_schedules:
                for index in plan.unread_schedules:
                    await self._reader.async_schedules(index)
            elif plan.steps:
                await self._run(self._job(plan))
            elif self._must_look():
                await self._reader.async_table()
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
        return is_gone and not self._reader.has_looked

    def _ask_for_codes(self, plan: DoorPlan) -> None:
        """Remember whose code is missing: after a gap the table does not show it."""
        memory = self._store.memory
        for key in {*plan.needs_code, *self._failed}:
            grant = memory.grants.get(key)
            if grant and grant.wish is Wish.ON and self._lacks_code(key):
                memory.asks[key] = AskFor.CODE

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

    async def _settle_interrupted(self) -> None:
        """Take what an earlier job left, and decide what of it may still be given."""
        memory = self._store.memory
        job = memory.jobs.get(self.id)
        if job is None:
            return
        _LOGGER.debug("Access at lock %s goes on after a stop", self.id)
        await self._reader.async_table()
        for index in self._unread_schedules():
            await self._reader.async_schedules(index)
        self._take_placements(job)
        door = Door(table=self.table, limits=self.limits)
        codes = frozenset(self._codes)
        left = resumption_of(job, memory.grants, door, self._now, codes)
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
            if not self._is_still_wanted(job, step):
                break
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

    def _is_still_wanted(self, job: Job, step: Step) -> bool:
        """Return whether a step may go out: what gives only as it was asked for."""
        if step.turn in {Turn.TAKES, Turn.READS}:
            return True
        key, wanted = step.grant, job.grants.get(step.grant)
        if wanted is None or self._store.memory.grants.get(key) != wanted:
            return False
        return key in self._asked or self._keeps_giving(wanted)

    async def _perform(self, step: Step) -> None:
        match step:
            case ReadUser():
                await self._reader.async_user(step.user_index)
            case ReadSchedule():
                await self._reader.async_schedule(step)
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
        await self._reader.async_user(index)
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
            self._host.now(),
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

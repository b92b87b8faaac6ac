"""The world of a story: it does what the steps say, keeps the truth, and lets checks look."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import random
from typing import Any, Final

from .boundary import Disk
from .clock import VirtualClock, VirtualLoop
from .home import Home
from .lock import PERSONALITIES, Lock, User
from .network import Hub, Network
from .server import MANNERS, OPERATIONS, MatterServer
from .story import PEOPLE, Step, Story, slots_of
from .words import (
    DATA_ADD,
    DATA_CLEAR,
    DATA_MODIFY,
    FABRIC,
    OTHER_CONTROLLER,
    OTHER_FABRIC_INDEX,
    Credential,
    Operation,
    Source,
)

EXACT_AFTER: Final = 600.0
"""Seconds after whatever happens in which each timer runs at its own time."""
EXACT_BEFORE: Final = 120.0
SETTLES: Final = 150.0
"""Seconds of a start until the story begins."""
FIRST_NODE: Final = 9
OPERATION_OF: Final = {
    "lock": Operation.LOCK,
    "unlock": Operation.UNLOCK,
    "open": Operation.UNLATCH,
}
COMMAND_OF: Final = {
    "lock": ("LockDoor",),
    "unlock": ("UnboltDoor", "UnlockDoor"),
    "open": ("UnlockDoor",),
}


@dataclass(slots=True)
class Call:
    """One call of an action of our lock entity."""

    lock: str
    operation: str
    user: str | None
    at: float
    is_core: bool = False
    """Whether core's own entity was called."""
    ended_at: float | None = None
    error: str | None = None
    sent: int = 0


@dataclass
class Truth:
    """What happened, as nobody but the world knows it."""

    calls: list[Call] = field(default_factory=list)
    checks: list[tuple[float, str]] = field(default_factory=list)
    faults: dict[tuple[str, Any], float] = field(default_factory=dict)
    """Faults that are there now, and since when."""
    cured: dict[tuple[str, Any], float] = field(default_factory=dict)
    stimuli: list[tuple[float, str | None, str]] = field(default_factory=list)
    """What may make the product send something: when, at which lock (None: all), what."""
    changed_at: float = 0.0
    """When anything but a deed happened last."""
    changes: list[float] = field(default_factory=list)
    jumps: list[tuple[float, float]] = field(default_factory=list)
    away: list[tuple[float, float]] = field(default_factory=list)
    """Since when, until when nobody could follow the locks (Home Assistant or server)."""
    troubles: list[tuple[float, float]] = field(default_factory=list)
    """Since when, until when there was a fault."""
    leftovers: list[str] = field(default_factory=list)
    """What the product left running while it was unloaded."""
    disk_was_full: bool = False
    cuts: dict[str, float] = field(default_factory=dict)
    """When the file of a lock was cut off last: what was in it is lost."""
    was_cut: bool = False

    def is_clean(self, begin: float, end: float) -> bool:
        """Tell whether nothing but deeds happened in a stretch."""
        open_ones = [(since, float("inf")) for since in self.faults.values()]
        for since, until in (*self.troubles, *self.away, *open_ones):
            if since <= end and until >= begin:
                return False
        return not any(begin <= at <= end for at in self.changes)

    def stir(self, at: float, lock: str | None, what: str) -> None:
        """Note that something happened."""
        self.stimuli.append((at, lock, what))


class World:
    """A story as it is lived."""

    def __init__(self, story: Story, folder: Path) -> None:
        """Build the home of a story."""
        self.story = story
        self.clock = VirtualClock()
        self.loop = VirtualLoop(self.clock)
        self.loop.set_exception_handler(self._unhandled)
        self.disk = Disk()
        self.random = random.Random(f"world {story.seed}")
        names = ("Hub M100-A1B2", "Hub M3-C3D4", "Camera Hub G410-E5F6")
        self.network = Network(
            [
                Hub(number, names[number - 1], port_open=bool(number % 2))
                for number in range(1, story.hubs + 1)
            ]
        )
        self.server = MatterServer(MANNERS[story.manners], story.seed)
        self.server.reaches = self.reaches
        self.server.command_names = self._command_names
        self.truth = Truth()
        self.home = Home(folder, self.loop, self.network, list(PEOPLE))
        self.locks: dict[str, Lock] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self._jumped = 0.0
        self._next_node = FIRST_NODE
        self.began = self.now
        """When Home Assistant was set up for the first time."""
        self.objects_at_first = 0
        self.begun = 0.0
        """When the story began."""
        self.last_at = 0.0
        self.watchers: list[Callable[[Step], None]] = []
        self.when_begun: Callable[[], object] = int
        self.fault_watchers: list[Callable[[str, Any, bool], None]] = []
        for number, (name, personality) in enumerate(story.locks.items()):
            self._build_lock(name, personality, number)

    def _build_lock(self, name: str, personality: str, number: int) -> None:
        lock = Lock(name, PERSONALITIES[personality], f"54EF4410000001{number:02X}")
        lock.monotonic = self.loop.time
        lock.wall = self.clock.time
        lock.true_wall = self.true_wall
        lock.report = self.server.reported
        lock.later = self.loop.call_later
        chances = random.Random(f"lock {self.story.seed} {name}")
        lock.chance = chances.random
        for index, person in slots_of(name, self.story.seed).items():
            lock.users[index] = self._user(person, index, 0)
        self.locks[name] = lock

    @staticmethod
    def _user(person: str, index: int, change: int) -> User:
        """Give somebody a slot, with credentials that nobody had before in it."""
        kinds = (Credential.PIN, Credential.FINGER, Credential.RFID)
        return User(person, person, [(kind, index + 10 * change) for kind in kinds])

    def true_wall(self) -> float:
        """Seconds since the epoch as they truly are."""
        return self.clock.time() - self._jumped

    def _unhandled(self, loop: asyncio.AbstractEventLoop, what: dict[str, Any]) -> None:
        """Take what nobody handled as an error of the log."""
        # A process that is killed closes nothing.
        if "Unclosed" not in what.get("message", ""):
            loop.default_exception_handler(what)

    @property
    def now(self) -> float:
        """Seconds on the monotonic clock."""
        return self.clock.monotonic

    def reaches(self, lock: Lock) -> bool:
        """Whether server and lock can talk."""
        return lock.radio_on and self.network.reaches_mesh()

    # Time

    async def until(self, at: float) -> None:
        """Let time pass until a moment of the monotonic clock."""
        if at <= self.now:
            return
        done = self.loop.create_future()
        self.loop.call_at(at, self._wake, done)
        await done

    @staticmethod
    def _wake(done: asyncio.Future[None]) -> None:
        if not done.done():
            done.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Let seconds pass."""
        await self.until(self.now + seconds)

    def later(
        self, seconds: float, function: Callable[..., object], *args: Any
    ) -> None:
        """Call something later."""
        self.loop.call_later(seconds, _of_the_world, function, *args)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is amiss and nothing is out."""
        return not self.truth.faults and self.home.running and self.server.running

    # Life

    async def begin(self) -> None:
        """Set the home up, and say who is who."""
        for lock in self.locks.values():
            self.server.commission(lock, self._new_node())
            self._publish(lock)
        await self.home.start(list(self.locks.values()))
        await self.wait(5)
        await self.home.unload()
        self.objects_at_first = self.home.objects()
        await self.home.set_up()
        await self.wait(5)
        for person in PEOPLE:
            slots = [
                (name, index)
                for name, lock in self.locks.items()
                for index, user in lock.users.items()
                if user.person == person
            ]
            await self.home.add_person(person, slots)
        await self.wait(SETTLES)
        self.begun = self.now
        self._stir(None, "set up")
        self.when_begun()

    def _new_node(self) -> int:
        self._next_node += 1
        return self._next_node

    def _publish(self, lock: Lock) -> None:
        instance = f"{FABRIC:016X}-{lock.node_id:016X}"
        address = f"fd20:be89:495a:1::{lock.node_id:x}"
        self.network.publish(instance, f"{lock.node_id:016X}.local.", address)

    async def do(self, step: Step) -> None:
        """Do what a step says."""
        if step.kind in _DEEDS:
            self._deed(step)
        else:
            await getattr(self, f"_do_{step.kind}")(**step.args)
        for watch in self.watchers:
            watch(step)

    def _stir(self, lock: str | None, what: str) -> None:
        self.truth.stir(self.now, lock, what)

    def _change(self, what: str, lock: str | None = None) -> None:
        self._stir(lock, what)
        self.truth.changed_at = self.now
        self.truth.changes.append(self.now)

    # At the door

    def _deed(self, step: Step) -> None:
        args = step.args
        name = args["lock"]
        lock = self.locks[name]
        if not lock.radio_on and step.kind == "other":
            return
        self._stir(name, step.kind)
        if step.kind in ("finger", "code", "tag", "latch"):
            self._by_credential(lock, step.kind, args["index"])
        elif step.kind == "wrong":
            lock.deny(Source.KEYPAD)
        elif step.kind == "other":
            lock.operate(
                OPERATION_OF[args["operation"]]
                if lock.personality.latch or args["operation"] != "open"
                else Operation.UNLOCK,
                Source.REMOTE,
                fabric=OTHER_FABRIC_INDEX,
                node=OTHER_CONTROLLER,
                how="another app",
            )
        else:
            by_button = step.kind == "button"
            kind = (
                Operation.LOCK if by_button or not lock.is_locked else Operation.UNLOCK
            )
            lock.operate(
                kind, Source.BUTTON if by_button else Source.MANUAL, how=step.kind
            )

    @staticmethod
    def _by_credential(lock: Lock, kind: str, index: int) -> None:
        user = lock.users.get(index)
        if user is None:
            lock.deny(Source.KEYPAD)
            return
        source, credential, operation = _BY_CREDENTIAL[kind]
        numbers = dict(user.credentials)
        if operation is Operation.UNLATCH and not lock.personality.latch:
            operation = Operation.UNLOCK
        lock.operate(
            operation,
            source,
            user=index,
            credential=(credential, numbers[credential]),
            names=frozenset({user.person}),
            how=f"{kind} of {user.person}",
        )

    async def _do_slot(self, lock: str, index: int, person: str) -> None:
        changed = self.locks[lock]
        self._stir(lock, "slot")
        if index in changed.users and not changed.personality.names:
            # Nothing but the clearing tells that it is another user.
            changed.users.pop(index)
            changed.change_user(DATA_CLEAR, index)
            await self.wait(0.5)
        kind = DATA_MODIFY if index in changed.users else DATA_ADD
        change = changed.changes_of_slot.get(index, 0) + 1
        changed.users[index] = self._user(person, index, change)
        changed.change_user(kind, index)

    async def _do_clear(self, lock: str, index: int) -> None:
        changed = self.locks[lock]
        self._stir(lock, "clear")
        if changed.users.pop(index, None) is not None:
            changed.change_user(DATA_CLEAR, index)

    # In Home Assistant

    async def _do_user(self, lock: str, person: str, operation: str) -> None:
        self._call(lock, operation, person)

    async def _do_automation(self, lock: str, operation: str) -> None:
        self._call(lock, operation, None)

    async def _do_twice(self, lock: str, person: str, operation: str) -> None:
        self._call(lock, operation, person)
        self._call(lock, operation, person)

    def _call(self, lock: str, operation: str, user: str | None) -> None:
        if not self.home.is_loaded:
            return
        if operation == "open" and not self.locks[lock].personality.latch:
            return
        entity_id = self.home.entity_id(lock, "lock", "lock")
        self._begin_call(Call(lock, operation, user, self.now), entity_id)

    def _begin_call(self, call: Call, entity_id: str | None) -> None:
        if entity_id is None or not self.home.hass.states.get(entity_id):
            return
        self.truth.calls.append(call)
        self._stir(call.lock, f"call {call.operation}")
        self._spawn(self._finish(call, entity_id))

    async def _do_core(self, lock: str, person: str, operation: str) -> None:
        own = self.locks[lock]
        if not self.home.is_loaded or (
            operation == "open" and not own.personality.latch
        ):
            return
        entity_id = self.home.core_lock(own.node_id)
        call = Call(lock, operation, person, self.now, is_core=True)
        self._begin_call(call, entity_id)

    async def _finish(self, call: Call, entity_id: str) -> None:
        call.error = await self.home.call_lock(entity_id, call.operation, call.user)
        call.ended_at = self.now
        self._stir(call.lock, f"end of {call.operation}")

    def _spawn(self, job: Any) -> None:
        task = self.loop.create_task(job)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _command_names(self, lock: Lock, command: str) -> frozenset[str]:
        """Tell whose command this may be."""
        calls = [
            call
            for call in self.truth.calls[-20:]
            if call.lock == lock.name
            and command in COMMAND_OF[call.operation]
            and self.now - call.at < 120
        ]
        is_open = [call for call in calls if call.ended_at is None] or calls[-1:]
        return frozenset(call.user for call in is_open if call.user is not None)

    async def _do_check(self, lock: str) -> None:
        if self.home.is_loaded:
            self.truth.checks.append((self.now, lock))
            self._stir(lock, "check")
            self._spawn(self.home.press(lock))

    async def _do_restart(self) -> None:
        await self._do_stop()
        await self.wait(8)
        await self._do_start()

    async def _do_stop(self) -> None:
        if self.home.running:
            self._change("stop")
            self._leave()
            await self.home.stop()
            self._end_calls("stopped")

    async def _do_start(self) -> None:
        if not self.home.running:
            await self.home.start()
            self._come_back()
            self._change("start")

    async def _do_cut(self, how: str) -> None:
        await self._do_kill(how)

    async def _do_kill(self, cut: str | None = None) -> None:
        if not self.home.running:
            return
        self._change("kill")
        self._leave()
        for client in list(self.server.clients):
            client.link.drop()
        await self.home.kill()
        self._end_calls("killed")
        if cut is not None:
            self._cut(cut)
        await self.wait(self.random.choice((6.0, 20.0, 90.0)))
        await self._do_start()

    def _cut(self, how: str) -> None:
        """Leave a file as a power cut may leave it on a disk that does not keep its word."""
        lock = self.random.choice(sorted(self.locks))
        whole = self.home.folder / ".storage" / self.home.file_of(lock)
        told = whole.with_name(f"{whole.name}.told")
        file = told if how == "told" else whole
        if not file.exists():
            return
        content = file.read_bytes()
        part = content[: int(len(content) * self.random.uniform(0.05, 0.95))]
        if how == "temporary":
            file.with_name("tmp4k2_x9q").write_bytes(part)
            return
        file.write_bytes(b"" if how == "empty" else part)
        self.truth.was_cut = True
        if file is whole:
            self.truth.cuts[lock] = self.now

    def _end_calls(self, why: str) -> None:
        for call in self.truth.calls[-20:]:
            if call.ended_at is None:
                call.ended_at, call.error = self.now, why

    async def _do_reload(self) -> None:
        if self.home.is_loaded:
            self._change("reload")
            self._leave()
            self.truth.leftovers += await self.home.reload()
            self._come_back()
            self._change("reloaded")

    def _leave(self) -> None:
        self.truth.away.append((self.now, float("inf")))

    def _come_back(self) -> None:
        if self.truth.away and self.truth.away[-1][1] == float("inf"):
            self.truth.away[-1] = (self.truth.away[-1][0], self.now)

    # Faults

    async def _do_off(self, fault: str, target: Any) -> None:
        if (fault, target) in self.truth.faults:
            return
        self.truth.faults[fault, target] = self.now
        self._fault(fault, target, works=False)

    async def _do_on(self, fault: str, target: Any) -> None:
        since = self.truth.faults.pop((fault, target), None)
        if since is None:
            return
        self.truth.troubles.append((since, self.now))
        self.truth.cured[fault, target] = self.now
        self._fault(fault, target, works=True)

    def _fault(self, fault: str, target: Any, *, works: bool) -> None:
        network = self.network
        hub = network.hubs[target - 1] if isinstance(target, int) else None
        if fault == "hub" and hub is not None:
            hub.powered = works
        elif fault == "thread" and hub is not None:
            hub.thread_on = works
        elif fault == "route" and hub is not None:
            (network.lost_routes.discard if works else network.lost_routes.add)(target)
        elif fault == "ipv6":
            network.ipv6_on = works
        elif fault == "global":
            network.has_global = works
        elif fault == "router":
            network.router_up = works
        elif fault == "multicast":
            network.multicast_blocked = not works
        elif fault == "radio":
            self.locks[target].radio_on = works
        elif fault == "server":
            self.server.start() if works else self.server.stop()
        self.server.check_paths()
        if hub is not None:
            network.announce(hub)
        network.changed()
        self._change(f"{fault} {'on' if works else 'off'}")
        for watch in self.fault_watchers:
            watch(fault, target, works)

    async def _do_clock(self, seconds: float) -> None:
        self.clock.set_wall(seconds)
        self._jumped += seconds
        self.truth.jumps.append((self.now, seconds))
        self._change("clock")

    async def _do_disk(self, full: bool) -> None:
        self.disk.is_full = full
        self.truth.disk_was_full = True
        self._change("disk")

    async def _do_expire(self, target: int) -> None:
        hub = self.network.hubs[target - 1]
        self.network.expire(hub)
        self._change("expire")
        self.later(2.0, self.network.announce, hub)

    async def _do_recommission(self, lock: str) -> None:
        moved = self.locks[lock]
        if not self.reaches(moved) or not self.server.running:
            return
        old = moved.node_id
        self.server.forget_radio(old)
        self.server.commission(moved, self._new_node())
        self._publish(moved)
        self._change("recommission", lock)

    async def _do_reset(self, lock: str) -> None:
        if not self.locks[lock].is_reset:
            moved = self.locks[lock]
            if self.reaches(moved) and self.server.running:
                moved.reset()
            await self._do_recommission(lock)

    async def _do_quiet(self) -> None:
        """Let nothing happen."""

    def sent_operations(self, lock: str) -> list[Any]:
        """Give the operations that were sent to a lock."""
        return [x for x in self.server.sent if x.lock == lock and x.name in OPERATIONS]


def _of_the_world(function: Callable[..., object], *args: Any) -> None:
    """Stand before a callback, so that a power cut does not take it for Home Assistant's."""
    function(*args)


def moment(wall: float) -> datetime:
    """Give a moment of the wall clock."""
    return datetime.fromtimestamp(wall, UTC)


_DEEDS: Final = frozenset(
    {"finger", "code", "tag", "latch", "wrong", "other", "hand", "button"}
)
_BY_CREDENTIAL: Final = {
    "finger": (Source.BIOMETRIC, Credential.FINGER, Operation.UNLOCK),
    "code": (Source.KEYPAD, Credential.PIN, Operation.UNLOCK),
    "tag": (Source.RFID, Credential.RFID, Operation.LOCK),
    "latch": (Source.BIOMETRIC, Credential.FINGER, Operation.UNLATCH),
}

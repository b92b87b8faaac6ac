"""Emulated locks: each with its own way to report, its own clock and its own users."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .words import (
    CONTROLLER,
    DATA_OF_USER,
    DOOR_LOCK,
    INVALID_CREDENTIAL,
    JAMMED,
    OTHER_CONTROLLER,
    OTHER_FABRIC_INDEX,
    OWN_FABRIC_INDEX,
    Attributes,
    Credential,
    Event,
    Operation,
    Source,
    State,
    lock_node,
)

STATE: Final = f"1/{DOOR_LOCK}/0"
KEPT_EVENTS: Final = 20
"""How many events a lock keeps for a server that does not hear it."""
RIGHT: Final = 0.0

type Report = tuple[str, Any]
"""`("attribute", (path, value))` or `("event", event)`."""


@dataclass(frozen=True, slots=True)
class Personality:
    """How one lock differs from others."""

    name: str
    latch: bool = True
    """Bolt and latch are operated apart (feature UNBOLT)."""
    open_state: State = State.UNLOCKED
    operation_first: bool = False
    apart: float = 0.0
    """Seconds between the report of the state and that of the operation."""
    says_local: bool = True
    """Whether operations at the door are reported at all (a real U200 says nothing)."""
    clock: float | None = RIGHT
    """Seconds by which its clock is wrong; None for one that counts from its start."""
    answers_reads: bool = True
    ping_works: bool = True
    names: bool = True
    """Whether its users have names."""
    jams: float = 0.0
    """How often locking jams."""
    duplicates: float = 0.0
    auto_lock: float | None = None
    """Seconds after which it locks by itself."""


PERSONALITIES: Final = {
    item.name: item
    for item in (
        Personality("plain"),
        Personality("plain_auto", auto_lock=300.0, duplicates=0.1),
        Personality("half_open", open_state=State.NOT_FULLY_LOCKED, apart=0.2),
        Personality("operation_first", operation_first=True, apart=0.15),
        Personality("silent", latch=False, says_local=False),
        Personality("slow_clock", clock=-3600.0),
        Personality("late_clock", clock=-40.0, names=False),
        Personality("no_clock", clock=None, duplicates=0.2),
        Personality("fast_clock", clock=240.0),
        Personality("no_reads", answers_reads=False),
        Personality("no_ping", ping_works=False),
        Personality("jamming", jams=0.25),
        Personality("nameless", names=False, latch=False),
    )
}


@dataclass(slots=True)
class User:
    """One slot of the lock's user table; `person` is who really uses it."""

    person: str
    name: str | None
    credentials: list[tuple[Credential, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happened at a lock, as it truly was."""

    lock: str
    kind: str
    """`locked unlocked unlatched denied jammed` as the product calls them."""
    at: float
    """On the monotonic clock of the world."""
    wall: float
    """What the host's clock said."""
    names: frozenset[str]
    """Every name that may be told for it; empty for nobody."""
    node_id: int
    number: int | None
    """Event number; None where the lock reports the state alone."""
    timestamp: float | None
    """What the lock's own clock said, in seconds since the epoch."""
    how: str
    in_state: int
    credential: bool = False
    slot_at: tuple[int, int] | None = None
    """User index and how often it had changed hands then."""


class Lock:
    """A door lock."""

    def __init__(self, name: str, personality: Personality, serial: str) -> None:
        """Be locked, with nobody in the table."""
        self.name = name
        self.personality = personality
        self.serial = serial
        self.node_id = 0
        model = (
            "Aqara Smart Lock U400" if personality.latch else "Aqara Smart Lock U200"
        )
        self.attributes: Attributes = lock_node(model, serial, latch=personality.latch)
        self.attributes["0/40/5"] = name
        self.users: dict[int, User] = {}
        self.changes_of_slot: dict[int, int] = {}
        self.slot_changed_at: dict[int, list[float]] = {}
        self.is_reset = False
        """Whether its events count from the beginning since."""
        self.radio_on = True
        self.event_number = 1000
        self.started_at = 0.0
        self.jam = False
        self.executed: list[tuple[float, str]] = []
        self.deeds: list[Deed] = []
        self.record: deque[dict[str, Any]] = deque(maxlen=KEPT_EVENTS)
        self.report: Callable[[Lock, list[Report]], None] = lambda *_: None
        self.monotonic: Callable[[], float] = lambda: 0.0
        self.wall: Callable[[], float] = lambda: 0.0
        self.true_wall: Callable[[], float] = lambda: 0.0
        self.later: Callable[[float, Callable[[], None]], object] = lambda *_: None
        self.chance: Callable[[], float] = lambda: 1.0
        self.generation = 0

    @property
    def state(self) -> int:
        """What LockState is now."""
        value: int = self.attributes[STATE]
        return value

    @property
    def is_locked(self) -> bool:
        """Whether the bolt is out."""
        return self.state == State.LOCKED

    def operate(
        self,
        kind: Operation,
        source: Source,
        *,
        user: int | None = None,
        credential: tuple[Credential, int] | None = None,
        fabric: int | None = None,
        node: int | None = None,
        names: frozenset[str] = frozenset(),
        how: str = "",
    ) -> None:
        """Move the bolt or latch and report it, each lock in its way."""
        own = self.personality
        local = source is not Source.REMOTE
        if kind is Operation.LOCK and self.chance() < own.jams:
            self._jam(how)
            return
        self.jam = False
        states = self._states(kind)
        data = {
            "lockOperationType": int(kind),
            "operationSource": int(source),
            "userIndex": user,
            "fabricIndex": fabric,
            "sourceNode": node,
            "credentials": None
            if credential is None
            else [
                {"credentialType": int(credential[0]), "credentialIndex": credential[1]}
            ],
        }
        says = own.says_local or not local
        moved = states[0] != self.state
        if not says and not moved:
            return
        event = self._event(Event.OPERATION, data) if says else None
        deed = {Operation.LOCK: "locked", Operation.UNLOCK: "unlocked"}.get(kind)
        shown = deed or "unlatched"
        slot = None if user is None else (user, self.changes_of_slot.get(user, 0))
        self._done(shown, event, names if says else frozenset(), how, states[0], slot)
        self._set(states[0])
        state: list[Report] = [("attribute", (STATE, states[0]))] if moved else []
        told: list[Report] = [("event", event)] if event else []
        self._tell(told, state) if own.operation_first else self._tell(state, told)
        if len(states) > 1:
            self._fall_back(states[1])
        if kind is not Operation.LOCK and own.auto_lock is not None:
            self._lock_later(own.auto_lock)

    def deny(self, source: Source) -> None:
        """Refuse somebody."""
        if not self.personality.says_local:
            return
        data = {
            "lockOperationType": int(Operation.UNLOCK),
            "operationSource": int(source),
            "operationError": INVALID_CREDENTIAL,
            "userIndex": None,
            "fabricIndex": None,
            "sourceNode": None,
            "credentials": None,
        }
        event = self._event(Event.OPERATION_ERROR, data)
        self._done("denied", event, frozenset(), "wrong code", self.state)
        self.report(self, [("event", event)])

    def change_user(self, kind: int, index: int) -> None:
        """Report that somebody changed a slot by another app."""
        self.changes_of_slot[index] = self.changes_of_slot.get(index, 0) + 1
        self.slot_changed_at.setdefault(index, []).append(self.monotonic())
        data = {
            "lockDataType": DATA_OF_USER,
            "dataOperationType": kind,
            "operationSource": int(Source.REMOTE),
            "userIndex": index,
            "fabricIndex": OTHER_FABRIC_INDEX,
            "sourceNode": OTHER_CONTROLLER,
            "dataIndex": index,
        }
        event = self._event(Event.USER_CHANGE, data)
        self._done("user_changed", event, frozenset(), "slot changed", self.state)
        self.report(self, [("event", event)])

    def execute(self, command: str, names: frozenset[str]) -> None:
        """Do what a command of our own server asks."""
        self.executed.append((self.monotonic(), command))
        kinds = {
            "LockDoor": Operation.LOCK,
            "UnlockDoor": Operation.UNLATCH
            if self.personality.latch
            else Operation.UNLOCK,
            "UnboltDoor": Operation.UNLOCK,
        }
        self.operate(
            kinds[command],
            Source.REMOTE,
            fabric=OWN_FABRIC_INDEX,
            node=CONTROLLER,
            names=names,
            how=f"command {command}",
        )

    def reset(self) -> None:
        """Count events from the beginning; the table of users is kept by its maker's app."""
        self.event_number, self.is_reset = 0, True
        self.record.clear()

    def user_answer(self, index: int) -> dict[str, Any]:
        """Answer GetUser as the cluster defines it."""
        later = [number for number in sorted(self.users) if number > index]
        user = self.users.get(index)
        name = user.name if user and self.personality.names else ""
        return {
            "userIndex": index,
            "userName": name if user else None,
            "userUniqueID": 0xFFFFFFFF if user else None,
            "userStatus": 1 if user else None,
            "userType": 0 if user else None,
            "credentialRule": 0 if user else None,
            "credentials": [
                {"credentialType": int(kind), "credentialIndex": number}
                for kind, number in (user.credentials if user else [])
            ]
            or None,
            "creatorFabricIndex": OWN_FABRIC_INDEX if user else None,
            "lastModifiedFabricIndex": OWN_FABRIC_INDEX if user else None,
            "nextUserIndex": later[0] if later else None,
        }

    def _states(self, kind: Operation) -> tuple[int, ...]:
        if kind is Operation.LOCK:
            return (State.LOCKED,)
        if kind is Operation.UNLATCH:
            return (State.UNLATCHED, self.personality.open_state)
        return (self.personality.open_state,)

    def _jam(self, how: str) -> None:
        """Stop half way, and say so in one report with the state."""
        self.jam = True
        event = self._event(Event.ALARM, {"alarmCode": JAMMED})
        self._done("jammed", event, frozenset(), how, State.NOT_FULLY_LOCKED)
        moved = self.state != State.NOT_FULLY_LOCKED
        self._set(State.NOT_FULLY_LOCKED)
        state: list[Report] = [("attribute", (STATE, self.state))] if moved else []
        self.report(self, [*state, ("event", event)])

    def _set(self, state: int) -> None:
        self.generation += 1
        self.attributes[STATE] = int(state)

    def _tell(self, first: list[Report], then: list[Report]) -> None:
        if not self.personality.apart or not first or not then:
            self.report(self, first + then)
            return
        self.report(self, first)
        self.later(self.personality.apart, lambda: self.report(self, then))

    def _fall_back(self, state: int) -> None:
        """Let the latch fall back, which is no operation."""
        generation = self.generation

        def fall() -> None:
            if self.generation == generation:
                self._set(state)
                self.report(self, [("attribute", (STATE, int(state)))])

        self.later(3.0, fall)

    def _lock_later(self, seconds: float) -> None:
        generation = self.generation

        def lock() -> None:
            if not self.is_locked and self.generation in (generation, generation + 1):
                self.operate(Operation.LOCK, Source.AUTO, how="auto-lock")

        self.later(seconds, lock)

    def _event(self, kind: Event, data: dict[str, Any]) -> dict[str, Any]:
        self.event_number += 1
        clock = self.personality.clock
        since_start = self.monotonic() - self.started_at
        moment = since_start if clock is None else self.true_wall() + clock
        event = {
            "node_id": self.node_id,
            "endpoint_id": 1,
            "cluster_id": DOOR_LOCK,
            "event_id": int(kind),
            "event_number": self.event_number,
            "priority": 2,
            "timestamp": int(moment * 1000),
            "timestamp_type": 0 if clock is None else 1,
            "data": data,
        }
        self.record.append(event)
        return event

    def _done(
        self,
        kind: str,
        event: dict[str, Any] | None,
        names: frozenset[str],
        how: str,
        state: int,
        slot: tuple[int, int] | None = None,
    ) -> None:
        clocked = event is not None and event["timestamp_type"] == 1
        self.deeds.append(
            Deed(
                lock=self.name,
                kind=kind,
                at=self.monotonic(),
                wall=self.wall(),
                names=names,
                node_id=self.node_id,
                number=event["event_number"] if event else None,
                timestamp=event["timestamp"] / 1000 if event and clocked else None,
                how=how,
                in_state=int(state),
                slot_at=slot,
            )
        )

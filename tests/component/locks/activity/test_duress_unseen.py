"""Duress shows nowhere by absence: a forced user is compared with any other one.

Two locks live through the same seconds. At one of them somebody is forced to open. What
everybody can see of both is the same, byte for byte and tick for tick: states with every
time they carry, events, contexts, entries, repairs.
"""

from collections.abc import Callable, Iterable
import json
import re
from typing import Any, Final

from homeassistant.const import EVENT_CALL_SERVICE, EVENT_STATE_REPORTED, MATCH_ALL
from homeassistant.core import Event, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.attribution.forced_users import Duress
from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    CredentialType,
    LockOperationType,
    LockState,
    OperationSource,
    UserType,
)

from ...automations import attached
from ...callers import act, activity, add_person, hide_names
from ...fake_lan import FakeHub
from ...fake_matter import FakeLock, FakeMatterServer, User
from ...house import House
from ...nodes import U400_NODE, u400

SILENT_ALARM: Final = AlarmCode.LOCK_RADIO_POWER_CYCLED
"""An alarm without an entry of its own, as that of a forced user is: it takes a number."""


@pytest.fixture
def threatened(matter: FakeMatterServer, u400_lock: FakeLock) -> FakeLock:
    """Commission a second U400 that differs in nothing but its serial."""
    attributes = u400()
    for place in ("0/40/15", "0/40/18"):
        attributes[place] = attributes[place][:-1] + "Z"
    return matter.add(U400_NODE + 1, attributes)


class Watcher:
    """Writes down all that everybody can see, with the second at which it was seen."""

    def __init__(self, house: House) -> None:
        """Begin to watch."""
        self._house = house
        self.seen: list[tuple[float, Event[Any]]] = []
        bus = house.hass.bus
        bus.async_listen(MATCH_ALL, self._note)
        # What is reported unchanged is only told to who asks for it.
        bus.async_listen(EVENT_STATE_REPORTED, self._note, callback(lambda _data: True))

    @callback
    def _note(self, event: Event[Any]) -> None:
        if event.event_type != EVENT_CALL_SERVICE:
            self.seen.append((dt_util.utcnow().timestamp(), event))

    def of(self, number: int) -> list[str]:
        """Give what was seen of one lock, with its own names taken out."""
        return [
            text
            for at, event in self.seen
            if (text := self._text(at, event, number)) is not None
        ]

    def _text(self, at: float, event: Event[Any], number: int) -> str | None:
        found = json.dumps(_facts(event), default=str, sort_keys=True)
        words = self._words(number)
        names = re.compile(rf"({'|'.join(map(re.escape, words))})(?!\w)")
        if names.search(found) is None:
            return None
        found = names.sub(lambda name: words[name[1]], found)
        return f"{at} {event.event_type} {found}"

    def _words(self, number: int) -> dict[str, str]:
        """Name what stands for a lock: its id, its device and its entities."""
        house = self._house
        registry = er.async_get(house.hass)
        lock_id = house.subentry_id(number)
        entries = er.async_entries_for_config_entry(registry, house.home.entry_id)
        ours = [x for x in entries if x.config_subentry_id == lock_id]
        words = {x.entity_id: x.unique_id.replace(lock_id, "LOCK") for x in ours}
        return words | {lock_id: "LOCK", str(ours[0].device_id): "DEVICE"}


def _facts(event: Event[Any]) -> dict[str, Any]:
    """Give an event as a client gets it; ids of contexts are drawn at random."""
    data = dict(event.data)
    for key in ("old_state", "new_state"):
        if (state := data.get(key)) is not None:
            shown: dict[str, Any] = dict(state.as_dict())
            shown["context"] = {k: bool(v) for k, v in shown["context"].items()}
            data[key] = shown
    context = {"user": event.context.user_id, "parent": event.context.parent_id}
    return {"data": data, "context": context}


async def start(
    house: House, free: FakeLock, threatened: FakeLock, user: User | None
) -> Watcher:
    """Set both locks up; the same user is forced at the second."""
    for lock, kind in (
        (free, UserType.UNRESTRICTED),
        (threatened, UserType.FORCED),
    ):
        lock.users = {1: User("Anna")}
        if user is not None:
            lock.users[2] = User(user.name, list(user.credentials), kind)
    await house.start(free, threatened)
    await house.pass_time(65, 5)
    return Watcher(house)


def opened(lock: FakeLock, kind: LockOperationType, alarm: AlarmCode) -> None:
    """Open with the code of user 2; the lock tells it with an alarm."""
    lock.report_state(LockState.UNLOCKED)
    lock.report_operation(kind, OperationSource.KEYPAD, 2, (CredentialType.PIN, 2))
    lock.report_alarm(alarm)


def both(free: FakeLock, threatened: FakeLock) -> None:
    """Open both in the same moment, one of them by force."""
    opened(free, LockOperationType.UNLOCK, SILENT_ALARM)
    opened(threatened, LockOperationType.FORCED_USER_EVENT, AlarmCode.FORCED_USER)


def ordinary(free: FakeLock, threatened: FakeLock) -> None:
    """Open both as an ordinary operation; only the type of the user tells."""
    opened(free, LockOperationType.UNLOCK, SILENT_ALARM)
    opened(threatened, LockOperationType.UNLOCK, SILENT_ALARM)


PEOPLE: Final = {
    "named": User("Ben", [(CredentialType.PIN, 2)]),
    "nameless": User(None, [(CredentialType.PIN, 2)]),
    "not listed": None,
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("tell", [both, ordinary])
@pytest.mark.parametrize("hidden", [False, True])
async def test_forced_user_is_seen_as_any_other(
    house: House,
    u400_lock: FakeLock,
    threatened: FakeLock,
    hub: FakeHub,
    who: str,
    tell: Callable[[FakeLock, FakeLock], None],
    hidden: bool,
) -> None:
    watcher = await start(house, u400_lock, threatened, PEOPLE[who])
    if hidden:
        hide_names(house)
        await house.settle()
        watcher.seen.clear()
    noticed: list[Duress] = []
    locks = house.home.runtime_data.locks
    locks[house.subentry_id(1)].duress.connect(noticed.append)
    locks[house.subentry_id(0)].duress.connect(noticed.append)
    tell(u400_lock, threatened)
    await house.pass_time(20, 1)
    for lock in (u400_lock, threatened):
        lock.lock_by_hand()
    await house.pass_time(20, 1)
    is_duress = tell is both or who != "not listed"
    assert len(noticed) >= is_duress
    free, forced = watcher.of(0), watcher.of(1)
    assert len(free) > 5
    assert forced == free
    assert issues(house, 1) == issues(house, 0)
    assert bool(issues(house, 0)) is (who != "named")
    entries = [await told(house, number) for number in (0, 1)]
    assert entries[1] == entries[0]


def issues(house: House, number: int) -> set[str]:
    """List the repairs of one lock, without its id."""
    lock_id = house.subentry_id(number)
    every = ir.async_get(house.hass).issues
    return {key.replace(lock_id, "LOCK") for _, key in every if lock_id in key}


async def told(house: House, number: int) -> Any:
    """Give the history of one lock as everybody reads and exports it."""
    target = {"entity_id": house.entity_id("event", "activity", number)}
    lines = await activity(house, target=target)
    export = await act(house, "export_activity", target=target, response=True)
    lock_id = house.subentry_id(number)
    return json.loads(json.dumps([lines, export]).replace(lock_id, "LOCK"))


async def test_alarm_of_a_forced_user_writes_nothing(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    """It has no entry; a state that is reported anew would show that something came."""
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    watcher = Watcher(house)
    for code in (AlarmCode.FORCED_USER, SILENT_ALARM):
        u400_lock.report_alarm(code)
        await house.pass_time(10, 1)
    assert watcher.of(0) == []


@pytest.mark.parametrize("kind", ["free", "forced"])
async def test_observation_of_an_opening_is_used_alike(
    house: House, u400_lock: FakeLock, kind: str
) -> None:
    """Who is seen at the door names unlatch and unlock as one opening, forced or not."""
    await house.start(u400_lock)
    add_person(house, "Anna", "person.anna")
    unlock = {
        "free": LockOperationType.UNLOCK,
        "forced": LockOperationType.FORCED_USER_EVENT,
    }
    u400_lock.report_state(LockState.UNLATCHED)
    u400_lock.report_operation(LockOperationType.UNLATCH, OperationSource.UNSPECIFIED)
    u400_lock.report_state(LockState.UNLOCKED)
    u400_lock.report_operation(unlock[kind], OperationSource.UNSPECIFIED)
    await house.settle()
    assert house.types() == ["unlatched"]
    assert len([x for x in await activity(house) if x["kind"] == "event"]) == 1


async def test_only_the_private_trigger_knows(
    house: House, u400_lock: FakeLock, threatened: FakeLock, hub: FakeHub
) -> None:
    await start(house, u400_lock, threatened, PEOPLE["named"])
    targets: Iterable[dict[str, str]] = [
        {"entity_id": house.entity_id("event", "activity", number)} for number in (0, 1)
    ]
    runs = [await attached(house.hass, "duress", target) for target in targets]
    both(u400_lock, threatened)
    await house.tick(1)
    assert [bool(run.variables) for run in runs] == [False, True]
    for run in runs:
        run.stop()

"""What must hold at all times, judged by what a user sees against what truly happened."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import itertools
from typing import Any, Final

from .clock import QUIET_STEP
from .home import Seen
from .lock import Deed
from .server import OPERATIONS
from .story import PEOPLE, STRANGERS, Step
from .world import COMMAND_OF, EXACT_AFTER, Call, World, moment

SETTLED: Final = 60.0
"""Seconds after which an operation must be in the journal."""
NEWS: Final = 75.0
"""An operation older than this, in seconds, is no news any more."""
MOVES: Final = frozenset({"locked", "unlocked", "unlatched"})
ALONE: Final = 16.0
"""Seconds without another deed."""
PAIR: Final = 10.0
RIGHT_TIME: Final = 2.5
CLOCK_BELIEVED: Final = 120.0
NAMED_WITHIN: Final = 45.0
"""Seconds after which a single fault is the top cause."""
DEAF_WITHIN: Final = 140.0
"""Seconds after which the home says that multicast is blocked: it asks whom it has not
heard for a minute, and a look comes every half minute."""
HEARD_WITHIN: Final = 45.0
"""Seconds after which it says so no longer."""
DEAF: Final = "mdns_blocked"
CURED_WITHIN: Final = 17.0
"""Seconds after which a lock that can be reached is no longer called silent."""
CALM_AFTER: Final = 5.0
"""Seconds after a server would have called a lock away in which nothing is called silent."""
RETURNS_AN_HOUR: Final = 12
CAUSES: Final = {
    "hub": {"hub_offline"},
    "thread": {"thread_interface_off"},
    "route": {"no_route_to_mesh"},
    "ipv6": {"ipv6_disabled"},
    "global": {"no_source_address", "ipv6_link_local_only"},
    "router": {"home_network_down"},
    "server": {"matter_unavailable"},
}
"""What each fault is called, where it is the only one."""
UNSTABLE: Final = 6
"""Cuts of hubs in a day from which on they are called unstable."""
UNKNOWN_AFTER: Final = 125.0 + QUIET_STEP
"""Seconds after which a lock that does not answer shows no state any more."""
SUSPICION_LASTS: Final = 420.0
"""Seconds in which a suspicion costs pings."""
RETURN_LASTS: Final = 1000.0
"""Seconds in which a lock is looked for whose cause was cured."""
GROWTH: Final = 100
"""Objects of the product that an unloaded home may have more than at its beginning."""
IDLE_AFTER: Final = 1500.0
"""Seconds after the last thing that happened at a lock from which it is idle."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold."""

    group: int
    rule: str
    at: float
    detail: str

    def __str__(self) -> str:
        """Say what is wrong."""
        return f"[{self.group}] {self.rule}: {self.detail}"


class Checks:
    """Every invariant; what was found stays in `violations`."""

    def __init__(self, world: World) -> None:
        """Look at one world."""
        self.world = world
        self.violations: list[Violation] = []
        self._audited: dict[str, int] = defaultdict(int)
        self._heard = 0
        self._sent = 0
        self._errors = 0
        self._told: set[tuple[str, int, int]] = set()
        self._series: set[tuple[str, int, int]] = set()
        self._unexplained: set[str] = set()
        self._left = 0
        self._cures: list[float] = []
        self._cuts: list[float] = []
        self._ping_times: dict[str, list[float]] = defaultdict(list)

    def found(self, group: int, rule: str, detail: str) -> None:
        """Note a violation."""
        self.violations.append(Violation(group, rule, self.world.now, detail))

    # Faults

    @property
    def _calm_within(self) -> float:
        """Seconds after which nothing is called silent that the server still has.

        Where all is quiet for so long, timers run by the minute.
        """
        longest = self.world.server.manners.longest + CALM_AFTER
        return longest if longest < EXACT_AFTER else longest + QUIET_STEP

    def fault_changed(self, fault: str, target: object, works: bool) -> None:
        """Look again when a bound is over, unless something else happens before."""
        world = self.world
        if fault == "hub" and not works:
            self._cuts.append(world.now)
        if fault == "multicast":
            within = HEARD_WITHIN if works else DEAF_WITHIN
            world.later(within, self._look_at_multicast, world.now, works)
        elif not works:
            world.later(NAMED_WITHIN, self._look_at_fault, world.now, fault)
        elif fault in CAUSES and fault != "server" and not world.truth.faults:
            self._cures.append(world.now)
            self._expect_returns(fault)
            world.later(self._calm_within, self._look_at_calm, world.now, fault)

    def _is_unstable(self) -> bool:
        """Tell whether hubs were away so often in a day that this is worth a word."""
        day = self.world.now - 86400
        return sum(at >= day for at in self._cuts) >= UNSTABLE

    def _is_steady(self, since: float) -> bool:
        world = self.world
        return world.truth.changed_at == since and world.home.is_loaded

    def _look_at_fault(self, since: float, fault: str) -> None:
        world = self.world
        expected = CAUSES.get(fault)
        if expected is None or not self._is_steady(since) or self._was_busy(since):
            return
        if len(world.truth.faults) != 1 or (len(world.network.hubs) > 1):
            return
        for name in world.locks:
            shown = world.home.state(name, "sensor", "diagnosis")
            if shown is None or shown.state not in expected:
                told = shown.state if shown else "nothing"
                text = f"{fault} for {NAMED_WITHIN:.0f} s, {name} says {told}"
                self.found(3, "fault not named", text)

    def _look_at_multicast(self, since: float, works: bool) -> None:
        """The locks work on without multicast, so that only the home has a problem."""
        world = self.world
        others = set(world.truth.faults) - {("multicast", "")}
        if not self._is_steady(since) or others or self._was_busy(since):
            return
        told = world.home.network_problem()
        if (told == DEAF) is works:
            text = (
                f"multicast {'works again' if works else 'is blocked'}, the home says"
            )
            self.found(3, "multicast", f"{text} {told}")

    def _was_busy(self, since: float) -> bool:
        """Tell whether something else was amiss shortly before."""
        others = [at for at in self.world.truth.changes if at < since]
        return bool(others) and since - others[-1] < 2 * SETTLED

    def _expect_returns(self, fault: str) -> None:
        """A lock whose session the server has lost is back when the server has it again."""
        world = self.world
        for name, lock in world.locks.items():
            node = world.server.nodes.get(lock.node_id)
            if node is None or not world.reaches(lock):
                continue
            lost = node.lapsed or not lock.personality.ping_works
            within = CURED_WITHIN + (world.server.manners.returns[1] if lost else 0.0)
            if lock.personality.ping_works or not node.available:
                world.later(within, self._look_at_cure, world.now, fault, name, within)

    def _look_at_cure(self, since: float, fault: str, name: str, within: float) -> None:
        lately = sum(since - at < 3600 for at in self._cures)
        if self._is_steady(since) and lately <= RETURNS_AN_HOUR:
            self._must_answer(name, f"{within:.0f} s after {fault} came back")

    def _look_at_calm(self, since: float, fault: str) -> None:
        if not self._is_steady(since):
            return
        for name in self.world.locks:
            self._must_answer(
                name, f"{self._calm_within:.0f} s after {fault} came back"
            )
            shown = self.world.home.state(name, "sensor", "diagnosis")
            if shown is None or (shown.state == "hub_unstable" and self._is_unstable()):
                continue
            if shown.state != "ok":
                text = f"{name} says {shown.state}, {fault} is back"
                self.found(3, "not ok", text)

    def _must_answer(self, name: str, when: str) -> None:
        shown = self.world.home.state(name, "binary_sensor", "responsive")
        checking = shown is not None and shown.attributes.get("checking")
        if shown is not None and shown.state == "off" and not checking:
            self.found(3, "silent too long", f"{name} does not answer, {when}")

    # After every step

    def look(self, _step: Step | None = None) -> None:
        """Check what needs no question to Home Assistant."""
        self._hear_news()
        self._follow_commands()
        self._read_log()

    def _hear_news(self) -> None:
        activity = self.world.home.book.activity
        for seen in activity[self._heard :]:
            if seen.lock is not None:
                self._hear(seen)
        self._heard = len(activity)

    def _hear(self, seen: Seen) -> None:
        """Judge one event on the bus."""
        number = seen.data.get("event_number")
        if number is None or seen.lock is None:
            return
        deed = self._deed(seen.lock, number, seen.data.get("type"))
        if deed is None:
            self.found(1, "made up", f"{seen.lock} told {_short(seen.data)}")
            return
        key = (seen.lock, number, deed.node_id)
        if "count" in seen.data:
            self._hear_series(deed, key, seen.data)
            return
        if key in self._told:
            self.found(1, "told twice", f"{_said(deed)} was told again")
        self._told.add(key)
        age = seen.at - deed.at
        if age > NEWS and self._could_be_known_late(deed):
            self.found(1, "late as news", f"{_said(deed)} was told {age:.0f} s later")
        self._judge_name(deed, seen.data, "the bus")

    def _hear_series(
        self, deed: Deed, key: tuple[str, int, int], told: Mapping[str, Any]
    ) -> None:
        """Judge the one event that says how many refusals followed the first."""
        refused = [
            other
            for other in self.world.locks[deed.lock].deeds
            if other.kind == deed.kind and other.at >= deed.at
        ]
        if deed.kind != "denied" or key not in self._told or key in self._series:
            self.found(1, "told twice", f"{_said(deed)} was told again, as a series")
        if not 1 < told["count"] <= len(refused):
            self.found(1, "made up", f"{told['count']} refusals after {_said(deed)}")
        self._series.add(key)

    def _could_be_known_late(self, deed: Deed) -> bool:
        """Tell whether anything showed that the deed is old.

        On a subscription that nobody saw broken everything is news, and a lock without
        a right clock cannot say that what it delivers is old.
        """
        truth, clock = self.world.truth, self.world.locks[deed.lock].personality.clock
        if any(begin <= deed.at <= end for begin, end in truth.away):
            return True
        return (
            clock is not None
            and abs(clock) < NEWS
            and not truth.jumps
            and self._was_silent(deed.lock, deed.at)
        )

    def _was_silent(self, lock: str, since: float) -> bool:
        """Tell whether the lock was shown as silent since a moment."""
        shown = "on"
        for seen in self.world.home.book.states:
            if seen.lock == lock and seen.what == "responsive":
                shown = seen.data["state"]
                if seen.at >= since and shown == "off":
                    return True
        return False

    def _deed(self, lock: str, number: int, kind: str | None) -> Deed | None:
        for deed in reversed(self.world.locks[lock].deeds):
            if deed.number == number and deed.kind == kind:
                return deed
        return None

    def _judge_name(self, deed: Deed, data: dict[str, Any], where: str) -> None:
        name = data.get("person") or data.get("user_name")
        if name is not None and name not in deed.names:
            told = f"{where} named {name} ({data.get('confidence')})"
            self.found(2, "wrong name", f"{told} for {_said(deed)}")

    def _read_log(self) -> None:
        errors = self.world.home.book.errors
        for text in errors[self._errors :]:
            if not self._is_expected(text):
                self.found(5, "error in the log", text)
        self._errors = len(errors)
        left = self.world.truth.leftovers
        for text in left[self._left :]:
            self.found(5, "left behind", text)
        self._left = len(left)

    def _is_expected(self, text: str) -> bool:
        """Tell whether an error says of the disk what is true."""
        truth = self.world.truth
        is_full = truth.disk_was_full and "No space left" in text
        return is_full or (truth.was_cut and "aqara_lock" in text and is_of_file(text))

    # Commands and radio

    def _follow_commands(self) -> None:
        sent = self.world.server.sent
        for item in sent[self._sent :]:
            if item.name in OPERATIONS:
                self._judge_command(item)
            else:
                self._judge_question(item)
        self._sent = len(sent)

    def _judge_command(self, item: Any) -> None:
        calls = [
            call
            for call in self.world.truth.calls
            if call.lock == item.lock
            and item.name in COMMAND_OF[call.operation]
            and call.at <= item.at + 0.001
        ]
        is_open = [c for c in calls if c.ended_at is None or c.ended_at >= item.at]
        if not is_open:
            late = (
                f"; the last such call ended at {calls[-1].ended_at}" if calls else ""
            )
            text = f"{item.name} to {item.lock} at {item.at:.1f} without a call{late}"
            self.found(4, "sent late or by itself", text)
            return
        free = [call for call in is_open if call.sent == 0]
        if not free:
            self.found(4, "sent twice", f"{item.name} to {item.lock}, one call")
            return
        free[0].sent += 1
        self._judge_order(free[0], item.at)

    def _judge_order(self, call: Call, at: float) -> None:
        later = [
            other
            for other in self.world.truth.calls
            if other.lock == call.lock
            and other.sent
            and other.at > call.at
            and other.operation != call.operation
            and other.is_core is call.is_core
        ]
        if later:
            text = f"{call.operation} of {call.at:.1f} was sent at {at:.1f}"
            self.found(4, "out of order", f"{text} after {later[0].operation}")

    def _judge_question(self, item: Any) -> None:
        happened = (
            at
            for at, lock, _ in reversed(self.world.truth.stimuli)
            if lock in {None, item.lock} and at <= item.at
        )
        last = next(happened, self.world.began)
        if item.at - last > IDLE_AFTER:
            text = f"{item.name} to {item.lock}, {item.at - last:.0f} s after"
            self.found(4, "sent to an idle lock", f"{text} the last thing there")
        if item.name == "ping_node":
            self._judge_pings(item)

    def _judge_pings(self, item: Any) -> None:
        times = self._ping_times[item.lock]
        times.append(item.at)
        checks = [at for at, lock in self.world.truth.checks if lock == item.lock]
        for window, suspicions in ((600.0, 3), (3600.0, 9)):
            since = item.at - window
            pings = sum(at > since for at in times)
            asked = sum(at > since - 60 for at in checks)
            most = self._most_pings(item.lock, since, suspicions)
            if pings > most + 5 * min(asked, 6):
                text = f"{pings} pings to {item.lock} in {window:.0f} s"
                self.found(4, "ping budget", f"{text}, {most} are allowed")

    def _most_pings(self, lock: str, since: float, suspicions: int) -> int:
        """Give how many pings a window allows: for returns, and for what was suspicious in it.

        Where nothing came back for longer than a return is looked for, and no reserve was
        used up, none is left for returns.
        """
        truth = self.world.truth
        calls = sum(
            x.lock == lock and x.at > since - SUSPICION_LASTS for x in truth.calls
        )
        changes = sum(at > since - SUSPICION_LASTS for at in truth.changes)
        most = min(suspicions, 3 * (calls + changes))
        lately = sum(at > since - 3600 for at in self._ping_times[lock])
        may_return = any(at > since - RETURN_LASTS for at in truth.changes)
        return most + RETURNS_AN_HOUR * (may_return or lately > RETURNS_AN_HOUR)

    # Where all is calm

    async def audit(self) -> None:
        """Compare the journals with the truth."""
        self.look()
        home = self.world.home
        if not home.is_loaded:
            return
        for name in self.world.locks:
            self._judge_silence(name)
            await self._audit(name)

    async def _audit(self, name: str) -> None:
        lock = self.world.locks[name]
        deeds = lock.deeds
        followed = self.world.now - self.world.home.starts[-1] >= SETTLED
        if not followed or not self.world.server.hears(lock, SETTLED):
            return
        first = self._audited[name]
        due = [d for d in deeds[first:] if self.world.now - d.at > SETTLED]
        if not due:
            return
        self._audited[name] = first + len(due)
        self._judge_state(name)
        since = moment(min(d.wall for d in due) - 8000)
        lines = await self.world.home.journal(name, since)
        by_number = defaultdict(list)
        for line in lines:
            if line["kind"] == "event":
                by_number[line["event_number"]].append(line)
        gaps = [line for line in lines if line["kind"] == "gap"]
        for deed in due:
            if deed.at < max(self.world.begun, self.world.truth.cuts.get(name, 0)):
                continue
            self._judge(deed, by_number.get(deed.number, []), lines, gaps)
        self._judge_order_of_lines(name, lines)
        self._judge_unexplained(name, lines)

    def _judge_silence(self, name: str) -> None:
        """Who does not answer is said not to, and after a while nobody knows its state."""
        home = self.world.home
        shown = home.state(name, "lock", "lock")
        reachable = home.state(name, "binary_sensor", "responsive")
        unanswered = home.state(name, "binary_sensor", "unanswered")
        if shown is None or reachable is None or unanswered is None:
            return
        if {reachable.state, unanswered.state} == {"on"} or (
            {reachable.state, unanswered.state} == {"off"}
        ):
            text = f"{name}: both Reachable and Does not answer are {reachable.state}"
            self.found(3, "two answers", text)
        if self.world.now - self._reachable_since(name) < UNKNOWN_AFTER:
            return
        if reachable.state == "off" and shown.state not in ("unknown", "unavailable"):
            text = f"{name} does not answer, and shows {shown.state}"
            self.found(3, "looks healthy", text)

    def _reachable_since(self, name: str) -> float:
        """Return since when *Reachable* has its state, or Home Assistant runs."""
        home = self.world.home
        since, last = home.starts[-1], None
        for seen in home.book.states:
            if seen.lock == name and seen.what == "responsive":
                if seen.data["state"] != last:
                    since = max(seen.at, home.starts[-1])
                last = seen.data["state"]
        return since

    def _judge_state(self, name: str) -> None:
        """Compare what the entity shows with the door, where all was told long ago."""
        lock = self.world.locks[name]
        shown = self.world.home.state(name, "lock", "lock")
        last = lock.deeds[-1]
        if shown is None or self.world.now - last.at <= SETTLED:
            return
        reachable = self.world.home.state(name, "binary_sensor", "responsive")
        if shown.state == "unknown" and reachable and reachable.state == "off":
            # Nobody knows how a door is whose lock does not answer.
            return
        expected = "locked" if lock.is_locked else "unlocked"
        if lock.jam:
            expected = "jammed"
        if shown.state != expected:
            text = f"{name} shows {shown.state}, is {expected} since {_said(last)}"
            self.found(1, "wrong state", text)
        by = shown.attributes.get("changed_by")
        moves = [d for d in lock.deeds if d.kind in MOVES]
        if by in PEOPLE + STRANGERS and moves and by not in moves[-1].names:
            self.found(2, "wrong actor", f"{name} shows {by} after {_said(moves[-1])}")

    def _judge(
        self,
        deed: Deed,
        found: list[dict[str, Any]],
        lines: list[dict[str, Any]],
        gaps: list[dict[str, Any]],
    ) -> None:
        if deed.number is None:
            self._judge_silent(deed, lines)
            return
        if not found:
            if not self._in_gap(deed, gaps) and not self._is_pair(deed):
                self.found(1, "lost", f"{_said(deed)} is not in the journal")
            return
        if len(found) > 1:
            self.found(1, "twice in the journal", _said(deed))
        line = found[0]
        if line.get("type") != deed.kind:
            self.found(1, "wrong type", f"{_said(deed)} reads {_short(line)}")
        self._judge_name(deed, line, "the journal")
        self._judge_evidence(deed, line, gaps)
        self._judge_time(deed, line)

    def _judge_evidence(
        self, deed: Deed, line: dict[str, Any], gaps: list[dict[str, Any]]
    ) -> None:
        """Who holds a slot is known from a read since it changed hands, or since a gap."""
        name = line.get("person") or line.get("user_name")
        if name is None or deed.slot_at is None or self.world.truth.jumps:
            return
        index, changes = deed.slot_at
        lock = self.world.locks[deed.lock]
        since = [self.world.truth.cuts.get(deed.lock, 0.0)]
        if changes:
            since.append(lock.slot_changed_at[index][changes - 1])
        offset = self.world.now - self.world.clock.wall
        since += [
            begin
            for gap in gaps
            if (begin := _time(gap["occurred_at"]).timestamp() + offset) < deed.at
        ]
        read = any(
            x.user == index and x.arrived_at is not None and x.arrived_at >= max(since)
            for x in self.world.server.sent
            if x.lock == deed.lock
        )
        # Users without names are known by their bindings alone, which end with a change.
        if not read or (changes and not lock.personality.names):
            text = f"{name} for {_said(deed)}, slot {index} was not read since"
            self.found(2, "name without evidence", text)

    def _judge_silent(self, deed: Deed, lines: list[dict[str, Any]]) -> None:
        """What only the state tells has one line, where it is alone and all is well."""
        others = [d for d in self.world.locks[deed.lock].deeds if d is not deed]
        alone = all(abs(other.at - deed.at) > ALONE for other in others)
        if not alone or not self.world.truth.is_clean(deed.at - ALONE, deed.at + ALONE):
            return
        near = [
            line
            for line in lines
            if line["kind"] == "unexplained"
            and abs(_time(line["occurred_at"]).timestamp() - deed.wall) < ALONE / 2
        ]
        if len(near) != 1:
            self.found(1, "silent deed", f"{_said(deed)} has {len(near)} lines")

    def _judge_unexplained(self, name: str, lines: list[dict[str, Any]]) -> None:
        """A lock that says everything leaves nothing unexplained, where all is well."""
        if not self.world.locks[name].personality.says_local:
            return
        jumped = sum(seconds for _, seconds in self.world.truth.jumps)
        if jumped:
            return
        for line in lines:
            if line["kind"] != "unexplained" or line["key"] in self._unexplained:
                continue
            self._unexplained.add(line["key"])
            offset = self.world.now - self.world.clock.wall
            at = _time(line["occurred_at"]).timestamp() + offset
            if self.world.truth.is_clean(at - self._calm_within, at + ALONE):
                self.found(1, "unexplained", f"{name}: {_short(line)}")

    def _in_gap(self, deed: Deed, gaps: list[dict[str, Any]]) -> bool:
        """Tell whether a gap covers a deed; it ends with an event that the lock dates."""
        at = moment(deed.wall)
        clock = self.world.locks[deed.lock].personality.clock or 0.0
        off = abs(clock) if abs(clock) <= CLOCK_BELIEVED else 0.0
        jumped = sum(abs(seconds) for _, seconds in self.world.truth.jumps)
        slack = timedelta(seconds=5 + off + jumped)
        return any(
            _time(gap["occurred_at"]) - slack <= at
            and ("until" not in gap or at <= _time(gap["until"]) + slack)
            for gap in gaps
        )

    def _is_pair(self, deed: Deed) -> bool:
        """An unlatch and the unlock of the same actor right after it are one line."""
        return deed.kind == "unlocked" and any(
            other.kind == "unlatched"
            and 0 <= deed.at - other.at <= PAIR
            and other.slot_at == deed.slot_at
            for other in self.world.locks[deed.lock].deeds
        )

    def _judge_time(self, deed: Deed, line: dict[str, Any]) -> None:
        """A right clock dates what it dates, whenever that is delivered."""
        clock = self.world.locks[deed.lock].personality.clock
        if self.world.truth.jumps or clock is None or abs(clock) > CLOCK_BELIEVED:
            return
        off = abs(_time(line["occurred_at"]).timestamp() - deed.wall)
        if off > RIGHT_TIME + abs(clock):
            told = f"{line['occurred_at']} ({line.get('time_source')})"
            self.found(1, "wrong time", f"{_said(deed)} is dated {told}")

    def _judge_order_of_lines(self, name: str, lines: list[dict[str, Any]]) -> None:
        numbers = [line["event_number"] for line in lines if line["kind"] == "event"]
        # After a reset numbers count from the beginning.
        falls = sum(a > b for a, b in itertools.pairwise(numbers))
        if falls > self.world.locks[name].is_reset and not self.world.truth.jumps:
            pairs = itertools.pairwise(numbers)
            first = next((a, b) for a, b in pairs if a > b)
            self.found(1, "order", f"{name}: event {first[0]} stands before {first[1]}")

    # At the end

    def finish(self) -> None:
        """Check what only the end shows."""
        self.look()
        for left in self.world.home.leftovers():
            self.found(5, "left behind", left)
        more = self.world.home.objects() - self.world.objects_at_first
        # What a process leaves behind that ended is no concern of the next one.
        if more > GROWTH and len(self.world.home.starts) == 1:
            self.found(5, "memory", f"{more} objects more than at first are left")


def _said(deed: Deed) -> str:
    at = moment(deed.wall)
    return f"{deed.lock} {deed.kind} ({deed.how}, event {deed.number}) of {at:%d. %H:%M:%S}"


def _short(data: dict[str, Any]) -> str:
    keys = ("kind", "type", "event_number", "occurred_at", "person", "method")
    return ", ".join(f"{key} {data[key]}" for key in keys if key in data)


def is_of_file(text: str) -> bool:
    """Tell whether an error is about a damaged file."""
    return any(word in text for word in ("damaged", "decoding", "corrupt", "JSON"))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def counted(violations: list[Violation]) -> Iterator[tuple[str, int]]:
    """Count violations by rule."""
    yield from Counter(f"[{x.group}] {x.rule}" for x in violations).most_common()

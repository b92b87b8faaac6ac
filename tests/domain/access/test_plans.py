"""No step of any plan lets anybody open more than before or than is wanted.

The planner runs against a lock written from the specification (spec_lock), and what its
keypad admits is asked after every step.
"""

from copy import deepcopy
from datetime import datetime, time, timedelta
from itertools import chain, repeat
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.aqara_lock.domain.access.grants import (
    Effect,
    Grant,
    GrantKey,
    Wish,
)
from custom_components.aqara_lock.domain.access.matching import user_of
from custom_components.aqara_lock.domain.access.standing import WantedGrant
from custom_components.aqara_lock.domain.access.status import GrantState, status_of
from custom_components.aqara_lock.domain.access.steps import Step, Turn
from custom_components.aqara_lock.domain.access.windows import (
    AfterFirstUse,
    Always,
    DailyHours,
    FromTo,
    Once,
    Weekday,
    WeeklyHours,
)

from .doors import APPLE, FRONT, NOW, PEOPLE, Trial, limits_of, table_of
from .spec_lock import DISABLED, ENABLED, PIN, SpecLock, SpecUser

MONDAY = datetime(2026, 11, 23)
INSTANTS = [
    MONDAY + timedelta(days=day, minutes=minute)
    for day in range(7)
    for minute in (0, 360, 719, 1020, 1438)
]

daily = st.sampled_from(
    [
        DailyHours(frozenset({Weekday.MONDAY, Weekday.WEDNESDAY}), time(6), time(12)),
        DailyHours(frozenset({Weekday.TUESDAY}), time(12), time(17)),
        DailyHours(frozenset({Weekday.TUESDAY}), time(6), time(17)),
        DailyHours(frozenset({Weekday.SUNDAY}), time(22), time(6)),
        DailyHours(frozenset(Weekday), time(17), time(23, 59)),
    ]
)
moments = st.sampled_from([MONDAY + timedelta(hours=17 * n) for n in range(10)])
windows = st.one_of(
    st.just(Always()),
    st.builds(WeeklyHours, st.frozensets(daily, min_size=1, max_size=3)),
    st.builds(
        lambda start, hours: FromTo(start, start + timedelta(hours=hours)),
        moments,
        st.integers(10, 90),
    ),
    st.just(Once()),
    st.sampled_from([AfterFirstUse(30), AfterFirstUse(60)]),
)
effects = st.sampled_from([Effect.OPENS] * 9 + list(Effect))
wishes = st.sampled_from([*[Wish.ON] * 6, Wish.OFF, Wish.REMOVED])
locks = st.builds(
    SpecLock,
    users_supported=st.integers(3, 6),
    pins_supported=st.integers(3, 6),
    week_supported=st.sampled_from([7, 7, 4, 1, 0]),
    year_supported=st.sampled_from([1, 2, 0]),
    flips_type=st.booleans(),
    several_days=st.booleans(),
    keeps_unique_id=st.booleans(),
)


@st.composite
def grants(draw: st.DrawFn) -> dict[GrantKey, Grant]:
    """Wants for up to three people; one of them may have a code for duress as well."""
    found = {}
    for person in draw(
        st.lists(st.sampled_from(sorted(PEOPLE)), min_size=1, max_size=4)
    ):
        key = GrantKey(person, FRONT, draw(effects))
        is_plain = key.effect is Effect.OPENS
        window = draw(windows) if is_plain else Always()
        found[key] = Grant(key=key, window=window, wish=draw(wishes))
    return found


@st.composite
def foreign_users(draw: st.DrawFn) -> dict[int, SpecUser]:
    """Users of another ecosystem and of the keypad."""
    makers = draw(st.lists(st.sampled_from([APPLE, None]), max_size=2))
    return {
        index: SpecUser(
            creator=maker,
            name=None if maker is None else "Ann",
            status=draw(st.sampled_from([ENABLED, DISABLED])),
            type=draw(st.sampled_from([0, 4, 5, 7])),
            credentials={(PIN, index)},
        )
        for index, maker in enumerate(makers, 1)
    }


def wanted_of(grants: dict[GrantKey, Grant]) -> dict[GrantKey, WantedGrant]:
    return {
        key: WantedGrant(grant=grant, person=PEOPLE[key.person_id])
        for key, grant in grants.items()
    }


def wish_admits(grant: Grant, wall: datetime) -> str:
    """Say what a grant lets its code do, by nothing but the words of the wish."""
    if grant.wish is not Wish.ON:
        return ""
    if grant.key.effect is not Effect.OPENS:
        return grant.key.effect.value
    match grant.window:
        case WeeklyHours(hours):
            return "opens" if any(_is_within(item, wall) for item in hours) else ""
        case FromTo(start, end):
            return "opens" if start <= wall < end else ""
        case Once():
            return "once"
        case AfterFirstUse(minutes):
            return f"first+{minutes}"
        case _:
            return "opens"


def _is_within(item: DailyHours, wall: datetime) -> bool:
    for ago in (0, 1):
        day = datetime.combine(wall.date() - timedelta(days=ago), time())
        start = day + timedelta(hours=item.start.hour, minutes=item.start.minute)
        end = day + timedelta(hours=item.end.hour, minutes=item.end.minute)
        if item.end == time(23, 59):
            end = day + timedelta(days=1)
        if end <= start:
            end += timedelta(days=1)
        if Weekday(day.isoweekday() % 7) in item.days and start <= wall < end:
            return True
    return False


def is_no_more(found: str, allowed: set[str]) -> bool:
    """Return whether an effect is one that was allowed, or a part of one."""
    if found == "" or found in allowed:
        return True
    return "opens" in allowed and (found == "once" or found.startswith("first+"))


class Keypad:
    """Asks after each step what the keypad admits, against before and the wish."""

    def __init__(self, trial: Household, grants: dict[GrantKey, Grant]) -> None:
        """Begin with what the keypad admits now."""
        self.trial, self.grants = trial, grants
        self.before = deepcopy(trial.lock)
        self.foreign = self._foreign(trial.lock)
        self.turns: list[Turn] = []
        trial.after_step = self.check

    def check(self, step: Step) -> None:
        """Ask after a step."""
        self.turns.append(step.turn)
        lock = self.trial.lock
        assert self._foreign(lock) == self.foreign
        for code in set(lock.codes.values()):
            owners = [key for key, own in self.trial.owned_codes() if own == code]
            for wall in INSTANTS:
                allowed = {self.before.admits(code, wall)}
                allowed |= {wish_admits(self.grants[k], wall) for k in owners}
                assert is_no_more(lock.admits(code, wall), allowed), (step, wall)

    @staticmethod
    def _foreign(lock: SpecLock) -> dict[int, Any]:
        return {
            index: deepcopy(user)
            for index, user in lock.users.items()
            if user.creator != 3
        }

    def assert_taken_first(self) -> None:
        """Nothing was given before the last that was taken away."""
        gives = [at for at, turn in enumerate(self.turns) if turn is Turn.GIVES]
        takes = [at for at, turn in enumerate(self.turns) if turn is Turn.TAKES]
        assert not gives or not takes or max(takes) < min(gives)


class Household(Trial):
    """A trial whose codes are remembered, to know whose a code at the keypad is."""

    def __init__(self, lock: SpecLock) -> None:
        """Begin with nobody of ours."""
        super().__init__(lock, {})
        self.all_codes: dict[GrantKey, str] = {}
        self.former: list[tuple[GrantKey, str]] = []
        self.may_lose = False
        self._next = 246801

    def wish(self, grants: dict[GrantKey, Grant], coded: set[GrantKey]) -> Keypad:
        """Want something, with new codes for some."""
        kept = {key: item.grant for key, item in self.wanted.items()}
        merged = {**kept, **grants}
        self.wanted = wanted_of(merged)
        self.codes = {}
        for key in sorted(coded & merged.keys()):
            self._next += 1357
            self.codes[key] = str(self._next)
        keypad = Keypad(self, merged)
        self.former += self.all_codes.items()
        self.all_codes = {**self.all_codes, **self.codes}
        return keypad

    def owned_codes(self) -> list[tuple[GrantKey, str]]:
        """Return whose a code is.

        A code that replaces another cannot be read back: where it may have been lost,
        the one before may work as the new one does.
        """
        return [*self.all_codes.items(), *(self.former if self.may_lose else [])]

    def assert_converged(self) -> None:
        """Nothing is left to do, and every status says what the keypad does."""
        plan = self.plan(has_codes=False)
        assert plan.steps == ()
        table, limits = table_of(self.lock), limits_of(self.lock)
        for item in self.items(has_codes=False):
            key = item.grant.key
            status = status_of(item, table, limits, NOW)
            if key in plan.cannot:
                assert status.state in {
                    GrantState.CANNOT,
                    GrantState.NEEDS_CODE,
                    GrantState.PENDING,
                }
                continue
            if key in plan.needs_code:
                assert status.state is GrantState.NEEDS_CODE
                continue
            assert status.state in {GrantState.IN_PLACE, GrantState.SENT_NOT_PROVED}
            if item.grant.wish is Wish.REMOVED:
                assert table.is_known
                assert user_of(item.grant.key, item.placement, table) is None
            self._assert_as_wished(item.grant)

    def _assert_as_wished(self, grant: Grant) -> None:
        code = self.all_codes.get(grant.key)
        if code is None:
            return
        for wall in INSTANTS:
            assert self.lock.admits(code, wall) == wish_admits(grant, wall)


def household(lock: SpecLock, foreign: dict[int, SpecUser]) -> Household:
    lock.users = deepcopy(foreign)
    lock.codes = {index: f"90{index}90{index}" for index in foreign}
    return Household(lock)


def rounds[T](strategy: st.SearchStrategy[T]) -> st.SearchStrategy[list[T]]:
    return st.lists(strategy, min_size=2, max_size=4)


coded = st.frozensets(
    st.builds(GrantKey, st.sampled_from(sorted(PEOPLE)), st.just(FRONT), effects)
)


@settings(max_examples=40)
@given(lock=locks, foreign=foreign_users(), wants=rounds(st.tuples(grants(), coded)))
def test_a_plan_admits_no_more_at_any_step_and_leaves_what_is_wanted(
    lock: SpecLock,
    foreign: dict[int, SpecUser],
    wants: list[tuple[dict[GrantKey, Grant], frozenset[GrantKey]]],
) -> None:
    home = household(lock, foreign)
    for wanted, codes in wants:
        keypad = home.wish(wanted, set(wanted) if home.placements == {} else set(codes))
        plan = home.run()
        keypad.assert_taken_first()
        assert len(plan.steps) == len(keypad.turns)
        home.assert_converged()


@settings(max_examples=40)
@given(
    lock=locks,
    foreign=foreign_users(),
    wants=rounds(st.tuples(grants(), coded)),
    stops=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    lost=st.lists(st.booleans(), max_size=20),
)
def test_what_is_interrupted_or_lost_stays_closed_and_is_caught_up(
    lock: SpecLock,
    foreign: dict[int, SpecUser],
    wants: list[tuple[dict[GrantKey, Grant], frozenset[GrantKey]]],
    stops: list[int],
    lost: list[bool],
) -> None:
    home = household(lock, foreign)
    home.may_lose = True
    sleeps = chain(lost, repeat(False))
    for wanted, codes in wants:
        home.wish(wanted, set(wanted) | set(codes))
        for stop in stops:
            home.run(stop_after=stop, lost=sleeps)
        for _ in range(3):
            home.run()
        home.assert_converged()

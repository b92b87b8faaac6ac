"""What plans cost, what cannot be done and why, and what waits for a decision."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from custom_components.aqara_lock.domain.access.grants import (
    CodeProof,
    Effect,
    Grant,
    GrantKey,
    Keeper,
    Means,
    Placement,
    Reason,
    Wish,
)
from custom_components.aqara_lock.domain.access.limits import LockClock, LockLimits
from custom_components.aqara_lock.domain.access.lock_names import person_number
from custom_components.aqara_lock.domain.access.matching import Difference
from custom_components.aqara_lock.domain.access.people import Person
from custom_components.aqara_lock.domain.access.planner import (
    Door,
    DoorPlan,
    Note,
    plan,
    plan_door,
)
from custom_components.aqara_lock.domain.access.standing import (
    WantedGrant,
    standing_of,
    strangers,
)
from custom_components.aqara_lock.domain.access.status import (
    GrantState,
    PendingFor,
    status_of,
)
from custom_components.aqara_lock.domain.access.steps import (
    Messages,
    Operation,
    SetCode,
    SetUser,
)
from custom_components.aqara_lock.domain.access.windows import (
    ALWAYS,
    AfterFirstUse,
    AsFound,
    DailyHours,
    FromTo,
    Once,
    Weekday,
    WeeklyHours,
    Window,
)

from .doors import (
    ANN,
    APPLE,
    BEN,
    CLEO,
    FRONT,
    NOW,
    OURS,
    Trial,
    door_of,
    limits_of,
    table_of,
)
from .spec_lock import DISABLED, ENABLED, PIN, SpecLock, SpecUser

WEEKEND = FromTo(datetime(2026, 11, 27, 16), datetime(2026, 11, 29, 12))
NIGHTS = WeeklyHours(frozenset({DailyHours(frozenset(Weekday), time(22), time(6))}))
OFFICE = WeeklyHours(
    frozenset(
        {DailyHours(frozenset({Weekday(d) for d in range(1, 6)}), time(8), time(18))}
    )
)


def key(person: Person = ANN, effect: Effect = Effect.OPENS) -> GrantKey:
    return GrantKey(person.id, FRONT, effect)


def wants(window: Window = ALWAYS, person: Person = ANN, **facts: Any) -> WantedGrant:
    effect = facts.pop("effect", Effect.OPENS)
    grant = Grant(key=key(person, effect), window=window, **facts)
    return WantedGrant(grant=grant, person=person)


def trial(*wanted: WantedGrant, lock: SpecLock | None = None) -> Trial:
    """Return a door where these have codes and stand as wanted."""
    found = Trial(lock or SpecLock(), {item.grant.key: item for item in wanted})
    for number, item in enumerate(wanted):
        found.codes[item.grant.key] = str(246801 + 1357 * number)
    found.run()
    found.codes.clear()
    return found


def rewish(found: Trial, *wanted: WantedGrant) -> None:
    found.wanted.update({item.grant.key: item for item in wanted})


def one_plan(
    item: WantedGrant, lock: SpecLock | None = None, **limits: Any
) -> DoorPlan:
    table = table_of(lock or SpecLock())
    door = Door(table=table, limits=replace(limits_of(lock or SpecLock()), **limits))
    return plan_door([item], door, NOW)


def state(found: Trial, item: WantedGrant, **limits: Any) -> GrantState:
    (wanted,) = [w for w in found.items() if w.grant.key == item.grant.key]
    kept = replace(limits_of(found.lock), **limits)
    return status_of(wanted, table_of(found.lock), kept, NOW).state


@pytest.mark.parametrize(
    ("window", "schedules"),
    [(ALWAYS, 0), (Once(), 0), (WEEKEND, 1), (OFFICE, 1), (NIGHTS, 2)],
)
def test_a_person_with_a_window_of_n_schedules_costs_two_and_n_writes(
    window: Window, schedules: int
) -> None:
    item = replace(wants(window), has_code=True)
    found = one_plan(item)
    assert found.messages == Messages(2 + schedules, 1 + schedules)
    assert found.messages.total == 3 + 2 * schedules
    last_write = [
        s for s in found.steps if not hasattr(s, "turn") or s.turn != "reads"
    ][-1]
    assert isinstance(last_write, SetCode)


@pytest.mark.parametrize("wish", [Wish.OFF, Wish.REMOVED])
def test_disabling_and_removing_cost_one_write_and_one_read(wish: Wish) -> None:
    for window in (ALWAYS, WEEKEND, NIGHTS, Once()):
        found = trial(wants(window))
        rewish(found, wants(window, wish=wish))
        assert found.plan().messages == Messages(1, 1)


def test_a_changed_code_is_modified_and_not_proved() -> None:
    item = wants(WEEKEND)
    found = trial(item)
    found.codes[key()] = "975310"
    plan_ = found.run()
    codes = [step for step in plan_.steps if isinstance(step, SetCode)]
    assert [code.operation for code in codes] == [Operation.MODIFY]
    assert plan_.messages == Messages(1, 1)
    assert found.placements[key()].code is CodeProof.SENT
    found.codes.clear()
    assert state(found, item) is GrantState.SENT_NOT_PROVED
    assert found.plan().steps == ()


def test_every_person_has_one_number_and_a_name_the_lock_takes() -> None:
    found = trial(
        wants(), wants(person=BEN), wants(person=CLEO), wants(effect=Effect.DURESS)
    )
    users = found.lock.users.values()
    assert [user.name for user in users] == ["Ann", "Ben", "Cleo", "Ann2"]
    assert [user.unique_id for user in users] == [
        person_number(person.id) for person in (ANN, BEN, CLEO, ANN)
    ]


def test_a_person_of_another_name_is_renamed_once() -> None:
    found = trial(wants())
    anna = replace(wants(), person=Person("ann", "Anna"))
    rewish(found, anna)
    assert found.run().messages == Messages(1, 1)
    assert found.lock.users[1].name == "Anna"
    assert found.plan().steps == ()


@pytest.mark.parametrize(
    ("item", "limits", "reason"),
    [
        (wants(), {"has_users": False}, Reason.NO_USERS),
        (wants(), {"has_codes": False}, Reason.NO_CODES),
        (wants(), {"users": 0}, Reason.TABLE_FULL),
        (wants(), {"codes": 0}, Reason.CODES_FULL),
        (wants(OFFICE), {"week_day_schedules": 0}, Reason.NO_WEEKLY_HOURS),
        (wants(WEEKEND), {"year_day_schedules": 0}, Reason.NO_DATES),
        (
            wants(OFFICE),
            {"several_days": False, "week_day_schedules": 4},
            Reason.TOO_MANY_HOURS,
        ),
        (wants(WEEKEND), {"clock": LockClock.WRONG}, Reason.CLOCK_WRONG),
        (
            wants(AfterFirstUse(30)),
            {"expiring_minutes": None},
            Reason.NO_TIME_AFTER_USE,
        ),
        (wants(Once()), {"refused_types": frozenset({6})}, Reason.TYPE_REFUSED),
        (wants(Once(), effect=Effect.DURESS), {}, Reason.ONLY_ALWAYS),
        (wants(OFFICE, keeper=Keeper.HOME_ASSISTANT), {}, Reason.NOT_BY_HOME_ASSISTANT),
        *(
            (
                wants(window, keeper=Keeper.HOME_ASSISTANT),
                {"tells_who": False},
                Reason.USE_NOT_TOLD,
            )
            for window in (Once(), AfterFirstUse(30))
        ),
        (wants(means=Means.FINGERPRINT), {}, Reason.CANNOT_ENROL),
        (
            wants(FromTo(datetime(2026, 11, 1), datetime(2026, 11, 2))),
            {},
            Reason.WINDOW_OVER,
        ),
        (
            wants(FromTo(datetime(2026, 11, 1), datetime(2150, 11, 2))),
            {},
            Reason.DATES_OUT_OF_RANGE,
        ),
    ],
)
def test_what_a_lock_cannot_keep_is_refused_with_its_reason(
    item: WantedGrant, limits: dict[str, Any], reason: Reason
) -> None:
    found = one_plan(replace(item, has_code=True), **limits)
    assert found.cannot == {item.grant.key: reason}
    assert found.steps == ()
    assert not found.needs_code


def test_schedules_of_several_days_are_tried_once_and_noted() -> None:
    item = replace(wants(OFFICE), has_code=True)
    found = one_plan(item, several_days=None, week_day_schedules=1)
    assert found.messages == Messages(3, 2)
    assert found.notes == {key(): Note.MAY_NEED_MORE_SCHEDULES}
    assert one_plan(item, several_days=None, week_day_schedules=7).notes == {}


def test_a_lock_that_takes_one_day_at_a_time_gets_one_schedule_per_day() -> None:
    item = wants(OFFICE)
    found = trial(item, lock=SpecLock(several_days=False))
    assert len(found.lock.users[1].week) == 5
    assert state(found, item) is GrantState.IN_PLACE


def test_a_missing_code_is_asked_for_and_nothing_is_written() -> None:
    found = one_plan(wants())
    assert found.needs_code == (key(),)
    assert found.steps == ()


def test_a_table_that_was_not_read_is_planned_for_after_it_is_read() -> None:
    table = table_of(SpecLock()).after_gap()
    door = Door(table=table, limits=limits_of(SpecLock()))
    item = replace(wants(), has_code=True)
    assert plan_door([item], door, NOW).is_unread
    status = status_of(item, table, door.limits, NOW)
    assert (status.state, status.pending_for) == (GrantState.PENDING, PendingFor.TABLE)


def test_schedules_that_were_not_read_are_read_first() -> None:
    found = trial(wants(WEEKEND))
    table = table_of(found.lock)
    table = replace(table, schedules={})
    door = Door(table=table, limits=limits_of(found.lock))
    made = plan_door(found.items(), door, NOW)
    assert made.unread_schedules == (1,)
    assert made.steps == ()


def test_removing_one_person_makes_room_for_the_next() -> None:
    found = trial(wants(), lock=SpecLock(users_supported=1, pins_supported=1))
    rewish(found, wants(wish=Wish.REMOVED), wants(person=BEN))
    found.codes = {key(BEN): "864213"}
    found.run()
    assert [user.name for user in found.lock.users.values()] == ["Ben"]
    assert found.codes[key(BEN)] in found.lock.codes.values()
    assert key() not in found.placements


def test_the_time_after_the_first_use_is_one_for_the_whole_lock() -> None:
    found = trial(wants(AfterFirstUse(60)))
    assert found.lock.expiring_minutes == 60
    rewish(found, wants(AfterFirstUse(90), person=BEN))
    found.codes = {key(BEN): "864213"}
    assert found.plan().cannot == {key(BEN): Reason.OTHER_TIME_AFTER_USE}
    rewish(found, wants(AfterFirstUse(60), person=BEN))
    assert not found.plan().cannot


def test_the_time_of_another_ecosystems_user_is_not_changed() -> None:
    lock = SpecLock(users={1: SpecUser(APPLE, type=7, credentials={(PIN, 1)})})
    lock.codes = {1: "90190190"}
    item = replace(wants(AfterFirstUse(60)), has_code=True)
    assert one_plan(item, lock).cannot == {key(): Reason.OTHER_TIME_AFTER_USE}


def test_a_code_for_once_that_was_used_is_over_until_a_new_code_is_given() -> None:
    item = wants(Once())
    found = trial(item)
    (code,) = found.lock.codes.values()
    assert found.lock.use(code, NOW.replace(tzinfo=None)) == "once"
    assert found.plan().steps == ()
    (wanted,) = found.items()
    status = status_of(wanted, table_of(found.lock), limits_of(found.lock), NOW)
    assert (status.state, status.is_used) == (GrantState.IN_PLACE, True)
    found.codes[key()] = "975310"
    found.run()
    assert found.lock.users[1].status == ENABLED
    assert found.lock.admits("975310", NOW.replace(tzinfo=None)) == "once"


MORNINGS = DailyHours(frozenset({Weekday.MONDAY}), time(6), time(12))
EVENINGS = DailyHours(frozenset({Weekday.MONDAY}), time(18), time(22))
FRIDAYS = DailyHours(frozenset({Weekday.FRIDAY}), time(8), time(9))


@pytest.mark.parametrize(
    ("before", "after", "messages"),
    [
        # One more is given, one less is taken, and the rest stays as it is.
        ({MORNINGS}, {MORNINGS, FRIDAYS}, Messages(1, 1)),
        ({MORNINGS, FRIDAYS}, {FRIDAYS}, Messages(1, 1)),
        ({MORNINGS, FRIDAYS}, {FRIDAYS, EVENINGS}, Messages(2, 2)),
        # Clearing the last would open: closed, one schedule, and open again.
        ({MORNINGS}, {EVENINGS}, Messages(3, 3)),
        ({MORNINGS}, WEEKEND, Messages(4, 4)),
        (WEEKEND, ALWAYS, Messages(3, 3)),
        (ALWAYS, {MORNINGS, FRIDAYS}, Messages(3, 3)),
        (ALWAYS, Once(), Messages(1, 1)),
        (Once(), ALWAYS, Messages(1, 1)),
        (Once(), WEEKEND, Messages(3, 3)),
    ],
)
def test_another_window_costs_no_more_than_what_differs(
    before: Any, after: Any, messages: Messages
) -> None:
    first, then = (
        WeeklyHours(frozenset(item)) if isinstance(item, set) else item
        for item in (before, after)
    )
    found = trial(wants(first))
    rewish(found, wants(then))
    assert found.plan().messages == messages
    found.run()
    assert state(found, wants(then)) is GrantState.IN_PLACE
    assert found.plan().steps == ()


def test_a_new_code_and_a_new_window_never_meet_the_old_ones() -> None:
    found = trial(wants(WeeklyHours(frozenset({MORNINGS}))))
    rewish(found, wants(WeeklyHours(frozenset({MORNINGS, FRIDAYS}))))
    found.codes[key()] = "975310"
    assert [step.turn.value for step in found.plan().steps] == [
        "takes",
        "reads",
        "prepares",
        "reads",
        "gives",
        "gives",
        "reads",
    ]


# Drift ------------------------------------------------------------------------------


def change_type(lock: SpecLock) -> None:
    lock.users[1].type = 0


def change_status(lock: SpecLock) -> None:
    lock.users[1].status = DISABLED


def change_hours(lock: SpecLock) -> None:
    lock.users[1].year[1] = (0, 2**31)


def add_a_code(lock: SpecLock) -> None:
    lock.users[1].credentials.add((PIN, 9))
    lock.codes[9] = "99887766"


def remove(lock: SpecLock) -> None:
    lock.clear_user(1)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (change_type, Difference.TYPE),
        (change_status, Difference.STATUS),
        (change_hours, Difference.HOURS),
        (add_a_code, Difference.CODES),
        (remove, Difference.GONE),
    ],
)
def test_what_somebody_changed_waits_until_it_is_to_be_restored(
    change: Any, difference: Difference
) -> None:
    item = wants(WEEKEND)
    found = trial(item)
    before = found.lock.get_user(1)
    change(found.lock)
    assert found.plan().waits == (key(),)
    assert found.plan().steps == ()
    (wanted,) = found.items()
    status = status_of(wanted, table_of(found.lock), limits_of(found.lock), NOW)
    assert status.state is GrantState.DIFFERS
    assert difference in status.differences
    rewish(found, replace(item, restore=True))
    if difference is Difference.CODES:
        return
    if difference is Difference.GONE:
        assert found.plan().needs_code == (key(),)
        found.codes[key()] = "975310"
    found.run()
    assert found.lock.get_user(1) == before
    assert state(found, item) is GrantState.IN_PLACE


def test_access_is_taken_away_though_somebody_changed_it() -> None:
    for wish in (Wish.OFF, Wish.REMOVED):
        found = trial(wants(WEEKEND))
        change_type(found.lock)
        rewish(found, wants(WEEKEND, wish=wish))
        assert state(found, wants()) is GrantState.STILL_OPENS
        assert found.run().messages == Messages(1, 1)
        (code,) = found.lock.codes.values() or ["246801"]
        assert found.lock.admits(code, NOW.replace(tzinfo=None)) == ""


def test_what_somebody_turned_on_again_waits_and_still_opens() -> None:
    item = wants(wish=Wish.OFF)
    found = trial(wants())
    rewish(found, item)
    found.run()
    assert state(found, item) is GrantState.IN_PLACE
    found.lock.users[1].status = ENABLED
    assert found.plan().steps == ()
    assert found.plan().waits == (key(),)
    assert state(found, item) is GrantState.STILL_OPENS
    rewish(found, replace(item, restore=True))
    found.run()
    assert found.lock.users[1].status == DISABLED


def test_a_restored_backup_gives_nobody_access() -> None:
    found = trial(wants())
    found.placements.clear()
    found.lock.users[1].status = DISABLED
    assert found.plan().waits == (key(),)
    assert found.plan().steps == ()


def test_another_user_in_the_place_is_left_alone() -> None:
    item = wants(wish=Wish.REMOVED)
    found = trial(wants())
    found.lock.users[1] = SpecUser(APPLE, "Ann", credentials={(PIN, 1)})
    rewish(found, item)
    assert found.plan().steps == ()
    assert state(found, item) is GrantState.IN_PLACE


# Users of others ----------------------------------------------------------------------


def adopted() -> tuple[Trial, WantedGrant]:
    lock = SpecLock(users={1: SpecUser(APPLE, "Ann", credentials={(PIN, 1)})})
    lock.codes = {1: "90190190"}
    item = wants(AsFound())
    found = Trial(lock, {key(): item})
    left = table_of(lock).holding(1)
    assert left is not None
    found.placements[key()] = Placement(left=left, proved_at=NOW, name_asked="Ann")
    return found, item


def test_a_user_of_another_ecosystem_is_disabled_enabled_and_removed() -> None:
    found, item = adopted()
    assert state(found, item) is GrantState.IN_PLACE
    for wish, status in ((Wish.OFF, DISABLED), (Wish.ON, ENABLED)):
        rewish(found, wants(AsFound(), wish=wish))
        assert found.run().messages == Messages(1, 1)
        assert found.lock.users[1].status == status
    rewish(found, wants(AsFound(), wish=Wish.REMOVED))
    found.run()
    assert found.lock.users == {}


def test_a_user_of_another_ecosystem_gets_no_code_and_no_window() -> None:
    found, _ = adopted()
    found.codes[key()] = "975310"
    assert found.plan().cannot == {key(): Reason.OTHER_ECOSYSTEM}
    found.codes.clear()
    rewish(found, wants(WEEKEND))
    assert found.plan().cannot == {key(): Reason.OTHER_ECOSYSTEM}
    assert state(found, wants(WEEKEND)) is GrantState.CANNOT


def test_users_of_no_grant_are_strangers() -> None:
    found = trial(wants())
    found.lock.users[4] = SpecUser(None, credentials={(PIN, 4)})
    table, limits = table_of(found.lock), limits_of(found.lock)
    known = [standing_of(item, table, limits, NOW) for item in found.items()]
    assert [user.index for user in strangers(table, known)] == [4]


# Access that Home Assistant ends -----------------------------------------------------


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def test_home_assistant_opens_and_ends_what_the_lock_cannot_keep() -> None:
    start = NOW.replace(tzinfo=None) + timedelta(hours=1)
    window = FromTo(start, start + timedelta(hours=1))
    item = wants(window, keeper=Keeper.HOME_ASSISTANT)
    found = trial(item, lock=SpecLock(year_supported=0))
    assert found.lock.users[1].status == DISABLED
    assert found.plan().steps == ()
    during = plan_door(found.items(), door_of(found.lock), at(1.5))
    assert during.messages == Messages(1, 1)
    (step, _) = during.steps
    assert isinstance(step, SetUser) and step.status == ENABLED
    after = plan_door(found.items(), door_of(found.lock), at(2))
    assert after.messages == Messages(1, 1)
    found.lock.users[1].status = ENABLED
    (wanted,) = found.items()
    status = status_of(wanted, table_of(found.lock), limits_of(found.lock), at(2))
    assert status.state is GrantState.STILL_OPENS


@pytest.mark.parametrize(
    ("window", "hours", "steps"),
    [(Once(), 0, 2), (AfterFirstUse(60), 0.9, 0), (AfterFirstUse(60), 1, 2)],
)
def test_home_assistant_ends_access_after_its_use(
    window: Window, hours: float, steps: int
) -> None:
    item = wants(window, keeper=Keeper.HOME_ASSISTANT)
    found = trial(item)
    used = replace(found.placements[key()], first_used_at=NOW)
    wanted = replace(item, placement=used)
    made = plan_door([wanted], door_of(found.lock), at(hours))
    assert len(made.steps) == steps


def test_each_door_has_a_plan_of_its_own() -> None:
    items = [replace(wants(), has_code=True), replace(wants(), has_code=True)]
    garage = replace(items[1].grant.key, door_id="garage")
    items[1] = replace(items[1], grant=replace(items[1].grant, key=garage))
    front = door_of(SpecLock())
    table = replace(
        front.table, directory=replace(front.table.directory, lock_id="garage")
    )
    full = Door(table=table, limits=LockLimits(has_users=True, has_codes=True))
    plans = plan(items, [front, full], NOW)
    assert plans[FRONT].messages == Messages(2, 1)
    assert plans["garage"].cannot == {garage: Reason.TABLE_FULL}


def test_nothing_that_is_kept_has_a_place_for_a_code() -> None:
    fields = {*SetCode.__dataclass_fields__, *Placement.__dataclass_fields__}
    assert not fields & {"pin", "data", "digits", "password"}


# What is half done, or no longer fits ---------------------------------------------------


def test_a_user_without_a_code_gets_one_and_stays_closed_until_then() -> None:
    item = wants(WEEKEND)
    found = trial(item)
    found.lock.users[1].credentials.clear()
    found.lock.codes.clear()
    held = table_of(found.lock).holding(1)
    assert held is not None
    found.placements[key()] = replace(found.placements[key()], left=held)
    assert found.plan().needs_code == (key(),)
    assert found.plan().steps == ()
    assert state(found, item) is GrantState.NEEDS_CODE
    found.codes[key()] = "975310"
    made = found.run()
    codes = [step for step in made.steps if isinstance(step, SetCode)]
    assert [code.operation for code in codes] == [Operation.ADD]
    assert state(found, item) is GrantState.IN_PLACE


def test_a_user_whose_credentials_are_full_gets_no_code() -> None:
    lock = SpecLock(users={1: SpecUser(OURS, "Ann", credentials={(3, 1)})})
    left = table_of(lock).holding(1)
    assert left is not None
    placed = Placement(left=left, proved_at=NOW, name_asked="Ann")
    item = replace(wants(), placement=placed, has_code=True)
    full = one_plan(item, lock, credentials_per_user=1)
    assert full.cannot == {key(): Reason.USER_FULL}
    assert one_plan(item, lock, codes=0).cannot == {key(): Reason.CODES_FULL}
    # A fingerprint opens without a code, which is still asked for.
    bare = replace(item, has_code=False)
    assert one_plan(bare, lock).needs_code == (key(),)
    status = status_of(bare, table_of(lock), limits_of(lock), NOW)
    assert status.state is GrantState.NEEDS_CODE


def test_a_grant_of_a_fingerprint_that_is_gone_cannot_be_made() -> None:
    item = wants(means=Means.FINGERPRINT)
    found = Trial(SpecLock(), {key(): item})
    assert state(found, item) is GrantState.CANNOT


def test_a_removal_of_a_disabled_user_is_pending() -> None:
    found = trial(wants())
    rewish(found, wants(wish=Wish.OFF))
    found.run()
    removed = wants(wish=Wish.REMOVED)
    rewish(found, removed)
    (wanted,) = found.items()
    status = status_of(wanted, table_of(found.lock), limits_of(found.lock), NOW)
    assert (status.state, status.pending_for) == (
        GrantState.PENDING,
        PendingFor.REMOVAL,
    )
    found.run()
    assert state(found, removed) is GrantState.IN_PLACE


def test_a_changed_wish_is_pending_with_what_is_missing() -> None:
    found = trial(wants())
    rewish(found, wants(WEEKEND))
    (wanted,) = found.items()
    status = status_of(wanted, table_of(found.lock), limits_of(found.lock), NOW)
    assert (status.state, status.pending_for) == (GrantState.PENDING, PendingFor.CHANGE)
    assert status.differences == {Difference.TYPE, Difference.HOURS}


def test_a_table_with_a_gap_still_opens_until_a_removal_is_read() -> None:
    found = trial(wants())
    rewish(found, wants(wish=Wish.REMOVED))
    found.run()
    (wanted,) = found.items()
    table = table_of(found.lock).after_gap()
    status = status_of(wanted, table, limits_of(found.lock), NOW)
    assert status.state is GrantState.STILL_OPENS


def test_another_time_after_use_in_another_app_waits() -> None:
    item = wants(AfterFirstUse(60))
    found = trial(item)
    found.lock.expiring_minutes = 90
    assert found.plan().waits == (key(),)
    rewish(found, replace(item, restore=True))
    assert found.run().messages == Messages(1, 0)
    assert found.lock.expiring_minutes == 60
    assert state(found, item) is GrantState.IN_PLACE


def test_a_used_code_that_was_turned_off_is_not_used_again() -> None:
    item = wants(Once())
    found = trial(item)
    (code,) = found.lock.codes.values()
    found.lock.use(code, NOW.replace(tzinfo=None))
    found.placements[key()] = replace(found.placements[key()], used=True)
    for wish in (Wish.OFF, Wish.ON):
        rewish(found, wants(Once(), wish=wish))
        assert found.run().steps == ()
        assert found.lock.admits(code, NOW.replace(tzinfo=None)) == ""


def test_access_that_begins_later_is_closed_first() -> None:
    start = NOW.replace(tzinfo=None) + timedelta(hours=1)
    later = FromTo(start, start + timedelta(hours=1))
    for before in (ALWAYS, WEEKEND):
        found = trial(wants(before))
        item = wants(later, keeper=Keeper.HOME_ASSISTANT)
        rewish(found, item)
        found.run()
        (code,) = found.lock.codes.values()
        assert found.lock.admits(code, start) == ""
        assert state(found, item) is GrantState.IN_PLACE
        assert found.plan().steps == ()


def test_a_plan_says_the_steps_of_each_person() -> None:
    items = [replace(wants(person=who), has_code=True) for who in (ANN, BEN)]
    found = plan_door(items, door_of(SpecLock()), NOW)
    assert found.steps_of(key(BEN)) == found.steps[3:]


def test_a_grant_that_may_not_give_still_takes() -> None:
    found = trial(wants(), wants(person=BEN))
    rewish(found, wants(wish=Wish.REMOVED), wants(WEEKEND, person=BEN))
    items = [replace(item, may_give=False) for item in found.items()]
    items.append(replace(wants(person=CLEO), has_code=True, may_give=False))
    made = plan_door(items, door_of(found.lock), NOW)
    assert made.messages == Messages(2, 2)
    assert [step.turn.value for step in made.steps] == ["takes", "reads"] * 2
    assert {step.grant for step in made.steps} == {key(), key(BEN)}

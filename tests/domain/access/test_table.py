"""The table of a door is known only while nothing can have changed it unseen."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.access.adoption import (
    adopted,
    found_users,
    proposals,
    taken_as_found,
)
from custom_components.aqara_lock.domain.access.fabrics import Fabric, FabricTable
from custom_components.aqara_lock.domain.access.grants import Effect, Means, Wish
from custom_components.aqara_lock.domain.access.limits import LockLimits
from custom_components.aqara_lock.domain.access.people import LockUser, Person, UserSlot
from custom_components.aqara_lock.domain.access.schedules import (
    NO_SCHEDULES,
    WeekDaySchedule,
    YearDaySchedule,
)
from custom_components.aqara_lock.domain.access.standing import WantedGrant
from custom_components.aqara_lock.domain.access.status import GrantState, status_of
from custom_components.aqara_lock.domain.access.table import (
    DoorTable,
    Maker,
    ecosystem_of,
    maker_of,
)
from custom_components.aqara_lock.domain.access.windows import (
    ALWAYS,
    AsFound,
    FromTo,
    Once,
    Window,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    ALL_INDICES,
    DataOperationType,
    LockDataType,
)
from custom_components.aqara_lock.domain.doorlock.events import Actor, LockUserChange

from .doors import ANN, APPLE, BEN, FRONT, NOW, OURS, limits_of, table_of
from .spec_lock import DISABLED, PIN, SpecLock, SpecUser


def inhabited() -> SpecLock:
    lock = SpecLock()
    lock.users = {
        1: SpecUser(OURS, "Ann", credentials={(PIN, 2)}, type=8, year={1: (0, 600)}),
        3: SpecUser(APPLE, "Ben", credentials={(PIN, 1), (3, 1)}),
    }
    return lock


def change(
    kind: LockDataType, user: int | None, index: int | None = None, fabric: int = APPLE
) -> LockUserChange:
    return LockUserChange(
        data_type=kind,
        operation=DataOperationType.MODIFY,
        actor=Actor(source=None, user_index=user, fabric_index=fabric),
        data_index=index,
    )


def test_a_walk_makes_a_table_known_and_dated() -> None:
    bare = DoorTable(directory=table_of(SpecLock()).directory, own_fabric_index=OURS)
    assert not bare.is_known
    table = table_of(inhabited())
    assert table.is_known
    assert table.door_id == FRONT
    assert [user.index for user in table.users] == [1, 3]
    limits = LockLimits(users=4, codes=3)
    assert table.free_users(limits) == [2, 4]
    assert table.free_codes(limits) == [3]
    assert table.read_at == {1: NOW, 3: NOW}
    later = NOW + timedelta(hours=1)
    again = table.with_walk([table.users[1]], later)
    assert [user.index for user in again.users] == [3]
    assert again.complete_since == later
    assert 1 not in again.schedules


def test_a_change_makes_it_unknown_until_that_user_is_read() -> None:
    table = table_of(inhabited())
    for kind, user, index in (
        (LockDataType.PIN, 1, 2),
        (LockDataType.USER_INDEX, 1, 1),
        (LockDataType.USER_INDEX, None, 5),
    ):
        changed = table.after_change(change(kind, user, index))
        assert not changed.is_known
        touched = user or 5
        assert touched not in changed.schedules
        empty = LockUser(index=touched, occupied=False)
        assert changed.with_user(empty, NOW).is_known


def test_a_change_of_nobody_or_all_needs_a_walk() -> None:
    table = table_of(inhabited())
    for user in (None, ALL_INDICES):
        changed = table.after_change(change(LockDataType.PIN, user))
        assert changed.complete_since is None
    assert not table.after_gap().is_known
    assert table.after_gap().schedules == {}


def test_schedules_of_another_fabrics_change_are_read_again() -> None:
    table = table_of(inhabited())
    kind = LockDataType.YEAR_DAY_SCHEDULE
    assert table.after_change(change(kind, 1, 1, OURS)) == table
    assert 1 not in table.after_change(change(kind, 1, 1)).schedules
    assert 3 in table.after_change(change(kind, 1, 1)).schedules
    assert table.after_change(change(kind, None, 1)).schedules == {}
    assert table.after_change(change(kind, 1, 1)).is_known


def test_single_schedules_are_taken_as_they_are_read() -> None:
    table = table_of(inhabited()).with_schedules(1, NO_SCHEDULES)
    week, year = WeekDaySchedule(2, 8, 0, 9, 0), YearDaySchedule(0, 99)
    table = table.with_week_day(1, 4, week).with_year_day(1, 1, year)
    found = table.holding(1)
    assert found is not None and found.schedules is not None
    assert (found.schedules.week, found.schedules.year) == ({4: week}, {1: year})
    emptied = table.with_week_day(1, 4, None).with_year_day(1, 1, None).holding(1)
    assert emptied is not None and emptied.schedules == NO_SCHEDULES
    assert table.holding(2) is None


@pytest.mark.parametrize(
    ("creator", "name", "maker"),
    [
        (None, None, Maker.OUTSIDE_MATTER),
        (0, "Ann", Maker.GONE),
        (APPLE, "Ann", Maker.ECOSYSTEM),
        (OURS, "Ann", Maker.HOME_ASSISTANT),
        (OURS, "lcm:1:Ann", Maker.LOCK_CODE_MANAGER),
        (OURS, "7", Maker.LOCK_CODE_MANAGER),
    ],
)
def test_who_made_a_user(creator: int | None, name: str | None, maker: Maker) -> None:
    user = LockUser(index=1, name=name, creator_fabric_index=creator)
    assert maker_of(user, table_of(SpecLock())) is maker


def test_the_ecosystem_of_a_user_is_named() -> None:
    fabrics = FabricTable().with_own(OURS).with_fabrics([Fabric(APPLE, 9, 0x1349)], NOW)
    made = LockUser(index=1, creator_fabric_index=APPLE)
    assert ecosystem_of(made, fabrics, NOW) == "Apple Home"
    ours = replace(made, creator_fabric_index=OURS)
    assert ecosystem_of(ours, fabrics, NOW) == "Home Assistant"
    assert ecosystem_of(replace(made, creator_fabric_index=7), fabrics, NOW) is None
    assert (
        ecosystem_of(replace(made, creator_fabric_index=None), FabricTable(), NOW)
        is None
    )


# Adoption -----------------------------------------------------------------------------


def other_door(table: DoorTable, door_id: str) -> DoorTable:
    return replace(table, directory=replace(table.directory, lock_id=door_id))


def test_users_of_several_doors_become_people_by_their_names() -> None:
    garage = SpecLock()
    garage.users = {
        1: SpecUser(APPLE, "ben", credentials={(PIN, 1)}),
        2: SpecUser(APPLE, "Guest", credentials={(PIN, 2)}),
        3: SpecUser(None, None, credentials={(PIN, 3)}),
        4: SpecUser(OURS, "lcm:2", credentials={(PIN, 4)}),
        5: SpecUser(APPLE, "Guest", type=5, credentials={(PIN, 5)}),
        6: SpecUser(APPLE, "Guest", credentials={(PIN, 6)}),
    }
    front = SpecLock(users={3: SpecUser(APPLE, "Ben"), 4: SpecUser(None, "Guest")})
    found = [
        *found_users(table_of(front), known=[]),
        *found_users(other_door(table_of(garage), "garage"), known=[]),
    ]
    made = proposals(found, [ANN, Person("ben", "Ben")])
    rows = [
        (item.name, item.person_id, [(u.door_id, u.user.index) for u in item.users])
        for item in made
    ]
    assert rows == [
        ("Ben", "ben", [(FRONT, 3), ("garage", 1)]),
        ("Guest", None, [(FRONT, 4), ("garage", 2), ("garage", 5)]),
        (None, None, [("garage", 3)]),
        ("Guest", None, [("garage", 6)]),
    ]


def test_an_assignment_decides_before_a_name() -> None:
    table = table_of(inhabited())
    directory = table.directory.bind(UserSlot(3), ANN.id, NOW)
    found = found_users(replace(table, directory=directory), known=[1], managed=[])
    assert [item.person_id for item in found] == [ANN.id]
    (made,) = proposals(found, [ANN, BEN])
    assert (made.person_id, made.name) == (ANN.id, "Ann")


def test_two_people_of_one_name_are_not_guessed() -> None:
    table = table_of(SpecLock(users={1: SpecUser(APPLE, "Ann")}))
    made = proposals(found_users(table, known=[]), [ANN, Person("ann2", "Ann")])
    assert [(item.name, item.person_id) for item in made] == [("Ann", None)]


@pytest.mark.parametrize(
    ("user", "window"),
    [
        (SpecUser(APPLE, "Ann"), ALWAYS),
        (SpecUser(APPLE, "Ann", type=5), ALWAYS),
        (SpecUser(APPLE, "Ann", type=6), Once()),
        (SpecUser(APPLE, "Ann", type=9), AsFound()),
        (
            SpecUser(OURS, "Ann", type=8, year={1: (0, 3600)}),
            FromTo(datetime(2000, 1, 1), datetime(2000, 1, 1, 1)),
        ),
        (
            SpecUser(OURS, "Ann", type=8, week={1: (2, 0, 9)}, year={1: (0, 9)}),
            AsFound(),
        ),
        (SpecUser(OURS, "Ann", status=DISABLED), ALWAYS),
    ],
)
def test_what_is_adopted_is_in_place_and_nothing_is_written(
    user: SpecUser, window: Window
) -> None:
    lock = SpecLock(users={2: user})
    user.credentials = {(PIN, 1)}
    table = table_of(lock)
    (found,) = found_users(table, known=[])
    grant, placement = adopted(ANN, found, NOW)
    assert grant.window == window
    assert grant.means is Means.CODE
    assert grant.wish is (Wish.OFF if user.status == DISABLED else Wish.ON)
    assert grant.key.effect is (Effect.DURESS if user.type == 5 else Effect.OPENS)
    wanted = WantedGrant(grant=grant, person=ANN, placement=placement)
    status = status_of(wanted, table, limits_of(lock), NOW)
    assert (status.state, status.read_at) == (GrantState.IN_PLACE, NOW)


def test_what_somebody_made_of_a_user_can_be_adopted() -> None:
    lock = SpecLock(users={2: SpecUser(APPLE, "Ann", credentials={(3, 1)})})
    (found,) = found_users(table_of(lock), known=[])
    grant, _ = adopted(ANN, found, NOW)
    assert grant.means is Means.FINGERPRINT
    lock.users[2].status = DISABLED
    held = table_of(lock).holding(2)
    assert held is not None
    again = taken_as_found(grant, held)
    assert (again.wish, again.window) == (Wish.OFF, ALWAYS)

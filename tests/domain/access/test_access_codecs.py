"""Grants, tables and jobs survive their files; damage is found grant by grant."""

from dataclasses import replace
from datetime import datetime, timedelta
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.aqara_lock.domain.access.grant_codec import (
    grants_as_dict,
    grants_from_dict,
    sound_grants,
)
from custom_components.aqara_lock.domain.access.grants import (
    CodeProof,
    Grant,
    GrantKey,
    Holding,
    Keeper,
    Means,
    Placement,
)
from custom_components.aqara_lock.domain.access.job import Job, job_of
from custom_components.aqara_lock.domain.access.job_codec import (
    job_as_dict,
    job_from_dict,
    step_from_dict,
)
from custom_components.aqara_lock.domain.access.planner import plan_door
from custom_components.aqara_lock.domain.access.table import DoorTable
from custom_components.aqara_lock.domain.access.table_codec import (
    sound_table,
    table_as_dict,
    table_from_dict,
)
from custom_components.aqara_lock.domain.access.windows import (
    AfterFirstUse,
    AsFound,
    FromTo,
)

from ..who import garbage, junk
from .doors import FRONT, NOW, door_of, table_of
from .spec_lock import SpecLock, SpecUser
from .test_plans import Household, foreign_users, grants, household, locks


def through_json(value: object) -> Any:
    return json.loads(json.dumps(value))


def lived_in(lock: SpecLock, first: dict[GrantKey, Grant]) -> Household:
    home = household(lock, {})
    home.wish(first, set(first))
    home.run()
    return home


@settings(max_examples=30)
@given(locks, grants(), grants())
def test_everything_survives_its_file(
    lock: SpecLock, first: dict[GrantKey, Grant], then: dict[GrantKey, Grant]
) -> None:
    home = lived_in(lock, first)
    home.wish(then, set(then))
    wanted = [item.grant for item in home.wanted.values()]
    stored = through_json(grants_as_dict(wanted, home.placements))
    assert grants_from_dict(stored) == (tuple(wanted), home.placements)
    assert sound_grants(stored) == (tuple(wanted), home.placements)

    items, door = home.items(), door_of(home.lock)
    job = job_of(plan_door(items, door, NOW), items, door.table, "job", NOW)
    for kept in (job, job.sent() if job.next_step else job):
        assert job_from_dict(through_json(job_as_dict(kept))) == kept

    bare = DoorTable(directory=door.table.directory, own_fabric_index=3)
    stored = through_json(table_as_dict(door.table))
    assert table_from_dict(stored, bare) == door.table


@settings(max_examples=20)
@given(locks, grants())
def test_no_digits_of_a_code_are_in_any_file(
    lock: SpecLock, first: dict[GrantKey, Grant]
) -> None:
    home = household(lock, {})
    home.wish(first, set(first))
    items, door = home.items(), door_of(home.lock)
    job = job_of(plan_door(items, door, NOW), items, door.table, "job", NOW)
    home.run()
    wanted = [item.grant for item in home.wanted.values()]
    kept = json.dumps(
        [
            grants_as_dict(wanted, home.placements),
            job_as_dict(job),
            table_as_dict(table_of(home.lock)),
        ]
    )
    assert not [code for code in home.all_codes.values() if code in kept]


PLACED = Placement(
    left=Holding(user=table_of(SpecLock(users={1: SpecUser(3, "Ann")})).users[0]),
    proved_at=NOW,
    code=CodeProof.SENT,
    first_used_at=NOW + timedelta(hours=1),
    counted_from=NOW + timedelta(minutes=30),
    used=True,
    minutes=30,
)
GRANTS = (
    Grant(key=GrantKey("ann", FRONT), window=AfterFirstUse(30)),
    Grant(
        key=GrantKey("ben", FRONT),
        window=FromTo(datetime(2026, 12, 1), datetime(2026, 12, 2)),
        keeper=Keeper.HOME_ASSISTANT,
    ),
    Grant(key=GrantKey("cleo", FRONT), window=AsFound(), means=Means.TAG),
)
STORED = grants_as_dict(GRANTS, {GRANTS[0].key: PLACED})


def test_facts_of_use_are_kept() -> None:
    assert grants_from_dict(through_json(STORED)) == (GRANTS, {GRANTS[0].key: PLACED})


def damaged(at: int, **changes: object) -> dict[str, Any]:
    found: dict[str, Any] = through_json(STORED)
    found["grants"][at].update(changes)
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"window": {"kind": "sometimes"}},
        {"window": {"kind": "after_first_use", "minutes": 0}},
        {"window": {"kind": "from_to", "start": "2026-12-01", "end": "x"}},
        {"window": {"kind": "weekly", "hours": []}},
        {"person": 7},
        {"wish": "maybe"},
    ],
)
def test_a_damaged_grant_costs_that_grant_alone(changes: dict[str, object]) -> None:
    stored = damaged(1, **changes)
    with pytest.raises(ValueError):
        grants_from_dict(stored)
    assert sound_grants(stored) == (
        (GRANTS[0], GRANTS[2]),
        {GRANTS[0].key: PLACED},
    )


def test_a_damaged_placement_leaves_its_grant() -> None:
    assert sound_grants(damaged(0, placement={"left": 7})) == (GRANTS, {})
    assert sound_grants({"grants": [7]}) == ((), {})
    with pytest.raises(ValueError):
        sound_grants([])


def some_job() -> Job:
    home = household(SpecLock(), {})
    home.wish({GRANTS[1].key: replace(GRANTS[1], keeper=Keeper.LOCK)}, {GRANTS[1].key})
    items, door = home.items(), door_of(home.lock)
    return job_of(plan_door(items, door, NOW), items, door.table, "job", NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"done": 99},
        {"done": -1},
        {"steps": [{"step": "dance"}]},
        {"created_at": "2026-12-01T00:00"},
        {"base": [{"user": 1}]},
    ],
)
def test_half_of_a_job_is_no_job(changes: dict[str, object]) -> None:
    stored = {**through_json(job_as_dict(some_job())), **changes}
    with pytest.raises(ValueError):
        job_from_dict(stored)


def test_an_unknown_step_is_damage() -> None:
    (_, _, read, *_) = through_json(job_as_dict(some_job()))["steps"]
    assert read["step"] == "read_schedule"
    with pytest.raises(ValueError):
        step_from_dict({**read, "step": "hide_schedule"})


@settings(max_examples=60)
@given(foreign_users(), st.data())
def test_a_damaged_table_is_read_again(
    foreign: dict[int, SpecUser], data: st.DataObject
) -> None:
    table = table_of(household(SpecLock(), foreign).lock)
    stored = through_json(table_as_dict(table))
    stored["schedules"].append(data.draw(junk))
    bare = DoorTable(directory=table.directory)
    found = sound_table(stored, bare)
    assert not found.is_known
    assert found.schedules == table.schedules
    assert sound_table(data.draw(garbage), bare).directory == table.directory
    assert sound_table(None, bare) == bare

"""A slot keeps its person only while it provably holds the same user."""

from collections.abc import Callable
from dataclasses import replace
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.access.directory import Directory
from custom_components.aqara_lock.domain.access.directory_codec import (
    directory_as_dict,
    directory_from_dict,
)
from custom_components.aqara_lock.domain.access.people import (
    LockUser,
    Slot,
    SlotContent,
    UserSlot,
)
from custom_components.aqara_lock.domain.access.user_response import parse_user
from custom_components.aqara_lock.domain.doorlock.cluster import (
    ALL_INDICES,
    DataOperationType,
    LockDataType,
    UserStatus,
    UserType,
)
from custom_components.aqara_lock.domain.doorlock.events import Actor, LockUserChange

from ..who import (
    NOW,
    directory,
    finger,
    garbage,
    indices,
    junk,
    pin,
    slots,
    user,
    users,
)

ADD, CLEAR, MODIFY = DataOperationType


def change(
    kind: LockDataType | None,
    operation: DataOperationType | None,
    user_index: int | None = None,
    data_index: int | None = None,
) -> LockUserChange:
    return LockUserChange(
        data_type=kind,
        operation=operation,
        actor=Actor(source=None, user_index=user_index),
        data_index=data_index,
    )


def bound(holder: LockUser, slot: Slot | None = None) -> Directory:
    target = slot or UserSlot(holder.index)
    return directory(holder).bind(target, "linda", NOW)


LINDAS = user(1, "Linda", credentials=frozenset({finger(1)}))
NAMELESS = user(1, credentials=frozenset({finger(1)}))
SLOT = UserSlot(1)


def test_full_response() -> None:
    response = {
        "userIndex": 1,
        "userName": " Linda ",
        "userUniqueID": 7,
        "userStatus": 1,
        "userType": 5,
        "credentials": [{"credentialType": 3, "credentialIndex": 1}, {}, "x"],
        "creatorFabricIndex": 2,
        "nextUserIndex": 4,
    }
    assert parse_user(response, {2: 99}) == LockUser(
        index=1,
        name="Linda",
        unique_id=7,
        status=UserStatus.OCCUPIED_ENABLED,
        type=UserType.FORCED,
        credentials=frozenset({finger(1)}),
        creator_fabric_index=2,
        creator_fabric_id=99,
        next_index=4,
    )


def test_other_server_spells_the_unique_id_differently() -> None:
    found = parse_user({"userIndex": 1, "userStatus": 1, "userUniqueId": 7})
    assert found is not None
    assert found.unique_id == 7


def test_empty_slot_is_a_user_that_is_not_there() -> None:
    empty = {"userIndex": 2, "userName": None, "userStatus": None}
    found = parse_user(empty)
    assert found is not None
    assert not found.occupied


def test_unset_unique_id_and_blank_name_are_absent() -> None:
    response = {"userIndex": 1, "userStatus": 1, "userName": " "}
    found = parse_user(response | {"userUniqueID": 0xFFFFFFFF})
    assert found is not None
    assert (found.name, found.unique_id) == (None, None)


def test_unknown_status_is_not_empty() -> None:
    found = parse_user({"userIndex": 1, "userStatus": 2})
    assert found is not None
    assert found.occupied


@pytest.mark.parametrize(
    "response",
    [None, [], {}, {"userIndex": 0}, {"userIndex": 1, "userStatus": "x"}],
)
def test_failed_read_is_no_empty_slot(response: object) -> None:
    assert parse_user(response) is None


@given(garbage | junk)
def test_garbage_never_raises(response: object) -> None:
    found = parse_user(response)
    assert found is None or found.index > 0


def test_bound_person_is_known() -> None:
    known = bound(LINDAS)
    assert known.person_of(SLOT) == "linda"
    assert known.user(1) == LINDAS


def test_guest_is_bound_to_nobody() -> None:
    known = directory(LINDAS).bind(SLOT, None, NOW)
    assert known.binding_of(SLOT) is not None
    assert known.person_of(SLOT) is None


def test_unbind() -> None:
    assert bound(LINDAS).unbind(SLOT).binding_of(SLOT) is None


def test_person_leaves_the_household() -> None:
    known = bound(LINDAS).bind(pin(9), "omar", NOW).without_person("linda")
    assert (known.person_of(SLOT), known.person_of(pin(9))) == (None, "omar")


@pytest.mark.parametrize(
    ("holder", "now", "kept"),
    [
        (LINDAS, replace(LINDAS, credentials=frozenset({pin(4)})), True),
        (LINDAS, replace(LINDAS, name="Omar"), False),
        (LINDAS, replace(LINDAS, name=None), False),
        (LINDAS, replace(LINDAS, unique_id=7), False),
        (LINDAS, replace(LINDAS, creator_fabric_index=2), False),
        (LINDAS, replace(LINDAS, status=UserStatus.OCCUPIED_DISABLED), True),
        (NAMELESS, NAMELESS, True),
        (NAMELESS, replace(NAMELESS, credentials=frozenset({pin(4)})), False),
        (NAMELESS, replace(NAMELESS, credentials=frozenset()), False),
    ],
)
def test_after_a_gap_the_slot_is_compared(
    holder: LockUser, now: LockUser, kept: bool
) -> None:
    away = bound(holder).after_gap()
    assert away.person_of(SLOT) is None
    assert (away.with_user(now).person_of(SLOT) == "linda") is kept


def test_creator_is_compared_by_fabric_id() -> None:
    made = replace(LINDAS, creator_fabric_index=2, creator_fabric_id=50)
    away = bound(made).after_gap()
    moved = replace(made, creator_fabric_index=4)
    assert away.with_user(moved).person_of(SLOT) == "linda"
    reused = replace(made, creator_fabric_id=51)
    assert away.with_user(reused).person_of(SLOT) is None


def test_creator_that_left_the_lock_does_not_matter_to_a_named_user() -> None:
    made = replace(LINDAS, creator_fabric_index=2, creator_fabric_id=50)
    left = replace(made, creator_fabric_index=0, creator_fabric_id=None)
    assert bound(made).after_gap().with_user(left).person_of(SLOT) == "linda"


def test_slot_found_empty_loses_its_person() -> None:
    known = bound(LINDAS).with_user(user(1, occupied=False))
    assert known.binding_of(SLOT) is None
    assert known.with_user(LINDAS).person_of(SLOT) is None


def test_unread_slot_takes_the_first_user_that_is_read() -> None:
    known = Directory(lock_id="front").bind(SLOT, "linda", NOW)
    assert known.person_of(SLOT) == "linda"
    read = known.with_user(LINDAS)
    assert read.person_of(SLOT) == "linda"
    assert read.bindings[SLOT].fingerprint.content is SlotContent.USER


def test_unread_slot_loses_its_person_over_a_gap() -> None:
    known = Directory(lock_id="front").bind(SLOT, "linda", NOW).after_gap()
    assert known.with_user(LINDAS).person_of(SLOT) is None


def test_user_that_the_lock_reports_but_never_lists() -> None:
    known = Directory(lock_id="front").bind(SLOT, "linda", NOW).without_user(1)
    assert known.person_of(SLOT) == "linda"
    assert known.with_user(LINDAS).person_of(SLOT) is None
    assert known.after_gap().without_user(1).person_of(SLOT) is None


def test_binding_a_doubtful_slot_forgets_its_stale_user() -> None:
    known = directory(LINDAS).after_gap().bind(SLOT, "omar", NOW)
    assert known.user(1) is None
    assert known.person_of(SLOT) == "omar"


def test_credential_binding_lives_with_its_user() -> None:
    known = bound(LINDAS, finger(1))
    assert known.person_of(finger(1)) == "linda"
    assert known.after_gap().person_of(finger(1)) is None
    assert known.after_gap().with_user(LINDAS).person_of(finger(1)) == "linda"


def test_credential_that_moved_to_another_user_falls() -> None:
    known = bound(LINDAS, finger(1)).with_user(user(1, "Linda"))
    assert known.binding_of(finger(1)) is None
    moved = bound(LINDAS, finger(1)).with_user(
        user(2, "Omar", credentials=frozenset({finger(1)}))
    )
    assert finger(1) not in moved.bindings


@pytest.mark.parametrize("operation", [CLEAR, ADD])
@pytest.mark.parametrize("holder", [LINDAS, NAMELESS])
def test_cleared_or_filled_slot_loses_its_person(
    operation: DataOperationType, holder: LockUser
) -> None:
    known = bound(holder).bind(finger(1), "linda", NOW)
    after = known.after_change(change(LockDataType.USER_INDEX, operation, None, 1))
    assert after.bindings == {}
    assert after.with_user(holder).person_of(SLOT) is None


@pytest.mark.parametrize(
    ("seen", "changed"),
    [
        (change(LockDataType.USER_INDEX, CLEAR, 1, 1), True),
        (change(LockDataType.USER_INDEX, MODIFY, 1, 1), True),
        (change(LockDataType.USER_INDEX, CLEAR, 2, 2), False),
        (change(LockDataType.FINGERPRINT, ADD, 2, 1), True),
        (change(LockDataType.FINGERPRINT, ADD, 2, 9), False),
        (change(LockDataType.WEEK_DAY_SCHEDULE, ADD, 1, 1), False),
        (change(LockDataType.USER_INDEX, CLEAR, None, ALL_INDICES), True),
        (change(None, None), True),
        (change(None, None, 2), False),
    ],
)
def test_change_concerns_only_the_users_that_it_touches(
    seen: LockUserChange, changed: bool
) -> None:
    """Also one that is in doubt already, after a gap."""
    doubtful = bound(LINDAS).after_gap()
    assert doubtful.is_changed_by(seen, 1) is changed


def test_all_users_cleared() -> None:
    event = change(LockDataType.USER_INDEX, CLEAR, None, ALL_INDICES)
    assert bound(LINDAS).after_change(event) == Directory(lock_id="front")


@pytest.mark.parametrize("holder", [LINDAS, NAMELESS])
def test_reissued_key_of_the_same_user_does_not_ask_again(holder: LockUser) -> None:
    known = bound(holder)
    known = known.after_change(change(LockDataType.FINGERPRINT, CLEAR, 1, 1))
    assert known.person_of(SLOT) is None
    known = known.with_user(replace(holder, credentials=frozenset()))
    known = known.after_change(change(LockDataType.PIN, ADD, 1, 3))
    known = known.with_user(replace(holder, credentials=frozenset({pin(3)})))
    assert known.person_of(SLOT) == "linda"
    assert (
        known.after_gap()
        .with_user(replace(holder, credentials=frozenset({pin(3)})))
        .person_of(SLOT)
        == "linda"
    )


def test_change_in_a_gap_does_not_lift_the_doubt() -> None:
    away = bound(NAMELESS).after_gap()
    touched = away.after_change(change(LockDataType.PIN, ADD, 1, 3))
    now = replace(NAMELESS, credentials=frozenset({pin(3)}))
    assert touched.with_user(now).person_of(SLOT) is None


def test_modified_user_is_read_again() -> None:
    event = change(LockDataType.USER_INDEX, MODIFY, None, 1)
    known = bound(LINDAS).after_change(event)
    assert not known.is_verified(SLOT)
    assert known.with_user(LINDAS).person_of(SLOT) == "linda"


@pytest.mark.parametrize(
    "kind",
    [LockDataType.WEEK_DAY_SCHEDULE, LockDataType.YEAR_DAY_SCHEDULE],
)
def test_schedules_change_nobody(kind: LockDataType) -> None:
    known = bound(LINDAS)
    assert known.after_change(change(kind, ADD, 1, 1)) is known


def test_unknown_change_of_one_user() -> None:
    known = bound(LINDAS).with_user(user(2, "Omar"))
    after = known.after_change(change(None, None, 1))
    assert not after.is_verified(SLOT)
    assert after.is_verified(UserSlot(2))


def test_unknown_change_of_nobody_in_particular() -> None:
    known = bound(LINDAS).with_user(user(2, "Omar"))
    after = known.after_change(change(LockDataType.USER_INDEX, ADD))
    assert after.verified == frozenset()


def test_cleared_credential_loses_its_own_binding() -> None:
    known = bound(LINDAS, finger(1))
    after = known.after_change(
        change(LockDataType.FINGERPRINT, CLEAR, None, ALL_INDICES)
    )
    assert after.bindings == {}


def test_replaced_credential_of_its_user_is_read_again() -> None:
    known = bound(LINDAS, finger(1))
    after = known.after_change(change(LockDataType.FINGERPRINT, MODIFY, 1, 1))
    assert after.person_of(finger(1)) is None
    assert after.with_user(LINDAS).person_of(finger(1)) == "linda"
    other = known.after_change(change(LockDataType.FINGERPRINT, MODIFY, 2, 1))
    assert other.bindings == {}


def test_nobody_asks_again() -> None:
    known = directory(LINDAS).hush(1)
    assert known.is_quiet(1)
    assert known.after_gap().with_user(LINDAS).is_quiet(1)


@pytest.mark.parametrize(
    "happens",
    [
        lambda known: known.with_user(user(1, "Omar")),
        lambda known: known.without_user(1),
        lambda known: known.after_change(
            change(LockDataType.USER_INDEX, CLEAR, None, 1)
        ),
    ],
)
def test_until_the_slot_changes_hands(
    happens: Callable[[Directory], Directory],
) -> None:
    assert not happens(directory(LINDAS).hush(1)).is_quiet(1)


changes = st.builds(
    change,
    st.none() | st.sampled_from(list(LockDataType)),
    st.none() | st.sampled_from(list(DataOperationType)),
    st.none() | indices,
    st.none() | indices | st.just(ALL_INDICES),
)
steps = st.lists(
    users.map(lambda item: ("with_user", item))
    | indices.map(lambda item: ("without_user", item))
    | changes.map(lambda item: ("after_change", item))
    | st.just(("after_gap",))
    | st.tuples(
        st.just("bind"),
        indices.map(UserSlot) | slots,
        st.sampled_from(["linda", None]),
        st.just(NOW),
    )
    | indices.map(lambda item: ("hush", item)),
    max_size=12,
)


def walk(path: list[tuple[Any, ...]]) -> Directory:
    known = Directory(lock_id="front")
    for name, *arguments in path:
        known = getattr(known, name)(*arguments)
    return known


@given(steps)
def test_store_gives_back_the_same(path: list[tuple[Any, ...]]) -> None:
    known = walk(path)
    assert (
        directory_from_dict(json.loads(json.dumps(directory_as_dict(known)))) == known
    )


@given(steps)
def test_unverified_slots_name_nobody(path: list[tuple[Any, ...]]) -> None:
    known = walk(path).after_gap()
    assert all(known.person_of(slot) is None for slot in known.bindings)


@given(steps, indices)
def test_cleared_slot_never_gets_its_person_back(
    path: list[tuple[Any, ...]], index: int
) -> None:
    before = walk(path)
    known = before.after_change(change(LockDataType.USER_INDEX, CLEAR, None, index))
    held = before.users.get(index)
    if held is not None:
        known = known.with_user(held)
    assert known.person_of(UserSlot(index)) is None
    assert UserSlot(index) not in known.bindings


@given(steps, users)
def test_reused_slot_never_keeps_its_old_person(
    path: list[tuple[Any, ...]], newcomer: LockUser
) -> None:
    before = walk(path).after_gap()
    binding = before.bindings.get(UserSlot(newcomer.index))
    known = before.with_user(newcomer)
    kept = known.person_of(UserSlot(newcomer.index))
    if binding is None or kept is None:
        return
    old = binding.fingerprint
    assert (old.user_name, old.unique_id) == (newcomer.name, newcomer.unique_id)
    if newcomer.name is None and newcomer.unique_id is None:
        assert old.credentials == newcomer.credentials


@pytest.mark.parametrize(
    "damage",
    [
        [],
        {"lock_id": 5},
        {"lock_id": "a", "users": {}},
        {"lock_id": "a", "users": [{"index": "1"}]},
        {"lock_id": "a", "users": [{"index": 1, "name": 5}]},
        {"lock_id": "a", "users": [{"index": 1, "type": 77}]},
        {"lock_id": "a", "bindings": ["x"]},
        {"lock_id": "a", "bindings": [{"slot": {"user": 1}, "fingerprint": 3}]},
        {"lock_id": "a", "verified": [{"type": 99, "index": 1}]},
        {"lock_id": "a", "quiet": [True]},
    ],
)
def test_damage_is_named(damage: object) -> None:
    with pytest.raises(ValueError, match=r"\w+ (is not|has no)"):
        directory_from_dict(damage)


def test_credential_belongs_to_the_user_that_was_read_last() -> None:
    first = user(1, "Anna", credentials=frozenset({finger(1)}))
    second = user(2, "Ben", credentials=frozenset({finger(1)}))
    assert directory(first, second).owner_of(finger(1)) == second
    assert directory(second, first).owner_of(finger(1)) == first

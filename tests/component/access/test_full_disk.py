"""A disk that takes nothing: what could not be kept is not wanted, and nothing is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import pytest

from custom_components.aqara_lock.access import Drift, NotReadError
from custom_components.aqara_lock.domain.access import Grant, GrantKey, Wish
from custom_components.aqara_lock.domain.doorlock import DataOperationType
from custom_components.aqara_lock.store import NotKeptError
from tests.component.disk import full_disk
from tests.component.fake_matter import FakeLock
from tests.component.flow_steps import fix
from tests.component.house import House

from .doors import (
    CODE,
    OTHER_CODE,
    access,
    add_person,
    apply,
    grant,
    opens,
    remove_person,
    state,
    table_of,
    written,
)

pytestmark = pytest.mark.usefixtures("files")

type Act = Callable[[House], Awaitable[None]]


async def want(home: House) -> None:
    """Want more for Ann and nothing for Ben any more."""
    await apply(home, grant(home, "ann", wish=Wish.OFF), grant(home, "ben"))


async def ask_for_code(home: House) -> None:
    """Have an administrator asked for a code of Ben."""
    wanted = grant(home, "ben")
    await access(home).async_request_code({wanted.key: wanted})


async def take_over(home: House) -> None:
    """Take the strangers for Ben."""
    await access(home).async_adopt({"ben": access(home).found_users()})


async def know_of(home: House) -> None:
    """Take that somebody knows of the strangers."""
    door_id = home.subentry_id()
    await access(home).async_notice_strangers(
        door_id, access(home).new_strangers(door_id)
    )


def decide(what: Drift) -> Act:
    """Decide about the drift of Ann."""

    async def act(home: House) -> None:
        await access(home).async_decide(grant(home, "ann").key, what)

    return act


ACTS: Final[dict[str, Act]] = {
    "want": want,
    "ask for a code": ask_for_code,
    "take over": take_over,
    "know of strangers": know_of,
    **{f"drift: {what}": decide(what) for what in Drift},
}


@pytest.fixture
async def changed(home: House, front: FakeLock) -> House:
    """Have Ann switched off at the front door by somebody, who also added two users."""
    home.expects_errors = True
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table = table_of(front)
    table.users[1].status = 3
    front.report_user_change(DataOperationType.MODIFY, 1)
    for index in (4, 5):
        table.set_user(3, 0, index, f"user{index}", None, 1, 0)
        front.report_user_change(DataOperationType.ADD, index)
    await home.pass_time(30, 5)
    return home


def remembered(house: House) -> tuple[object, ...]:
    """Give everything that an administrator decided, and what is asked."""
    found, door_id = access(house), house.subentry_id()
    return (
        dict(found.grants),
        dict(found.placements),
        dict(found.asks),
        found.new_strangers(door_id),
        [key for key in found.grants if found.is_left_alone(key)],
        state(house, grant(house, "ann")),
    )


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_all_or_nothing(changed: House, front: FakeLock, act: Act) -> None:
    """What fails changes nothing, here or there; done again it is done."""
    before, count = remembered(changed), len(written(front))
    with full_disk():
        with pytest.raises(NotKeptError) as refused:
            await act(changed)
        await changed.settle()
    assert refused.value.translation_key == "access_not_written"
    assert remembered(changed) == before
    assert len(written(front)) == count
    await act(changed)
    await changed.settle()
    assert remembered(changed) != before


async def test_what_happens_meanwhile_is_not_undone(
    changed: House, front: FakeLock, garage: FakeLock
) -> None:
    """A code that opens while the disk fails is remembered as used."""
    used = grant(changed, "ben", 1)
    await apply(changed, used, codes={"ben": OTHER_CODE})
    found = access(changed)

    async def open_meanwhile() -> None:
        garage.unlock_by_code(1, 1)
        raise NotKeptError("access_not_written")

    found._store.async_save = open_meanwhile
    with pytest.raises(NotKeptError):
        await ask_for_code(changed)
    await changed.settle()
    assert grant(changed, "ben").key not in found.grants
    assert found.placements[used.key].first_used_at is not None


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("needs_code", {"code": OTHER_CODE, "code_again": OTHER_CODE}),
        ("drift", {"decision": "adopt"}),
        ("drift", {"decision": "restore"}),
        ("stranger", {}),
    ],
)
async def test_a_repair_says_that_nothing_was_kept(
    changed: House, front: FakeLock, kind: str, given: dict[str, str]
) -> None:
    """Its issue stays, and can be answered once the disk is well."""
    await apply(changed, grant(changed, "ben"))
    issue_id, count = f"access_{kind}_{changed.subentry_id()}", len(written(front))
    flow = await fix(changed, issue_id)
    with full_disk():
        await flow.fill(**given)
    assert flow.aborted == "access_not_written"
    assert len(written(front)) == count
    flow = await fix(changed, issue_id)
    await flow.fill(**given)
    assert flow.is_done


async def test_trying_again_on_a_full_disk(home: House, front: FakeLock) -> None:
    """What still opens goes on to be said."""
    home.expects_errors = True
    await apply(home, grant(home, "ann"), codes={"ann": CODE})
    table_of(front).asleep = True
    await apply(home, grant(home, "ann", wish=Wish.REMOVED))
    issue_id = f"access_still_opens_{home.subentry_id()}"
    flow = await fix(home, issue_id)
    with full_disk():
        await flow.fill()
    assert flow.aborted == "access_not_written"
    table_of(front).asleep = False
    flow = await fix(home, issue_id)
    await flow.fill()
    assert flow.is_done
    assert opens(front, CODE) == ""


@pytest.mark.parametrize("kind", ["needs_code", "drift", "stranger"])
async def test_a_repair_of_a_home_that_does_not_run(changed: House, kind: str) -> None:
    """The dialog ends with a word; what it is about is still there after the start."""
    await apply(changed, grant(changed, "ben"))
    flow = await fix(changed, f"access_{kind}_{changed.subentry_id()}")
    await changed.stop()
    await flow.fill()
    assert flow.aborted == "home_not_loaded"


async def test_who_left_while_the_dialog_was_open_takes_nothing_over(
    changed: House,
) -> None:
    """The rest of the table is kept."""
    await add_person(changed, "cleo", "Cleo")
    first, second = access(changed).found_users()
    await access(changed).async_adopt({"zoe": [first], "cleo": [second]})
    taken = {x.person_id for x in access(changed).grants}
    assert taken == {"ann", "cleo"}


def test_grant_that_is_off_stays_off() -> None:
    """Other times are no wish to let somebody in."""
    key = GrantKey("ann", "front")
    wishes = {x: Grant(key=key, wish=x).wanted_again().wish for x in Wish}
    assert wishes == {Wish.ON: Wish.ON, Wish.OFF: Wish.OFF, Wish.REMOVED: Wish.ON}


async def test_nothing_is_decided_on_half_a_file(
    changed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every decision is refused where the file could not be read."""
    before = remembered(changed)
    monkeypatch.setattr(access(changed)._store, "_is_accepted", False)
    monkeypatch.setattr(access(changed)._store._file, "problem", "damaged")
    for act in ACTS.values():
        with pytest.raises(NotReadError):
            await act(changed)
    monkeypatch.undo()
    assert remembered(changed) == before


@pytest.mark.parametrize("way", ["switch", "menu"])
async def test_what_a_full_disk_kept_from_being_taken_is_taken_later(
    home: House, front: FakeLock, way: str
) -> None:
    """Nothing else has to happen first, and the lock is not asked again and again."""
    home.expects_errors = True
    ann = grant(home, "ann")
    await apply(home, ann, codes={"ann": CODE})
    if way == "switch":
        front.become(available=False)
        await apply(home, replace(ann, wish=Wish.REMOVED))
    with full_disk():
        if way == "switch":
            front.become(available=True)
        else:
            await remove_person(home, "ann")
        await home.pass_time(300, 10)
        assert opens(front, CODE) == "opens"
        assert state(home, ann) == "still_opens"
    await home.pass_time(2000, 60)
    assert opens(front, CODE) == ""
    assert ann.key not in access(home).grants

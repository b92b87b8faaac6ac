"""The repair for users that nobody knows, and the answer to it."""

import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.doorlock.cluster import (
    DataOperationType,
    OperationError,
    OperationSource,
)

from .callers import activity
from .fake_matter import FakeLock, User
from .flow_steps import bind, fix, person_id_of
from .house import House
from .locks.activity.test_gap_entries import start_server, stop_server

TENANT = 7
CLEANER = 8


@pytest.fixture
def lock(u400_lock: FakeLock) -> FakeLock:
    """Give a U400 with two users that have no name."""
    u400_lock.users |= {TENANT: User(None), CLEANER: User(None)}
    return u400_lock


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Give the repairs of the product."""
    registry = ir.async_get(hass)
    return [i for i in registry.issues.values() if i.domain == DOMAIN and i.active]


async def unlock(house: House, lock: FakeLock, user: int) -> None:
    """Unlock at the door."""
    lock.lock_by_hand()
    lock.unlock_by_finger(user)
    await house.settle()


async def change(house: House, lock: FakeLock, *kinds: DataOperationType) -> None:
    """Change the slot of the tenant."""
    for kind in kinds:
        lock.report_user_change(kind, TENANT)
    await house.tick(11)


async def answer(house: House, who: str, user: int = TENANT) -> None:
    """Answer the repair for one user."""
    flow = await fix(house, issues(house.hass)[0].issue_id)
    await flow.fill(user=str(user), who=who)


async def test_known_users_raise_nothing(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await bind(house, "Mara", TENANT)
    for user in (1, TENANT):
        await unlock(house, lock, user)
    lock.report_denied(OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD)
    await house.settle()
    assert issues(hass) == []


async def test_gap_ends_the_question_until_the_user_is_seen_again(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    """The answer bound the slot, which may have changed hands meanwhile, unread."""
    await house.start(lock)
    await unlock(house, lock, TENANT)
    assert len(issues(hass)) == 1
    await stop_server(house)
    await start_server(house, forgetful=True)
    assert issues(hass) == []
    await house.tick(60)
    await unlock(house, lock, TENANT)
    assert len(issues(hass)) == 1


async def test_unknown_user_raises_one_issue_without_details(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await bind(house, "Mara", 1)
    for user in (1, TENANT, CLEANER, TENANT):
        await unlock(house, lock, user)
    (issue,) = issues(hass)
    assert issue.translation_key == "unknown_user"
    assert issue.translation_placeholders == {"lock": "Aqara Smart Lock U400"}
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.is_fixable
    assert issue.data == {"lock_id": house.subentry_id()}


async def test_each_lock_has_its_own_issue(
    hass: HomeAssistant, house: House, lock: FakeLock, u200_lock: FakeLock
) -> None:
    u200_lock.users[TENANT] = User(None)
    await house.start(lock, u200_lock)
    for item in (lock, u200_lock):
        await unlock(house, item, TENANT)
    assert {str((i.translation_placeholders or {})["lock"]) for i in issues(hass)} == {
        "Aqara Smart Lock U400",
        "Aqara Smart Lock U200",
    }


async def test_user_that_is_only_added_is_no_question(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await change(house, lock, DataOperationType.ADD)
    assert house.types() == ["user_changed"]
    assert issues(hass) == []


async def test_refused_user_is_a_question(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    lock.report_denied(OperationError.RESTRICTED, OperationSource.KEYPAD, TENANT)
    await house.settle()
    assert len(issues(hass)) == 1


async def test_answer_with_a_person(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await bind(house, "Mara")
    await unlock(house, lock, TENANT)
    flow = await fix(house, issues(hass)[0].issue_id)
    assert flow.step == "who"
    assert flow.said == {"lock": "Aqara Smart Lock U400"}
    mara = person_id_of(house, "Mara")
    assert list(flow.labels("who")) == [mara, "guest", "never_ask"]
    (label,) = flow.labels("user").values()
    assert re.match(r"User 7, last seen (\d{4}-\d\d-\d\d )?\d+:\d\d [AP]M", label)
    assert label.endswith("with a fingerprint")
    await flow.fill(user=str(TENANT), who=mara)
    assert flow.is_done
    assert issues(hass) == []
    assert (await activity(house))[0]["person"] == "Mara"
    await unlock(house, lock, TENANT)
    assert house.fired("activity")[-1]["person"] == "Mara"
    assert house.fired("activity")[-1]["confidence"] == "reported"


async def test_answer_with_a_guest(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    await answer(house, "guest")
    assert issues(hass) == []
    await unlock(house, lock, TENANT)
    assert issues(hass) == []
    assert "person" not in house.fired("activity")[-1]


async def test_do_not_ask_again(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    await answer(house, "never_ask")
    await unlock(house, lock, TENANT)
    assert issues(hass) == []
    assert "person" not in house.fired("activity")[-1]
    await house.reload()
    await unlock(house, lock, TENANT)
    assert issues(hass) == []
    await unlock(house, lock, CLEANER)
    assert len(issues(hass)) == 1


async def test_one_user_after_the_other(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    for user in (TENANT, CLEANER):
        await unlock(house, lock, user)
    flow = await fix(house, issues(hass)[0].issue_id)
    assert list(flow.labels("user")) == [str(TENANT), str(CLEANER)]
    await flow.fill(user=str(TENANT), who="guest")
    assert flow.step == "who"
    assert list(flow.labels("user")) == [str(CLEANER)]
    assert len(issues(hass)) == 1
    await flow.fill(user=str(CLEANER), who="never_ask")
    assert flow.is_done
    assert issues(hass) == []


async def test_half_an_answer_keeps_the_question(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    for user in (TENANT, CLEANER):
        await unlock(house, lock, user)
    flow = await fix(house, issues(hass)[0].issue_id)
    await flow.fill(user=str(TENANT), who="guest")
    flow.manager.async_abort(flow.shown["flow_id"])
    await house.settle()
    again = await fix(house, issues(hass)[0].issue_id)
    assert list(again.labels("user")) == [str(CLEANER)]


async def test_settled_elsewhere_while_the_question_is_open(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    flow = await fix(house, issues(hass)[0].issue_id)
    await bind(house, "Mara", TENANT)
    assert issues(hass) == []
    await flow.fill(user=str(TENANT), who="guest")
    assert flow.is_done
    await unlock(house, lock, TENANT)
    assert house.fired("activity")[-1]["person"] == "Mara"


async def test_name_that_the_lock_gives_later_settles_it(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    assert len(issues(hass)) == 1
    lock.users[TENANT] = User("Tom")
    await change(house, lock, DataOperationType.MODIFY)
    assert issues(hass) == []


@pytest.mark.parametrize("who", ["guest", "never_ask"])
async def test_question_comes_back_when_the_slot_changes_hands(
    hass: HomeAssistant, house: House, lock: FakeLock, who: str
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    await answer(house, who)
    await change(house, lock, DataOperationType.CLEAR, DataOperationType.ADD)
    assert issues(hass) == []
    await unlock(house, lock, TENANT)
    (issue,) = issues(hass)
    flow = await fix(house, issue.issue_id)
    assert list(flow.labels("user")) == [str(TENANT)]


async def test_cleared_user_is_no_question_any_more(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    del lock.users[TENANT]
    await change(house, lock, DataOperationType.CLEAR)
    assert issues(hass) == []


async def test_all_users_cleared_leave_no_question(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    for user in (TENANT, CLEANER):
        await unlock(house, lock, user)
    lock.users = {}
    lock.report_user_change(DataOperationType.CLEAR, 0xFFFE)
    await house.tick(11)
    assert issues(hass) == []


async def test_issue_goes_with_its_lock(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert issues(hass) == []


async def test_issue_goes_with_the_home(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    await hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert issues(hass) == []


async def test_issue_is_there_again_after_a_restart_without_matter(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    await hass.config_entries.async_unload(house.home.entry_id)
    await hass.config_entries.async_unload(house.matter_entry.entry_id)
    ir.async_delete_issue(hass, DOMAIN, issues(hass)[0].issue_id)
    await hass.config_entries.async_setup(house.home.entry_id)
    await house.settle()
    assert len(issues(hass)) == 1


async def test_question_of_an_unloaded_home_is_not_asked(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    issue_id = issues(hass)[0].issue_id
    await hass.config_entries.async_unload(house.home.entry_id)
    flow = await fix(house, issue_id)
    assert flow.aborted == "lock_gone"
    assert [x.issue_id for x in issues(hass)] == [issue_id], "not answered"


async def test_question_that_answered_itself_while_it_was_opened(
    hass: HomeAssistant, house: House, lock: FakeLock
) -> None:
    await house.start(lock)
    await unlock(house, lock, TENANT)
    issue_id = issues(hass)[0].issue_id
    await bind(house, "Mara", TENANT)
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"lock_id": house.subentry_id()},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="unknown_user",
    )
    flow = await fix(house, issue_id)
    assert flow.aborted == "nobody_unknown"

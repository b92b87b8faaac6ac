"""The actions: read, correct, erase and export what happened."""

import csv
from datetime import timedelta
from io import StringIO
import json
from typing import Any

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.core import Context
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
    UnknownUser,
)
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.util import dt as dt_util
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.domain.doorlock.cluster import (
    AlarmCode,
    LockOperationType,
    LockState,
    OperationError,
    OperationSource,
)
from custom_components.aqara_lock.domain.journal.activity import GapReason

from .callers import (
    CONTROLS_EVERYTHING,
    READS_EVERYTHING,
    READS_NOTHING,
    act,
    activity,
    add_person,
    hide_names,
    reads,
    somebody,
)
from .fake_matter import FakeLock, User
from .house import House


@pytest.fixture
async def opened(house: House, u400_lock: FakeLock) -> House:
    """Let Anna open the door, and Ben a minute later."""
    await house.start(u400_lock)
    for user in (1, 2):
        await house.tick(60)
        u400_lock.unlock_by_finger(user=user)
        await house.settle()
    return house


async def test_newest_line_comes_first_with_who_how_and_which_lock(
    opened: House,
) -> None:
    lines = await activity(opened)
    assert [line["person"] for line in lines] == ["Ben", "Anna"]
    assert lines[0]["lock"] == "Aqara Smart Lock U400"
    assert lines[0]["type"] == "unlocked"
    assert lines[0]["method"] == "fingerprint"
    assert lines[0]["confidence"] == "reported"
    assert lines[0]["occurred_at"] > lines[1]["occurred_at"]


@pytest.mark.parametrize(
    ("platform", "key"),
    [("sensor", "diagnosis"), ("lock", "lock"), ("event", "connection")],
)
async def test_any_entity_of_the_lock_means_the_lock(
    opened: House, platform: str, key: str
) -> None:
    target = {"entity_id": opened.entity_id(platform, key)}
    assert len(await activity(opened, target=target)) == 2


async def test_device_area_label_of_the_lock_and_core_entity_mean_the_lock(
    opened: House, u400_lock: FakeLock
) -> None:
    device = opened.device_of(u400_lock)
    area = ar.async_get(opened.hass).async_create("Hall")
    dr.async_get(opened.hass).async_update_device(device.id, area_id=area.id)
    core = opened.core_lock(u400_lock)
    for target in (
        {"device_id": device.id},
        {"area_id": area.id},
        {"entity_id": core.entity_id},
        {"entity_id": "all"},
    ):
        assert len(await activity(opened, target=target)) == 2, target


async def test_entity_that_is_no_lock_of_ours_is_refused(opened: House) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await activity(opened, target={"entity_id": "light.hall"})
    assert refused.value.translation_key == "not_a_lock_of_ours"


async def test_area_without_a_lock_is_refused(opened: House) -> None:
    area = ar.async_get(opened.hass).async_create("Garden")
    with pytest.raises(ServiceValidationError) as refused:
        await activity(opened, target={"area_id": area.id})
    assert refused.value.translation_key == "no_lock_targeted"


async def test_target_is_required(opened: House) -> None:
    with pytest.raises(probatio.Invalid):
        await activity(opened, target={})


async def test_without_a_home_the_action_says_so(opened: House) -> None:
    target = {"entity_id": opened.entity_id("event", "activity")}
    await opened.hass.config_entries.async_unload(opened.home.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await activity(opened, target=target)
    assert refused.value.translation_key == "home_not_loaded"


async def test_filters_narrow_and_limit_cuts_the_oldest(
    opened: House, u400_lock: FakeLock
) -> None:
    u400_lock.report_state(LockState.LOCKED)
    u400_lock.report_operation(LockOperationType.LOCK, OperationSource.MANUAL)
    await opened.settle()
    now = dt_util.utcnow()
    assert [x["person"] for x in await activity(opened, person="anna")] == ["Anna"]
    assert [x["type"] for x in await activity(opened, type="locked")] == ["locked"]
    assert [x["type"] for x in await activity(opened, limit=1)] == ["locked"]
    early = await activity(opened, until=now - timedelta(seconds=30))
    assert [x["person"] for x in early] == ["Anna"]
    late = await activity(opened, since=now - timedelta(seconds=30))
    assert [x.get("person") for x in late] == [None, "Ben"]
    assert await activity(opened, person="Zoe") == []


async def test_person_filter_takes_a_home_assistant_person(opened: House) -> None:
    add_person(opened, "Anna", "person.anna")
    found = await activity(opened, person=["person.anna"])
    assert [line["person"] for line in found] == ["Anna"]


async def test_denied_attempts_are_grouped_on_request(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    for _ in range(3):
        await house.tick(10)
        u400_lock.report_denied(
            OperationError.INVALID_CREDENTIAL, OperationSource.KEYPAD
        )
        await house.settle()
    assert len(await activity(house)) == 3
    (group,) = await activity(house, group_denied=True)
    assert group["count"] == 3
    assert group["reason"] == "invalid_credential"
    assert group["method"] == "pin"
    assert group["first_at"] < group["occurred_at"]


async def test_gap_is_shown_unless_something_was_chosen(opened: House) -> None:
    lock = opened.home.runtime_data.locks[opened.subentry_id()]
    now = dt_util.utcnow()
    lock.journal.gap(
        now - timedelta(seconds=50),
        now - timedelta(seconds=20),
        GapReason.MATTER_SERVER_AWAY,
    )
    kinds = [line["kind"] for line in await activity(opened)]
    assert kinds == ["event", "gap", "event"]
    (gap,) = await activity(opened, type="gap")
    assert gap["gap_reason"] == "matter_server_away"
    assert gap["until"] == (now - timedelta(seconds=20)).isoformat()
    assert len(await activity(opened, person="Anna")) == 1


async def test_reader_without_permission_on_the_activity_is_refused(
    opened: House,
) -> None:
    with pytest.raises(Unauthorized):
        await activity(opened, context=somebody(opened, READS_NOTHING))
    other = reads(opened, opened.entity_id("sensor", "diagnosis"))
    with pytest.raises(Unauthorized):
        await activity(opened, context=other)


async def test_permission_on_the_activity_is_enough(opened: House) -> None:
    reader = reads(opened, opened.entity_id("event", "activity"))
    assert len(await activity(opened, context=reader)) == 2


async def test_all_means_all_that_may_be_read(opened: House) -> None:
    nobody = somebody(opened, READS_NOTHING)
    assert await activity(opened, target={"entity_id": "all"}, context=nobody) == []


async def test_unknown_user_is_refused(opened: House) -> None:
    with pytest.raises(UnknownUser):
        await activity(opened, context=Context(user_id="nobody"))


async def test_names_for_admins_only_leaves_everybody_else_the_method(
    opened: House,
) -> None:
    hide_names(opened)
    guest = somebody(opened, READS_EVERYTHING)
    lines = await activity(opened, context=guest)
    assert [line["method"] for line in lines] == ["fingerprint", "fingerprint"]
    assert "Anna" not in str(lines)
    assert not {"person", "person_id", "user_name", "user_index"} & set(lines[0])
    with pytest.raises(ServiceValidationError) as refused:
        await activity(opened, context=guest, person="Anna")
    assert refused.value.translation_key == "names_hidden"


async def test_names_for_admins_only_still_shows_them_to_admins_and_automations(
    opened: House, hass_admin_user: MockUser
) -> None:
    hide_names(opened)
    admin = await activity(opened, context=Context(user_id=hass_admin_user.id))
    assert [line["person"] for line in admin] == ["Ben", "Anna"]
    automation = await activity(opened, context=Context())
    assert [line["person"] for line in automation] == ["Ben", "Anna"]


async def test_line_is_assigned_by_hand_and_stays_so(opened: House) -> None:
    person = add_person(opened, "Carl", "person.carl")
    line = (await activity(opened))[0]["key"]
    await act(opened, "assign_operation", line=line, person="carl")
    amended = (await activity(opened))[0]
    assert amended["person"] == "Carl"
    assert amended["person_id"] == person
    assert amended["person_entity"] == "person.carl"
    await opened.reload()
    assert (await activity(opened))[0]["person"] == "Carl"


async def test_home_assistant_person_can_be_assigned_without_being_added(
    opened: House,
) -> None:
    opened.hass.states.async_set(
        f"{PERSON_DOMAIN}.dora", "home", {"friendly_name": "Dora"}
    )
    line = (await activity(opened))[0]["key"]
    await act(opened, "assign_operation", line=line, person="person.dora")
    amended = (await activity(opened))[0]
    assert amended["person"] == "Dora"
    assert amended["person_entity"] == "person.dora"


@pytest.mark.parametrize(
    "nobody", [{}, {"person": None}, {"person": ""}, {"person": " "}]
)
async def test_name_can_be_taken_away(
    opened: House, nobody: dict[str, str | None]
) -> None:
    """A form leaves out a field that is not filled in."""
    line = (await activity(opened))[0]["key"]
    await act(opened, "assign_operation", line=line, **nobody)
    assert "person" not in (await activity(opened))[0]


@pytest.mark.parametrize(
    ("line", "person", "key"),
    [("e0.0.99", "Anna", "line_unknown"), ("", "Zoe", "person_unknown")],
)
async def test_unknown_line_or_person_is_refused(
    opened: House, line: str, person: str, key: str
) -> None:
    add_person(opened, "Anna")
    with pytest.raises(ServiceValidationError) as refused:
        await act(opened, "assign_operation", line=line, person=person)
    assert refused.value.translation_key == key


async def test_line_that_nobody_does_cannot_be_assigned(
    house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    add_person(house, "Anna")
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.settle()
    line = (await activity(house))[0]["key"]
    with pytest.raises(ServiceValidationError) as refused:
        await act(house, "assign_operation", line=line, person="Anna")
    assert refused.value.translation_key == "line_unknown"


async def test_one_line_belongs_to_one_lock(
    house: House, u400_lock: FakeLock, u200_lock: FakeLock
) -> None:
    await house.start(u400_lock, u200_lock)
    with pytest.raises(ServiceValidationError) as refused:
        await act(
            house,
            "assign_operation",
            target={"entity_id": "all"},
            line="e0.0.1",
            person=None,
        )
    assert refused.value.translation_key == "one_lock_at_a_time"


async def test_who_only_reads_may_not_assign(opened: House) -> None:
    line = (await activity(opened))[0]["key"]
    with pytest.raises(Unauthorized):
        await act(
            opened,
            "assign_operation",
            context=somebody(opened, READS_EVERYTHING),
            line=line,
            person=None,
        )
    assert (await activity(opened))[0]["person"] == "Ben"


async def test_who_sees_no_names_may_not_assign(opened: House) -> None:
    line = (await activity(opened))[0]["key"]
    member = somebody(opened, CONTROLS_EVERYTHING)
    hide_names(opened)
    with pytest.raises(Unauthorized):
        await act(opened, "assign_operation", context=member, line=line, person=None)
    assert (await activity(opened))[0]["person"] == "Ben"


async def test_erased_is_gone_and_stays_gone(
    opened: House, u400_lock: FakeLock, hass_admin_user: MockUser
) -> None:
    await act(opened, "erase_activity", context=Context(user_id=hass_admin_user.id))
    assert await activity(opened) == []
    await opened.reload()
    assert [x for x in await activity(opened) if x["kind"] == "event"] == []
    u400_lock.unlock_by_finger(user=1)
    await opened.settle()
    assert (await activity(opened))[0]["person"] == "Anna"


async def test_erased_is_gone_from_the_disk_at_once(
    opened: House, hass_storage: dict[str, Any], hass_admin_user: MockUser
) -> None:
    """It was written after a delay: a copy of the folder could still hold it."""
    await opened.tick(10)
    stored = f"aqara_lock.lock.{opened.subentry_id()}"
    assert '"person": "Ben"' in json.dumps(hass_storage[stored])
    await act(opened, "erase_activity", context=Context(user_id=hass_admin_user.id))
    assert '"person": "Ben"' not in json.dumps(hass_storage[stored])


async def test_nobody_is_shown_any_more_after_erasing(
    opened: House, hass_admin_user: MockUser
) -> None:
    assert opened.changed_by == "Ben"
    await act(opened, "erase_activity", context=Context(user_id=hass_admin_user.id))
    assert opened.changed_by is None
    activity_id = opened.entity_id("event", "activity")
    assert "person" not in opened.state(activity_id).attributes


@pytest.mark.parametrize("action", ["erase_activity", "export_activity"])
async def test_erase_and_export_are_for_admins(opened: House, action: str) -> None:
    with pytest.raises(Unauthorized):
        await act(
            opened,
            action,
            context=somebody(opened, CONTROLS_EVERYTHING),
            response=action == "export_activity",
        )
    assert len(await activity(opened)) == 2


async def export(house: House, **data: Any) -> dict[str, Any]:
    """Export as an automation would."""
    answer: dict[str, Any] = await act(house, "export_activity", response=True, **data)
    return answer


async def test_export_as_csv_opens_as_a_table_oldest_first(opened: House) -> None:
    answer = await export(opened)
    rows = list(csv.DictReader(StringIO(answer["content"])))
    assert answer["format"] == "csv"
    assert answer["lines"] == 2
    assert [row["person"] for row in rows] == ["Anna", "Ben"]
    assert {row["lock"] for row in rows} == {"Aqara Smart Lock U400"}
    assert rows[0]["method"] == "fingerprint"
    assert None not in rows[0]


async def test_export_as_json_has_the_same_lines(opened: House) -> None:
    since = dt_util.utcnow() - timedelta(seconds=30)
    answer = await export(opened, format="json", since=since)
    (row,) = json.loads(answer["content"])
    assert row["person"] == "Ben"
    assert row["lock"] == "Aqara Smart Lock U400"


async def test_name_that_is_a_formula_is_text_in_the_table(
    house: House, u400_lock: FakeLock
) -> None:
    u400_lock.users[1] = User('=HYPERLINK("x")')
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    (row,) = csv.DictReader(StringIO((await export(house))["content"]))
    assert row["person"] == '\'=HYPERLINK("x")'


async def test_no_action_takes_a_code(opened: House) -> None:
    for action in ("get_activity", "export_activity"):
        with pytest.raises(probatio.Invalid):
            await act(opened, action, response=True, code="0000")


async def test_error_is_a_sentence_that_says_what_to_do(opened: House) -> None:
    add_person(opened, "Anna")
    with pytest.raises(HomeAssistantError) as refused:
        await act(opened, "assign_operation", line="x", person="Zoe")
    assert refused.value.translation_domain == "aqara_lock"
    assert refused.value.translation_placeholders == {"person": "Zoe"}


async def test_journal_whose_entity_was_removed_is_read_by_administrators_alone(
    house: House, u400_lock: FakeLock
) -> None:
    """Its permission stood at the entity: without one nobody else has any."""
    await house.start(u400_lock)
    entity_id = house.entity_id("event", "activity")
    context = somebody(house, READS_EVERYTHING)
    target = {"entity_id": house.lock_id}
    await act(house, "get_activity", context=context, target=target, response=True)
    er.async_get(house.hass).async_remove(entity_id)
    await house.settle()
    with pytest.raises(Unauthorized):
        await act(house, "get_activity", context=context, target=target, response=True)
    await act(house, "get_activity", target=target, response=True)


async def test_moments_beyond_the_calendar_leave_everything_in(
    house: House, u400_lock: FakeLock
) -> None:
    """With their offset they are before the first day and after the last one."""
    await house.start(u400_lock)
    u400_lock.unlock_by_finger(user=2)
    await house.settle()
    every = {
        "since": "0001-01-01T00:00:00+14:00",
        "until": "9999-12-31T23:59:59-12:00",
    }
    assert await activity(house, **every) == await activity(house) != []

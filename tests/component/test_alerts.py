"""What the people of a home are told without an automation, and that it is over."""

import asyncio
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.aqara_lock.domain.doorlock.cluster import AlarmCode

from .fake_matter import FakeLock
from .house import House

FAMILY: Final = "notify.family"
EVERYTHING: Final = ["unresponsive", "trouble", "wrong_codes", "low_battery"]


def shown(hass: HomeAssistant) -> list[str]:
    """Give the titles of Home Assistant's own notifications that are ours."""
    every = persistent_notification._async_get_or_create_notifications(hass)
    return [
        str(x["title"])
        for x in every.values()
        if str(x["notification_id"]).startswith("aqara_lock_")
    ]


def page(hass: HomeAssistant) -> str:
    """Give the text of Home Assistant's own notification that is ours."""
    every = persistent_notification._async_get_or_create_notifications(hass)
    ours = (x for x in every.values() if x["title"] in shown(hass))
    return str(next(ours)["message"])


def not_told(hass: HomeAssistant) -> list[str]:
    """Give the notify entities that a repair says were not told."""
    prefix = "alert_not_sent_"
    every = [issue_id for _domain, issue_id in ir.async_get(hass).issues]
    return [x.removeprefix(prefix) for x in every if x.startswith(prefix)]


@pytest.fixture
def sent(hass: HomeAssistant) -> list[ServiceCall]:
    """Have a notify entity, and give what it is sent."""
    hass.states.async_set(FAMILY, "unknown")
    return async_mock_service(hass, "notify", "send_message")


async def begin(house: House, lock: FakeLock, **options: Any) -> None:
    """Start a home that tells everything everywhere, unless said otherwise."""
    await house.start(lock)
    told = {"tell_when": EVERYTHING, "tell_here": True, "tell_entities": [FAMILY]}
    house.hass.config_entries.async_update_entry(house.home, options=told | options)
    await house.settle()


def texts(sent: list[ServiceCall]) -> list[str]:
    """Give title and message of what was sent."""
    return [f"{x.data['title']}: {x.data['message']}" for x in sent]


async def test_silent_lock_is_told_once_it_lasts_and_that_it_is_over(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock)
    u400_lock.become(available=False)
    await house.pass_time(20, 5)
    assert (shown(hass), sent) == ([], [])
    await house.pass_time(240, 10)
    assert shown(hass) == ["Aqara Smart Lock U400 does not answer"]
    assert len(sent) == 1
    assert sent[0].data["entity_id"] == FAMILY
    assert texts(sent)[0].startswith("Aqara Smart Lock U400 does not answer: ")
    u400_lock.become(available=True)
    await house.pass_time(60, 5)
    assert shown(hass) == []
    assert texts(sent)[1:] == [
        "Aqara Smart Lock U400: Aqara Smart Lock U400 answers again."
    ]


async def test_jam_is_told_once_it_lasts(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock)
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.settle()
    assert shown(hass) == []
    await house.tick(31)
    assert shown(hass) == ["Aqara Smart Lock U400 is jammed"]
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert shown(hass) == []
    assert [x.data["message"] for x in sent][1:] == [
        "Aqara Smart Lock U400 is not jammed any more."
    ]


async def test_jam_that_is_over_at_once_is_not_told(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock)
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.tick(5)
    u400_lock.unlock_by_finger(user=1)
    await house.tick(60)
    assert (shown(hass), sent) == ([], [])


async def test_wrong_codes_are_told_at_once_until_somebody_opens(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock)
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert shown(hass) == ["Aqara Smart Lock U400: too many wrong codes"]
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert len(sent) == 1
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert (shown(hass), len(sent)) == ([], 2)
    assert "Anna" not in " ".join(texts(sent))


async def test_only_what_was_chosen_is_told(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock, tell_when=["trouble"], tell_here=False)
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert (shown(hass), sent) == ([], [])
    u400_lock.report_alarm(AlarmCode.LOCK_JAMMED)
    await house.tick(31)
    assert shown(hass) == []
    assert [x.data["title"] for x in sent] == ["Aqara Smart Lock U400 is jammed"]


async def test_duress_is_never_told(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock)
    u400_lock.report_alarm(AlarmCode.FORCED_USER)
    await house.pass_time(240, 30)
    assert (shown(hass), sent) == ([], [])


async def test_home_of_before_tells_nothing_until_it_is_asked_to(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert shown(hass) == []


async def test_removed_lock_takes_its_notification_along(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await begin(house, u400_lock, tell_entities=[])
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert len(shown(hass)) == 1
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert shown(hass) == []


async def test_phone_hears_one_line_and_the_page_the_whole(
    hass: HomeAssistant, house: House, u400_lock: FakeLock, sent: list[ServiceCall]
) -> None:
    await begin(house, u400_lock)
    u400_lock.become(available=False)
    await house.pass_time(260, 10)
    line = sent[0].data["message"]
    assert "\n" not in line
    assert "What to do: " in line
    assert "Keypad, fingerprint and key still work at the door." in line
    assert page(hass) == house.problem.attributes["message"]
    assert "\n\n**What to do:** " in page(hass)
    assert line == house.problem.attributes["summary"]
    assert len(line) < len(page(hass))


@pytest.mark.parametrize("error", [HomeAssistantError("no token"), OSError("away")])
async def test_notify_entity_that_fails_is_said_and_replaced(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    hass.states.async_set(FAMILY, "unknown")
    async_mock_service(hass, "notify", "send_message", raise_exception=error)
    house.expects_errors = True
    await begin(house, u400_lock, tell_here=False)
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert not_told(hass) == [FAMILY]
    assert shown(hass) == ["Aqara Smart Lock U400: too many wrong codes"]
    assert f"{FAMILY} could not be told of a lock" in caplog.text
    async_mock_service(hass, "notify", "send_message")
    u400_lock.unlock_by_finger(user=1)
    await house.settle()
    assert (not_told(hass), shown(hass)) == ([], [])


@pytest.mark.parametrize("state", [None, "unavailable"])
async def test_notify_entity_that_is_not_there_is_said_and_keeps_nobody_from_hearing(
    hass: HomeAssistant,
    house: House,
    u400_lock: FakeLock,
    sent: list[ServiceCall],
    state: str | None,
) -> None:
    if state is not None:
        hass.states.async_set("notify.gone", state)
    await begin(
        house, u400_lock, tell_here=False, tell_entities=["notify.gone", FAMILY]
    )
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert not_told(hass) == ["notify.gone"]
    assert len(shown(hass)) == 1
    assert [x.data["entity_id"] for x in sent] == [FAMILY]
    assert await hass.config_entries.async_unload(house.home.entry_id)
    assert not_told(hass) == []


async def test_alert_that_is_over_before_it_failed_is_not_shown(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    hass.states.async_set(FAMILY, "unknown")
    house.expects_errors = True
    is_over = asyncio.Event()
    told: list[ServiceCall] = []

    async def fail(call: ServiceCall) -> None:
        told.append(call)
        if len(told) == 1:
            u400_lock.unlock_by_finger(user=1)
            await is_over.wait()
        is_over.set()
        raise HomeAssistantError("no token")

    hass.services.async_register("notify", "send_message", fail)
    await begin(house, u400_lock, tell_here=False)
    u400_lock.report_alarm(AlarmCode.WRONG_CODE_ENTRY_LIMIT)
    await house.settle()
    assert len(told) == 2
    assert not_told(hass) == [FAMILY]
    assert shown(hass) == []

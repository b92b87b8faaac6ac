"""What people may open, and how it stands, in words a person at the door understands."""

from datetime import UTC, datetime, time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.aqara_lock.domain.access import (
    ALWAYS,
    AfterFirstUse,
    AsFound,
    DailyHours,
    DoorPlan,
    FromTo,
    GrantKey,
    GrantState,
    GrantStatus,
    Once,
    PendingFor,
    Reason,
    Weekday,
    WeeklyHours,
    Window,
    Wish,
)
from custom_components.aqara_lock.texts import (
    async_load_messages,
    plan_text,
    status_text,
    window_text,
)

KEY = GrantKey("ann", "front")
NIGHT = DailyHours(frozenset({Weekday.SUNDAY, Weekday.MONDAY}), time(22), time(6))


@pytest.fixture(autouse=True)
async def texts(hass: HomeAssistant) -> None:
    """Have the sentences at hand."""
    await async_load_messages(hass)


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (ALWAYS, "at any time"),
        (Once(), "one time"),
        (AsFound(), "as it was set in another app"),
        (AfterFirstUse(90), "for 1 h 30 min from the first use on"),
        (
            FromTo(datetime(2026, 12, 24, 15), datetime(2026, 12, 27, 11)),
            "from 2026-12-24 3:00 PM to 2026-12-27 11:00 AM",
        ),
        (WeeklyHours(frozenset({NIGHT})), "Mon, Sun 10:00 PM–6:00 AM"),
    ],
)
def test_window(hass: HomeAssistant, window: Window, said: str) -> None:
    assert window_text(hass, window) == said


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"is_unread": True}, "could not be read"),
        ({"unread_schedules": (1,)}, "could not be read"),
        ({"cannot": {KEY: Reason.TABLE_FULL}}, "no place for another user"),
        ({"waits": (KEY,)}, "decided first"),
        ({"needs_code": (KEY,)}, "Needs a code."),
        ({}, "Is so already."),
    ],
)
def test_plan(hass: HomeAssistant, plan: dict[str, object], said: str) -> None:
    facts: dict[str, object] = {"cannot": {}, "notes": {}} | plan
    made = DoorPlan(door_id="front", **facts)  # type: ignore[arg-type]
    line = plan_text(hass, made, [KEY], "Front")
    assert line.startswith("- **Front**: ") and said in line


@pytest.mark.parametrize("state", GrantState)
def test_every_state_has_words(hass: HomeAssistant, state: GrantState) -> None:
    for pending in (None, *PendingFor):
        status = GrantStatus(state=state, pending_for=pending)
        said = status_text(hass, status, Wish.ON)
        assert said.endswith(".") and "_" not in said and "{" not in said


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(hass: HomeAssistant, reason: Reason) -> None:
    status = GrantStatus(state=GrantState.CANNOT, reason=reason)
    said = status_text(hass, status, Wish.ON)
    assert said.startswith("Cannot: ") and "_" not in said


def test_what_is_over_gone_or_off(hass: HomeAssistant) -> None:
    in_place = GrantStatus(state=GrantState.IN_PLACE)
    read = GrantStatus(
        state=GrantState.IN_PLACE, read_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    used = GrantStatus(state=GrantState.IN_PLACE, is_used=True)
    assert status_text(hass, None, Wish.ON).startswith("This lock is not in")
    assert status_text(hass, used, Wish.ON).startswith("Used up")
    assert status_text(hass, in_place, Wish.ON) == "In place."
    assert status_text(hass, in_place, Wish.OFF) == "Switched off."
    assert status_text(hass, read, Wish.OFF).startswith("Switched off, checked")
    assert status_text(hass, in_place, Wish.ON, "refused") == "In place."

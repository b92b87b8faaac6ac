"""What people may open, when, and how it stands, in words."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..domain.access import (
    AfterFirstUse,
    AsFound,
    DailyHours,
    DoorPlan,
    FromTo,
    GrantKey,
    GrantState,
    GrantStatus,
    Once,
    Reason,
    Turn,
    WeeklyHours,
    Window,
    Wish,
)
from .translations import (
    SELECTORS,
    duration_text,
    message,
    moment_text,
    text,
    wall_clock_text,
    wall_moment_text,
)

SHORT_DAY: Final = 3
"""Letters of the name of a day in a list."""


@callback
def window_text(hass: HomeAssistant, window: Window) -> str:
    """Return when a window is open, as the end of a sentence."""
    match window:
        case FromTo(start, end):
            times = {
                "start": wall_moment_text(hass, start),
                "end": wall_moment_text(hass, end),
            }
            return message(hass, "window_from_to", **times)
        case WeeklyHours(hours):
            parts = sorted((_hours_text(hass, x) for x in hours), key=str)
            return message(hass, "window_weekly", hours="; ".join(parts))
        case AfterFirstUse(minutes):
            time = duration_text(timedelta(minutes=minutes))
            return message(hass, "window_after_first_use", time=time)
        case Once():
            return message(hass, "window_once")
        case AsFound():
            return message(hass, "window_as_found")
        case _:
            return message(hass, "window_always")


def _hours_text(hass: HomeAssistant, item: DailyHours) -> str:
    # Matter counts from Sunday on; a week begins on Monday here.
    days = sorted(item.days, key=lambda day: (day - 1) % 7)
    names = [
        text(hass, SELECTORS, f"weekday.options.{day.name.lower()}")[:SHORT_DAY]
        for day in days
    ]
    start, end = (wall_clock_text(hass, x) for x in (item.start, item.end))
    return f"{', '.join(names)} {start}–{end}"


@callback
def plan_text(
    hass: HomeAssistant, plan: DoorPlan, keys: Iterable[GrantKey], door: str
) -> str:
    """Return what a plan does at a door for some grants, as one line of a list."""
    lines = [_plan_of(hass, plan, key) for key in keys]
    return f"- **{door}**: {' '.join(lines)}"


def _plan_of(hass: HomeAssistant, plan: DoorPlan, key: GrantKey) -> str:
    if plan.is_unread or plan.unread_schedules:
        return message(hass, "plan_unread")
    if (reason := plan.cannot.get(key)) is not None:
        why = message(hass, f"reason_{reason.value}")
        return message(hass, "plan_cannot", reason=why)
    if key in plan.waits:
        return message(hass, "plan_waits")
    if key in plan.needs_code:
        return message(hass, "plan_needs_code")
    steps = plan.steps_of(key)
    if not steps:
        return message(hass, "plan_nothing")
    gives = any(step.turn is Turn.GIVES for step in steps)
    said = "plan_gives" if gives else "plan_changes"
    return message(hass, said, count=str(len(steps)))


@callback
def status_text(
    hass: HomeAssistant,
    status: GrantStatus | None,
    wish: Wish,
    failed: str | None = None,
) -> str:
    """Return how an access stands at its door, and what to do where it is not well."""
    if status is None:
        return message(hass, "access_door_gone")
    if failed is not None and status.state is not GrantState.IN_PLACE:
        return message(hass, f"not_done_{failed}")
    if status.is_used:
        return message(hass, "access_used")
    if status.state is GrantState.CANNOT:
        reason = status.reason or Reason.OTHER_ECOSYSTEM
        why = message(hass, f"reason_{reason.value}")
        return message(hass, "grant_cannot", reason=why)
    if status.state is GrantState.PENDING and status.pending_for is not None:
        return message(hass, f"waits_for_{status.pending_for.value}")
    if status.state is not GrantState.IN_PLACE:
        return message(hass, f"grant_{status.state.value}")
    return _in_place(hass, status, wish)


def _in_place(hass: HomeAssistant, status: GrantStatus, wish: Wish) -> str:
    is_on = wish is Wish.ON
    if status.read_at is None:
        return message(hass, "grant_in_place" if is_on else "switched_off")
    time = moment_text(hass, status.read_at)
    key = "read_back_in_place" if is_on else "read_back_off"
    return message(hass, key, time=time)

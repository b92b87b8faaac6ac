"""The form of an access: which doors, when, and what the code does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    DateTimeSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
    TimeSelector,
)
from homeassistant.util import dt as dt_util
import probatio as pb

from ..domain.access import (
    ALWAYS,
    AfterFirstUse,
    Always,
    DailyHours,
    Effect,
    FromTo,
    Grant,
    Once,
    Weekday,
    WeeklyHours,
    Window,
)
from ..locks import Lock

CONF_DOORS: Final = "doors"
CONF_WINDOW: Final = "window"
CONF_TIMES: Final = "times"
CONF_FROM: Final = "from"
CONF_UNTIL: Final = "until"
CONF_DAYS: Final = "days"
CONF_START: Final = "start_time"
CONF_END: Final = "end_time"
CONF_MINUTES: Final = "minutes"
CONF_EFFECT: Final = "effect"
CONF_CODE: Final = "code"
CONF_CODE_AGAIN: Final = "code_again"

AS_IT_IS: Final = "as_it_is"
"""The times stay what they are, door by door."""
WINDOWS: Final = ("always", "from_to", "weekly", "once", "after_first_use")
WITHOUT_TIMES: Final = ("always", "once", AS_IT_IS)
"""Windows that need no field of the section."""
WEEK: Final = tuple(Weekday((day + 1) % 7) for day in range(7))
"""Days of the week from Monday on."""
LONGEST_MINUTES: Final = 2880
STAY: Final = timedelta(days=2)
"""What is proposed for a guest."""


@dataclass(frozen=True, slots=True)
class AccessWish:
    """What was filled in; a window of None stays what it is at each door."""

    door_ids: tuple[str, ...]
    window: Window | None
    effect: Effect = Effect.OPENS


class IncompleteError(ValueError):
    """Something is missing or impossible; `key` is that of the error text."""

    def __init__(self, key: str) -> None:
        """Keep what is wrong."""
        super().__init__(key)
        self.key = key


def access_fields(
    locks: Mapping[str, Lock],
    known: Iterable[Grant],
    given: Mapping[str, Any] | None,
    *,
    proposed: str,
) -> dict[Any, Any]:
    """Return the fields, filled in with what is known or was given already.

    `proposed` is the kind of window that stands there for somebody new.
    """
    grants = list(known)
    filled = dict(given) if given else _filled(locks, grants, proposed)
    times: Mapping[str, Any] = filled.get(CONF_TIMES, {})
    kinds = (AS_IT_IS, *WINDOWS) if _differs(grants) else WINDOWS
    doors = [SelectOptionDict(value=k, label=lock.name) for k, lock in locks.items()]
    return {
        pb.Optional(
            CONF_DOORS, description={"suggested_value": filled.get(CONF_DOORS)}
        ): SelectSelector(
            SelectSelectorConfig(
                options=doors, multiple=True, mode=SelectSelectorMode.LIST
            )
        ),
        pb.Required(CONF_WINDOW, default=filled[CONF_WINDOW]): SelectSelector(
            SelectSelectorConfig(
                options=list(kinds),
                translation_key="access_window",
                mode=SelectSelectorMode.DROPDOWN,
            )
        ),
        pb.Optional(CONF_TIMES): section(
            _times(times), {"collapsed": filled[CONF_WINDOW] in WITHOUT_TIMES}
        ),
    }


def code_fields() -> dict[Any, Any]:
    """Return the fields of a code that is typed twice; they never hold one."""
    hidden = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
    return {
        pb.Optional(pb.Secret(CONF_CODE)): hidden,
        pb.Optional(pb.Secret(CONF_CODE_AGAIN)): hidden,
    }


def read_wish(given: Mapping[str, Any]) -> AccessWish:
    """Read what was filled in; raises IncompleteError."""
    doors = tuple(given.get(CONF_DOORS) or ())
    if not doors:
        raise IncompleteError("no_doors")
    times = given.get(CONF_TIMES) or {}
    effect = Effect(times.get(CONF_EFFECT, Effect.OPENS))
    if given[CONF_WINDOW] == AS_IT_IS:
        return AccessWish(doors, None, effect)
    try:
        return AccessWish(doors, _window(given[CONF_WINDOW], times), effect)
    except KeyError:
        raise IncompleteError("window_incomplete") from None
    except ValueError:
        raise IncompleteError("window_impossible") from None


def _window(kind: str, times: Mapping[str, Any]) -> Window:
    match kind:
        case "from_to":
            return FromTo(_moment(times[CONF_FROM]), _moment(times[CONF_UNTIL]))
        case "weekly":
            days = frozenset(Weekday[day.upper()] for day in times[CONF_DAYS])
            start, end = _clock(times[CONF_START]), _clock(times[CONF_END])
            return WeeklyHours(frozenset({DailyHours(days, start, end)}))
        case "once":
            return Once()
        case "after_first_use":
            return AfterFirstUse(int(times[CONF_MINUTES]))
        case _:
            return Always()


def _times(known: Mapping[str, Any]) -> pb.Schema:
    def suggested(key: str) -> pb.Optional:
        return pb.Optional(key, description={"suggested_value": known.get(key)})

    days = [day.name.lower() for day in WEEK]
    return pb.Schema(
        {
            suggested(CONF_FROM): DateTimeSelector(),
            suggested(CONF_UNTIL): DateTimeSelector(),
            suggested(CONF_DAYS): SelectSelector(
                SelectSelectorConfig(
                    options=days,
                    multiple=True,
                    translation_key="weekday",
                    mode=SelectSelectorMode.DROPDOWN,
                )
            ),
            suggested(CONF_START): TimeSelector(),
            suggested(CONF_END): TimeSelector(),
            suggested(CONF_MINUTES): NumberSelector(
                NumberSelectorConfig(
                    min=1,
                    max=LONGEST_MINUTES,
                    mode=NumberSelectorMode.BOX,
                    unit_of_measurement="min",
                )
            ),
            suggested(CONF_EFFECT): SelectSelector(
                SelectSelectorConfig(
                    options=[effect.value for effect in Effect],
                    translation_key="access_effect",
                    mode=SelectSelectorMode.DROPDOWN,
                )
            ),
        }
    )


def _filled(
    locks: Mapping[str, Lock], grants: list[Grant], proposed: str
) -> dict[str, Any]:
    """Return what stands in the form before anybody fills it in."""
    doors = [x.key.door_id for x in grants] or list(locks)
    kind = AS_IT_IS if _differs(grants) else proposed
    times = _proposed_times()
    if grants and not _differs(grants):
        kind, known = _as_filled(grants[0].window)
        times |= known
    effect = grants[0].key.effect if grants else Effect.OPENS
    return {
        CONF_DOORS: [door for door in doors if door in locks],
        CONF_WINDOW: kind,
        CONF_TIMES: times | {CONF_EFFECT: effect.value},
    }


def _proposed_times() -> dict[str, Any]:
    now = dt_util.now().replace(minute=0, second=0, microsecond=0, tzinfo=None)
    end = (now + STAY).replace(hour=11)
    return {
        CONF_FROM: f"{now + timedelta(hours=1)}",
        CONF_UNTIL: f"{end}",
        CONF_DAYS: [day.name.lower() for day in WEEK[:5]],
        CONF_START: "08:00:00",
        CONF_END: "18:00:00",
        CONF_MINUTES: 60,
    }


def _differs(grants: list[Grant]) -> bool:
    """Return whether a person has other times at one door than at another.

    So it is also where no form can say them.
    """
    windows = {grant.window for grant in grants}
    return len(windows) > 1 or any(_as_filled(x)[0] == AS_IT_IS for x in windows)


def _as_filled(window: Window) -> tuple[str, dict[str, Any]]:
    match window:
        case FromTo(start, end):
            return "from_to", {CONF_FROM: f"{start}", CONF_UNTIL: f"{end}"}
        case WeeklyHours(hours) if len(hours) == 1:
            (item,) = hours
            days = [day.name.lower() for day in WEEK if day in item.days]
            return "weekly", {
                CONF_DAYS: days,
                CONF_START: f"{item.start:%H:%M:%S}",
                CONF_END: f"{item.end:%H:%M:%S}",
            }
        case Once():
            return "once", {}
        case AfterFirstUse(minutes):
            return "after_first_use", {CONF_MINUTES: minutes}
        case _:
            return ("always" if window == ALWAYS else AS_IT_IS), {}


def _moment(text: str) -> datetime:
    """Read a wall time as the frontend gives it; raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        found = dt_util.as_local(found).replace(tzinfo=None)
    return found.replace(second=0, microsecond=0)


def _clock(text: str) -> time:
    return time.fromisoformat(text).replace(second=0)

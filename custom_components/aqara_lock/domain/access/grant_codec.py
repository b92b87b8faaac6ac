"""Wanted grants and what was left of them on the locks, as plain data and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from .. import codec
from . import people
from .grants import CodeProof, Effect, Grant, GrantKey, Keeper, Means, Placement, Wish
from .table_codec import holding_as_dict, holding_from_dict
from .windows import (
    AfterFirstUse,
    Always,
    AsFound,
    DailyHours,
    FromTo,
    Once,
    Weekday,
    WeeklyHours,
    Window,
)


def grants_as_dict(
    grants: Iterable[Grant], placements: Mapping[GrantKey, Placement]
) -> dict[str, Any]:
    """Return grants, each with its placement, as plain data; no code is among it."""
    return {
        "grants": [
            codec.present(
                **grant_as_dict(grant),
                placement=_placement_as_dict(placements.get(grant.key)),
            )
            for grant in grants
        ]
    }


def grants_from_dict(
    value: object,
) -> tuple[tuple[Grant, ...], dict[GrantKey, Placement]]:
    """Read grants and placements; raises ValueError."""
    data = codec.mapping(value, "grants")
    grants: list[Grant] = []
    placements: dict[GrantKey, Placement] = {}
    for item in codec.items(data, "grants"):
        grant = grant_from_dict(item)
        grants.append(grant)
        if (found := item.get("placement")) is not None:
            placements[grant.key] = _placement_from_dict(found)
    return tuple(grants), placements


def sound_grants(
    value: object,
) -> tuple[tuple[Grant, ...], dict[GrantKey, Placement]]:
    """Read what is sound, grant by grant; raises ValueError where nothing is.

    Whoever reads it has to know that something may be missing: its file was damaged. One whose placement alone is damaged is kept without it: what it has on the lock
    then waits for a decision as everything does that no job is known to have made.
    """
    data = codec.mapping(value, "grants")
    found = [
        item if codec.is_readable({"grants": [item]}, grants_from_dict) else _bare(item)
        for item in codec.items(data, "grants")
    ]
    kept = codec.sound_items({"grants": found}, "grants", grants_from_dict, {})
    return grants_from_dict({"grants": kept})


def grant_as_dict(grant: Grant) -> dict[str, Any]:
    """Return a grant as plain data."""
    return {
        **key_as_dict(grant.key),
        "window": window_as_dict(grant.window),
        "means": grant.means.value,
        "wish": grant.wish.value,
        "keeper": grant.keeper.value,
    }


def grant_from_dict(value: object) -> Grant:
    """Read a grant; raises ValueError."""
    data = codec.mapping(value, "grant")
    return Grant(
        key=key_from_dict(data),
        window=window_from_dict(data.get("window")),
        means=codec.choice(Means, data, "means"),
        wish=codec.choice(Wish, data, "wish"),
        keeper=codec.choice(Keeper, data, "keeper"),
    )


def key_as_dict(key: GrantKey) -> dict[str, str]:
    """Return the key of a grant as plain data."""
    return {
        "person": key.person_id,
        "door": key.door_id,
        "effect": key.effect.value,
    }


def key_from_dict(value: object) -> GrantKey:
    """Read the key of a grant; raises ValueError."""
    data = codec.mapping(value, "key")
    return GrantKey(
        codec.text(data, "person"),
        codec.text(data, "door"),
        codec.choice(Effect, data, "effect"),
    )


def _bare(item: object) -> object:
    if not isinstance(item, Mapping):
        return item
    return {key: value for key, value in item.items() if key != "placement"}


def _placement_as_dict(placement: Placement | None) -> dict[str, Any] | None:
    if placement is None:
        return None
    used_at, slot = placement.first_used_at, placement.credential
    counted_from = placement.counted_from
    return codec.present(
        left=holding_as_dict(placement.left),
        proved_at=placement.proved_at.isoformat(),
        credential=people.slot_as_dict(slot) if slot else None,
        code=placement.code.value,
        name_asked=placement.name_asked,
        first_used_at=used_at.isoformat() if used_at else None,
        counted_from=counted_from.isoformat() if counted_from else None,
        used=placement.used,
        minutes=placement.minutes,
    )


def _placement_from_dict(value: object) -> Placement:
    data = codec.mapping(value, "placement")
    slot = data.get("credential")
    return Placement(
        left=holding_from_dict(data.get("left")),
        proved_at=codec.moment(data, "proved_at"),
        credential=None if slot is None else people.credential_slot_from_dict(slot),
        code=codec.choice(CodeProof, data, "code"),
        name_asked=codec.optional_text(data, "name_asked"),
        first_used_at=codec.optional_moment(data, "first_used_at"),
        counted_from=codec.optional_moment(data, "counted_from"),
        used=codec.truth(data, "used"),
        minutes=codec.optional_integer(data, "minutes"),
    )


def window_as_dict(window: Window) -> dict[str, Any]:
    """Return a window as plain data, its times in wall time."""
    match window:
        case Always():
            return {"kind": "always"}
        case Once():
            return {"kind": "once"}
        case AsFound():
            return {"kind": "as_found"}
        case AfterFirstUse(minutes):
            return {"kind": "after_first_use", "minutes": minutes}
        case FromTo(start, end):
            return {
                "kind": "from_to",
                "start": start.isoformat(),
                "end": end.isoformat(),
            }
        case WeeklyHours(hours):
            items = [_daily_as_dict(item) for item in hours]
            items.sort(key=lambda item: (item["start"], item["end"], item["days"]))
            return {"kind": "weekly", "hours": items}


def window_from_dict(value: object) -> Window:
    """Read a window; raises ValueError."""
    data = codec.mapping(value, "window")
    match codec.text(data, "kind"):
        case "always":
            return Always()
        case "once":
            return Once()
        case "as_found":
            return AsFound()
        case "after_first_use":
            return AfterFirstUse(codec.integer(data, "minutes"))
        case "from_to":
            return FromTo(_wall(data, "start"), _wall(data, "end"))
        case "weekly":
            found = codec.items(data, "hours")
            return WeeklyHours(frozenset(_daily_from_dict(item) for item in found))
        case kind:
            raise codec.DamagedError(f"{kind} is no window")


def _daily_as_dict(item: DailyHours) -> dict[str, Any]:
    return {
        "days": sorted(int(day) for day in item.days),
        "start": item.start.isoformat(),
        "end": item.end.isoformat(),
    }


def _daily_from_dict(value: object) -> DailyHours:
    data = codec.mapping(value, "hours")
    days = codec.items(data, "days")
    return DailyHours(
        frozenset(codec.choice(Weekday, {"day": day}, "day") for day in days),
        time.fromisoformat(codec.text(data, "start")),
        time.fromisoformat(codec.text(data, "end")),
    )


def _wall(data: Mapping[str, Any], key: str) -> datetime:
    """Read a wall time, which has no zone; raises ValueError."""
    return datetime.fromisoformat(codec.text(data, key))

"""What is sound in a stored journal of which a part is damaged; only the rest is left out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from .. import codec
from .activity import GapReason
from .journal import DEFAULT_LIMIT, VERSION, Journal
from .own_entries import OwnEntries, id_of
from .records import epoch_from_dict

OWN_ENTRIES: Final = ("unexplained", "gaps", "attempts")


class _Lost(NamedTuple):
    """From when to when an entry was that could not be read."""

    start: datetime
    end: datetime


def sound_journal(value: object, *, limit: int = DEFAULT_LIMIT) -> Journal:
    """Read what is sound of a journal, with a gap where an entry could not be read.

    `limit` is how many entries it keeps. Raises ValueError where nothing can be read, and NewerError for a newer version.
    """
    data = codec.mapping(value, "journal")
    lost: list[_Lost] = []
    own = {key: _sound_lines(data, key, lost) for key in OWN_ENTRIES}
    epochs = _sound_epochs(codec.sound_list(data, "epochs"), lost)
    next_id = 1 + max(
        (id_of(item["id"]) for lines in own.values() for item in lines), default=-1
    )
    next_id = max(next_id, codec.sound_integer(data, "next_id", 0))
    spans = dict.fromkeys(lost)
    own["gaps"] += [_gap(next_id + number, span) for number, span in enumerate(spans)]
    return Journal.from_dict(
        {
            **own,
            "version": codec.sound_integer(data, "version", VERSION),
            "next_id": next_id + len(spans),
            "distrusted": codec.sound_items(
                data, "distrusted", Journal.from_dict, _EMPTY
            ),
            "epochs": epochs,
        },
        limit=limit,
    )


_EMPTY: Final = {"version": VERSION, "next_id": 0}
"""A journal without anything in it."""


def _sound_lines(
    data: Mapping[str, Any], key: str, lost: list[_Lost]
) -> list[dict[str, Any]]:
    """Return the sound lines of Home Assistant's own; of others when they were."""
    found: list[dict[str, Any]] = []
    for item in codec.sound_list(data, key):
        if codec.is_readable({"next_id": 0, key: [item]}, OwnEntries().load):
            found.append(item)
        elif (
            at := codec.sound_moment(item, "at") or codec.sound_moment(item, "start")
        ) is not None:
            lost.append(_Lost(at, codec.sound_moment(item, "end") or at))
    return found


def _sound_epochs(every: Iterable[Any], lost: list[_Lost]) -> list[dict[str, Any]]:
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for epoch in every:
        head = _head(epoch)
        if head is None or (place := _place(head)) in found:
            lost.extend(_spans(codec.sound_list(epoch, "events"), set()))
            continue
        events = codec.sound_list(epoch, "events")
        sound = {
            number
            for number, item in enumerate(events)
            if codec.is_readable(head | {"events": [item]}, epoch_from_dict)
        }
        lost.extend(_spans(events, sound))
        kept = [events[number] for number in sorted(sound)]
        found[place] = head | {"events": kept}
    return list(found.values())


def _head(epoch: object) -> dict[str, Any] | None:
    """Return what stands around the events of an epoch; None where it is damaged.

    Without its bounds an epoch tells less of what was dropped from it.
    """
    if not isinstance(epoch, Mapping):
        return None
    bounds = {
        key: codec.sound_integer(epoch, key, -1)
        for key in ("floor", "started", "highest")
    }
    head = {**epoch, **bounds, "events": []}
    return head if codec.is_readable(head, epoch_from_dict) else None


def _place(head: Mapping[str, Any]) -> tuple[object, ...]:
    return head["fabric"], head["node"], head["epoch"]


def _spans(events: list[Any], sound: set[int]) -> Iterable[_Lost]:
    """Give when each run of damaged events was, by itself or by its neighbours."""
    run: list[datetime] = []
    before: datetime | None = None
    is_open = False
    for number, item in enumerate(events):
        at = codec.sound_moment(item, "received")
        if number not in sound:
            is_open = True
            run += [at] if at is not None else []
            continue
        if is_open:
            yield from _span(run, before, at)
        run, before, is_open = [], at, False
    if is_open:
        yield from _span(run, before, None)


def _span(
    run: list[datetime], before: datetime | None, after: datetime | None
) -> Iterable[_Lost]:
    if known := run or [at for at in (before, after) if at is not None]:
        yield _Lost(min(known), max(known))


def _gap(number: int, span: _Lost) -> dict[str, Any]:
    return {
        "id": f"g{number}",
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "reason": GapReason.FILE_DAMAGED.value,
    }

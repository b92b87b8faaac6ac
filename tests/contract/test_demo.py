"""The demo: what it takes from the product without importing it."""

from datetime import datetime
from itertools import pairwise
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from custom_components.aqara_lock.domain.connectivity import QUIET_START
from custom_components.aqara_lock.domain.doorlock import RawEvent, ReceivedEvent
from custom_components.aqara_lock.domain.doorlock.cluster import EventId
from custom_components.aqara_lock.domain.journal import EntryKind, Journal
from tests.rig.demo import furnish, history, serve, tour
from tests.rig.demo.scenes import SCENES

from .repository import REPOSITORY

FOREIGN = """
import sys
import tests.rig.demo.__main__
print([x for x in ("homeassistant", "custom_components") if x in sys.modules])
"""


def test_the_demo_waits_for_the_quiet_start_of_the_product() -> None:
    assert QUIET_START.total_seconds() == serve.QUIET_START


def test_a_scene_does_not_wait_for_imports_of_home_assistant() -> None:
    """They take seconds, and complain of what a machine does not have."""
    found = subprocess.run(
        [sys.executable, "-c", FOREIGN],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout == "[]\n"


RESIDENTS = {
    name: history.Resident(name, name.lower(), user)
    for user, name in enumerate(furnish.PEOPLE, 1)
}
NOW = datetime(2026, 12, 1, 16, tzinfo=ZoneInfo("Europe/Berlin"))


def journal() -> Journal:
    """Return what a lock has told since the demo began."""
    found = Journal()
    raw = RawEvent(
        node_id=1,
        endpoint_id=1,
        event_id=EventId.LOCK_OPERATION.value,
        event_number=3,
        timestamp=int(NOW.timestamp() * 1000),
        timestamp_type=1,
        data={"lockOperationType": 1, "operationSource": 1},
        received_at=NOW,
    )
    found.add(ReceivedEvent.of(raw), fabric="00000000000000AB")
    return found


@pytest.mark.parametrize("moments", [history.FRONT, history.GARAGE])
def test_the_week_of_a_door_is_a_journal_of_the_product(
    moments: tuple[history.Moment, ...],
) -> None:
    """In order, before what the lock has told, each day, and by people of the home."""
    found = history.with_week(journal(), moments, RESIDENTS, NOW)
    lines = Journal.from_dict(found.as_dict()).lines()
    assert [x.occurred_at for x in lines] == sorted(x.occurred_at for x in lines)
    assert lines[-1].occurred_at == NOW
    assert {(NOW - x.occurred_at).days for x in lines} >= set(range(7))
    assert len([x for x in lines if x.kind is EntryKind.GAP]) == 1
    named = {x.attribution.person_id for x in lines if x.attribution} - {None}
    assert named == {x.who.lower() for x in moments if x.who}
    doors = [x.type for x in lines if x.type in {"unlocked", "locked"}]
    pairs = pairwise(doors)
    assert not [pair for pair in pairs if pair == ("unlocked", "unlocked")]


def test_a_week_can_be_added_to_a_door_that_told_nothing() -> None:
    assert history.with_week(Journal(), history.FRONT, RESIDENTS, NOW).lines()


def test_the_tour_plays_scenes_that_there_are() -> None:
    for stop in tour.TOUR:
        assert stop.scene in SCENES
    total = sum(stop.seconds for stop in tour.TOUR)
    assert 60 <= total <= 120

"""Only what a lock can report is offered for it."""

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.doorlock.cluster import Feature
from custom_components.aqara_lock.domain.journal.activity import ActivityType
from custom_components.aqara_lock.domain.journal.capabilities import (
    EVERY_LOCK,
    WITH_DOOR_SENSOR,
    activity_types,
)


def test_a_bare_lock_reports_what_every_lock_does() -> None:
    assert activity_types(Feature(0)) == list(EVERY_LOCK)


@pytest.mark.parametrize(
    ("feature", "more"),
    [
        (Feature.PIN, {ActivityType.WRONG_CODE_LIMIT}),
        (Feature.RFID, {ActivityType.WRONG_CODE_LIMIT}),
        (Feature.UNBOLT, {ActivityType.UNLATCHED}),
        (Feature.USER, {ActivityType.USER_CHANGED}),
        (Feature.DOOR_POSITION, set(WITH_DOOR_SENSOR)),
        (Feature.FINGER, set()),
    ],
)
def test_each_feature_adds_its_own(feature: Feature, more: set[ActivityType]) -> None:
    assert set(activity_types(feature)) - set(EVERY_LOCK) == more


@given(st.integers(0, 0xFFFF))
def test_nothing_is_offered_twice_and_a_feature_takes_nothing_away(bits: int) -> None:
    types = activity_types(Feature(bits))
    assert len(types) == len(set(types))
    for feature in Feature:
        assert set(types) <= set(activity_types(Feature(bits) | feature))
